import type { Alert, Labels } from './alert.ts'
import { isFiring } from './alert.ts'
import type { IncomingAlert } from './alertIntake.ts'
import { normaliseAlert } from './alertIntake.ts'
import type { BatchPlan } from './batchPlan.ts'
import type { CompiledRule } from './inhibition.ts'
import { InhibitionIndex } from './inhibition.ts'

/** Pure: which alert inhibits which, among those that fire and those that arrive with them. */

/** What a batch brings to the rules. */
export interface Arriving {
  readonly sources: InhibitionIndex
  readonly ended: ReadonlySet<string>
}

export const NOTHING_ARRIVES: Arriving = { sources: new InhibitionIndex([]), ended: new Set() }

/** Whether one alert of a batch inhibits another does not depend on their order. */
export function arrivingIn(batch: readonly IncomingAlert[], rules: readonly CompiledRule[], nowMs: number): Arriving {
  if (rules.length === 0) return NOTHING_ARRIVES
  const sources = new InhibitionIndex(rules)
  const ended = new Set<string>()
  for (const each of batch) {
    const normalised = normaliseAlert(each, nowMs)
    if (!normalised.ok) continue
    const { alert } = normalised
    if (isFiring(alert, nowMs)) {
      ended.delete(alert.fingerprint)
      sources.add(alert)
    } else {
      ended.add(alert.fingerprint)
      sources.remove(alert.fingerprint)
    }
  }
  return { sources, ended }
}

/** The alerts of a desk that can inhibit others. `known` has what fires, in an incident or suppressed. */
export class Inhibiting {
  readonly rules: readonly CompiledRule[]
  readonly #index: InhibitionIndex
  readonly #known: (fingerprint: string) => Alert | undefined

  constructor(rules: readonly CompiledRule[], known: (fingerprint: string) => Alert | undefined) {
    this.rules = rules
    this.#index = new InhibitionIndex(rules)
    this.#known = known
  }

  add(alert: Alert): void {
    if (this.rules.length > 0) this.#index.add(alert)
  }

  /** Call once `known` has what the plan says. */
  follow({ records, held, dropped }: Pick<BatchPlan, 'records' | 'held' | 'dropped'>): void {
    if (this.rules.length === 0) return
    const touched = new Set([
      ...records.map(({ alert }) => alert.fingerprint),
      ...held.map(({ alert }) => alert.fingerprint),
      ...dropped,
    ])
    for (const fingerprint of touched) {
      const alert = this.#known(fingerprint)
      if (alert === undefined) this.#index.remove(fingerprint)
      else this.#index.add(alert)
    }
  }

  /** The fingerprint of an alert that inhibits one with these labels; null: none does. */
  inhibitorOf(labels: Labels, arriving: Arriving, nowMs: number): string | null {
    if (this.rules.length === 0) return null
    const fires = (fingerprint: string) => {
      const known = this.#known(fingerprint)
      return known !== undefined && isFiring(known, nowMs) && !arriving.ended.has(fingerprint)
    }
    return this.#index.inhibitorOf(labels, fires) ?? arriving.sources.inhibitorOf(labels, () => true)
  }
}
