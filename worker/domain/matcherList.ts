import type { CompileRegex, Matcher } from './matchers.ts'
import { compileMatcher, parseMatcher } from './matchers.ts'

const MATCHERS_MAX = 20

export type ParsedMatchers =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly reason: string }

/** Several matchers in one text, as Alertmanager writes them: `{service="checkout", severity=~"critical|page"}`. */
export function parseMatchers(text: string, compileRegex: CompileRegex): ParsedMatchers {
  const inner = text.trim().replace(/^\{(.*)\}$/su, '$1')
  const matchers: Matcher[] = []
  for (const part of partsOf(inner)) {
    const parsed = parseMatcher(part)
    if (!parsed.ok) return parsed
    try {
      compileMatcher(parsed.matcher, compileRegex)
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : 'it cannot be compiled' }
    }
    matchers.push(parsed.matcher)
  }
  return matchers.length > MATCHERS_MAX
    ? { ok: false, reason: `at most ${MATCHERS_MAX} matchers are taken` }
    : { ok: true, matchers }
}

/** Commas and line breaks part them, except inside of quotes. */
function partsOf(text: string): string[] {
  // A quote that is never closed belongs to its part, which is then refused as it stands.
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|[^",\n]|")+/gsu) ?? []
  return parts.filter((part) => part.trim() !== '')
}
