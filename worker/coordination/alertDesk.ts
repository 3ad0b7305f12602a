import type { Actor } from '../domain/actor.ts'
import type { Labels } from '../domain/alert.ts'
import { fingerprintOf, isFiring } from '../domain/alert.ts'
import type { Batch } from '../domain/alertBatch.ts'
import { planBatch } from '../domain/alertBatch.ts'
import { planExpiry, planMove, planRelease } from '../domain/alertPlans.ts'
import type { InboxPage, InboxQuery } from '../domain/alertInbox.ts'
import type { BatchPlan } from '../domain/batchPlan.ts'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import type { MoveAnswer, MoveRequest, MoveTarget } from '../domain/alertMove.ts'
import type { NamedIncident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { incidentsAfter } from '../domain/incidentsAfter.ts'
import { ALERTS_JUDGED_MAX } from '../domain/likelyChanges.ts'
import { hiddenSteps } from '../domain/suppression.ts'
import type { TrailStep } from '../domain/trail.ts'
import { database } from '../storage/database.ts'
import type { Effect } from './alertEffects.ts'
import { effectFrom, effectsOf } from './alertEffects.ts'
import { AlertMoves } from './alertMoves.ts'
import { AlertOutbox } from './alertOutbox.ts'
import { deliverEffect } from './deliverEffect.ts'
import type { Selection } from './alertSearch.ts'
import { AlertSearch } from './alertSearch.ts'
import type { AlertsOfIncident } from './alertsOfIncident.ts'
import { alertOfIncident } from './alertsOfIncident.ts'
import type { ActiveAlert, DeskStats, IngestAnswer, IngestRequest } from './deskAnswers.ts'
import { ingestAnswer } from './deskAnswers.ts'
import { countRequest } from './senderDesk.ts'
import { JudgingDesk } from './judgingDesk.ts'
import { alertsOfOld } from './oldAlerts.ts'
import type { OpsgenieIdentifier, OpsgenieRequest } from './opsgenieAlerts.ts'
import { OpsgenieAlerts } from './opsgenieAlerts.ts'
import type { NewOpsgenieAlert, OpsgenieAlertView, OpsgenieChange, OpsgenieCreation } from './opsgenieDesk.ts'
import type { FiringAlert } from './opsgenieDesk.ts'
import { OpsgenieDesk } from './opsgenieDesk.ts'

/** How long an answer waits for rooms and D1 to follow; what takes longer goes on by alarm. */
const FIRST_ATTEMPT_MS_MAX = 2_000
const KEEP_AWAKE_MS = 5_000
const FORGET_AFTER_MS = 7 * 24 * 3_600_000
const COMPONENTS_TOLD_EVERY_MS = 500
const FORGET_EVERY_MS = 3_600_000

/** The single writer of alert state. It holds no rules: `domain/alertBatch.ts` decides. */
export class AlertDesk extends JudgingDesk {
  readonly #sql = this.ctx.storage.sql
  readonly #store = this.store
  readonly #write = this.write
  readonly #outbox = new AlertOutbox(this.#sql, this.#write, (lane, body, key) => this.#deliver(lane, body, key))
  readonly #opsgenieAlerts = new OpsgenieAlerts(this.#sql, this.#write)
  readonly #opsgenie = new OpsgenieDesk(this.#opsgenieAlerts, {
    firing: (fingerprint) => this.#memory.view().firing(fingerprint) ?? this.#heldAsFiring(fingerprint),
    record: (incidentId, fingerprint) => this.#store.record(incidentId, fingerprint),
    take: (alert, nowMs, also) => this.#take({ source: 'opsgenie', sender: 'opsgenie', alerts: [alert] }, nowMs, also),
    keep: ({ integration, received, sentBy = null }, plan, nowMs) =>
      this.keepTaken({ ...integration, source: 'opsgenie', by: sentBy }, { received }, plan, nowMs),
    tell: (incidentId, command, by, nowMs) => this.#tell(incidentId, command, by, nowMs),
    attempt: (nowMs) => this.#attempt(nowMs),
  })
  readonly #memory = this.memory
  readonly #suppressor = this.suppressor
  readonly #moves = new AlertMoves({
    store: this.#store,
    memory: this.#memory,
    judging: () => this.judging,
    tell: (lane, effect, nowMs) => this.#outbox.add(lane, effect, nowMs),
  })
  readonly #search = new AlertSearch(this.memory, this.suppressor)
  readonly #flaps = this.flaps
  readonly #isPart = (id: string, fingerprint: string) => this.#store.has(id, fingerprint)
  #forgotAtMs = 0
  #componentsToldAtMs = 0
  #awake: ReturnType<typeof setTimeout> | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#suppressor.useRules(this.judging.organisation.inhibitRules)
    this.#stayAwake()
  }

  async ingest(request: IngestRequest): Promise<IngestAnswer> {
    countRequest()
    const sender = await this.senderOf(request.source, request)
    if (sender === null) return { ok: false, reason: 'unknown_key' }
    const nowMs = Date.now()
    const batch = { source: request.source, sender: sender.id, alerts: request.alerts }
    const plan = await this.#take(batch, nowMs, (taken) => this.keepTaken(sender, request, taken, nowMs))
    this.keepRefused(sender, request, plan, nowMs)
    return ingestAnswer(plan, (fingerprint) => this.#memory.firingAlert(fingerprint)?.incidentId)
  }

  /** From Allclear's own objects, which need no key. */
  async ingestOwn(source: 'heartbeat', alerts: readonly IncomingAlert[]) {
    countRequest()
    const { invalid, turnedAway } = await this.#take({ source, sender: source, alerts }, Date.now())
    return { invalid, turnedAway }
  }

  /** A command for the incident an alert fires in, stored behind all that is on its way there; false when it does not fire. */
  async tellIncidentOf(identity: Labels, command: IncidentCommand, by: Actor): Promise<boolean> {
    countRequest()
    const known = this.#memory.view().firing(fingerprintOf(identity))
    if (known === null || known.incidentResolvedAtMs !== null) return false
    const nowMs = Date.now()
    this.#tell(known.incidentId, command, by, nowMs)
    await this.#attempt(nowMs)
    return true
  }

  createOpsgenieAlert(wanted: NewOpsgenieAlert): Promise<OpsgenieCreation> {
    countRequest()
    return this.#opsgenie.create(wanted, Date.now())
  }

  changeOpsgenieAlert(wanted: OpsgenieChange): Promise<string> {
    countRequest()
    return this.#opsgenie.change(wanted, Date.now())
  }

  findOpsgenieAlert(identifier: OpsgenieIdentifier): OpsgenieAlertView | null {
    countRequest()
    return this.#opsgenie.find(identifier)
  }

  /** Newest first, a page at a time: those before `tiny`. */
  opsgenieAlertsBefore(tiny: number): OpsgenieAlertView[] {
    countRequest()
    return this.#opsgenie.before(tiny)
  }

  findOpsgenieRequest(requestId: string): OpsgenieRequest | null {
    countRequest()
    return this.#opsgenie.request(requestId)
  }

  /** Everything that fires now, in no particular order. */
  activeAlerts(): ActiveAlert[] {
    countRequest()
    const nowMs = Date.now()
    const firing = [...this.#memory.firing()].map(({ alert, incidentId }) => {
      return { alert, incidentId, ...this.#suppressor.suppressionOf(alert, nowMs) }
    })
    const suppressed = [...this.#suppressor.held.all()].map((held) => {
      const by = this.#suppressor.suppressionOfHeld(held, this.judging.judge, nowMs)
      return { alert: held.alert, incidentId: null, ...by }
    })
    return [...firing, ...suppressed].filter(({ alert }) => isFiring(alert, nowMs))
  }

  /** Whether an alert fires in an incident that all of these match, for each list of matchers. */
  whichFire(matcherLists: readonly (readonly string[])[]): boolean[] {
    countRequest()
    return this.#search.whichFire(matcherLists, Date.now())
  }

  /** One page of what fires. */
  searchAlerts(query: InboxQuery): InboxPage {
    countRequest()
    return this.#search.find(query, this.judging.judge, Date.now())
  }

  /** All of what the query finds, in short. */
  selectAlerts(query: InboxQuery): Selection {
    countRequest()
    return this.#search.select(query, this.judging.judge, Date.now())
  }

  async alertsOf(incidentId: string, offset: number, limit: number): Promise<AlertsOfIncident> {
    countRequest()
    const page = this.#store.page(incidentId, offset, limit)
    if (page.length === 0 && this.#memory.incident(incidentId) === undefined)
      return alertsOfOld(database(this.env.DB), incidentId, offset, limit)
    const alerts = page.map((record) => alertOfIncident(record, this.#memory))
    return { alerts, total: this.#memory.incident(incidentId)?.total ?? page.length }
  }

  /** What an incident is judged by: its first alerts, and at least one of each service and severity. */
  async alertsToJudge(incidentId: string): Promise<AlertsOfIncident> {
    const { alerts, total } = await this.alertsOf(incidentId, 0, ALERTS_JUDGED_MAX)
    if (alerts.length < ALERTS_JUDGED_MAX) return { alerts, total }
    const known = new Set(alerts.map(({ fingerprint }) => fingerprint))
    const others = this.#store.firstOfEach(incidentId).filter(({ alert }) => !known.has(alert.fingerprint))
    return { alerts: [...alerts, ...others.map((record) => alertOfIncident(record, this.#memory))], total }
  }

  /** Gives alerts of one incident to another, or to a new one. Both rooms hear of it. */
  async moveAlerts(request: MoveRequest): Promise<MoveAnswer> {
    countRequest()
    const nowMs = Date.now()
    const answer = this.ctx.storage.transactionSync(() => this.#moves.move(request, nowMs))
    this.#moves.remember()
    if (answer.ok) await this.#attempt(nowMs)
    return answer
  }

  /** From the room of an incident that was merged: the other one goes on with its alerts. Doing it twice changes nothing. */
  async takeOver(from: NamedIncident, into: MoveTarget, reason: string, by: Actor): Promise<void> {
    countRequest()
    const nowMs = Date.now()
    this.ctx.storage.transactionSync(() => this.#moves.takeOver(from, into, reason, by, nowMs))
    this.#moves.remember()
    await this.#attempt(nowMs)
  }

  /**
   * How an alert came into an incident, by default the one it fires in; of one that has none, what would be decided now.
   * Empty when nothing is known of it.
   */
  trailOf(fingerprint: string, incidentId?: string): TrailStep[] {
    countRequest()
    const known = incidentId ?? this.#memory.firingAlert(fingerprint)?.incidentId
    if (known !== undefined) return this.#store.trail(known, fingerprint)
    const held = this.#suppressor.held.get(fingerprint)
    if (held === null) return []
    const nowMs = Date.now()
    const by = this.#suppressor.suppressionOfHeld(held, this.judging.judge, nowMs)
    const names = this.hiderNames(by.silencedBy, by.inhibitedBy, nowMs)
    return [...this.judging.judge(held.alert).trail, ...hiddenSteps(by, names)]
  }

  /** From the room: what fires from now on opens a new incident. */
  incidentResolved(incidentId: string): void {
    countRequest()
    this.#close(incidentId, Date.now())
  }

  /** Each minute: ends what was not heard of again, and finishes what was left undone. Writes nothing when nothing changed. */
  async sweep(nowMs: number): Promise<void> {
    countRequest()
    const expired = [...this.#memory.firing()].filter(({ alert }) => !isFiring(alert, nowMs))
    if (expired.length > 0) await this.#commit(planExpiry(expired), nowMs)
    await this.release(nowMs)
    this.warnOfEnds(nowMs)
    this.keys.writeUse()
    if (nowMs - this.#forgotAtMs >= FORGET_EVERY_MS) {
      this.#forgotAtMs = nowMs
      this.#forget(nowMs - FORGET_AFTER_MS)
      this.#opsgenieAlerts.forget(nowMs)
      this.#suppressor.silences.forget(nowMs)
      this.#flaps.forget(this.judging.organisation.flapping, nowMs)
      this.received.forget(nowMs)
      this.counts.forget(nowMs)
      this.threads.forget(nowMs)
    }
    await this.#drain()
  }

  stats(): DeskStats {
    return {
      firing: this.#memory.size,
      suppressed: this.#suppressor.held.size,
      openIncidents: this.#memory.openIncidents,
      outbox: this.#outbox.size(),
      rowsWritten: this.#store.rowsWritten,
      loadedAtMs: this.loadedAtMs,
      groupBy: this.judging.organisation.groupBy,
    }
  }

  override async alarm(): Promise<void> {
    const nowMs = Date.now()
    if ((this.#suppressor.held.pausedUntilMs() ?? nowMs + 1) <= nowMs) await this.release(nowMs)
    await this.#drain()
  }

  async #take(batch: Batch, nowMs: number, also?: (plan: BatchPlan) => void): Promise<BatchPlan> {
    const plan = planBatch(this.view(batch.alerts, nowMs), batch, nowMs, this.judging)
    await this.#commit(plan, nowMs, () => also?.(plan))
    if (plan.cleared.size > 0 || plan.dropped.length > 0) await this.release(nowMs)
    return plan
  }

  protected override async release(nowMs: number): Promise<void> {
    const bySender = Map.groupBy(this.#suppressor.held.all(), ({ sender }) => sender)
    for (const [sender, held] of bySender) {
      const plan = planRelease(this.view([], nowMs), sender, held, nowMs, this.judging)
      await this.#commit(plan, nowMs, () => this.#opsgenieAlerts.follow(plan))
    }
  }

  /** Stores a plan and what must be told of it in one transaction, then gives the telling a bounded first attempt. */
  async #commit(plan: BatchPlan, nowMs: number, also?: () => void): Promise<void> {
    if (plan.records.length > 0 || plan.held.length > 0 || plan.dropped.length > 0 || plan.flapsToWrite.size > 0) {
      const { organisation } = this.judging
      const incidents = incidentsAfter(plan, this.#memory, this.#isPart, organisation, nowMs)
      const around = {
        before: (id: IncidentId) => this.#memory.incident(id),
        after: (id: IncidentId) => incidents.get(id) ?? this.#memory.incident(id),
        firingIn: this.#memory.firingAfter(plan),
      }
      this.ctx.storage.transactionSync(() => {
        for (const incident of incidents.values()) this.#store.putIncident(incident)
        for (const record of plan.records) this.#store.putAlert(record)
        for (const { lane, effect } of effectsOf(plan, around, organisation, nowMs))
          this.#outbox.add(lane, effect, nowMs)
        this.#suppressor.store(plan, nowMs)
        this.#flaps.store(plan)
        this.counts.count(plan, this.judging.judge, nowMs)
        also?.()
      })
      for (const incident of incidents.values()) this.#memory.remember(incident)
    }
    this.#memory.apply(plan)
    this.#suppressor.apply(plan)
    this.#flaps.apply(plan)
    this.#stayAwake()
    if (plan.records.length > 0) {
      this.#tellComponents(nowMs)
      await this.#attempt(nowMs)
    }
    if (plan.records.length === 0 && plan.held.length > 0) await this.#wakeForPaused()
  }

  /** Its rules may want to know. It looks a second later, at all that came until then. */
  #tellComponents(nowMs: number): void {
    if (nowMs - this.#componentsToldAtMs < COMPONENTS_TOLD_EVERY_MS) return
    this.#componentsToldAtMs = nowMs
    const told = this.env.COMPONENT_DESK.getByName('main').recheckSoon()
    this.ctx.waitUntil(told.catch((error: unknown) => console.warn('The component desk did not hear of alerts', error)))
  }

  async #attempt(nowMs: number): Promise<void> {
    // If this object dies before the first attempt is through, the alarm makes it again.
    await this.ctx.storage.setAlarm(nowMs + FIRST_ATTEMPT_MS_MAX)
    const drained = this.#drain()
    this.ctx.waitUntil(drained)
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, FIRST_ATTEMPT_MS_MAX))])
  }

  /** What has to wait is looked at again when it has waited, not with the next message. */
  async #wakeForPaused(): Promise<void> {
    const untilMs = this.#suppressor.held.pausedUntilMs()
    const alarmMs = await this.ctx.storage.getAlarm()
    if (untilMs !== null && (alarmMs === null || untilMs < alarmMs)) await this.ctx.storage.setAlarm(untilMs)
  }

  /** Never throws: a throw in an alarm would spend its six retries and then lose what waits. */
  async #drain(): Promise<void> {
    try {
      await this.#outbox.drain(Date.now)
    } catch (error) {
      console.error('the alert outbox could not be drained', { error: String(error) })
    } finally {
      const dueAtMs = earliest(this.#outbox.dueAtMs(), this.#suppressor.held.pausedUntilMs())
      if (dueAtMs !== null) await this.ctx.storage.setAlarm(Math.max(dueAtMs, Date.now() + 1_000))
      else if ((await this.ctx.storage.getAlarm()) !== null) await this.ctx.storage.deleteAlarm()
    }
  }

  #deliver(lane: string, body: unknown, key: string): Promise<void> {
    return deliverEffect(this.env, effectFrom(body), lane, key, {
      store: this.#store,
      silence: (id) => this.#suppressor.silences.find(id, Date.now()),
      moveOn: (incidentId, fingerprints) => this.#moveOn(incidentId, fingerprints),
    })
  }

  protected override tellLater(lane: string, effect: Effect, nowMs: number): void {
    this.#outbox.add(lane, effect, nowMs)
  }

  #tell(incidentId: string, command: IncidentCommand, by: Actor, nowMs: number): void {
    this.#outbox.add(incidentId, { kind: 'submit', command, fingerprints: [], by } satisfies Effect, nowMs)
  }

  /** Someone resolved the incident while these alerts were on their way into it: they open another. */
  async #moveOn(incidentId: string, fingerprints: readonly string[]): Promise<void> {
    const nowMs = Date.now()
    this.#close(incidentId, nowMs)
    const moving = fingerprints.flatMap((fingerprint) => {
      const known = this.#memory.firingAlert(fingerprint)
      return known?.incidentId === incidentId ? [known] : []
    })
    if (moving.length === 0) return
    const plan = planMove(this.view([], nowMs), moving, nowMs, this.judging)
    this.ctx.waitUntil(this.#commit(plan, nowMs, () => this.#opsgenieAlerts.follow(plan)))
  }

  #heldAsFiring(fingerprint: string): FiringAlert | null {
    const held = this.#suppressor.held.get(fingerprint)
    return held === null ? null : { alert: held.alert, incidentId: null, incidentResolvedAtMs: null }
  }

  #close(incidentId: string, nowMs: number): void {
    const incident = this.#memory.incident(incidentId)
    if (incident === undefined || incident.resolvedAtMs !== null) return
    const resolved = { ...incident, resolvedAtMs: nowMs }
    this.#store.putIncident(resolved)
    this.#memory.remember(resolved)
  }

  #forget(resolvedBeforeMs: number): void {
    this.ctx.storage.transactionSync(() => this.#store.forget(resolvedBeforeMs))
    this.#memory.keepOnly(new Set(this.#store.incidents().map(({ id }) => id)))
  }

  /** The ends of repeats are in memory only: a pending timer keeps the object from being put to sleep with them. */
  #stayAwake(): void {
    if (this.#awake !== null || this.#memory.size + this.#suppressor.held.size === 0) return
    this.#awake = setTimeout(() => {
      this.#awake = null
      this.#stayAwake()
    }, KEEP_AWAKE_MS)
  }
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
