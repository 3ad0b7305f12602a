import type { Language } from '../domain/language.ts'
import { headed } from '../domain/words/phrase.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'
import { lines, utcMinute } from './text.ts'
import type { Part, Told } from './told.ts'
import { escapedLine, escapedText, linkTo, writtenMarkdown } from './writtenMarkdown.ts'

/** A page as Markdown: what programs that read for people get. Only what people wrote as Markdown is marked up. */

export function markdownText({ language, title, asOfMs, parts }: Told): string {
  return lines([
    `# ${escapedText(title)}`,
    ...(asOfMs === null ? [] : ['', TELL_WORDS[language].asOf(utcMinute(asOfMs))]),
    ...parts.flatMap((part) => ['', ...written(part, language)]),
  ])
}

function written(part: Part, language: Language): string[] {
  switch (part.kind) {
    case 'section':
      return [`## ${escapedText(part.title)}`]
    case 'subject':
      return [`## ${linkTo(part.title, part.url)}`]
    case 'sentence':
      return [escapedLine(part.text)]
    case 'states':
      return part.rows.map(
        ({ state, name, url }) =>
          `- ${headed(language, url === undefined ? escapedLine(name) : linkTo(name, url), escapedText(state))}`,
      )
    case 'figures':
      return part.rows.map(({ figure, name }) => `- ${headed(language, escapedLine(name), escapedText(figure))}`)
    case 'entries':
      return part.rows.map(
        ({ when, label, title, url }) =>
          `- ${when}: ${label === null ? linkTo(title, url) : headed(language, escapedText(label), linkTo(title, url))}`,
      )
    case 'tasks':
      return part.rows.map(({ isDone, text }) => `- [${isDone ? 'x' : ' '}] ${escapedText(text)}`)
    case 'links':
      return part.rows.map(({ label, url }) => `- ${linkTo(label, url)}`)
    case 'update':
      return [
        `### ${utcMinute(part.atMs)}: ${escapedText(part.label)}`,
        ...part.notes.flatMap((note) => ['', escapedLine(note)]),
        '',
        writtenMarkdown(part.body, 4),
      ]
    case 'text':
      return [writtenMarkdown(part.body, 3)]
  }
}
