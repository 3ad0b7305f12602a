import type { Token } from './markdown.ts'
import { parsedMarkdown } from './markdown.ts'
import { oneLine, printable } from './text.ts'

/**
 * Markdown out of what people wrote, whatever they wrote: it is parsed as for the page and written anew, so that in any
 * reader it means what it means there. No HTML, no image, no link but to http, https and mail, no heading above its place.
 */

/** The text on a line of its own, in which nothing is a mark, a link or the beginning of a heading or list. */
export function escapedLine(text: string): string {
  return withoutBeginning(escapedText(text))
}

/** The same after something else on the line. */
export function escapedText(text: string): string {
  return escapedInline(oneLine(printable(text)).trim())
}

/** `url` is one of ours. */
export function linkTo(text: string, url: string): string {
  return `[${escapedText(text)}](${url})`
}

/** The text's highest heading is of the level `topHeading`. */
export function writtenMarkdown(source: string, topHeading: 3 | 4): string {
  const { pieces, isCut } = parsedMarkdown(source, topHeading)
  const texts = pieces.map((tokens) => blocks(tokens))
  return [...texts, ...(isCut ? ['_The rest was cut off: this text is too long._'] : [])].join('\n\n')
}

/** Marks, HTML, entities, what readers take for an address by itself, and what would make an image of a link. */
function escapedInline(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>|~]/g, String.raw`\$&`)
    .replace(/&(?=#?\w{1,32};)|:(?=\/\/)|(?<=\bwww)\.|@|!$/gi, String.raw`\$&`)
}

function withoutBeginning(text: string): string {
  return text.replace(/^(?=[#+=-])/, '\\').replace(/^(\d{1,9})(?=[.)])/, '$1\\')
}

function blocks(tokens: readonly Token[]): string {
  const written: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    const end = token.nesting === 1 ? endOf(tokens, at) : at
    const text = block(token, tokens.slice(at + 1, end))
    if (text !== '') written.push(text)
    at = end
  }
  return written.join('\n\n')
}

/** `inside`: what stands between its beginning and its end. */
function block(token: Token, inside: readonly Token[]): string {
  switch (token.type) {
    case 'heading_open':
      return `${'#'.repeat(Number(token.tag.slice(1)))} ${oneLine(blocks(inside))}`
    case 'bullet_list_open':
      return items(inside, () => '- ')
    case 'ordered_list_open': {
      const first = Number(token.attrGet('start') ?? 1)
      return items(inside, (index) => `${first + index}. `)
    }
    case 'blockquote_open':
      return indented(blocks(inside), '> ', '> ')
    case 'table_open':
      return table(inside)
    case 'fence':
    case 'code_block':
      return fenced(token.content, /^[\w+-]*/.exec(token.info)?.[0] ?? '')
    case 'hr':
      return '---'
    case 'inline':
      return inline(token.children ?? [])
    default:
      return inside.length > 0 ? blocks(inside) : escapedLine(token.content)
  }
}

function endOf(tokens: readonly Token[], from: number): number {
  const level = tokens[from]?.level
  const end = tokens.findIndex((token, at) => at > from && token.nesting === -1 && token.level === level)
  return end === -1 ? tokens.length : end
}

function items(tokens: readonly Token[], mark: (index: number) => string): string {
  return nested(tokens)
    .map((inside, index) => indented(blocks(inside), mark(index), ' '.repeat(mark(index).length)))
    .join('\n')
}

function table(tokens: readonly Token[]): string {
  const rows = nested(tokens).flatMap((part) => nested(part).map((row) => nested(row).map((cell) => blocks(cell))))
  const [head = [], ...rest] = rows.map((row) => `| ${row.map((cell) => inCell(cell)).join(' | ')} |`)
  return [head, `|${' --- |'.repeat(rows[0]?.length ?? 1)}`, ...rest].join('\n')
}

/** In a table, a bar would end the cell even where it is code. */
function inCell(text: string): string {
  return text.replaceAll(/ *\n/g, ' ').replaceAll(/(?<!\\)\|/g, String.raw`\|`)
}

/** What stands inside each of the tokens that open something. */
function nested(tokens: readonly Token[]): Token[][] {
  const result: Token[][] = []
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at]?.nesting !== 1) continue
    const end = endOf(tokens, at)
    result.push(tokens.slice(at + 1, end))
    at = end
  }
  return result
}

function indented(text: string, first: string, others: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? first : others) + line)
    .map((line) => line.trimEnd())
    .join('\n')
}

function fenced(content: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1))
  return `${fence}${language}\n${content.replace(/\n$/, '')}\n${fence}`
}

const MARKS: Readonly<Record<string, string>> = {
  strong_open: '**',
  strong_close: '**',
  em_open: '*',
  em_close: '*',
  s_open: '~~',
  s_close: '~~',
}

function inline(tokens: readonly Token[]): string {
  let text = ''
  let skipsTo = -1
  tokens.forEach((token, at) => {
    if (at <= skipsTo) return
    const mark = MARKS[token.type]
    if (mark !== undefined) text += mark
    else if (token.type === 'softbreak' || token.type === 'hardbreak') text += '  \n'
    else if (token.type === 'code_inline') text += code(token.content)
    else if (token.type === 'link_open') {
      const end = tokens.findIndex((other, place) => place > at && other.type === 'link_close')
      text += link(token, inline(tokens.slice(at + 1, end)))
      skipsTo = end
    } else if (/(?:^|\n)[*~]*$/.test(text)) text += withoutBeginning(escapedInline(token.content.trimStart()))
    else text += escapedInline(token.content)
  })
  return text
}

function link(token: Token, label: string): string {
  const url = String(token.attrGet('href') ?? '').replace(/[<>\s\\]/g, encodeURIComponent)
  const isBare = token.markup === 'linkify' || token.markup === 'autolink'
  return isBare && /^https?:/i.test(url) ? `<${url}>` : `[${label.replaceAll('\n', ' ')}](<${url}>)`
}

function code(content: string): string {
  const fence = '`'.repeat(longestRun(content) + 1)
  const room = /^[`\s]|[`\s]$/.test(content) ? ' ' : ''
  return `${fence}${room}${content}${room}${fence}`
}

function longestRun(content: string): number {
  return Math.max(0, ...(content.match(/`+/g) ?? []).map((run) => run.length))
}
