import type { Labels } from './alert.ts'
import { byCodePoint } from './alert.ts'
import type { CompileRegex, Matcher } from './matchers.ts'
import { compileMatcher } from './matchers.ts'
import type { Recurrence } from './recurrence.ts'
import { nextOccurrences, occurrences, recurrenceFault } from './recurrence.ts'

/** Pure: Alertmanager's silences. While one is active, the alerts it matches open no incident and page nobody. */

export interface Silence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  /** Of the present or next occurrence, when it recurs. */
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly recurrence: Recurrence | null
  /** Whether someone ended it, and with it all of its occurrences. */
  readonly isEnded: boolean
  readonly createdBy: string
  /** Who made it, when they are known here: the id of a responder. */
  readonly authorId: string | null
  /** Why. */
  readonly comment: string
  readonly annotations: Labels
  readonly updatedAtMs: number
  /** How many firings it kept from opening or joining an incident. */
  readonly hid: number
  /** The end that its author was warned of. */
  readonly warnedOfEndMs: number | null
}

export const SILENCE_STATES = ['active', 'pending', 'expired'] as const
export type SilenceState = (typeof SILENCE_STATES)[number]

/** Of a silence as it is at `nowMs`. */
export function silenceState(
  { startsAtMs, endsAtMs }: Pick<Silence, 'startsAtMs' | 'endsAtMs'>,
  nowMs: number,
): SilenceState {
  if (nowMs < startsAtMs) return 'pending'
  return nowMs < endsAtMs ? 'active' : 'expired'
}

/** What someone asks for: a new silence, or with an `id` a change of one. */
export interface WantedSilence extends Pick<
  Silence,
  'matchers' | 'startsAtMs' | 'endsAtMs' | 'createdBy' | 'comment' | 'annotations'
> {
  readonly id: string | null
  /** When given, the times are those of its present or next occurrence. Absent: as it is, or none for a new one. */
  readonly recurrence?: Recurrence | null
  readonly authorId?: string | null
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

/**
 * `known` is the silence that `wanted.id` names, as it is at `nowMs`, if there is one; `newId` is taken when it cannot
 * be changed in place.
 */
export function putSilence(
  known: Silence | null,
  wanted: WantedSilence,
  newId: string,
  nowMs: number,
  compileRegex: CompileRegex,
): PutSilence {
  const recurrence = wanted.recurrence ?? null
  const recurrenceProblem = recurrence === null ? null : recurrenceFault(recurrence)
  if (recurrenceProblem !== null) return invalid(`silence invalid: ${recurrenceProblem}`)
  const isSameRule = known !== null && !known.isEnded && sameRecurrence(known.recurrence, recurrence)
  // The occurrence it has may have been ended, left out or extended by someone: that stays so.
  const times = recurrence === null ? wanted : isSameRule ? known : nextOccurrences(recurrence, nowMs, 1)[0]
  if (times === undefined) return invalid('silence invalid: by its rule it never begins from now on')
  const { startsAtMs, endsAtMs } = times
  if (startsAtMs >= endsAtMs) return invalid('Failed to create silence: start time must be before end time')
  if (endsAtMs < nowMs) return invalid("Failed to create silence: end time can't be in the past")
  const fault = matchersFault(wanted, compileRegex)
  if (fault !== null) return invalid(`silence invalid: ${fault}`)
  if (wanted.id !== null && known === null) return { ok: false, reason: 'not_found', message: 'silence not found' }

  const { matchers, createdBy, comment, annotations } = wanted
  // What someone ended for good comes back only as it is asked for.
  const kept = known === null || known.isEnded ? null : known.recurrence
  const content = {
    matchers,
    startsAtMs,
    endsAtMs,
    createdBy,
    comment,
    annotations,
    updatedAtMs: nowMs,
    recurrence: wanted.recurrence === undefined ? kept : wanted.recurrence,
    authorId: wanted.authorId === undefined ? (known?.authorId ?? null) : wanted.authorId,
  }
  if (known !== null && canChange(known, { matchers, startsAtMs, recurs: recurrence !== null }, nowMs))
    return { ok: true, id: known.id, put: [{ ...known, ...content }] }
  const replaced = known === null ? null : expireSilence(known, nowMs)
  const fresh = { id: newId, startsAtMs: Math.max(startsAtMs, nowMs), isEnded: false, hid: 0, warnedOfEndMs: null }
  const made: Silence = { ...content, ...fresh }
  return { ok: true, id: newId, put: replaced === null ? [made] : [replaced, made] }
}

function sameRecurrence(a: Recurrence | null, b: Recurrence | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.rule === b.rule &&
    a.timeZone === b.timeZone &&
    a.startsAtWallMs === b.startsAtWallMs &&
    a.durationMs === b.durationMs
  )
}

/** The same silence with the occurrence that is present at `nowMs`, or the next one; the last when none is left. */
export function atTime(silence: Silence, nowMs: number): Silence {
  const { recurrence, isEnded, startsAtMs, endsAtMs } = silence
  if (recurrence === null || isEnded || nowMs < endsAtMs) return silence
  // Never the one it has: someone may have ended that before its time.
  for (const occurrence of occurrences(recurrence, nowMs))
    if (occurrence.startsAtMs > startsAtMs) return { ...silence, ...occurrence }
  return { ...silence, isEnded: true }
}

/** Its occurrences after the present or next one. */
export function laterOccurrences({ recurrence, isEnded, startsAtMs, endsAtMs }: Silence, max: number) {
  if (recurrence === null || isEnded) return []
  return nextOccurrences(recurrence, endsAtMs, max + 1)
    .filter((occurrence) => occurrence.startsAtMs > startsAtMs)
    .slice(0, max)
}

/** Ended now and for good; null when it has ended before. One that has not begun never does. */
export function expireSilence(silence: Silence, nowMs: number): Silence | null {
  const ended = { ...silence, endsAtMs: nowMs, isEnded: true, updatedAtMs: nowMs }
  switch (silenceState(silence, nowMs)) {
    case 'expired':
      return null
    case 'active':
      return ended
    case 'pending':
      return { ...ended, startsAtMs: nowMs }
  }
}

/** Its present occurrence ended now, or its next one left out; the others stay. Null when it has ended before. */
export function skipOccurrence(silence: Silence, nowMs: number): Silence | null {
  const { recurrence, startsAtMs } = silence
  switch (silenceState(silence, nowMs)) {
    case 'expired':
      return null
    case 'active':
      return atTime({ ...silence, endsAtMs: nowMs, updatedAtMs: nowMs }, nowMs)
    case 'pending': {
      const later = recurrence === null ? undefined : laterThan(recurrence, startsAtMs)
      return later === undefined ? expireSilence(silence, nowMs) : { ...silence, ...later, updatedAtMs: nowMs }
    }
  }
}

function laterThan(recurrence: Recurrence, startsAtMs: number) {
  for (const occurrence of occurrences(recurrence, startsAtMs))
    if (occurrence.startsAtMs > startsAtMs) return occurrence
  return undefined
}

/** Goes on for longer, this time; null when it has ended. */
export function extendSilence(silence: Silence, byMs: number, nowMs: number): Silence | null {
  if (silenceState(silence, nowMs) === 'expired') return null
  return { ...silence, endsAtMs: silence.endsAtMs + byMs, updatedAtMs: nowMs }
}

/** What it hid and whom it told so stays true: another set of matchers is another silence. */
function canChange(
  known: Silence,
  wanted: Pick<Silence, 'matchers' | 'startsAtMs'> & { readonly recurs: boolean },
  nowMs: number,
): boolean {
  if (!sameMatchers(known.matchers, wanted.matchers)) return false
  switch (silenceState(known, nowMs)) {
    case 'expired':
      return false
    case 'active':
      // To the second: some clients send no more.
      return wanted.recurs || Math.floor(known.startsAtMs / 1000) === Math.floor(wanted.startsAtMs / 1000)
    case 'pending':
      return wanted.recurs || wanted.startsAtMs >= nowMs
  }
}

function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const text = (matchers: readonly Matcher[]) => JSON.stringify(matchers.map(identityOf).toSorted(byCodePoint))
  return a.length === b.length && text(a) === text(b)
}

function identityOf({ name, value, isRegex, isEqual }: Matcher): string {
  return JSON.stringify([name, value, isRegex, isEqual])
}

/** What is wrong with what it matches, in Alertmanager's words; null when nothing is. */
export function matchersFault(
  wanted: Pick<WantedSilence, 'matchers' | 'createdBy' | 'comment' | 'annotations'>,
  compileRegex: CompileRegex,
): string | null {
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
