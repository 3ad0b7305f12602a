import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import { decide } from '../domain/decide.ts'
import { investigatingAtMs } from '../domain/decidePending.ts'
import { isOver, takenForDeadAtMs } from '../domain/decideRun.ts'
import { evolve, replay } from '../domain/evolve.ts'
import type { Incident } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'
import { PENDING_UPDATES_MAX, nextPostAtMs } from '../domain/pendingUpdate.ts'
import type { Refusal } from '../domain/refusal.ts'
import { watchedEvent } from '../domain/watchedEvent.ts'
import { count } from '../storage/counters.ts'
import { assessRoom } from './assessRoom.ts'
import { measureImpact } from './measureImpact.ts'
import { retryAtMs } from './backOff.ts'
import { withPatience } from './patience.ts'
import { KnownRules, fallsUnderRules, mayBeTold } from './knownRules.ts'
import { carryOut, projectRoom, publishRoom } from './roomEffects.ts'
import { RoomLog } from './roomLog.ts'
import type { Copy, QueuedEffect } from './roomLog.ts'

export interface SubmitRequest {
  readonly command: IncidentCommand
  readonly by: Actor
  /** The version the sender saw; another present version refuses the command. */
  readonly expectedVersion?: number | undefined
  /** A command with a key that was carried out before changes nothing more. */
  readonly idempotencyKey?: string | undefined
}

export type SubmitAnswer =
  | { readonly ok: true; readonly incident: Incident; readonly sequence: number }
  | { readonly ok: false; readonly reason: Refusal; readonly incident: Incident | null }

const EVENTS_A_MESSAGE_MAX = 200
const SOCKETS_MAX = 500
/** Whoever watches has to show again by then that they still may. Clients come back by themselves, without a gap. */
const SOCKET_AGE_MS_MAX = 15 * 60_000
const COME_BACK = 1012
/** How long an answer waits for the list and the public page to catch up; what takes longer goes on by alarm. */
const CATCH_UP_MS = 3_000
const PASSES_MAX = 10
/** A storm of alerts is summed up now and then, not at every batch; what belongs to the opening comes within seconds. */
const HEADLINE_EVERY_MS = 10_000
const HEADLINE_AT_FIRST_MS = 2_000
const IMPACT_EVERY_MS = 5 * 60_000
/** After this long the impact is known, or nobody looks at it. */
const IMPACT_FOR_MS = 24 * 3_600_000
/** A setting that someone changes reaches an incident that nobody touches by then. */
const RULES_AGE_MS_MAX = 60_000
/** A first page says what is the matter if that is known by then. */
const HEADLINE_PATIENCE_MS = 2_000

/** The single writer of one incident. It holds no rules: `domain/decide.ts` decides. */
export class IncidentRoom extends DurableObject<Env> {
  readonly #log = new RoomLog(this.ctx.storage)
  #incident: Incident | null = replay(this.#log.events(0, Number.MAX_SAFE_INTEGER))
  readonly #catchingUp = new Map<Copy, Promise<void>>()
  #draining: Promise<void> | null = null
  #summing: Promise<void> | null = null
  #measuring: Promise<void> | null = null
  /** As last heard: a room goes by them also while nobody can be asked. */
  #rules = new KnownRules(this.ctx.storage)

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Decides on one command; when it returns, what it says is on disk, and lists and the public page show it if they can. */
  async submit(request: SubmitRequest): Promise<SubmitAnswer> {
    count('allclear_object_requests_total', { object: 'IncidentRoom' }, 1)
    if (this.#incident !== null && fallsUnderRules(request.command)) await this.#rules.learn(this.env, 0)
    const answer = this.#decideAndCommit(request)
    if (!answer.ok) return answer
    await this.#arm()
    await withPatience(Promise.all([this.#catchUp('projection'), this.#catchUp('publication')]), CATCH_UP_MS)
    return answer
  }

  async read(): Promise<Incident | null> {
    count('allclear_object_requests_total', { object: 'IncidentRoom' }, 1)
    return this.#incident
  }

  async events(after: number, limit: number): Promise<RecordedEvent[]> {
    count('allclear_object_requests_total', { object: 'IncidentRoom' }, 1)
    return this.#log.events(after, limit)
  }

  /** The live feed: `?after=<sequence>` says what the client has; it gets the rest, then each event as it happens. */
  override async fetch(request: Request): Promise<Response> {
    count('allclear_object_requests_total', { object: 'IncidentRoom' }, 1)
    if (this.#incident === null) return new Response('no such incident', { status: 404 })
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return new Response('this address speaks WebSocket', { status: 426, headers: { upgrade: 'websocket' } })
    if (this.ctx.getWebSockets().length >= SOCKETS_MAX)
      return new Response('too many people are watching this incident', { status: 503 })

    const after = Number(new URL(request.url).searchParams.get('after') ?? 0)
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment(Date.now())
    server.send(JSON.stringify({ type: 'hello', version: this.#incident.version }))
    // No await between reading the log and joining the broadcast: nothing falls in between.
    let sequence = Number.isSafeInteger(after) && after > 0 ? after : 0
    for (;;) {
      const events = this.#log.events(sequence, EVENTS_A_MESSAGE_MAX)
      const last = events.at(-1)
      if (last === undefined) break
      for (const event of events) server.send(messageOf(event))
      sequence = last.sequence
    }
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Commands come by HTTP; a client that talks here is told so. */
  override webSocketMessage(socket: WebSocket): void {
    socket.send(JSON.stringify({ type: 'error', reason: 'This feed only speaks; send commands over HTTP.' }))
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 may not be sent in a close frame.
    socket.close(code === 1005 || code === 1006 ? 1000 : code)
  }

  override async alarm(): Promise<void> {
    // A throw here would spend the alarm's six retries, then lose the page: everything due is tried, and the rest re-armed.
    try {
      await this.#drain()
    } catch (error) {
      console.error('the room could not finish its work', this.#incident?.id, error)
    } finally {
      await this.#arm()
    }
  }

  /** From whoever took in a change that may have led to it: the headline may name another one now. */
  async hearOfChange(): Promise<void> {
    count('allclear_object_requests_total', { object: 'IncidentRoom' }, 1)
    if (this.#incident === null || this.#incident.phase === 'resolved') return
    this.#log.copyAgain('headline', Date.now())
    await this.#arm()
  }

  /** From the cron: finds work that no alarm stands for. */
  async sweep(): Promise<void> {
    const dueMs = this.#nextDueMs()
    const alarmMs = await this.ctx.storage.getAlarm()
    if (dueMs !== null && (alarmMs === null || alarmMs > dueMs)) await this.#arm()
  }

  #decideAndCommit({ command, by, expectedVersion, idempotencyKey }: SubmitRequest): SubmitAnswer {
    const before = this.#incident
    if (before !== null && idempotencyKey !== undefined && this.#log.knowsKey(idempotencyKey))
      return { ok: true, incident: before, sequence: before.version }
    if (before !== null && expectedVersion !== undefined && expectedVersion !== before.version)
      return { ok: false, reason: 'stale_version', incident: before }

    const nowMs = Date.now()
    const decision = decide(before, command, by, nowMs, this.#rules.known)
    if (!decision.ok) return { ok: false, reason: decision.reason, incident: before }

    let incident = before
    const events: RecordedEvent[] = []
    for (const { event, audience, by: author } of decision.events) {
      const recorded = { sequence: (incident?.version ?? 0) + 1, atMs: nowMs, by: author, audience, event }
      events.push(recorded)
      incident = evolve(incident, recorded)
    }
    if (incident === null) throw new Error(`${command.type} left no incident`)
    this.#log.commit({ events, effects: decision.effects, idempotencyKey, nowMs })
    this.#incident = incident
    this.#broadcast(events)
    return { ok: true, incident, sequence: incident.version }
  }

  #broadcast(events: readonly RecordedEvent[]): void {
    const messages = events.map(messageOf)
    const oldestMs = Date.now() - SOCKET_AGE_MS_MAX
    for (const socket of this.ctx.getWebSockets())
      try {
        if (Number(socket.deserializeAttachment()) < oldestMs) socket.close(COME_BACK, 'Connect again.')
        else for (const message of messages) socket.send(message)
      } catch {
        // It is closing; its client resumes by sequence.
      }
  }

  /** Brings a copy up to the present version. One attempt at a time; a version that came meanwhile is taken along. */
  async #catchUp(name: 'projection' | 'publication'): Promise<void> {
    for (let running = this.#catchingUp.get(name); running !== undefined; running = this.#catchingUp.get(name)) {
      await running
      if (this.#log.copy(name).attempts > 0) return
    }
    const { wanted, done, attempts } = this.#log.copy(name)
    const incident = this.#incident
    if (incident === null || done >= wanted) return
    const attempt = (async () => {
      try {
        if (name === 'projection') await projectRoom(this.env, incident, this.#log.events(done, incident.version))
        else await publishRoom(this.env, incident)
        this.#log.copyDone(name, incident.version)
      } catch (error) {
        console.error(`${name} of ${incident.id} failed`, error)
        this.#log.copyFailed(name, retryAtMs(attempts, Date.now()))
      } finally {
        this.#catchingUp.delete(name)
      }
    })()
    this.#catchingUp.set(name, attempt)
    await attempt
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = null
    })
    return this.#draining
  }

  async #drainOnce(): Promise<void> {
    const nowMs = Date.now()
    for (const name of ['projection', 'publication'] as const)
      if (this.#log.copy(name).dueMs <= nowMs) await this.#catchUp(name)

    this.#decideAndCommit({ command: { type: 'escalate' }, by: SYSTEM })
    await this.#tellWhatIsDue()
    for (const run of this.#incident?.runs ?? [])
      if (!isOver(run))
        this.#decideAndCommit({ command: { type: 'resume_run', runId: run.id, dead: false }, by: SYSTEM })

    if (this.#incident?.headline === null) await withPatience(this.#sumUp(), HEADLINE_PATIENCE_MS)
    // An effect may cause others: finding who is on call queues their pages.
    for (let pass = 0; pass < PASSES_MAX && (await this.#carryOutDue()); pass++);
    await withPatience(
      this.#measure().then(() => this.#sumUp()),
      CATCH_UP_MS,
    )
    // What this pass recorded is projected before it ends, so that lists are not a step behind.
    await this.#catchUp('projection')
  }

  /** Posts what was scheduled, and speaks up where nobody has. */
  async #tellWhatIsDue(): Promise<void> {
    const incident = this.#incident
    if (incident === null) return
    if (mayBeTold(incident)) await this.#rules.learn(this.env, RULES_AGE_MS_MAX)
    for (let i = 0; i < PENDING_UPDATES_MAX; i++)
      if (!this.#decideAndCommit({ command: { type: 'post_due_updates' }, by: SYSTEM }).ok) break
    this.#decideAndCommit({ command: { type: 'tell_investigating', updateId: crypto.randomUUID() }, by: SYSTEM })
    await this.#catchUp('publication')
  }

  /** Says anew in one sentence what is the matter, when something has changed since. */
  #sumUp(): Promise<void> {
    this.#summing ??= this.#sumUpOnce(Date.now()).finally(() => {
      this.#summing = null
    })
    return this.#summing
  }

  async #sumUpOnce(nowMs: number): Promise<void> {
    const { wanted, done, attempts, dueMs } = this.#log.copy('headline')
    const incident = this.#incident
    if (incident === null || done >= wanted || dueMs > nowMs) return
    try {
      const { command, isWhole } = await assessRoom(this.env, incident, (type) => this.#log.lastOf(type))
      this.#decideAndCommit({ command, by: SYSTEM })
      const isNew = nowMs - incident.times.detectedAtMs < HEADLINE_AT_FIRST_MS * 2
      if (isWhole) this.#log.copyRests('headline', wanted, nowMs + (isNew ? HEADLINE_AT_FIRST_MS : HEADLINE_EVERY_MS))
      else this.#log.copyFailed('headline', retryAtMs(attempts, Date.now()))
    } catch (error) {
      console.error(`${incident.id} could not be summed up`, error)
      this.#log.copyFailed('headline', retryAtMs(attempts, Date.now()))
    }
  }

  #measure(): Promise<void> {
    this.#measuring ??= this.#measureOnce(Date.now()).finally(() => {
      this.#measuring = null
    })
    return this.#measuring
  }

  /** Asks how many people it reaches, now and every few minutes while something fires. Best effort: paging waits for nothing. */
  async #measureOnce(nowMs: number): Promise<void> {
    const { wanted, done, dueMs } = this.#log.copy('impact')
    const incident = this.#incident
    if (incident === null || done >= wanted || dueMs > nowMs) return
    const nextMs = nowMs + IMPACT_EVERY_MS
    if (incident.phase === 'resolved') return this.#log.copyRests('impact', wanted, nextMs)
    try {
      const measured = await measureImpact(this.env, incident)
      for (const command of measured) this.#decideAndCommit({ command, by: SYSTEM })
      const goesOn = this.#incident?.phase !== 'resolved' && nowMs - incident.times.detectedAtMs < IMPACT_FOR_MS
      if (measured.length > 0 && goesOn) this.#log.copyReturns('impact', nextMs)
      else this.#log.copyRests('impact', wanted, nextMs)
    } catch (error) {
      console.error(`The impact of ${incident.id} could not be measured`, error)
      this.#log.copyReturns('impact', nextMs)
    }
    // What it caused, such as a page, is carried out by the alarm.
    await this.#arm()
  }

  /** Carries out what is due now; false when nothing was. */
  async #carryOutDue(): Promise<boolean> {
    const due = this.#log.dueEffects(Date.now())
    const pages = due.filter(({ effect }) => effect.type === 'send_page')
    // Pages go out side by side: a mail server that hangs must not hold up the webhook.
    await Promise.all(pages.map((page) => this.#carryOut(page)))
    for (const queued of due) if (queued.effect.type !== 'send_page') await this.#carryOut(queued)
    return due.length > 0
  }

  async #carryOut({ id, effect, attempts }: QueuedEffect): Promise<void> {
    const incident = this.#incident
    if (incident === null) return
    try {
      const outcome = await carryOut(this.env, effect, incident, {
        submit: (command) => this.#decideAndCommit({ command, by: SYSTEM }),
        events: () => this.#log.events(0, Number.MAX_SAFE_INTEGER),
      })
      if (outcome === 'done') this.#log.finish(id)
      else this.#log.postpone(id, retryAtMs(attempts, Date.now()))
    } catch (error) {
      console.error(`${effect.type} of ${incident.id} failed`, error)
      this.#log.postpone(id, retryAtMs(attempts, Date.now()))
    }
  }

  /** Nothing is awaited before the alarm is set: what was written in the same turn is on disk with it or not at all. */
  async #arm(): Promise<void> {
    const dueMs = this.#nextDueMs()
    if (dueMs !== null) await this.ctx.storage.setAlarm(Math.max(dueMs, Date.now()))
  }

  /** The earliest of: outbox, copies, the next escalation, and the look after a run that has gone silent. */
  #nextDueMs(): number | null {
    const due: number[] = []
    const logged = this.#log.nextDueMs()
    if (logged !== null) due.push(logged)
    const incident = this.#incident
    if (incident !== null)
      for (const atMs of [
        incident.paging?.escalatesAtMs ?? null,
        nextPostAtMs(incident.pendingUpdates),
        investigatingAtMs(incident, this.#rules.known),
      ])
        if (atMs !== null) due.push(atMs)
    for (const run of this.#incident?.runs ?? []) {
      const deadAtMs = takenForDeadAtMs(run)
      if (deadAtMs !== null) due.push(deadAtMs)
    }
    return due.length === 0 ? null : Math.min(...due)
  }
}

function messageOf(event: RecordedEvent): string {
  return JSON.stringify({ type: 'event', event: watchedEvent(event) })
}
