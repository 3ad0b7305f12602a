import type { PublicIncident } from './publicModel.ts'

/** Whether updates came when they were promised: told in public, as the promises were. */

export type PromiseOutcome =
  | { readonly kind: 'kept' }
  | { readonly kind: 'late'; readonly byMs: number }
  /** Not due yet. */
  | { readonly kind: 'open' }
  /** Due, and nothing has come. */
  | { readonly kind: 'overdue'; readonly byMs: number }

export interface KeptPromise {
  /** Of the update that gave it. */
  readonly updateId: string
  readonly promisedAtMs: number
  readonly outcome: PromiseOutcome
}

/** A promise names a minute, and lasts as long as that minute. */
const MINUTE_MS = 60_000

/** The oldest first. The next update keeps a promise or breaks it; another promise in it is the next one. */
export function promisesOf({ updates }: Pick<PublicIncident, 'updates'>, asOfMs: number): KeptPromise[] {
  const oldestFirst = updates.toReversed()
  return oldestFirst.flatMap((update, i) => {
    const { id: updateId, nextUpdateAtMs: promisedAtMs } = update
    if (promisedAtMs === null) return []
    const cameAtMs = oldestFirst[i + 1]?.atMs ?? null
    return [{ updateId, promisedAtMs, outcome: outcomeOf(promisedAtMs, cameAtMs, asOfMs) }]
  })
}

function outcomeOf(promisedAtMs: number, cameAtMs: number | null, asOfMs: number): PromiseOutcome {
  const byMs = (cameAtMs ?? asOfMs) - promisedAtMs
  if (cameAtMs !== null) return byMs < MINUTE_MS ? { kind: 'kept' } : { kind: 'late', byMs }
  return byMs < MINUTE_MS ? { kind: 'open' } : { kind: 'overdue', byMs }
}

/** How many of those that are due were kept. */
export function promisesKept(promises: readonly KeptPromise[]): { readonly kept: number; readonly due: number } {
  const due = promises.filter(({ outcome }) => outcome.kind !== 'open')
  return { kept: due.filter(({ outcome }) => outcome.kind === 'kept').length, due: due.length }
}
