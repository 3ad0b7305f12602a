import { AlertMemory } from '../domain/alertMemory.ts'
import type { Alert } from '../domain/alert.ts'
import { alertTitle, isFiring } from '../domain/alert.ts'
import type { Matcher } from '../domain/matchers.ts'
import type { PastAlert } from '../domain/replay.ts'
import type { PutSilence, Silence, WantedSilence } from '../domain/silence.ts'
import { compileMatchers, expireSilence, extendSilence, silenceState, skipOccurrence } from '../domain/silence.ts'
import type { Reach } from '../domain/silenceReach.ts'
import { isDueToWarn } from '../domain/silenceReach.ts'
import type { HiderNames } from '../domain/suppression.ts'
import { linearRegexes } from '../storage/linearRegex.ts'
import type { Effect } from './alertEffects.ts'
import { IntegrationDesk } from './integrationDesk.ts'
import { countRequest } from './senderDesk.ts'
import { Suppressor } from './suppressor.ts'

export interface SilenceReach extends Reach {
  /** A few of what it would hide, by name. */
  readonly sample: readonly string[]
}

export type ListedSilences = readonly {
  readonly silence: Silence
  /** How many alerts fire right now that it keeps out of incidents. */
  readonly hidesNow: number
}[]

const SAMPLE_MAX = 5
/** A lane for each silence: a mail that cannot be sent holds up no other. */
const WARNING_LANE = 'silence '

/** The part of the AlertDesk that knows what is silenced. */
export abstract class SilencingDesk extends IntegrationDesk {
  protected readonly loadedAtMs = Date.now()
  protected readonly memory = new AlertMemory(this.store.incidents(), this.store.firing(this.loadedAtMs))
  protected readonly suppressor = new Suppressor(this.ctx.storage.sql, this.write, this.memory, this.loadedAtMs)

  /** Looks again at what fires suppressed: a silence or the alert that inhibits it may have ended. */
  protected abstract release(nowMs: number): Promise<void>
  /** Call inside the transaction of the change. */
  protected abstract tellLater(lane: string, effect: Effect, nowMs: number): void

  /** Those that have not expired, and those that have within five days; in no particular order. */
  silences(): Silence[] {
    countRequest()
    return this.suppressor.silences.list(Date.now())
  }

  silencesAndReach(): ListedSilences {
    countRequest()
    const nowMs = Date.now()
    const hidden = this.#hiddenNow(nowMs)
    return this.suppressor.silences
      .list(nowMs)
      .map((silence) => ({ silence, hidesNow: hidden.get(silence.id)?.length ?? 0 }))
  }

  /** For a replay of the past, a page at a time: D1 has what came into an incident. */
  hiddenSince(sinceMs: number, offset: number, limit: number): PastAlert[] {
    countRequest()
    return this.suppressor.hiddenSince(sinceMs, offset, limit)
  }

  /** Some of what it keeps out of incidents now, and how much that is. */
  hiddenBy(id: string, max: number): { readonly total: number; readonly alerts: readonly Alert[] } {
    countRequest()
    const alerts = this.#hiddenNow(Date.now()).get(id) ?? []
    return { total: alerts.length, alerts: alerts.slice(0, max) }
  }

  /** What people call the silences and alerts that hide one: reasons and titles; those that are gone are left out. */
  hiders(silenceIds: readonly string[], fingerprints: readonly string[]): HiderNames {
    countRequest()
    return this.hiderNames(silenceIds, fingerprints, Date.now())
  }

  protected hiderNames(silenceIds: readonly string[], fingerprints: readonly string[], nowMs: number): HiderNames {
    const silences = silenceIds.flatMap((id) => {
      const known = this.suppressor.silences.find(id, nowMs)
      return known === null ? [] : [[id, known.comment] as const]
    })
    const alerts = fingerprints.flatMap((fingerprint) => {
      const known = this.suppressor.known(fingerprint)
      return known === undefined ? [] : [[fingerprint, alertTitle(known)] as const]
    })
    return { silences: Object.fromEntries(silences), alerts: Object.fromEntries(alerts) }
  }

  silence(id: string): Silence | null {
    countRequest()
    return this.suppressor.silences.find(id, Date.now())
  }

  /** What a silence with these matchers would hide now. Throws for a pattern that cannot be compiled. */
  reachOf(matchers: readonly Matcher[]): SilenceReach {
    countRequest()
    const matches = compileMatchers(matchers, linearRegexes())
    const firing = [...this.#firingNow(Date.now())]
    const hidden = firing.filter(({ labels }) => matches(labels))
    return { firing: firing.length, hides: hidden.length, sample: sampleOf(hidden) }
  }

  /** Makes a silence, or changes one. What is in an incident already stays in it. */
  async putSilence(wanted: WantedSilence): Promise<PutSilence> {
    countRequest()
    const nowMs = Date.now()
    const answer = this.ctx.storage.transactionSync(() => this.suppressor.silences.put(wanted, nowMs))
    if (answer.ok) await this.release(nowMs)
    return answer
  }

  /** Ends it for good; false when there is no such silence. What it hid and still fires is treated as newly firing. */
  async expireSilence(id: string): Promise<boolean> {
    return (await this.#change(id, expireSilence)) !== null
  }

  /** Ends the present occurrence of a recurring one, or leaves out the next; null when there is no such silence. */
  skipOccurrence(id: string): Promise<Silence | null> {
    return this.#change(id, skipOccurrence)
  }

  /**
   * As it is afterwards; null when there is no such silence. With `fromEndMs` it is extended only if it still ends
   * then: a link that is followed twice extends it once.
   */
  extendSilence(id: string, byMs: number, fromEndMs: number | null): Promise<Silence | null> {
    return this.#change(id, (known, nowMs) =>
      fromEndMs === null || known.endsAtMs === fromEndMs ? extendSilence(known, byMs, nowMs) : null,
    )
  }

  async #change(id: string, change: (known: Silence, nowMs: number) => Silence | null): Promise<Silence | null> {
    countRequest()
    const nowMs = Date.now()
    const silence = this.suppressor.silences.change(id, nowMs, (known) => change(known, nowMs))
    if (silence !== null) await this.release(nowMs)
    return silence
  }

  /** Each minute: once for each end that comes near while the silence hides something that fires. */
  protected warnOfEnds(nowMs: number): void {
    const { silences } = this.suppressor
    const due = silences.list(nowMs).filter((silence) => isDueToWarn(silence, nowMs))
    if (due.length === 0) return
    const hidden = this.#hiddenNow(nowMs)
    for (const { id, endsAtMs } of due) {
      const alerts = hidden.get(id)
      if (alerts === undefined) continue
      this.ctx.storage.transactionSync(() => {
        silences.change(id, nowMs, (known) => ({ ...known, warnedOfEndMs: endsAtMs }))
        const effect = { kind: 'warn_of_silence', silenceId: id, endsAtMs, hides: alerts.length } as const
        this.tellLater(WARNING_LANE + id, { ...effect, sample: sampleOf(alerts) }, nowMs)
      })
    }
  }

  *#firingNow(nowMs: number): Generator<Alert> {
    for (const { alert } of this.memory.firing()) if (isFiring(alert, nowMs)) yield alert
    for (const { alert } of this.suppressor.held.all()) if (isFiring(alert, nowMs)) yield alert
  }

  /** What each active silence keeps out of incidents. What was in one before goes on there, whatever silences do. */
  #hiddenNow(nowMs: number): Map<string, Alert[]> {
    const hidden = new Map<string, Alert[]>()
    const { silences } = this.suppressor
    if (!silences.list(nowMs).some((silence) => silenceState(silence, nowMs) === 'active')) return hidden
    for (const { alert } of this.suppressor.held.all()) {
      if (!isFiring(alert, nowMs)) continue
      for (const id of silences.hiding(alert.labels, nowMs)) {
        const known = hidden.get(id)
        if (known === undefined) hidden.set(id, [alert])
        else known.push(alert)
      }
    }
    return hidden
  }
}

function sampleOf(alerts: readonly Alert[]): string[] {
  return [...new Set(alerts.map(alertTitle))].slice(0, SAMPLE_MAX)
}
