import type { Actor } from '../domain/actor.ts'
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
  #afterwards: (() => void)[] = []

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Call inside a transaction, and `remember` once it is through. */
  move(request: MoveRequest, nowMs: number): MoveAnswer {
    this.#afterwards = []
    const { from, fingerprints, reason, by } = request
    const { store, memory } = this.#desk
    const intoId = 'id' in request.to ? request.to.id : null
    const moving = this.#moving(from.id, intoId, new Set(fingerprints))
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

  /**
   * All alerts of an incident that was merged into another; what comes of its groups joins the other from now on. Call it
   * as `move`.
   */
  takeOver(from: NamedIncident, into: MoveTarget, reason: string, by: Actor, nowMs: number): void {
    this.#afterwards = []
    const { memory } = this.#desk
    const source = memory.incident(from.id)
    const moving = this.#moving(from.id, into.id, null)
    if (moving.length > 0) this.#reassign(from.id, into.id, moving, stepOf(by, from.title, reason), nowMs)
    const target = memory.incident(into.id) ?? deskIncidentFor(into, nowMs)
    const groupKeys = [...new Set([...target.groupKeys, ...(source?.groupKeys ?? [])])].slice(0, GROUP_KEYS_MAX)
    if (source !== undefined) this.#keep({ ...source, resolvedAtMs: source.resolvedAtMs ?? nowMs, total: 0 })
    this.#submit(into.id, { type: 'absorb', from, reason }, by, nowMs)
    if (moving.length > 0) this.#join({ ...target, groupKeys }, this.#judged(moving), from, by, nowMs)
    else this.#keep({ ...target, groupKeys })
  }

  /** The desk's memory follows what is on disk. */
  remember(): void {
    for (const follow of this.#afterwards) follow()
    this.#afterwards = []
  }

  /** An alert that was in the other one before goes there when it fires here; what is over here and there stays. */
  #moving(from: IncidentId, into: IncidentId | null, fingerprints: ReadonlySet<string> | null): AlertRecord[] {
    const { store } = this.#desk
    return store
      .records(from, fingerprints)
      .filter(({ alert, endedAtMs }) => endedAtMs === null || into === null || !store.has(into, alert.fingerprint))
  }

  #reassign(from: IncidentId, into: IncidentId, moving: readonly AlertRecord[], step: TrailStep, nowMs: number): void {
    const { store, memory, tell } = this.#desk
    const fingerprints = moving.map(({ alert }) => alert.fingerprint)
    store.reassign(from, into, fingerprints, step)
    this.#afterwards.push(() => memory.reassign(from, into, fingerprints))
    for (let i = 0; i < fingerprints.length; i += REASSIGNED_A_EFFECT_MAX) {
      const chunk = fingerprints.slice(i, i + REASSIGNED_A_EFFECT_MAX)
      tell(D1_LANE, { kind: 'forget', incidentId: from, fingerprints: chunk }, nowMs)
      tell(D1_LANE, { kind: 'project', records: chunk.map((fingerprint) => [into, fingerprint] as const) }, nowMs)
    }
  }

  #join(target: DeskIncident, joined: readonly JoinedAlert[], from: NamedIncident, by: Actor, nowMs: number): void {
    const news = joiningNews(joined, target, this.#desk.judging().organisation)
    const command = joinCommand(joined, this.#keepGrown(target, joined, nowMs))
    this.#submit(target.id, { ...command, ...news, from }, by, nowMs, joined)
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
    const counts = this.#keepGrown({ ...target, pages: policy !== null }, joined, nowMs)
    this.#submit(target.id, { type: 'open', id: target.id, ...begins, source: 'alert', policy }, by, nowMs)
    this.#submit(target.id, { ...joinCommand(joined, counts), from }, by, nowMs)
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
    this.#afterwards.push(() => this.#desk.memory.remember(incident))
  }

  /** The incident with what has come into it, and how many alerts it has now. */
  #keepGrown(target: DeskIncident, joined: readonly JoinedAlert[], nowMs: number): AlertCounts {
    const counts = this.#desk.store.counts(target.id)
    const { severity } = worstOf(joined)
    const services = joined.flatMap(({ judgement }) => judgement.serviceId ?? [])
    this.#keep({
      ...target,
      lastJoinedAtMs: nowMs,
      total: counts.total,
      services: [...new Set([...target.services, ...services])],
      severity: isWorse(severity, target.severity) ? severity : target.severity,
    })
    return counts
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

interface AlertCounts {
  readonly total: number
  readonly firing: number
}

function joinCommand(joined: readonly JoinedAlert[], counts: AlertCounts) {
  const sample = excerptOf(joined.map(({ alert }) => alert))
  return { type: 'join_alerts', ...counts, count: joined.length, sample } as const
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
