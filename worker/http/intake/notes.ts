import type { Labels } from '../../domain/alert.ts'

/** What an event tells beside its labels, cut to what an alert may hold: a long text must not cost the alert. */

const NOTES_MAX = 150
const NAME_LENGTH_MAX = 200
const TEXT_LENGTH_MAX = 10_000
const TOTAL_LENGTH_MAX = 40_000

/** The first of two notes with one name stays; a text that is empty is left out. */
export function boundedNotes(notes: readonly (readonly [name: string, text: string])[]): Labels {
  const kept = new Map<string, string>()
  let left = TOTAL_LENGTH_MAX
  for (const [wanted, text] of notes) {
    const name = cut(wanted, NAME_LENGTH_MAX)
    if (text === '' || name === '' || kept.has(name)) continue
    if (kept.size === NOTES_MAX || left <= name.length) break
    const shown = cut(text, Math.min(TEXT_LENGTH_MAX, left - name.length))
    kept.set(name, shown)
    left -= name.length + shown.length
  }
  // fromEntries defines properties, so that a note called __proto__ is a note like any other.
  return Object.fromEntries(kept)
}

export function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`
}

/** In characters, as protocols count and clients cut, not in UTF-16 units. */
export function lengthOf(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF]/g)?.length ?? 0)
}

/** Any JSON value as text. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const URL_LENGTH_MAX = 2000

/** The first that may become a link in the console: a web address. */
export function firstLink(...candidates: readonly string[]): string {
  return candidates.find((url) => /^https?:\/\//i.test(url) && url.length <= URL_LENGTH_MAX && URL.canParse(url)) ?? ''
}
