import type { PostMortem, Release } from './postMortem.ts'
import type { PublicPostMortem } from './publicModel.ts'

/**
 * What the public gets of a released post-mortem: no section marked internal and no link into the console. Its public
 * action items travel beside it (`publicActionItems`), for pages show them as a list of their own.
 */
export function publicPostMortemFrom(
  postMortem: Pick<PostMortem, 'id' | 'startedAtMs' | 'resolvedAtMs'>,
  release: Pick<Release, 'title' | 'body' | 'atMs'>,
  publishedAtMs: number,
  serviceNames: readonly string[],
): PublicPostMortem {
  return {
    id: postMortem.id,
    title: release.title,
    publishedAtMs,
    updatedAtMs: release.atMs,
    body: publicBody(release.body),
    startedAtMs: postMortem.startedAtMs,
    resolvedAtMs: postMortem.resolvedAtMs,
    services: serviceNames,
  }
}

export function publicBody(markdown: string): string {
  return withoutConsoleLinks(withoutInternalSections(markdown))
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/
const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/
const LIST_OR_QUOTE = /^(?: {4}|\t| {0,3}(?:[-+*>|]|\d+[.)]))/
/** Emphasis and punctuation around the mark do not make it another mark. */
const INTERNAL = /\(internal\)[\s*_~`:.]*$/i

/** A section reaches to the next heading of its own rank or above. Where a line may be read both ways it stays hidden. */
function withoutInternalSections(markdown: string): string {
  const kept: string[] = []
  let hiddenRank = 0
  let fence = ''
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n')
  for (const [i, line] of lines.entries()) {
    const [, mark = '', rest = ''] = FENCE.exec(line) ?? []
    // A heading inside quoted code is no heading.
    if (fence === '') fence = mark
    else if (mark.startsWith(fence) && rest.trim() === '') fence = ''
    const heading = fence === '' ? headingAt(lines, i, hiddenRank > 0) : null
    if (heading !== null && (hiddenRank === 0 || heading.rank <= hiddenRank))
      hiddenRank = INTERNAL.test(heading.text) ? heading.rank : 0
    if (hiddenRank === 0) kept.push(line)
  }
  return kept.join('\n')
}

function headingAt(
  lines: readonly string[],
  i: number,
  isHidden: boolean,
): { readonly rank: number; readonly text: string } | null {
  const line = lines[i] ?? ''
  const [, marks, text] = HEADING.exec(line) ?? []
  if (marks !== undefined && text !== undefined) return { rank: marks.length, text }
  const [, underline] = UNDERLINE.exec(lines[i + 1] ?? '') ?? []
  if (underline === undefined || line.trim() === '') return null
  // Under a list, or under a line that belongs to one, it is a rule and no heading.
  if (isHidden && (LIST_OR_QUOTE.test(line) || (lines[i - 1] ?? '').trim() !== '')) return null
  return { rank: underline.startsWith('=') ? 1 : 2, text: line }
}

/** A citation such as `[#12](/console/…)` goes whole; of other links into the console the words stay. */
function withoutConsoleLinks(markdown: string): string {
  return markdown
    .replace(/ ?\[#\d+\]\((?:https?:\/\/[^\s()]*)?\/console\/[^\s()]*\)/g, '')
    .replace(/\[([^\]\n]*)\]\((?:https?:\/\/[^\s()]*)?\/console(?:\/[^\s()]*)?\)/g, '$1')
}
