import MarkdownIt from 'markdown-it'
import { printable } from './text.ts'

/** A piece this long is what one parse may take: markdown-it stays well under 0.1 s on hostile input of this size. */
export const MARKDOWN_PIECE_LENGTH = 16 * 1024
/** More than any update or post-mortem should need; the rest is cut off, and the text says so. */
export const MARKDOWN_LENGTH_MAX = 16 * MARKDOWN_PIECE_LENGTH

export type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number]

const SAFE_SCHEME = /^(?:https?:\/\/|mailto:)/i

/** Raw HTML is shown as text, an image becomes a link, a link goes to http, https or mail. */
const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 20 })
parser.validateLink = (url) => SAFE_SCHEME.test(url.trim())
// Bare names such as "status.example" stay text: only what is spelled out as an address becomes a link.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
parser.disable('image')
parser.renderer.rules.link_open = (tokens, index, options, _env, renderer) => {
  tokens[index]?.attrSet('rel', 'nofollow noopener noreferrer')
  return renderer.renderToken(tokens, index, options)
}
/**
 * Markdown to HTML that is safe inside our pages, feeds and mail, in bounded time.
 * The text's highest heading becomes `topHeading`, so that it fits the outline of the page around it.
 */
export function renderMarkdown(source: string, topHeading: 2 | 3 | 4 = 3): string {
  const { pieces: parsed, isCut } = parsedMarkdown(source, topHeading)
  const html = parsed.map((tokens) => parser.renderer.render(tokens, parser.options, {}))
  if (isCut) html.push('<p><em>The rest was cut off: this text is too long.</em></p>\n')
  return html.join('')
}

/** The structure of a text, piece by piece, with its headings where they belong. */
export function parsedMarkdown(source: string, topHeading: 2 | 3 | 4): { pieces: Token[][]; isCut: boolean } {
  const text = printable(source.replace(/\r\n?/g, '\n'))
  const parsed = pieces(text.slice(0, MARKDOWN_LENGTH_MAX)).map((piece) => parser.parse(piece, {}))
  return { pieces: outlined(parsed, topHeading), isCut: text.length > MARKDOWN_LENGTH_MAX }
}

/** The structure of a short text, for what is no HTML; what is longer than one piece is cut off. */
export function markdownTokens(source: string): Token[] {
  return parser.parse(printable(source.replace(/\r\n?/g, '\n')).slice(0, MARKDOWN_PIECE_LENGTH), {})
}

function outlined(parsed: Token[][], topHeading: number): Token[][] {
  const headings = parsed.flat().filter(({ type }) => type === 'heading_open' || type === 'heading_close')
  const shift = topHeading - Math.min(...headings.map(({ tag }) => Number(tag.slice(1))))
  for (const heading of headings) heading.tag = `h${Math.min(6, Number(heading.tag.slice(1)) + shift)}`
  return parsed
}

/** Cut between paragraphs where that is possible, so that most long texts look as if they had been parsed whole. */
function pieces(text: string): string[] {
  const result: string[] = []
  let rest = text
  while (rest.length > MARKDOWN_PIECE_LENGTH) {
    const paragraph = rest.lastIndexOf('\n\n', MARKDOWN_PIECE_LENGTH)
    const line = rest.lastIndexOf('\n', MARKDOWN_PIECE_LENGTH)
    const end = paragraph > 0 ? paragraph : line > 0 ? line : MARKDOWN_PIECE_LENGTH
    result.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  result.push(rest)
  return result
}
