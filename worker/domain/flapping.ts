import type { Flapping } from './routingRule.ts'

/**
 * Alerts that come and go. From the `firings`th begin within `withinMinutes` on, an alert that ends is kept firing until
 * it was quiet for `quietMinutes`: one incident that stays open, instead of one that opens and closes all night.
 */

export interface FlapRecord {
  /** When it began to fire, oldest first; only what counts. */
  readonly firingsAtMs: readonly number[]
  /** Since when its sender says that it is over, while it is kept firing; null while it fires. */
  readonly quietSinceMs: number | null
}

export interface FlapChanges {
  /** To remember. */
  readonly flaps: ReadonlyMap<string, FlapRecord>
  /** Fingerprints of those that are worth a row: what ended soon after it began. */
  readonly flapsToWrite: ReadonlySet<string>
}

/** Collects what one batch says of begins and ends. */
export class FlapCounts {
  readonly #before: (fingerprint: string) => FlapRecord | null
  readonly #settings: Flapping
  readonly #nowMs: number
  readonly #flaps = new Map<string, FlapRecord>()
  readonly #toWrite = new Set<string>()

  constructor(before: (fingerprint: string) => FlapRecord | null, settings: Flapping, nowMs: number) {
    this.#before = before
    this.#settings = settings
    this.#nowMs = nowMs
  }

  /** How often it began lately, this time included. */
  fires(fingerprint: string): number {
    const firingsAtMs = [...this.#lately(fingerprint), this.#nowMs].slice(-this.#settings.firings)
    this.#flaps.set(fingerprint, { firingsAtMs, quietSinceMs: null })
    return firingsAtMs.length
  }

  /** It was said to fire; while it was only kept firing that is another begin. */
  repeats(fingerprint: string): void {
    if ((this.#record(fingerprint)?.quietSinceMs ?? null) !== null) this.fires(fingerprint)
  }

  /** It was said to be over. Until when it is kept firing all the same; null: it is over. */
  ends(fingerprint: string): number | null {
    const firingsAtMs = this.#lately(fingerprint)
    const known = this.#record(fingerprint)
    if (firingsAtMs.length >= this.#settings.firings) {
      const quietSinceMs = known?.quietSinceMs ?? this.#nowMs
      const untilMs = quietSinceMs + this.#settings.quietMinutes * 60_000
      if (untilMs > this.#nowMs) {
        if (known?.quietSinceMs === null) this.#toWrite.add(fingerprint)
        this.#flaps.set(fingerprint, { firingsAtMs, quietSinceMs })
        return untilMs
      }
    }
    if (firingsAtMs.length > 0 || known !== null) {
      this.#flaps.set(fingerprint, { firingsAtMs, quietSinceMs: null })
      this.#toWrite.add(fingerprint)
    }
    return null
  }

  changes(): FlapChanges {
    return { flaps: this.#flaps, flapsToWrite: this.#toWrite }
  }

  #record(fingerprint: string): FlapRecord | null {
    return this.#flaps.get(fingerprint) ?? this.#before(fingerprint)
  }

  #lately(fingerprint: string): readonly number[] {
    const sinceMs = this.#nowMs - this.#settings.withinMinutes * 60_000
    const record = this.#record(fingerprint)
    // While it is kept firing its begins still count, however long ago: it ends by being quiet.
    const quietSinceMs = record?.quietSinceMs ?? null
    if (record !== null && quietSinceMs !== null && this.#nowMs < quietSinceMs + this.#settings.quietMinutes * 60_000)
      return record.firingsAtMs
    return record?.firingsAtMs.filter((atMs) => atMs > sinceMs) ?? []
  }
}

/** Nothing of it counts any more. */
export function isForgettable({ firingsAtMs, quietSinceMs }: FlapRecord, settings: Flapping, nowMs: number): boolean {
  const lastMs = Math.max(quietSinceMs ?? 0, ...firingsAtMs)
  return lastMs < nowMs - Math.max(settings.withinMinutes, settings.quietMinutes) * 60_000
}
