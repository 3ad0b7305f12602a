import type { Alert, AlertSource } from './alert.ts'
import { lastsAnotherDay } from './alert.ts'
import type { Severity } from './severity.ts'
import type { TrailStep } from './trail.ts'
import type { Judgement } from './triage.ts'

/** An alert that fires and is neither shown to anyone as an incident nor pages: something covers it, or it has to wait. */

/** By what; one of them says something. */
export interface Suppression {
  /** Ids of silences. */
  readonly silencedBy: readonly string[]
  /** Fingerprints of alerts. */
  readonly inhibitedBy: readonly string[]
  /** The routing rule that suppresses it. */
  readonly ruleId: string | null
  /** It has to fire until then to open an incident. */
  readonly pausedUntilMs: number | null
}

export const NOT_SUPPRESSED: Suppression = { silencedBy: [], inhibitedBy: [], ruleId: null, pausedUntilMs: null }

export function isSuppressed({ silencedBy, inhibitedBy, ruleId, pausedUntilMs }: Suppression): boolean {
  return silencedBy.length > 0 || inhibitedBy.length > 0 || ruleId !== null || pausedUntilMs !== null
}

/** What people call those that hide an alert: why a silence was made, the title of an alert. */
export interface HiderNames {
  readonly silences: Readonly<Record<string, string>>
  readonly alerts: Readonly<Record<string, string>>
}

/** Silences and other alerts are not asked when an alert is judged: the trail says of them what holds now. */
export function hiddenSteps({ silencedBy, inhibitedBy }: Suppression, { silences, alerts }: HiderNames): TrailStep[] {
  const step = (because: string): TrailStep => ({ about: 'suppression', decided: 'hidden', because, ruleId: null })
  return [
    ...silencedBy.map((id) => step(id in silences ? `a silence matches it: ${silences[id]}` : 'a silence matches it')),
    ...inhibitedBy.map((fingerprint) =>
      step(`${alerts[fingerprint] ?? `the alert ${fingerprint}`} fires and inhibits it`),
    ),
  ]
}

export type ByRules = Pick<Suppression, 'ruleId' | 'pausedUntilMs'>

/** What the routing rules say of an alert that is here since then. */
export function byRules({ suppressedByRule, pauseMs }: Judgement, heldSinceMs: number, nowMs: number): ByRules {
  const untilMs = heldSinceMs + pauseMs
  return { ruleId: suppressedByRule, pausedUntilMs: pauseMs > 0 && untilMs > nowMs ? untilMs : null }
}

/** Such an alert as the desk keeps it; it has no incident. */
export interface HeldAlert {
  readonly alert: Alert
  readonly source: AlertSource
  /** The integration it came by, or its source. */
  readonly sender: string
  readonly serviceId: string | null
  readonly severity: Severity
  /** Since when it is known here: what it has to wait is counted from then. */
  readonly heldSinceMs: number
  /** Until when its rule had it wait; null: it need not, or has. */
  readonly pausedUntilMs: number | null
  /** Every silence that has hidden this firing, counted once each. */
  readonly silencedBy: readonly string[]
}

/** What changes among them. */
export interface HeldChanges {
  /** To write. */
  readonly held: readonly HeldAlert[]
  /** Unchanged but for when they end: kept in memory, never written. */
  readonly heldRepeats: readonly HeldAlert[]
  /** Fingerprints of those that are over, or fire in an incident from now on. */
  readonly dropped: readonly string[]
}

/** Collects the changes of one batch and knows what holds after each of them. */
export class Holding {
  readonly #held = new Map<string, HeldAlert>()
  readonly #repeats = new Map<string, HeldAlert>()
  readonly #dropped = new Set<string>()
  readonly #before: (fingerprint: string) => HeldAlert | null

  constructor(before: (fingerprint: string) => HeldAlert | null) {
    this.#before = before
  }

  get(fingerprint: string): HeldAlert | null {
    const now = this.#held.get(fingerprint) ?? this.#repeats.get(fingerprint)
    if (now !== undefined) return now
    return this.#dropped.has(fingerprint) ? null : this.#before(fingerprint)
  }

  hold(held: HeldAlert): void {
    const { fingerprint } = held.alert
    this.#repeats.delete(fingerprint)
    this.#dropped.delete(fingerprint)
    this.#held.set(fingerprint, held)
  }

  /** The same firing goes on; written only where it began earlier than known or lasts longer, or another silence hides it too. */
  goOn(known: HeldAlert, alert: Alert, by: Suppression): void {
    const { fingerprint } = alert
    const silencedBy = [...new Set([...known.silencedBy, ...by.silencedBy])]
    const { pausedUntilMs } = by
    const next = { ...known, alert, silencedBy, pausedUntilMs }
    const isNews =
      silencedBy.length > known.silencedBy.length ||
      alert.startsAtMs < known.alert.startsAtMs ||
      lastsAnotherDay(known.alert, alert) ||
      pausedUntilMs !== known.pausedUntilMs
    if (isNews || this.#held.has(fingerprint)) {
      this.#repeats.delete(fingerprint)
      this.#held.set(fingerprint, next)
    } else this.#repeats.set(fingerprint, next)
  }

  drop(fingerprint: string): void {
    this.#held.delete(fingerprint)
    this.#repeats.delete(fingerprint)
    this.#dropped.add(fingerprint)
  }

  changes(): HeldChanges {
    return { held: [...this.#held.values()], heldRepeats: [...this.#repeats.values()], dropped: [...this.#dropped] }
  }
}
