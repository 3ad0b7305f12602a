import { monthIn } from '../domain/historyMonths.ts'
import type { PublicIncident, PublicMaintenance, PublicPage } from '../domain/publicModel.ts'

/** Search in the history, from a stored document alone: all incidents and maintenance, as their pages tell of them. */

export interface SearchEntry {
  readonly id: string
  /** Where its page lies. */
  readonly folder: 'incidents' | 'maintenance'
  readonly title: string
  /** Of maintenance that has not begun: when it will. */
  readonly startedAtMs: number
  readonly components: readonly string[]
  /** What updates say, the newest first, and then the same in other languages, each on a line; empty where the document would grow too large. */
  readonly text: string
}

export interface SearchDocument {
  readonly timeZone: string
  /** Newest first. */
  readonly entries: readonly SearchEntry[]
}

export interface SearchHit {
  readonly entry: SearchEntry
  /** Where it was found, cut around it: what matches stands at the odd places. */
  readonly excerpt: readonly string[]
}

const TEXT_LENGTH_MAX = 4000
const TEXTS_LENGTH_MAX = 1_500_000
export const QUERY_LENGTH_MAX = 100
const WORDS_MAX = 8
export const HITS_MAX = 50
const AROUND = 70

export function searchDocument(
  { timeZone }: PublicPage,
  incidents: readonly PublicIncident[],
  maintenances: readonly PublicMaintenance[],
): SearchDocument {
  const all = [
    ...incidents.map(
      (incident) => ({ folder: 'incidents', startedAtMs: incident.startedAtMs, subject: incident }) as const,
    ),
    ...maintenances.map(
      (subject) =>
        ({ folder: 'maintenance', startedAtMs: subject.startedAtMs ?? subject.scheduledForMs, subject }) as const,
    ),
  ].toSorted((a, b) => b.startedAtMs - a.startedAtMs)
  let left = TEXTS_LENGTH_MAX
  const entries = all.map(({ folder, startedAtMs, subject }): SearchEntry => {
    const { id, title, components } = subject
    const text = textOf(subject).slice(0, Math.min(TEXT_LENGTH_MAX, left))
    left -= text.length
    return { id, folder, title, startedAtMs, components: components.map(({ name }) => name), text }
  })
  return { timeZone, entries }
}

/** Every word has to be in it; a title that has them all goes first, then the newest. */
export function searchHistory({ timeZone, entries }: SearchDocument, query: string): SearchHit[] {
  const words = folded(query.slice(0, QUERY_LENGTH_MAX))
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, WORDS_MAX)
  if (words.length === 0) return []
  const found = entries.flatMap((entry) => {
    const title = folded(entry.title)
    const all = `${title}\n${folded(entry.components.join('\n'))}\n${monthIn(timeZone, entry.startedAtMs)}\n${folded(entry.text)}`
    if (!words.every((word) => all.includes(word))) return []
    return [{ entry, isInTitle: words.every((word) => title.includes(word)) }]
  })
  return found
    .toSorted((a, b) => Number(b.isInTitle) - Number(a.isInTitle))
    .slice(0, HITS_MAX)
    .map(({ entry }) => ({ entry, excerpt: excerptOf(entry.text, words) }))
}

/** A line for each text, so that what is cut out is of one of them: first what was written, then its translations. */
function textOf({ updates }: PublicIncident | PublicMaintenance): string {
  const written = [...updates].map(({ body }) => body)
  const translated = [...updates].flatMap(({ translations }) => Object.values(translations))
  return [...written, ...translated]
    .map((text) =>
      text
        .replace(/[*_`#>[\]]+/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '')
    .join('\n')
}

/** Letters as they are compared: without case and accents, each as long as it was where that can be. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

function excerptOf(text: string, words: readonly string[]): string[] {
  const beginning = () => [(text.split('\n', 1)[0] ?? '').slice(0, 2 * AROUND)]
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  const lower = plain.toLowerCase()
  // Where folding changes the length, places would be wrong: then nothing is marked.
  if (lower.length !== text.length) return beginning()
  const first = Math.min(...words.map((word) => lower.indexOf(word)).filter((at) => at >= 0))
  if (!Number.isFinite(first)) return beginning()
  const word = words.filter((each) => lower.startsWith(each, first)).sort((a, b) => b.length - a.length)[0] ?? ''
  const lineFrom = text.lastIndexOf('\n', first) + 1
  const lineEnd = text.indexOf('\n', first)
  const lineTo = lineEnd === -1 ? text.length : lineEnd
  const [from, to] = [Math.max(lineFrom, first - AROUND), Math.min(lineTo, first + word.length + AROUND)]
  return [
    `${from > lineFrom ? '…' : ''}${text.slice(from, first)}`,
    text.slice(first, first + word.length),
    `${text.slice(first + word.length, to)}${to < lineTo ? '…' : ''}`,
  ]
}
