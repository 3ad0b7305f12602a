import type { Language } from '../domain/language.ts'
import { headed } from '../domain/words/phrase.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'
import { lines, oneLine, utcMinute } from './text.ts'
import type { Part, Told } from './told.ts'

/** A page for a terminal: what `curl` gets. Nothing in it can move a cursor. */

export function plainText({ language, title, asOfMs, parts }: Told): string {
  return lines([
    oneLine(title),
    ...(asOfMs === null ? [] : [TELL_WORDS[language].asOf(utcMinute(asOfMs))]),
    ...parts.flatMap((part, index) =>
      index === 0 || STANDS_APART.has(part.kind) ? ['', ...written(part, language)] : written(part, language),
    ),
  ])
}

const STANDS_APART: ReadonlySet<Part['kind']> = new Set(['section', 'subject', 'update', 'text'])

function written(part: Part, language: Language): string[] {
  switch (part.kind) {
    case 'section':
      return [part.title.toLocaleUpperCase(language)]
    case 'subject':
      return [oneLine(part.title), part.url]
    case 'sentence':
      return [oneLine(part.text)]
    case 'states': {
      const width = Math.max(...part.rows.map(({ state }) => columnsOf(state))) + 2
      return part.rows.map(({ state, name, url }) => {
        const line = `${state}${' '.repeat(width - columnsOf(state))}${oneLine(name)}`
        return url === undefined ? line : `${line}  ${url}`
      })
    }
    case 'figures':
      return part.rows.map(({ figure, name }) => `${figure.padStart(9)}  ${oneLine(name)}`)
    case 'entries':
      return part.rows.map(
        ({ when, label, title, url }) =>
          `${when}  ${label === null ? oneLine(title) : headed(language, label, oneLine(title))}  ${url}`,
      )
    case 'tasks':
      return part.rows.map(({ isDone, text }) => `[${isDone ? 'x' : ' '}] ${oneLine(text)}`)
    case 'links':
      return part.rows.map(({ label, url }) => headed(language, label, url))
    case 'update':
      return [
        `  ${utcMinute(part.atMs)}  ${part.label}`,
        ...[...part.notes, ...part.body.split(/\r\n|\r|\n/)].map((line) => `  ${line}`),
      ]
    case 'text':
      return [part.body]
  }
}

/** Terminals show the signs of Japanese and Chinese twice as wide. */
function columnsOf(text: string): number {
  return Array.from(text).reduce(
    (sum, sign) =>
      sum + (/[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60]/.test(sign) ? 2 : 1),
    0,
  )
}
