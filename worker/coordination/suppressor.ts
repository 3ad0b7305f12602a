import type { Alert } from '../domain/alert.ts'
import type { BatchPlan, DeskView } from '../domain/batchPlan.ts'
import { incidentIdFrom } from '../domain/identifiers.ts'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { Arriving } from '../domain/inhibiting.ts'
import { arrivingIn, Inhibiting, NOTHING_ARRIVES } from '../domain/inhibiting.ts'
import type { CompiledRule } from '../domain/inhibition.ts'
import { compileRule } from '../domain/inhibition.ts'
import type { InhibitRule } from '../domain/organisation.ts'
import type { PastAlert } from '../domain/replay.ts'
import type { ByRules, HeldAlert, Suppression } from '../domain/suppression.ts'
import { byRules, isSuppressed } from '../domain/suppression.ts'
import type { Judge } from '../domain/triage.ts'
import { compileLinearRegex } from '../storage/linearRegex.ts'
import type { AlertMemory } from '../domain/alertMemory.ts'
import { HeldAlerts } from './heldAlerts.ts'
import { HiddenFirings, isReplayed } from './hiddenFirings.ts'
import type { Write } from './objectTables.ts'
import { SilenceStore } from './silenceStore.ts'

/** What keeps alerts from opening incidents: silences, other alerts by the rules of inhibition, and routing rules. */
export class Suppressor {
  readonly silences: SilenceStore
  readonly held: HeldAlerts
  readonly #past: HiddenFirings
  readonly #memory: AlertMemory
  #inhibiting: Inhibiting = this.#inhibitingBy([])

  constructor(sql: SqlStorage, write: Write, memory: AlertMemory, loadedAtMs: number) {
    this.silences = new SilenceStore(sql, write)
    this.held = new HeldAlerts(sql, write, loadedAtMs)
    this.#past = new HiddenFirings(sql, write)
    this.#memory = memory
  }

  useRules(rules: readonly InhibitRule[]): void {
    this.#inhibiting = this.#inhibitingBy(rules.flatMap(compiled))
    for (const { alert } of this.#memory.firing()) this.#inhibiting.add(alert)
    for (const { alert } of this.held.all()) this.#inhibiting.add(alert)
  }

  /** What the desk knows before a batch. Whether one of its alerts inhibits another does not depend on their order. */
  view(batch: readonly IncomingAlert[], nowMs: number): Omit<DeskView, 'flaps'> {
    let arriving: Arriving | null = null
    return {
      ...this.#memory.view(),
      newIncidentId: () => incidentIdFrom(crypto.getRandomValues(new Uint8Array(12))),
      held: (fingerprint) => this.held.get(fingerprint),
      firingCount: this.#memory.size + this.held.size,
      suppressedBy: (alert, judgement, heldSinceMs) => {
        // Only now: a batch of mere repeats asks nothing.
        arriving ??= arrivingIn(batch, this.#inhibiting.rules, nowMs)
        const hidden = this.#suppressionOf(alert, nowMs, arriving, NO_RULE)
        if (isSuppressed(hidden)) return hidden
        const by = { ...hidden, ...byRules(judgement(), heldSinceMs, nowMs) }
        return isSuppressed(by) ? by : null
      },
    }
  }

  suppressionOf(alert: Alert, nowMs: number): Suppression {
    return this.#suppressionOf(alert, nowMs, NOTHING_ARRIVES, NO_RULE)
  }

  /** What hides one of those that have no incident. */
  suppressionOfHeld({ alert, heldSinceMs }: HeldAlert, judge: Judge, nowMs: number): Suppression {
    return this.#suppressionOf(alert, nowMs, NOTHING_ARRIVES, byRules(judge(alert), heldSinceMs, nowMs))
  }

  /** Call inside the transaction of the plan. */
  store(plan: BatchPlan, nowMs: number): void {
    this.silences.countHidden(this.held.newlyHidden(plan))
    // The others are in an incident now.
    const joined = new Set(plan.records.map(({ alert }) => alert.fingerprint))
    for (const fingerprint of plan.dropped) {
      const held = joined.has(fingerprint) ? null : this.held.get(fingerprint)
      if (held !== null) this.#past.add(held, nowMs)
    }
    this.held.store(plan)
  }

  /** What began to fire since then and came into no incident for another reason than a silence, a page of it. */
  hiddenSince(sinceMs: number, offset: number, limit: number): PastAlert[] {
    const firing = [...this.held.all()].filter((held) => isReplayed(held) && held.alert.startsAtMs >= sinceMs)
    const now = firing.map(({ source, alert: { fingerprint, labels, annotations, startsAtMs } }) => {
      return { fingerprint, source, labels, annotations, startsAtMs, endedAtMs: null }
    })
    const past = Math.max(0, offset - now.length)
    return [...now.slice(offset, offset + limit), ...this.#past.since(sinceMs, past, limit)].slice(0, limit)
  }

  /** Call once the plan is on disk, and after the memory has it. */
  apply(plan: BatchPlan): void {
    this.held.apply(plan)
    this.#inhibiting.follow(plan)
  }

  #suppressionOf({ labels }: Alert, nowMs: number, arriving: Arriving, rules: ByRules): Suppression {
    const inhibitor = this.#inhibiting.inhibitorOf(labels, arriving, nowMs)
    const inhibitedBy = inhibitor === null ? [] : [inhibitor]
    return { silencedBy: this.silences.hiding(labels, nowMs), inhibitedBy, ...rules }
  }

  #inhibitingBy(rules: readonly CompiledRule[]): Inhibiting {
    return new Inhibiting(rules, (fingerprint) => this.known(fingerprint))
  }

  /** One that fires. */
  known(fingerprint: string): Alert | undefined {
    return this.#memory.firingAlert(fingerprint)?.alert ?? this.held.get(fingerprint)?.alert
  }
}

const NO_RULE: ByRules = { ruleId: null, pausedUntilMs: null }

/** The configuration is refused for a rule that cannot be compiled; should one be there all the same, it hides nothing. */
function compiled(rule: InhibitRule): CompiledRule[] {
  try {
    return [compileRule(rule, compileLinearRegex)]
  } catch (error) {
    console.error('an inhibition rule is left out', { error: String(error) })
    return []
  }
}
