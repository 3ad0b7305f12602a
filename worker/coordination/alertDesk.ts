import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import type { Alert, AlertSource, Labels } from '../domain/alert.ts'
import { fingerprintOf, isFiring } from '../domain/alert.ts'
import type { BatchPlan } from '../domain/alertBatch.ts'
import { planBatch, planExpiry, planMove } from '../domain/alertBatch.ts'
import type { OrganisationForAlerts } from '../domain/alertIncident.ts'
import { NO_ORGANISATION } from '../domain/alertIncident.ts'
import type { IncomingAlert, InvalidAlert } from '../domain/alertIntake.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import { crockford } from '../domain/identifiers.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { upsertAlerts } from '../storage/alerts.ts'
import type { AlertRow } from '../storage/alerts.ts'
import { count } from '../storage/counters.ts'
import { database } from '../storage/database.ts'
import { hashKey } from '../storage/masterKey.ts'
import type { OnCallPlan } from '../storage/onCall.ts'
import type { Effect } from './alertEffects.ts'
import { effectFrom, effectsOf } from './alertEffects.ts'
import { AlertMemory } from './alertMemory.ts'
import { AlertOutbox } from './alertOutbox.ts'
import type { DeskIncident } from './alertStore.ts'
import { AlertStore } from './alertStore.ts'
import type { Integration, IntegrationSource, NamedIntegration, NewIntegration } from './integrationKeys.ts'
import { IntegrationKeys, newIntegrationKey, signs, webhookSecretOf } from './integrationKeys.ts'
import { alertsOfOld } from './oldAlerts.ts'
import type { OpsgenieIdentifier, OpsgenieRequest } from './opsgenieAlerts.ts'
import { OpsgenieAlerts } from './opsgenieAlerts.ts'
import type { NewOpsgenieAlert, OpsgenieAlertView, OpsgenieChange, OpsgenieCreation } from './opsgenieDesk.ts'
import { OpsgenieDesk } from './opsgenieDesk.ts'

export interface IngestRequest {
  readonly source: AlertSource
  readonly key: string
  readonly alerts: readonly IncomingAlert[]
}

export type IngestAnswer =
  | {
      readonly ok: true
      readonly accepted: number
      /** How many rows the batch changed; a batch of repeats changes none. */
      readonly changed: number
      readonly incidentIds: readonly string[]
      readonly invalid: readonly InvalidAlert[]
      readonly turnedAway: number
    }
  | { readonly ok: false; readonly reason: 'unknown_key' }

export interface DeskStats {
  readonly firing: number
  readonly openIncidents: number
  readonly outbox: number
  /** Rows of the desk's own tables since it was loaded. */
  readonly rowsWritten: number
  readonly loadedAtMs: number
  readonly groupBy: readonly string[]
}

/** How long an answer waits for rooms and D1 to follow; what takes longer goes on by alarm. */
const FIRST_ATTEMPT_MS_MAX = 2_000
const KEEP_AWAKE_MS = 5_000
const FORGET_AFTER_MS = 7 * 24 * 3_600_000
const FORGET_EVERY_MS = 3_600_000

/** The single writer of alert state. It holds no rules: `domain/alertBatch.ts` decides. */
export class AlertDesk extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql
  readonly #store = new AlertStore(this.#sql)
  readonly #write = this.#store.write.bind(this.#store)
  readonly #keys = new IntegrationKeys(this.#sql, this.#write)
  readonly #outbox = new AlertOutbox(this.#sql, this.#write, (lane, body, key) => this.#deliver(lane, body, key))
  readonly #opsgenieAlerts = new OpsgenieAlerts(this.#sql, this.#write)
  readonly #opsgenie = new OpsgenieDesk(this.#opsgenieAlerts, {
    firing: (fingerprint) => this.#memory.view().firing(fingerprint),
    record: (incidentId, fingerprint) => this.#store.record(incidentId, fingerprint),
    take: (alert, nowMs, also) => this.#take('opsgenie', [alert], nowMs, also),
    tell: (incidentId, command, by, nowMs) => this.#tell(incidentId, command, by, nowMs),
    attempt: (nowMs) => this.#attempt(nowMs),
  })
  readonly #loadedAtMs = Date.now()
  readonly #memory = new AlertMemory(this.#store.incidents(), this.#store.firing(this.#loadedAtMs))
  #organisation = this.ctx.storage.kv.get<OrganisationForAlerts>('organisation') ?? NO_ORGANISATION
  #forgotAtMs = 0
  #awake: ReturnType<typeof setTimeout> | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#stayAwake()
  }

  async ingest({ source, key, alerts }: IngestRequest): Promise<IngestAnswer> {
    countRequest()
    const keyHash = await hashKey(key)
    if (!this.#keys.knows(source, keyHash)) return { ok: false, reason: 'unknown_key' }
    const plan = await this.#take(source, alerts, Date.now())
    const incidentIds = new Set(plan.records.filter(({ endedAtMs }) => endedAtMs === null).map((r) => r.incidentId))
    for (const id of plan.cleared.keys()) incidentIds.add(id)
    for (const { fingerprint } of plan.repeats) {
      const known = this.#memory.firingAlert(fingerprint)
      if (known !== undefined) incidentIds.add(known.incidentId)
    }
    const { accepted, invalid, turnedAway } = plan
    return { ok: true, accepted, changed: plan.records.length, incidentIds: [...incidentIds], invalid, turnedAway }
  }

  async checkKey(source: IntegrationSource, key: string): Promise<boolean> {
    countRequest()
    const keyHash = await hashKey(key)
    return this.#keys.knows(source, keyHash)
  }

  /** Whose key it is; null when no integration has it, or it was revoked. */
  async integrationOf(source: IntegrationSource, key: string): Promise<NamedIntegration | null> {
    countRequest()
    const found = this.#keys.find(source, await hashKey(key))
    return found === null ? null : { id: found.id, name: found.name }
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

  findOpsgenieRequest(requestId: string): OpsgenieRequest | null {
    countRequest()
    return this.#opsgenie.request(requestId)
  }

  /** Everything that fires now, in no particular order. */
  activeAlerts(): { alert: Alert; incidentId: string | null }[] {
    countRequest()
    const nowMs = Date.now()
    return [...this.#memory.firing()]
      .filter(({ alert }) => isFiring(alert, nowMs))
      .map(({ alert, incidentId }) => ({ alert, incidentId }))
  }

  async alertsOf(
    incidentId: string,
    offset: number,
    limit: number,
  ): Promise<{ alerts: (Alert & { firing: boolean })[]; total: number }> {
    countRequest()
    const page = this.#store.page(incidentId, offset, limit)
    if (page.length === 0 && this.#memory.incident(incidentId) === undefined)
      return alertsOfOld(database(this.env.DB), incidentId, offset, limit)
    const alerts = page.map(({ alert, endedAtMs }) => {
      const firing = endedAtMs === null
      return { ...(firing ? (this.#memory.firingAlert(alert.fingerprint)?.alert ?? alert) : alert), firing }
    })
    return { alerts, total: this.#memory.incident(incidentId)?.total ?? page.length }
  }

  /** From the room: what fires from now on opens a new incident. */
  incidentResolved(incidentId: string): void {
    countRequest()
    this.#close(incidentId, Date.now())
  }

  /** Kept here, so that an alert can be judged while D1 is gone. */
  useOrganisation(organisation: OrganisationForAlerts): void {
    countRequest()
    // The same configuration comes with every cron run.
    if (JSON.stringify(organisation) === JSON.stringify(this.#organisation)) return
    this.ctx.storage.kv.put('organisation', organisation)
    this.#store.rowsWritten++
    this.#organisation = organisation
  }

  /** The configuration as the desk has it; it answers while D1 is gone. */
  organisation(): OrganisationForAlerts {
    countRequest()
    return this.#organisation
  }

  /** Kept here, so that people are paged while D1 is gone. */
  useOnCallPlan(plan: OnCallPlan): void {
    countRequest()
    if (JSON.stringify(plan) === JSON.stringify(this.onCallPlan())) return
    this.ctx.storage.kv.put('on-call plan', plan)
  }

  /** Who is on call, as of the last minute in which D1 answered; null before the first. */
  onCallPlan(): OnCallPlan | null {
    return this.ctx.storage.kv.get<OnCallPlan>('on-call plan') ?? null
  }

  async createIntegration(wanted: { source: IntegrationSource; name: string; key?: string }): Promise<NewIntegration> {
    const { source, name, key = newIntegrationKey(source) } = wanted
    const id = crockford(crypto.getRandomValues(new Uint8Array(12)), 12)
    const keyHash = await hashKey(key)
    if (!this.#keys.knows(source, keyHash)) this.#keys.add(id, source, name, keyHash, Date.now())
    return signs(source) ? { id, key, secret: await webhookSecretOf(this.env.MASTER_KEY, id) } : { id, key }
  }

  /** What this sender signs with, and whether it ever has; null when no integration has the key. */
  async signingOf(source: IntegrationSource, key: string): Promise<{ secret: string; hasSigned: boolean } | null> {
    countRequest()
    const found = this.#keys.find(source, await hashKey(key))
    if (found === null) return null
    return { secret: await webhookSecretOf(this.env.MASTER_KEY, found.id), hasSigned: found.hasSigned }
  }

  /** From now on what comes with this key has to be signed. */
  async rememberSigning(source: IntegrationSource, key: string): Promise<void> {
    countRequest()
    const found = this.#keys.find(source, await hashKey(key))
    if (found !== null && !found.hasSigned) this.#keys.rememberSigning(found.id)
  }

  integrations(): Integration[] {
    return this.#keys.list()
  }

  revokeIntegration(id: string): void {
    this.#keys.revoke(id, Date.now())
  }

  /** Each minute: ends what was not heard of again, and finishes what was left undone. Writes nothing when nothing changed. */
  async sweep(nowMs: number): Promise<void> {
    countRequest()
    const expired = [...this.#memory.firing()].filter(({ alert }) => !isFiring(alert, nowMs))
    if (expired.length > 0) await this.#commit(planExpiry(expired), nowMs)
    if (nowMs - this.#forgotAtMs >= FORGET_EVERY_MS) {
      this.#forgotAtMs = nowMs
      this.#forget(nowMs - FORGET_AFTER_MS)
      this.#opsgenieAlerts.forget(nowMs)
    }
    await this.#drain()
  }

  stats(): DeskStats {
    return {
      firing: this.#memory.size,
      openIncidents: this.#memory.openIncidents,
      outbox: this.#outbox.size(),
      rowsWritten: this.#store.rowsWritten,
      loadedAtMs: this.#loadedAtMs,
      groupBy: this.#organisation.groupBy,
    }
  }

  override async alarm(): Promise<void> {
    await this.#drain()
  }

  async #take(
    source: AlertSource,
    alerts: readonly IncomingAlert[],
    nowMs: number,
    also?: (plan: BatchPlan) => void,
  ): Promise<BatchPlan> {
    const plan = planBatch(this.#memory.view(), source, alerts, nowMs, this.#organisation)
    await this.#commit(plan, nowMs, () => also?.(plan))
    return plan
  }

  /** Stores a plan and what must be told of it in one transaction, then gives the telling a bounded first attempt. */
  async #commit(plan: BatchPlan, nowMs: number, also?: () => void): Promise<void> {
    if (plan.records.length > 0) {
      const incidents = this.#incidentsAfter(plan)
      const firingIn = this.#memory.firingAfter(plan)
      this.ctx.storage.transactionSync(() => {
        for (const incident of incidents.values()) this.#store.putIncident(incident)
        for (const record of plan.records) this.#store.putAlert(record)
        const after = { incident: (id: IncidentId) => incidents.get(id) ?? this.#memory.incident(id), firingIn }
        for (const { lane, effect } of effectsOf(plan, after, this.#organisation, nowMs))
          this.#outbox.add(lane, effect, nowMs)
        also?.()
      })
      for (const incident of incidents.values()) this.#memory.remember(incident)
    }
    this.#memory.apply(plan)
    this.#stayAwake()
    if (plan.records.length > 0) await this.#attempt(nowMs)
  }

  async #attempt(nowMs: number): Promise<void> {
    // If this object dies before the first attempt is through, the alarm makes it again.
    await this.ctx.storage.setAlarm(nowMs + FIRST_ATTEMPT_MS_MAX)
    const drained = this.#drain()
    this.ctx.waitUntil(drained)
    await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, FIRST_ATTEMPT_MS_MAX))])
  }

  #incidentsAfter(plan: BatchPlan): Map<IncidentId, DeskIncident> {
    const after = new Map<IncidentId, DeskIncident>()
    for (const { incidentId: id, groupKey } of plan.opened)
      after.set(id, { id, groupKey, resolvedAtMs: null, total: 0 })
    for (const [id, alerts] of plan.joined) {
      const incident = after.get(id) ?? this.#memory.incident(id)
      if (incident === undefined) continue
      const added = alerts.filter(({ fingerprint }) => !this.#store.has(id, fingerprint)).length
      if (added > 0) after.set(id, { ...incident, total: incident.total + added })
    }
    return after
  }

  /** Never throws: a throw in an alarm would spend its six retries and then lose what waits. */
  async #drain(): Promise<void> {
    try {
      await this.#outbox.drain(Date.now)
    } catch (error) {
      console.error('the alert outbox could not be drained', { error: String(error) })
    } finally {
      const dueAtMs = this.#outbox.dueAtMs()
      if (dueAtMs !== null) await this.ctx.storage.setAlarm(Math.max(dueAtMs, Date.now() + 1_000))
      else if ((await this.ctx.storage.getAlarm()) !== null) await this.ctx.storage.deleteAlarm()
    }
  }

  async #deliver(lane: string, body: unknown, key: string): Promise<void> {
    const effect = effectFrom(body)
    switch (effect.kind) {
      case 'project': {
        const rows = effect.records.flatMap(([incidentId, fingerprint]) => this.#rowOf(incidentId, fingerprint))
        await upsertAlerts(database(this.env.DB), rows)
        return
      }
      case 'submit': {
        const room = this.env.INCIDENT_ROOM.getByName(lane)
        const answer = await room.submit({ command: effect.command, by: effect.by ?? SYSTEM, idempotencyKey: key })
        if (answer.ok || answer.reason === 'already_open' || answer.reason === 'already_acknowledged') return
        if (answer.incident?.phase === 'resolved') return this.#moveOn(lane, effect.fingerprints)
        console.error('an incident refused what its alerts did', { lane, key, reason: answer.reason })
      }
    }
  }

  #tell(incidentId: string, command: IncidentCommand, by: Actor, nowMs: number): void {
    this.#outbox.add(incidentId, { kind: 'submit', command, fingerprints: [], by } satisfies Effect, nowMs)
  }

  #rowOf(incidentId: string, fingerprint: string): AlertRow[] {
    const record = this.#store.record(incidentId, fingerprint)
    if (record === null) return []
    const { alert, source, endedAtMs } = record
    const { labels, annotations, startsAtMs, generatorUrl } = alert
    return [{ fingerprint, incidentId, source, labels, annotations, startsAtMs, endedAtMs, generatorUrl }]
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
    const plan = planMove(this.#memory.view(), moving, nowMs, this.#organisation)
    this.ctx.waitUntil(this.#commit(plan, nowMs, () => this.#opsgenieAlerts.follow(plan)))
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
    if (this.#awake !== null || this.#memory.size === 0) return
    this.#awake = setTimeout(() => {
      this.#awake = null
      this.#stayAwake()
    }, KEEP_AWAKE_MS)
  }
}

function countRequest(): void {
  count('allclear_object_requests_total', { object: 'AlertDesk' }, 1)
}
