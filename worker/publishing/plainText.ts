import { lines, oneLine, utcMinute } from './text.ts'
import type { Part, Told } from './told.ts'

/** A page for a terminal: what `curl` gets. Nothing in it can move a cursor. */

export function plainText({ title, asOfMs, parts }: Told): string {
  return lines([
    oneLine(title),
    ...(asOfMs === null ? [] : [`As of ${utcMinute(asOfMs)}`]),
    ...parts.flatMap((part, index) =>
      index === 0 || STANDS_APART.has(part.kind) ? ['', ...written(part)] : written(part),
    ),
  ])
}

const STANDS_APART: ReadonlySet<Part['kind']> = new Set(['section', 'subject', 'update', 'text'])

function written(part: Part): string[] {
  switch (part.kind) {
    case 'section':
      return [part.title.toUpperCase()]
    case 'subject':
      return [oneLine(part.title), part.url]
    case 'sentence':
      return [oneLine(part.text)]
    case 'states': {
      const width = Math.max(...part.rows.map(({ state }) => state.length)) + 2
      return part.rows.map(({ state, name }) => `${state.padEnd(width)}${oneLine(name)}`)
    }
    case 'figures':
      return part.rows.map(({ figure, name }) => `${figure.padStart(9)}  ${oneLine(name)}`)
    case 'entries':
      return part.rows.map(
        ({ when, label, title, url }) => `${when}  ${label === null ? '' : `${label}: `}${oneLine(title)}  ${url}`,
      )
    case 'tasks':
      return part.rows.map(({ isDone, text }) => `[${isDone ? 'x' : ' '}] ${oneLine(text)}`)
    case 'links':
      return part.rows.map(({ label, url }) => `${label}: ${url}`)
    case 'update':
      return [
        `  ${utcMinute(part.atMs)}  ${part.label}`,
        ...[...part.notes, ...part.body.split(/\r\n|\r|\n/)].map((line) => `  ${line}`),
      ]
    case 'text':
      return [part.body]
  }
}
