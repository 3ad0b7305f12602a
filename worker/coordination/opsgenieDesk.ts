import type { Actor } from '../domain/actor.ts'
import type { Alert } from '../domain/alert.ts'
import { fingerprintOf } from '../domain/alert.ts'
import type { AlertRecord, BatchPlan } from '../domain/batchPlan.ts'
import type { Firing, IncomingAlert, InvalidAlert } from '../domain/alertIntake.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { Received } from '../domain/received.ts'
import type { NamedIntegration } from '../domain/integration.ts'
import type {
  OpsgenieAction,
  OpsgenieAlerts,
  OpsgenieIdentifier,
  OpsgenieName,
  OpsgenieRequest,
} from './opsgenieAlerts.ts'
import { creationRequestId, opsgenieIdentity } from './opsgenieAlerts.ts'

/** What Opsgenie's API asks of the AlertDesk. Each change is stored with its names in one go, before anything waits. */

/** An alert that fires; without an incident while it is suppressed. */
export interface FiringAlert extends Firing {
  readonly incidentId: string | null
}

/** What the AlertDesk does for it. */
interface Desk {
  readonly firing: (fingerprint: string) => FiringAlert | null
  readonly record: (incidentId: string, fingerprint: string) => AlertRecord | null
  /** Takes one alert in; `also` runs in the same transaction. */
  readonly take: (alert: IncomingAlert, nowMs: number, also: (plan: BatchPlan) => void) => Promise<BatchPlan>
  /** Keeps the request an alert came in, in the transaction of `take`. */
  readonly keep: (wanted: NewOpsgenieAlert, plan: BatchPlan, nowMs: number) => void
  /** Queues a command for an incident; `attempt` gives what is queued a bounded first attempt. */
  readonly tell: (incidentId: string, command: IncidentCommand, by: Actor, nowMs: number) => void
  readonly attempt: (nowMs: number) => Promise<void>
}

export interface NewOpsgenieAlert {
  readonly alert: IncomingAlert
  readonly alias: string
  /** As it was sent, in JSON, to be shown as it was sent. */
  readonly body: string
  readonly note: string
  readonly integration: NamedIntegration
  readonly by: Actor
  readonly received: Received
  /** Who sends it in the name of the integration from the console. */
  readonly sentBy?: string
}

export type OpsgenieCreation =
  | { readonly ok: true; readonly requestId: string }
  | { readonly ok: false; readonly reason: InvalidAlert | 'too_many' }

export interface OpsgenieChange {
  readonly action: Exclude<OpsgenieAction, 'Create'>
  readonly identifier: OpsgenieIdentifier
  readonly note: string
  readonly integration: NamedIntegration
  readonly by: Actor
}

export interface OpsgenieAlertView extends OpsgenieName {
  readonly isOpen: boolean
  /** Null once it is over, if it fired suppressed to its end: of that nothing is kept. */
  readonly alert: Alert | null
  readonly updatedAtMs: number
}

/** The incident of an alert that fires suppressed. */
const NO_INCIDENT = ''

export class OpsgenieDesk {
  readonly #alerts: OpsgenieAlerts
  readonly #desk: Desk

  constructor(alerts: OpsgenieAlerts, desk: Desk) {
    this.#alerts = alerts
    this.#desk = desk
  }

  async create(wanted: NewOpsgenieAlert, nowMs: number): Promise<OpsgenieCreation> {
    const { alert, alias, body, note, integration, by } = wanted
    const identity = opsgenieIdentity(alias)
    const fingerprint = fingerprintOf(identity)
    const plan = await this.#desk.take({ ...alert, identity }, nowMs, (taken) => {
      this.#desk.keep(wanted, taken, nowMs)
      const add = (incidentId: string) =>
        this.#alerts.add({ alias, fingerprint, incidentId, integration, body, createdAtMs: nowMs })
      if (taken.held.length > 0 && this.#desk.firing(fingerprint)?.incidentId !== null) add(NO_INCIDENT)
      for (const incidentId of taken.joined.keys()) {
        // What fired suppressed until now has its names.
        if (taken.dropped.includes(fingerprint)) this.#alerts.follow(taken)
        else add(incidentId)
        if (note !== '') this.#desk.tell(incidentId, noteOf(note), by, nowMs)
      }
    })
    const [invalid] = plan.invalid
    if (invalid !== undefined) return { ok: false, reason: invalid }
    if (plan.turnedAway > 0) return { ok: false, reason: 'too_many' }
    const name = this.#alerts.newest(fingerprint)
    if (name === null) throw new Error('an alert by Opsgenie was stored without its names')
    return { ok: true, requestId: creationRequestId(name) }
  }

  /** The id of the request, whose outcome can be asked for. */
  async change(wanted: OpsgenieChange, nowMs: number): Promise<string> {
    const { action, identifier, note, integration, by } = wanted
    const name = this.#alerts.find(identifier)
    const known = name === null ? null : this.#firingAs(name)
    const outcome = outcomeOf(action, name, known)
    const { id: alertId = '', alias = '' } = name ?? {}
    const request = { action, ...outcome, alertId, alias, integrationId: integration.id, atMs: nowMs }
    const requestId = this.#alerts.record(request)
    if (name === null || !outcome.isSuccess) return requestId

    const incidentId = known?.incidentId ?? name.incidentId
    if (note !== '' && incidentId !== NO_INCIDENT) this.#desk.tell(incidentId, noteOf(note), by, nowMs)
    if (action === 'Acknowledge') this.#desk.tell(incidentId, { type: 'acknowledge', via: 'api' }, by, nowMs)
    if (action === 'Close') await this.#desk.take(overOf(name, nowMs), nowMs, () => {})
    else await this.#desk.attempt(nowMs)
    return requestId
  }

  /** Newest first; the next page is asked for with the last one's `tiny`. Empty behind the last. */
  before(tiny: number): OpsgenieAlertView[] {
    return this.#alerts.before(tiny).map((name) => this.#viewOf(name))
  }

  find(identifier: OpsgenieIdentifier): OpsgenieAlertView | null {
    const name = this.#alerts.find(identifier)
    return name === null ? null : this.#viewOf(name)
  }

  #viewOf(name: OpsgenieName): OpsgenieAlertView {
    const known = this.#firingAs(name)
    const record = this.#desk.record(known?.incidentId ?? name.incidentId, name.fingerprint)
    const alert = known?.alert ?? record?.alert ?? null
    const heardAtMs = alert?.updatedAtMs ?? name.createdAtMs
    const endedAtMs = known === null ? (record?.endedAtMs ?? 0) : (known.incidentResolvedAtMs ?? 0)
    return { ...name, isOpen: isOpen(known), alert, updatedAtMs: Math.max(heardAtMs, endedAtMs) }
  }

  request(requestId: string): OpsgenieRequest | null {
    return this.#alerts.request(requestId)
  }

  /** The firing that has this name; an earlier one of the same alias is over. */
  #firingAs({ fingerprint, tiny }: OpsgenieName): FiringAlert | null {
    return this.#alerts.newest(fingerprint)?.tiny === tiny ? this.#desk.firing(fingerprint) : null
  }
}

function isOpen(known: FiringAlert | null): boolean {
  return known !== null && known.incidentResolvedAtMs === null
}

/** A closed alert still takes notes. */
function outcomeOf(
  action: OpsgenieChange['action'],
  name: OpsgenieName | null,
  known: FiringAlert | null,
): { isSuccess: boolean; status: string } {
  if (name === null) return { isSuccess: false, status: 'Alert does not exist' }
  if (action !== 'Close' && (known?.incidentId ?? name.incidentId) === NO_INCIDENT)
    return { isSuccess: false, status: 'Alert is silenced and in no incident' }
  switch (action) {
    case 'Close':
      return isOpen(known) ? { isSuccess: true, status: 'Closed alert' } : ALREADY_CLOSED
    case 'Acknowledge':
      return isOpen(known) ? { isSuccess: true, status: 'Acknowledged alert' } : ALREADY_CLOSED
    case 'AddNote':
      return { isSuccess: true, status: 'Added note to alert' }
  }
}

const ALREADY_CLOSED = { isSuccess: false, status: 'Alert is already closed' }

/** What is over keeps what was said of it, so this says nothing. */
function overOf({ alias }: OpsgenieName, nowMs: number): IncomingAlert {
  const identity = opsgenieIdentity(alias)
  return { labels: { alias }, annotations: {}, startsAtMs: null, endsAtMs: nowMs, generatorUrl: '', identity }
}

function noteOf(body: string): IncidentCommand {
  const nothing = { status: null, components: [], nextUpdateAtMs: null }
  return { type: 'post_update', id: crypto.randomUUID(), audience: 'internal', body, ...nothing }
}
