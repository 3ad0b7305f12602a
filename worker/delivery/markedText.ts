import type { Token } from '../publishing/markdown.ts'
import { markdownTokens } from '../publishing/markdown.ts'
import { clip } from './clip.ts'

/** Pure: Markdown in the words of a chat, each of which has marks of its own. */

export interface Dialect {
  /** Text that must not be taken for marks. */
  readonly escape: (text: string) => string
  readonly strong: string
  readonly emphasis: string
  readonly strike: string
  readonly code: (text: string) => string
  readonly fence: (text: string) => string
  /** `label` is escaped already. */
  readonly link: (label: string, url: string) => string
  readonly quote: string
}

/** Without marks, for what shows none. */
export const PLAIN: Dialect = {
  escape: (text) => text,
  strong: '',
  emphasis: '',
  strike: '',
  code: (text) => text,
  fence: (text) => text,
  link: (label, url) => (label === url ? url : `${label} (${url})`),
  quote: '',
}

/** Whole blocks as long as they fit, so that no mark is cut in two; an ellipsis says that something is missing. */
export function markedText(markdown: string, dialect: Dialect, lengthMax: number): string {
  const all = blocks(markdownTokens(markdown), dialect)
  const text = all.join('\n\n')
  if (text.length <= lengthMax) return text
  const fitting: string[] = []
  let length = 3
  for (const block of all) {
    length += block.length + 2
    if (length > lengthMax) break
    fitting.push(block)
  }
  if (fitting.length > 0) return `${fitting.join('\n\n')}\n\n…`
  return clipEscaped(blocks(markdownTokens(markdown), PLAIN).join('\n\n'), dialect.escape, lengthMax)
}

/** The longest beginning that fits once it is escaped. */
export function clipEscaped(text: string, escape: (text: string) => string, lengthMax: number): string {
  if (escape(text).length <= lengthMax) return escape(text)
  let room = Math.min(text.length, lengthMax)
  while (room > 0 && escape(clip(text, room)).length > lengthMax) room = Math.floor(room * 0.8)
  return escape(clip(text, room))
}

/** One text for each paragraph, heading, list and so on. */
function blocks(tokens: readonly Token[], dialect: Dialect): string[] {
  const result: string[] = []
  const lists: { next: number | null }[] = []
  let quotes = 0
  let lines: string[] = []
  let mark = ''
  const add = (text: string) => {
    const indent = '  '.repeat(Math.max(0, lists.length - 1))
    lines.push(
      ...text.split('\n').map((line, index) => {
        const before = index === 0 ? mark : ' '.repeat(mark.length)
        return `${dialect.quote.repeat(Math.min(quotes, 1))}${indent}${before}${line}`
      }),
    )
    mark = ''
  }
  for (const token of tokens) {
    if (token.type === 'bullet_list_open') lists.push({ next: null })
    else if (token.type === 'ordered_list_open') lists.push({ next: Number(token.attrGet('start') ?? 1) })
    else if (token.type === 'bullet_list_close' || token.type === 'ordered_list_close') lists.pop()
    else if (token.type === 'list_item_open') mark = itemMark(lists.at(-1))
    else if (token.type === 'blockquote_open') quotes++
    else if (token.type === 'blockquote_close') quotes--
    else if (token.type === 'inline') add(inline(token.children ?? [], dialect))
    else if (token.type === 'fence' || token.type === 'code_block') add(dialect.fence(token.content.replace(/\n$/, '')))
    else if (token.type === 'hr') add('———')
    else if (token.type === 'heading_open') mark = ''
    const isEnd = token.level === 0 && token.nesting <= 0
    if (isEnd && lines.length > 0) {
      result.push(token.type === 'heading_close' ? headed(lines, dialect) : lines.join('\n'))
      lines = []
    }
  }
  return result
}

function itemMark(list: { next: number | null } | undefined): string {
  if (list === undefined || list.next === null) return '• '
  return `${list.next++}. `
}

function headed(lines: readonly string[], { strong }: Dialect): string {
  const text = lines.join(' ')
  return strong === '' || text.includes(strong) ? text : `${strong}${text}${strong}`
}

const MARKS: Readonly<Record<string, 'strong' | 'emphasis' | 'strike'>> = {
  strong_open: 'strong',
  strong_close: 'strong',
  em_open: 'emphasis',
  em_close: 'emphasis',
  s_open: 'strike',
  s_close: 'strike',
}

function inline(tokens: readonly Token[], dialect: Dialect): string {
  let text = ''
  let link: { readonly url: string; readonly from: number } | null = null
  for (const token of tokens) {
    const mark = MARKS[token.type]
    // Inside a link there are no marks: not every chat knows them there.
    if (mark !== undefined) text += link === null ? dialect[mark] : ''
    else if (token.type === 'text') text += dialect.escape(token.content)
    else if (token.type === 'code_inline')
      text += link === null ? dialect.code(token.content) : dialect.escape(token.content)
    else if (token.type === 'softbreak' || token.type === 'hardbreak') text += '\n'
    else if (token.type === 'link_open') link = { url: String(token.attrGet('href') ?? ''), from: text.length }
    else if (token.type === 'link_close' && link !== null) {
      text = text.slice(0, link.from) + dialect.link(text.slice(link.from).replace(/\n/g, ' '), link.url)
      link = null
    } else text += dialect.escape(token.content)
  }
  return text
}
