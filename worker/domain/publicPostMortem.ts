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
const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** A section reaches to the next heading of its own rank or above. */
function withoutInternalSections(markdown: string): string {
  const kept: string[] = []
  let hiddenRank = 0
  let fence = ''
  for (const line of markdown.replace(/\r\n?/g, '\n').split('\n')) {
    const [, fenceMark] = FENCE.exec(line) ?? []
    // A heading inside quoted code is no heading.
    if (fenceMark !== undefined && (fence === '' || line.trim().startsWith(fence)))
      fence = fence === '' ? fenceMark : ''
    const heading = fence === '' ? HEADING.exec(line) : null
    if (heading !== null) {
      const rank = heading[1]?.length ?? 1
      if (hiddenRank === 0 || rank <= hiddenRank)
        hiddenRank = /\(internal\)$/i.test(heading[2]?.trim() ?? '') ? rank : 0
    }
    if (hiddenRank === 0) kept.push(line)
  }
  return kept.join('\n')
}

/** A citation such as `[#12](/console/…)` goes whole; of other links into the console the words stay. */
function withoutConsoleLinks(markdown: string): string {
  return markdown
    .replace(/ ?\[#\d+\]\((?:https?:\/\/[^\s()]*)?\/console\/[^\s()]*\)/g, '')
    .replace(/\[([^\]\n]*)\]\((?:https?:\/\/[^\s()]*)?\/console(?:\/[^\s()]*)?\)/g, '$1')
}
