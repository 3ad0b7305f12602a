import type { Matcher } from '../../domain/matchers.ts'
import { matcherText } from '../../domain/matchers.ts'

const TEXT_LENGTH_MAX = 2000

/** The form with these matchers filled in: who wants to hide more takes lines away. */
export function silenceLink(matchers: readonly Matcher[]): string {
  let length = 0
  const fitting = matchers.map(matcherText).filter((line) => (length += line.length) <= TEXT_LENGTH_MAX)
  return `/console/silences?${new URLSearchParams({ matchers: fitting.join('\n') }).toString()}#new`
}
