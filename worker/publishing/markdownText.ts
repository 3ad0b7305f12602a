import { lines, utcMinute } from './text.ts'
import type { Part, Told } from './told.ts'
import { escapedLine, escapedText, linkTo, writtenMarkdown } from './writtenMarkdown.ts'

/** A page as Markdown: what programs that read for people get. Only what people wrote as Markdown is marked up. */

export function markdownText({ title, asOfMs, parts }: Told): string {
  return lines([
    `# ${escapedText(title)}`,
    ...(asOfMs === null ? [] : ['', `As of ${utcMinute(asOfMs)}`]),
    ...parts.flatMap((part) => ['', ...written(part)]),
  ])
}

function written(part: Part): string[] {
  switch (part.kind) {
    case 'section':
      return [`## ${escapedText(part.title)}`]
    case 'subject':
      return [`## ${linkTo(part.title, part.url)}`]
    case 'sentence':
      return [escapedLine(part.text)]
    case 'states':
      return part.rows.map(({ state, name }) => `- ${escapedLine(name)}: ${escapedText(state)}`)
    case 'figures':
      return part.rows.map(({ figure, name }) => `- ${escapedLine(name)}: ${escapedText(figure)}`)
    case 'entries':
      return part.rows.map(
        ({ when, label, title, url }) =>
          `- ${when}: ${label === null ? '' : `${escapedText(label)}: `}${linkTo(title, url)}`,
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
