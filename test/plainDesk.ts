import { AlertMemory } from '../worker/coordination/alertMemory.ts'
import { incidentsAfter } from '../worker/coordination/incidentsAfter.ts'
import type { AlertSource, Labels } from '../worker/domain/alert.ts'
import { isFiring } from '../worker/domain/alert.ts'
import { planBatch } from '../worker/domain/alertBatch.ts'
import type { IncomingAlert } from '../worker/domain/alertIntake.ts'
import { planExpiry, planRelease } from '../worker/domain/alertPlans.ts'
import type { BatchPlan, DeskView, Judging } from '../worker/domain/batchPlan.ts'
import { incidentIdFrom } from '../worker/domain/identifiers.ts'
import type { FlapRecord } from '../worker/domain/flapping.ts'
import { ServiceGraph } from '../worker/domain/serviceGraph.ts'
import { OrganisationForAlerts } from '../worker/domain/organisation.ts'
import type { HeldAlert, Suppression } from '../worker/domain/suppression.ts'
import { compileJudge } from '../worker/domain/triage.ts'

/** The AlertDesk without its object: plans, the memory that applies them, and no disk. For rules over several batches. */
export class PlainDesk {
  readonly memory = new AlertMemory([], [])
  readonly held = new Map<string, HeldAlert>()
  readonly flaps = new Map<string, FlapRecord>()
  readonly judging: Judging
  silenced: (labels: Labels) => boolean = () => false
  written = 0
  readonly #known = new Set<string>()
  #ids = 0

  constructor(organisation: Partial<OrganisationForAlerts> = {}) {
    const parsed = OrganisationForAlerts.parse(organisation)
    this.judging = {
      organisation: parsed,
      judge: compileJudge(parsed, plainRegex),
      graph: new ServiceGraph(parsed.services),
    }
  }

  take(alerts: readonly IncomingAlert[], nowMs = NOW, from: { source?: AlertSource; sender?: string } = {}): BatchPlan {
    const { source = 'alertmanager', sender = 'am' } = from
    return this.#apply(planBatch(this.view(nowMs), { source, sender, alerts }, nowMs, this.judging), nowMs)
  }

  /** What the sweep of each minute does. */
  sweep(nowMs: number): void {
    const expired = [...this.memory.firing()].filter(({ alert }) => !isFiring(alert, nowMs))
    this.#apply(planExpiry(expired), nowMs)
    for (const [sender, held] of Map.groupBy(this.held.values(), (each) => each.sender))
      this.#apply(planRelease(this.view(nowMs), sender, held, nowMs, this.judging), nowMs)
  }

  resolve(incidentId: string, atMs: number): void {
    const incident = this.memory.incident(incidentId)
    if (incident !== undefined) this.memory.remember({ ...incident, resolvedAtMs: atMs })
  }

  /** The fingerprints of each incident that something fires in, in a canonical order. */
  partition(): string[] {
    const members = Map.groupBy(this.memory.firing(), ({ incidentId }) => incidentId)
    return [...members.values()]
      .map((alerts) =>
        alerts
          .map(({ alert }) => alert.fingerprint)
          .toSorted()
          .join(),
      )
      .toSorted()
  }

  view(nowMs: number): DeskView {
    return {
      ...this.memory.view(),
      // In order, so that two runs of the same give the same.
      newIncidentId: () => incidentIdFrom(new Uint8Array(12).fill(++this.#ids)),
      firingCount: this.memory.size + this.held.size,
      held: (fingerprint) => this.held.get(fingerprint) ?? null,
      flaps: (fingerprint) => this.flaps.get(fingerprint) ?? null,
      suppressedBy: ({ labels }, { suppressedByRule: ruleId, pauseMs }, heldSinceMs): Suppression | null => {
        const untilMs = heldSinceMs + pauseMs
        const pausedUntilMs = pauseMs > 0 && untilMs > nowMs ? untilMs : null
        const silencedBy = this.silenced(labels) ? ['s'] : []
        if (silencedBy.length === 0 && ruleId === null && pausedUntilMs === null) return null
        return { silencedBy, inhibitedBy: [], ruleId, pausedUntilMs }
      },
    }
  }

  #apply(plan: BatchPlan, nowMs: number): BatchPlan {
    const store = { has: (id: string, fingerprint: string) => this.#known.has(`${id} ${fingerprint}`) }
    const incidents = incidentsAfter(plan, this.memory, store, this.judging.organisation, nowMs)
    this.written += plan.records.length
    for (const { incidentId, alert } of plan.records) this.#known.add(`${incidentId} ${alert.fingerprint}`)
    for (const incident of incidents.values()) this.memory.remember(incident)
    this.memory.apply(plan)
    for (const [fingerprint, record] of plan.flaps) this.flaps.set(fingerprint, record)
    for (const fingerprint of plan.dropped) this.held.delete(fingerprint)
    for (const held of [...plan.held, ...plan.heldRepeats]) this.held.set(held.alert.fingerprint, held)
    return plan
  }
}

const NOW = Date.UTC(2100, 0, 1)

export function incoming(labels: Record<string, string>, more: Partial<IncomingAlert> = {}): IncomingAlert {
  return { labels, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '', ...more }
}

/** JavaScript's own engine, anchored at both ends: patterns of tests are harmless. */
export function plainRegex(pattern: string): (text: string) => boolean {
  const regex = new RegExp(`^(?:${pattern})$`, 'su')
  return (text) => regex.test(text)
}
