import type { Alert, AlertSource } from './alert.ts'

/** An alert that fires and is neither shown to anyone as an incident nor pages: a silence or another alert covers it. */

/** By what: ids of silences, fingerprints of alerts. One of the two holds at least one. */
export interface Suppression {
  readonly silencedBy: readonly string[]
  readonly inhibitedBy: readonly string[]
}

/** Such an alert as the desk keeps it; it has no incident. */
export interface HeldAlert {
  readonly alert: Alert
  readonly source: AlertSource
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

  hold(alert: Alert, source: AlertSource, { silencedBy }: Suppression): void {
    this.#repeats.delete(alert.fingerprint)
    this.#dropped.delete(alert.fingerprint)
    this.#held.set(alert.fingerprint, { alert, source, silencedBy })
  }

  /** The same firing goes on; written only where it began earlier than known, or another silence hides it too. */
  goOn(known: HeldAlert, alert: Alert, by: Suppression): void {
    const { fingerprint } = alert
    const silencedBy = [...new Set([...known.silencedBy, ...by.silencedBy])]
    const next = { ...known, alert, silencedBy }
    const isNews = silencedBy.length > known.silencedBy.length || alert.startsAtMs < known.alert.startsAtMs
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
