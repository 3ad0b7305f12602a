import type { Alert, Labels } from './alert.ts'
import { isFiring } from './alert.ts'
import type { Batch } from './alertBatch.ts'
import { planBatch } from './alertBatch.ts'
import type { StoredAlert } from './alertIntake.ts'
import { AlertMemory } from './alertMemory.ts'
import { planExpiry, planRelease } from './alertPlans.ts'
import type { BatchPlan, DeskView, Judging } from './batchPlan.ts'
import { GROUP_KEYS_MAX } from './deskIncident.ts'
import type { FlapRecord } from './flapping.ts'
import type { Gathering } from './grouping.ts'
import { incidentIdFrom } from './identifiers.ts'
import type { Arriving } from './inhibiting.ts'
import { arrivingIn, Inhibiting, NOTHING_ARRIVES } from './inhibiting.ts'
import type { CompiledRule } from './inhibition.ts'
import { incidentsAfter } from './incidentsAfter.ts'
import { isWorse } from './severity.ts'
import type { HeldAlert, Suppression } from './suppression.ts'
import { byRules, isSuppressed } from './suppression.ts'

/**
 * The AlertDesk without its object: the same plans, the memory that applies them, and no disk. For what would have
 * happened, and for rules over several batches.
 */
export class SimulatedDesk {
  readonly memory = new AlertMemory([], [])
  readonly held = new Map<string, HeldAlert>()
  readonly flaps = new Map<string, FlapRecord>()
  readonly judging: Judging
  /** Whether a silence hides alerts with these labels. */
  silenced: (labels: Labels) => boolean = () => false
  readonly #watch: (plan: BatchPlan) => void
  readonly #inhibiting: Inhibiting
  /** Of those that are inhibited, by which alert; and the other way round. */
  readonly #inhibitors = new Map<string, string>()
  readonly #inhibited = new Map<string, Set<string>>()
  readonly #parts = new Set<string>()
  #ids = 0

  /** `watch` sees each plan before it is carried out. */
  constructor(
    judging: Judging,
    watch: (plan: BatchPlan) => void = () => {},
    inhibitRules: readonly CompiledRule[] = [],
  ) {
    this.judging = judging
    this.#watch = watch
    this.#inhibiting = new Inhibiting(inhibitRules, (fingerprint) => this.#known(fingerprint))
  }

  takeBatch(batch: Batch, nowMs: number): BatchPlan {
    const arriving = arrivingIn(batch.alerts, this.#inhibiting.rules, nowMs)
    return this.#apply(planBatch(this.view(nowMs, arriving), batch, nowMs, this.judging), nowMs)
  }

  /** The fingerprint of the alert that inhibits this suppressed one; undefined: none does. */
  inhibitorOf(fingerprint: string): string | undefined {
    return this.#inhibitors.get(fingerprint)
  }

  /** Those that one of these alerts inhibits. */
  inhibitedBy(fingerprints: Iterable<string>): HeldAlert[] {
    const found = [...fingerprints].flatMap((each) => [...(this.#inhibited.get(each) ?? [])])
    return [...new Set(found)].flatMap((each) => this.held.get(each) ?? [])
  }

  /** Ends what of these was not heard of again. */
  expire(nowMs: number, firing: Iterable<StoredAlert> = this.memory.firing()): BatchPlan | null {
    const expired = [...firing].filter(({ alert }) => !isFiring(alert, nowMs))
    return expired.length === 0 ? null : this.#apply(planExpiry(expired), nowMs)
  }

  /** Looks at these suppressed alerts again, those of one sender at a time. */
  release(held: readonly HeldAlert[], nowMs: number): BatchPlan[] {
    const bySender = [...Map.groupBy(held, ({ sender }) => sender)]
    return bySender.map(([sender, of]) =>
      this.#apply(planRelease(this.view(nowMs), sender, of, nowMs, this.judging), nowMs),
    )
  }

  resolve(incidentId: string, atMs: number): void {
    const incident = this.memory.incident(incidentId)
    if (incident !== undefined) this.memory.remember({ ...incident, resolvedAtMs: atMs })
  }

  /** An incident that turns out to be one with another: what fires in it fires in the other from now on. */
  gather({ from, into }: Gathering, nowMs: number): void {
    const [source, target] = [this.memory.incident(from), this.memory.incident(into)]
    if (source === undefined || target === undefined) return
    const firing = [...this.memory.firing()].filter(({ incidentId }) => incidentId === from)
    this.memory.reassign(
      from,
      into,
      firing.map(({ alert }) => alert.fingerprint),
    )
    this.memory.remember({ ...source, resolvedAtMs: nowMs })
    this.memory.remember({
      ...target,
      lastJoinedAtMs: nowMs,
      total: target.total + source.total,
      groupKeys: [...new Set([...target.groupKeys, ...source.groupKeys])].slice(0, GROUP_KEYS_MAX),
      services: [...new Set([...target.services, ...source.services])],
      severity: isWorse(source.severity, target.severity) ? source.severity : target.severity,
      pages: target.pages || source.pages,
    })
  }

  view(nowMs: number, arriving: Arriving = NOTHING_ARRIVES): DeskView {
    return {
      ...this.memory.view(),
      newIncidentId: () => incidentIdFrom(bytesOf(++this.#ids)),
      firingCount: this.memory.size + this.held.size,
      held: (fingerprint) => this.held.get(fingerprint) ?? null,
      flaps: (fingerprint) => this.flaps.get(fingerprint) ?? null,
      suppressedBy: ({ fingerprint, labels }, judge, heldSinceMs): Suppression | null => {
        const silencedBy = this.silenced(labels) ? ['s'] : []
        const inhibitor = this.#inhibiting.inhibitorOf(labels, arriving, nowMs)
        this.#inhibit(fingerprint, inhibitor)
        const inhibitedBy = inhibitor === null ? [] : [inhibitor]
        const by = { silencedBy, inhibitedBy, ...byRules(judge(), heldSinceMs, nowMs) }
        return isSuppressed(by) ? by : null
      },
    }
  }

  #apply(plan: BatchPlan, nowMs: number): BatchPlan {
    const { memory } = this
    const isPart = (id: string, fingerprint: string) => this.#parts.has(`${id} ${fingerprint}`)
    const incidents = incidentsAfter(plan, memory, isPart, this.judging.organisation, nowMs)
    this.#watch(plan)
    for (const { incidentId, alert } of plan.records) this.#parts.add(`${incidentId} ${alert.fingerprint}`)
    for (const incident of incidents.values()) memory.remember(incident)
    memory.apply(plan)
    for (const [fingerprint, record] of plan.flaps) this.flaps.set(fingerprint, record)
    for (const fingerprint of plan.dropped) this.held.delete(fingerprint)
    for (const held of [...plan.held, ...plan.heldRepeats]) this.held.set(held.alert.fingerprint, held)
    this.#inhibiting.follow(plan)
    return plan
  }

  #known(fingerprint: string): Alert | undefined {
    return this.memory.firingAlert(fingerprint)?.alert ?? this.held.get(fingerprint)?.alert
  }

  #inhibit(fingerprint: string, inhibitor: string | null): void {
    const before = this.#inhibitors.get(fingerprint)
    if (before !== undefined) this.#inhibited.get(before)?.delete(fingerprint)
    if (inhibitor === null) {
      this.#inhibitors.delete(fingerprint)
      return
    }
    this.#inhibitors.set(fingerprint, inhibitor)
    const others = this.#inhibited.get(inhibitor)
    if (others === undefined) this.#inhibited.set(inhibitor, new Set([fingerprint]))
    else others.add(fingerprint)
  }
}

/** Big-endian in base 32, so that ids sort as they were given out, and two runs of the same give the same. */
function bytesOf(id: number): Uint8Array {
  return Uint8Array.from({ length: 12 }, (_, i) => Math.floor(id / 32 ** (11 - i)) % 32)
}
