import type { Labels } from './alert.ts'
import { byCodePoint } from './alert.ts'
import type { CompileRegex, Matcher } from './matchers.ts'
import { compileMatcher } from './matchers.ts'

/** Pure: Alertmanager's silences. While one is active, the alerts it matches open no incident and page nobody. */

export interface Silence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly createdBy: string
  /** Why. */
  readonly comment: string
  readonly annotations: Labels
  readonly updatedAtMs: number
  /** How many firings it kept from opening or joining an incident. */
  readonly hid: number
}

export const SILENCE_STATES = ['active', 'pending', 'expired'] as const
export type SilenceState = (typeof SILENCE_STATES)[number]

export function silenceState({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (nowMs < startsAtMs) return 'pending'
  return nowMs < endsAtMs ? 'active' : 'expired'
}

/** What someone asks for: a new silence, or with an `id` a change of one. */
export interface WantedSilence extends Pick<
  Silence,
  'matchers' | 'startsAtMs' | 'endsAtMs' | 'createdBy' | 'comment' | 'annotations'
> {
  readonly id: string | null
}

export type SilenceRefusal =
  | { readonly reason: 'not_found'; readonly message: 'silence not found' }
  | { readonly reason: 'invalid'; readonly message: string }
  | { readonly reason: 'too_many'; readonly message: string }

export type PutSilence =
  /** `put` is to be stored: the silence, and before it the one it takes the place of. */
  | { readonly ok: true; readonly id: string; readonly put: readonly Silence[] }
  | ({ readonly ok: false } & SilenceRefusal)

export const MATCHERS_MAX = 50
export const SILENCE_TEXT_LENGTH_MAX = 16_000

/** `known` is the silence that `wanted.id` names, if there is one; `newId` is taken when it cannot be changed in place. */
export function putSilence(
  known: Silence | null,
  wanted: WantedSilence,
  newId: string,
  nowMs: number,
  compileRegex: CompileRegex,
): PutSilence {
  if (wanted.startsAtMs >= wanted.endsAtMs)
    return invalid('Failed to create silence: start time must be before end time')
  if (wanted.endsAtMs < nowMs) return invalid("Failed to create silence: end time can't be in the past")
  const fault = matchersFault(wanted, compileRegex)
  if (fault !== null) return invalid(`silence invalid: ${fault}`)
  if (wanted.id !== null && known === null) return { ok: false, reason: 'not_found', message: 'silence not found' }

  const { id: _id, ...content } = wanted
  if (known !== null && canChange(known, wanted, nowMs)) {
    const changed = { ...known, ...content, updatedAtMs: nowMs }
    return { ok: true, id: known.id, put: [changed] }
  }
  const replaced = known === null ? null : expireSilence(known, nowMs)
  const startsAtMs = Math.max(wanted.startsAtMs, nowMs)
  const made: Silence = { ...content, id: newId, startsAtMs, updatedAtMs: nowMs, hid: 0 }
  return { ok: true, id: newId, put: replaced === null ? [made] : [replaced, made] }
}

/** Ended now; null when it has ended before. One that has not begun never does. */
export function expireSilence(silence: Silence, nowMs: number): Silence | null {
  switch (silenceState(silence, nowMs)) {
    case 'expired':
      return null
    case 'active':
      return { ...silence, endsAtMs: nowMs, updatedAtMs: nowMs }
    case 'pending':
      return { ...silence, startsAtMs: nowMs, endsAtMs: nowMs, updatedAtMs: nowMs }
  }
}

/** What it hid and whom it told so stays true: another set of matchers is another silence. */
function canChange(known: Silence, wanted: WantedSilence, nowMs: number): boolean {
  if (!sameMatchers(known.matchers, wanted.matchers)) return false
  switch (silenceState(known, nowMs)) {
    case 'expired':
      return false
    case 'active':
      // To the second: some clients send no more.
      return Math.floor(known.startsAtMs / 1000) === Math.floor(wanted.startsAtMs / 1000)
    case 'pending':
      return wanted.startsAtMs >= nowMs
  }
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const text = (matchers: readonly Matcher[]) => JSON.stringify(matchers.map(identityOf).toSorted(byCodePoint))
  return a.length === b.length && text(a) === text(b)
}

function identityOf({ name, value, isRegex, isEqual }: Matcher): string {
  return JSON.stringify([name, value, isRegex, isEqual])
}

function matchersFault(wanted: WantedSilence, compileRegex: CompileRegex): string | null {
  const { matchers, createdBy, comment } = wanted
  if (matchers.length === 0) return 'at least one matcher required'
  if (matchers.length > MATCHERS_MAX) return `at most ${MATCHERS_MAX} matchers are taken`
  const notes = Object.entries(wanted.annotations).flat()
  const texts = [createdBy, comment, ...notes, ...matchers.flatMap(({ name, value }) => [name, value])]
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  if (length > SILENCE_TEXT_LENGTH_MAX) return `its text is longer than ${SILENCE_TEXT_LENGTH_MAX} characters`
  let matchesEmpty = true
  for (const [index, matcher] of matchers.entries()) {
    const { name, value } = matcher
    if (name === '') return `invalid label matcher ${index}: invalid label name ""`
    try {
      if (!compileMatcher(matcher, compileRegex)({})) matchesEmpty = false
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it cannot be compiled'
      return `invalid label matcher ${index}: invalid regular expression ${JSON.stringify(value)}: ${why}`
    }
  }
  return matchesEmpty ? 'at least one matcher must not match the empty string' : null
}

function invalid(message: string): PutSilence {
  return { ok: false, reason: 'invalid', message }
}

/** Which alerts all of these match. Throws what `compileRegex` throws. */
export function compileMatchers(matchers: readonly Matcher[], compileRegex: CompileRegex): (labels: Labels) => boolean {
  // What costs least first: most alerts are told apart by an equality.
  const tests = matchers
    .toSorted((a, b) => Number(a.isRegex) - Number(b.isRegex))
    .map((matcher) => compileMatcher(matcher, compileRegex))
  return (labels) => tests.every((test) => test(labels))
}

/** As Alertmanager's filters do: each of them is one of the silence's own matchers. */
export function hasMatchers({ matchers }: Silence, filters: readonly Matcher[]): boolean {
  const known = new Set(matchers.map(identityOf))
  return filters.every((filter) => known.has(identityOf(filter)))
}

/** Active ones by their end, then pending ones by their start, then expired ones, the latest first. */
export function inListOrder(silences: readonly Silence[], nowMs: number): Silence[] {
  const rank = (silence: Silence) => SILENCE_STATES.indexOf(silenceState(silence, nowMs))
  return silences.toSorted((a, b) => {
    const state = silenceState(a, nowMs)
    const byState = rank(a) - rank(b)
    if (byState !== 0) return byState
    const byTime = state === 'pending' ? a.startsAtMs - b.startsAtMs : a.endsAtMs - b.endsAtMs
    return (state === 'expired' ? -byTime : byTime) || byCodePoint(a.id, b.id)
  })
}
