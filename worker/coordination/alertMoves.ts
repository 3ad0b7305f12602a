import type { Actor } from '../domain/actor.ts'
import type { Alert } from '../domain/alert.ts'
import { excerptOf, incidentFromAlerts, policyForJoined, worstOf } from '../domain/alertIncident.ts'
import type { AlertRecord, JoinedAlert, Judging } from '../domain/batchPlan.ts'
import type { NamedIncident } from '../domain/incident.ts'
import type { MoveAnswer, MoveRequest, MoveTarget } from '../domain/alertMove.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import { incidentIdFrom } from '../domain/identifiers.ts'
import { joiningNews } from '../domain/joiningNews.ts'
import { isWorse } from '../domain/severity.ts'
import type { TrailStep } from '../domain/trail.ts'
import type { Effect } from './alertEffects.ts'
import { D1_LANE } from './alertEffects.ts'
import type { AlertMemory } from '../domain/alertMemory.ts'
import type { AlertStore } from './alertStore.ts'
import type { DeskIncident } from '../domain/deskIncident.ts'
import { GROUP_KEYS_MAX } from '../domain/deskIncident.ts'

/** Alerts that change incidents because someone, or a cause that came to light, says so. */

const REASSIGNED_A_EFFECT_MAX = 500

interface Desk {
  readonly store: AlertStore
  readonly memory: AlertMemory
  readonly judging: () => Judging
  readonly tell: (lane: string, effect: Effect, nowMs: number) => void
}

export class AlertMoves {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Call inside a transaction; `memory` follows at once, so nothing may be awaited before it commits. */
  move(request: MoveRequest, nowMs: number): MoveAnswer {
    const { from, fingerprints, reason, by } = request
    const { store, memory } = this.#desk
    const wanted = new Set(fingerprints)
    const intoId = 'id' in request.to ? request.to.id : null
    const moving = store
      .records(from.id, wanted)
      .filter(({ alert }) => intoId === null || !store.has(intoId, alert.fingerprint))
    if (moving.length === 0) return { ok: false, reason: 'nothing_to_move' }

    const known = intoId === null ? undefined : memory.incident(intoId)
    const target = known ?? deskIncidentFor('id' in request.to ? request.to : null, nowMs)
    this.#reassign(from.id, target.id, moving, stepOf(by, from.title, reason), nowMs)
    const joined = this.#judged(moving)
    const left = store.counts(from.id)
    const source = memory.incident(from.id)
    if (source !== undefined) this.#keep({ ...source, total: left.total })

    if ('id' in request.to) this.#join(target, joined, from, by, nowMs)
    else this.#open(target, joined, request.to.title, from, by, nowMs)
    const to = {
      id: target.id,
      title: 'id' in request.to ? request.to.title : this.#titleOf(joined, request.to.title, nowMs),
    }
    const sample = excerptOf(moving.map(({ alert }) => alert))
    this.#submit(from.id, { type: 'let_alerts_go', to, reason, ...left, count: moving.length, sample }, by, nowMs)
    return { ok: true, incidentId: target.id, moved: moving.length }
  }

  /** All alerts of an incident that was merged into another; what comes of its groups joins the other from now on. */
  takeOver(from: NamedIncident, into: MoveTarget, reason: string, by: Actor, nowMs: number): void {
    const { store, memory } = this.#desk
    const source = memory.incident(from.id)
    const moving = store.records(from.id, null).filter(({ alert }) => !store.has(into.id, alert.fingerprint))
    if (moving.length > 0) this.#reassign(from.id, into.id, moving, stepOf(by, from.title, reason), nowMs)
    const target = memory.incident(into.id) ?? deskIncidentFor(into, nowMs)
    const groupKeys = [...new Set([...target.groupKeys, ...(source?.groupKeys ?? [])])].slice(0, GROUP_KEYS_MAX)
    if (source !== undefined) this.#keep({ ...source, resolvedAtMs: source.resolvedAtMs ?? nowMs, total: 0 })
    this.#submit(into.id, { type: 'absorb', from, reason }, by, nowMs)
    if (moving.length > 0) this.#join({ ...target, groupKeys }, this.#judged(moving), from, by, nowMs)
    else this.#keep({ ...target, groupKeys })
  }

  #reassign(from: IncidentId, into: IncidentId, moving: readonly AlertRecord[], step: TrailStep, nowMs: number): void {
    const { store, memory, tell } = this.#desk
    const fingerprints = moving.map(({ alert }) => alert.fingerprint)
    store.reassign(from, into, fingerprints, step)
    memory.reassign(from, into, fingerprints)
    for (let i = 0; i < fingerprints.length; i += REASSIGNED_A_EFFECT_MAX) {
      const chunk = fingerprints.slice(i, i + REASSIGNED_A_EFFECT_MAX)
      tell(D1_LANE, { kind: 'reassign', from, into, fingerprints: chunk }, nowMs)
      // What was still on its way to D1 under the old incident finds nothing there any more.
      tell(D1_LANE, { kind: 'project', records: chunk.map((fingerprint) => [into, fingerprint] as const) }, nowMs)
    }
  }

  #join(target: DeskIncident, joined: readonly JoinedAlert[], from: NamedIncident, by: Actor, nowMs: number): void {
    const { organisation } = this.#desk.judging()
    const news = joiningNews(joined, target, organisation)
    this.#keep(grown(target, joined, nowMs))
    this.#submit(target.id, { ...this.#joinCommand(target.id, joined), ...news, from }, by, nowMs, joined)
  }

  #open(
    target: DeskIncident,
    joined: readonly JoinedAlert[],
    title: string | null,
    from: NamedIncident,
    by: Actor,
    nowMs: number,
  ): void {
    const { organisation } = this.#desk.judging()
    const begins = { ...incidentFromAlerts(joined, organisation, nowMs), title: this.#titleOf(joined, title, nowMs) }
    const policy = policyForJoined(joined, begins.severity, organisation)
    this.#keep({ ...grown(target, joined, nowMs), pages: policy !== null })
    this.#submit(target.id, { type: 'open', id: target.id, ...begins, source: 'alert', policy }, by, nowMs)
    this.#submit(target.id, { ...this.#joinCommand(target.id, joined), from }, by, nowMs)
  }

  #joinCommand(id: IncidentId, joined: readonly JoinedAlert[]) {
    const alerts: Alert[] = joined.map(({ alert }) => alert)
    const counts = this.#desk.store.counts(id)
    return { type: 'join_alerts', ...counts, count: alerts.length, sample: excerptOf(alerts) } as const
  }

  #titleOf(joined: readonly JoinedAlert[], title: string | null, nowMs: number): string {
    return title ?? incidentFromAlerts(joined, this.#desk.judging().organisation, nowMs).title
  }

  /** As they were judged when they began; what the rules say today decides only who is called. */
  #judged(moving: readonly AlertRecord[]): JoinedAlert[] {
    const { judge } = this.#desk.judging()
    return moving.map(({ alert, severity, serviceId }) => ({
      alert,
      judgement: { ...judge(alert), severity, serviceId },
    }))
  }

  #keep(incident: DeskIncident): void {
    this.#desk.store.putIncident(incident)
    this.#desk.memory.remember(incident)
  }

  /** Should the incident be resolved by then, `joined` opens another. */
  #submit(
    lane: IncidentId,
    command: IncidentCommand,
    by: Actor,
    nowMs: number,
    joined: readonly JoinedAlert[] = [],
  ): void {
    const fingerprints = joined.map(({ alert }) => alert.fingerprint)
    this.#desk.tell(lane, { kind: 'submit', command, fingerprints, by }, nowMs)
  }
}

function grown(target: DeskIncident, joined: readonly JoinedAlert[], nowMs: number): DeskIncident {
  const { severity } = worstOf(joined)
  const services = joined.flatMap(({ judgement }) => judgement.serviceId ?? [])
  return {
    ...target,
    lastJoinedAtMs: nowMs,
    total: target.total + joined.length,
    services: [...new Set([...target.services, ...services])],
    severity: isWorse(severity, target.severity) ? severity : target.severity,
  }
}

/** Of an incident that was not the desk's before: no group of alerts joins it by itself. */
function deskIncidentFor(known: MoveTarget | null, nowMs: number): DeskIncident {
  return {
    id: known?.id ?? incidentIdFrom(crypto.getRandomValues(new Uint8Array(12))),
    openedAtMs: known?.openedAtMs ?? nowMs,
    lastJoinedAtMs: nowMs,
    resolvedAtMs: null,
    total: 0,
    groupKeys: [],
    services: known?.services ?? [],
    severity: known?.severity ?? 'sev5',
    pages: known?.pages ?? false,
    sender: '',
  }
}

function stepOf(by: Actor, from: string, reason: string): TrailStep {
  const because = reason === '' ? `${by.name} moved it from “${from}”` : `${by.name} moved it from “${from}”: ${reason}`
  return { about: 'incident', decided: 'moved here', because, ruleId: null }
}
