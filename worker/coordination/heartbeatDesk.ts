import { DurableObject } from 'cloudflare:workers'
import { z } from 'zod'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { Heartbeat } from '../domain/heartbeat.ts'
import { HeartbeatAsStored } from '../domain/heartbeat.ts'
import { endedHeartbeat, firingHeartbeat } from '../domain/heartbeatAlert.ts'
import type { HeartbeatState, HeartbeatWatch, Watched } from '../domain/heartbeatWatch.ts'
import {
  hear,
  heartbeatState,
  look,
  reconfigure,
  startWatch,
  waitAnew,
  wasUnwatched,
} from '../domain/heartbeatWatch.ts'
import { crockford } from '../domain/identifiers.ts'
import { count } from '../storage/counters.ts'
import { nextCronTime } from '../storage/cronTimes.ts'
import { hashKey, newKey } from '../storage/masterKey.ts'
import { AlertOutbox } from './alertOutbox.ts'
import { holdVersion, isOvertaken } from './configOrder.ts'
import type { HeartbeatKey, HeartbeatPing, StoredHeartbeat } from './heartbeatStore.ts'
import { HeartbeatStore } from './heartbeatStore.ts'

export interface SentPing {
  readonly sign: 'ok' | 'fail'
  /** Text that came with it; bounded by whoever takes it in. */
  readonly detail: string
}

/** How a heartbeat is; times are null where there are none. */
export interface HeartbeatStatus {
  readonly heartbeat: Heartbeat
  readonly state: HeartbeatState
  readonly lastPingAtMs: number | null
  readonly dueAtMs: number | null
  readonly silentAtMs: number | null
  /** Since when an alert fires. */
  readonly alertsSinceMs: number | null
  readonly badgeToken: string
}

export interface HeartbeatDetails extends HeartbeatStatus {
  readonly keys: readonly HeartbeatKey[]
  /** The last twenty, newest first. */
  readonly pings: readonly HeartbeatPing[]
}

/** It looks this often even when nothing is due, so that it can tell when it did not. */
const LOOK_EVERY_MS = 60_000
const FIRST_ATTEMPT_AGAIN_MS = 2_000

/** The single writer of heartbeats. It holds no rules: `domain/heartbeatWatch.ts` decides. */
export class HeartbeatDesk extends DurableObject<Env> {
  readonly #store = new HeartbeatStore(this.ctx.storage)
  readonly #outbox = new AlertOutbox(this.ctx.storage.sql, this.#store.write.bind(this.#store), (_lane, body) =>
    this.#deliver(body),
  )
  #heartbeats = z.array(HeartbeatAsStored).parse(this.ctx.storage.kv.get('heartbeats') ?? [])
  #watchedAtMs = this.ctx.storage.kv.get<number>('watched at') ?? null

  /** The configuration as it is stored; the same again changes nothing, nor does what is older. */
  async useHeartbeats(version: number, wanted: readonly Heartbeat[]): Promise<void> {
    this.#countRequest()
    if (await isOvertaken(version, this.ctx.storage.kv, this.env)) return
    const nowMs = Date.now()
    this.#noticeGap(nowMs)
    if (JSON.stringify(wanted) === JSON.stringify(this.#heartbeats)) return holdVersion(version, this.ctx.storage.kv)
    const before = new Map(this.#heartbeats.map((heartbeat) => [heartbeat.id, heartbeat]))
    this.#store.transaction(() => {
      holdVersion(version, this.ctx.storage.kv)
      this.ctx.storage.kv.put('heartbeats', wanted)
      for (const heartbeat of wanted) this.#configure(before.get(heartbeat.id), heartbeat, nowMs)
      const kept = new Set(wanted.map(({ id }) => id))
      for (const [id, { watch }] of this.#store.all()) if (!kept.has(id)) this.#retire(id, watch, nowMs)
    })
    this.#heartbeats = [...wanted]
    await this.#tellAlertDesk(nowMs)
  }

  /** Null when no heartbeat has the key. It is on disk when this returns. */
  async ping(key: string, sent: SentPing): Promise<HeartbeatStatus | null> {
    this.#countRequest()
    const keyHash = await hashKey(key)
    const found = this.#store.findKey(keyHash)
    return found === null ? null : this.#take(found.heartbeatId, found.keyId, sent)
  }

  /** For senders that have shown a key of another kind. */
  async pingById(id: string, sent: SentPing): Promise<HeartbeatStatus | null> {
    this.#countRequest()
    return this.#take(id, null, sent)
  }

  /** Shown once: only its hash is kept. The one before goes on working; the one before that does not. */
  async createKey(id: string): Promise<{ keyId: string; key: string } | null> {
    this.#countRequest()
    if (this.#store.find(id) === null) return null
    const key = newKey('hb_')
    const keyHash = await hashKey(key)
    const keyId = crockford(crypto.getRandomValues(new Uint8Array(12)), 12)
    this.#store.transaction(() => this.#store.addKey(id, keyId, keyHash, Date.now()))
    return { keyId, key }
  }

  /** False when there is no such key. */
  revokeKey(id: string, keyId: string): boolean {
    this.#countRequest()
    return this.#store.removeKey(id, keyId)
  }

  /** In the order of the configuration. */
  list(): HeartbeatStatus[] {
    this.#countRequest()
    const nowMs = Date.now()
    return this.#heartbeats.flatMap((heartbeat) => {
      const stored = this.#store.find(heartbeat.id)
      return stored === null ? [] : [statusOf(heartbeat, stored, nowMs)]
    })
  }

  find(id: string): HeartbeatDetails | null {
    this.#countRequest()
    const heartbeat = this.#heartbeat(id)
    const stored = this.#store.find(id)
    if (heartbeat === undefined || stored === null) return null
    return { ...statusOf(heartbeat, stored, Date.now()), keys: this.#store.keys(id), pings: this.#store.pings(id) }
  }

  /** What the badge with this token shows; null when there is none. */
  badge(token: string): { name: string; state: HeartbeatState } | null {
    this.#countRequest()
    const [id = '', stored] = [...this.#store.all()].find(([, { badgeToken }]) => badgeToken === token) ?? []
    const heartbeat = this.#heartbeat(id)
    if (heartbeat === undefined || stored === undefined) return null
    return { name: heartbeat.name, state: heartbeatState(stored.watch, Date.now()) }
  }

  stats(): Record<HeartbeatState, number> {
    const counts: Record<HeartbeatState, number> = { new: 0, healthy: 0, late: 0, silent: 0, failed: 0, paused: 0 }
    for (const { watch } of this.#store.all().values()) counts[heartbeatState(watch, Date.now())]++
    return counts
  }

  /** From the cron, in case the alarm is gone. */
  async sweep(): Promise<void> {
    this.#countRequest()
    // Not by the time the cron was scheduled for: one that is late would look like a gap.
    await this.#look(Date.now())
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would look. */
  override async alarm(): Promise<void> {
    try {
      await this.#look(Date.now())
    } catch (error) {
      console.error('heartbeats could not be looked at', { error: String(error) })
      await this.ctx.storage.setAlarm(Date.now() + FIRST_ATTEMPT_AGAIN_MS)
    }
  }

  async #look(nowMs: number): Promise<void> {
    this.#noticeGap(nowMs)
    this.#store.transaction(() => {
      // Once a minute; with nothing to look after there is nothing to write either.
      if (this.#heartbeats.length > 0) this.ctx.storage.kv.put('watched at', nowMs)
      for (const heartbeat of this.#heartbeats) {
        const stored = this.#store.find(heartbeat.id)
        if (stored === null) continue
        this.#apply(heartbeat, stored, look(stored.watch, nowMs), '', nowMs)
      }
    })
    await this.#drain()
  }

  async #take(id: string, keyId: string | null, { sign, detail }: SentPing): Promise<HeartbeatStatus | null> {
    const heartbeat = this.#heartbeat(id)
    const nowMs = Date.now()
    this.#noticeGap(nowMs)
    const stored = this.#store.find(id)
    if (heartbeat === undefined || stored === null) return null
    const heard = hear(stored.watch, heartbeat, sign, nowMs, nextCronTime)
    this.#store.transaction(() => {
      this.#store.notePing(id, { atMs: nowMs, sign, detail, keyId })
      this.#apply(heartbeat, stored, heard, detail, nowMs)
    })
    if (heard.change === null) await this.#arm()
    else await this.#tellAlertDesk(nowMs)
    return statusOf(heartbeat, { ...stored, watch: heard.watch }, nowMs)
  }

  #configure(before: Heartbeat | undefined, heartbeat: Heartbeat, nowMs: number): void {
    const stored = this.#store.find(heartbeat.id)
    if (before === undefined || stored === null) {
      const badgeToken = crockford(crypto.getRandomValues(new Uint8Array(26)), 26)
      return this.#store.put(heartbeat.id, { watch: startWatch(heartbeat, null, nowMs, nextCronTime), badgeToken })
    }
    if (JSON.stringify(before) === JSON.stringify(heartbeat)) return
    this.#apply(heartbeat, stored, reconfigure(stored.watch, before, heartbeat, nowMs, nextCronTime), '', nowMs)
  }

  /** It is no longer in the configuration: nobody would be told when it came back. */
  #retire(id: string, watch: HeartbeatWatch, nowMs: number): void {
    if (watch.phase.kind === 'silent' || watch.phase.kind === 'failed') this.#say(id, endedHeartbeat(id, nowMs), nowMs)
    this.#store.remove(id)
  }

  /** Stores what became of it, and what has to be told of that, in the transaction of the caller. */
  #apply(
    heartbeat: Heartbeat,
    stored: StoredHeartbeat,
    { watch, change }: Watched,
    detail: string,
    nowMs: number,
  ): void {
    const { id } = heartbeat
    if (change === 'end') this.#say(id, endedHeartbeat(id, nowMs), nowMs)
    if (change === 'fire') {
      const consoleUrl = `${this.env.PUBLIC_URL.replace(/\/+$/, '')}/console`
      this.#say(id, firingHeartbeat(heartbeat, watch, stored.watch.lastPingAtMs, detail, consoleUrl), nowMs)
    }
    if (watch !== stored.watch) this.#store.put(id, { ...stored, watch })
  }

  #say(id: string, alert: IncomingAlert, nowMs: number): void {
    this.#outbox.add(id, alert, nowMs)
  }

  /** While nobody looked, no ping could arrive either: what is waited for gets its time anew. */
  #noticeGap(nowMs: number): void {
    const watchedAtMs = this.#watchedAtMs
    if (watchedAtMs === null || !wasUnwatched(watchedAtMs, nowMs)) {
      this.#watchedAtMs = nowMs
      return
    }
    this.#store.transaction(() => {
      this.ctx.storage.kv.put('watched at', nowMs)
      for (const heartbeat of this.#heartbeats) {
        const stored = this.#store.find(heartbeat.id)
        if (stored === null) continue
        const watch = waitAnew(stored.watch, heartbeat, watchedAtMs, nowMs, nextCronTime)
        if (watch !== stored.watch) this.#store.put(heartbeat.id, { ...stored, watch })
      }
    })
    this.#watchedAtMs = nowMs
  }

  /** Begins to tell, without keeping the sender waiting; what fails or dies on the way is the alarm's. */
  async #tellAlertDesk(nowMs: number): Promise<void> {
    await this.ctx.storage.setAlarm(nowMs + FIRST_ATTEMPT_AGAIN_MS)
    this.ctx.waitUntil(this.#drain())
  }

  /** Never throws. */
  async #drain(): Promise<void> {
    try {
      await this.#outbox.drain(Date.now)
    } catch (error) {
      console.error('the outbox of the heartbeats could not be drained', { error: String(error) })
    } finally {
      await this.#arm({ mayBeLater: true })
    }
  }

  /** Telling it twice is telling it once: the alert has one identity, and each firing its own beginning. */
  async #deliver(body: unknown): Promise<void> {
    const answer = await this.env.ALERT_DESK.getByName('main').ingestOwn('heartbeat', [alertFrom(body)])
    if (answer.turnedAway > 0) throw new Error('too many alerts are firing')
    for (const reason of answer.invalid) console.error('the alert of a heartbeat was refused', { reason })
  }

  /** A ping only puts off what is due: the alarm may then come early and find nothing, which saves a write a ping. */
  async #arm({ mayBeLater = false } = {}): Promise<void> {
    const atMs = this.#nextMs()
    const alarmMs = await this.ctx.storage.getAlarm()
    if (atMs === null) return
    if (alarmMs === null || alarmMs > atMs || (mayBeLater && alarmMs !== atMs)) await this.ctx.storage.setAlarm(atMs)
  }

  /** When to look next; null when there is nothing to look after. */
  #nextMs(): number | null {
    const outboxMs = this.#outbox.dueAtMs()
    const silentMs = [...this.#store.all().values()].flatMap(({ watch: { phase } }) =>
      phase.kind === 'waiting' ? [phase.silentAtMs] : [],
    )
    if (outboxMs === null && this.#store.all().size === 0) return null
    const nowMs = Date.now()
    // What is being told right now is due as well.
    const tellMs = outboxMs === null ? Infinity : Math.max(outboxMs, nowMs + FIRST_ATTEMPT_AGAIN_MS)
    return Math.max(nowMs, Math.min(nowMs + LOOK_EVERY_MS, tellMs, ...silentMs))
  }

  #heartbeat(id: string): Heartbeat | undefined {
    return this.#heartbeats.find((heartbeat) => heartbeat.id === id)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'HeartbeatDesk' }, 1)
  }
}

function statusOf(heartbeat: Heartbeat, { watch, badgeToken }: StoredHeartbeat, nowMs: number): HeartbeatStatus {
  const { lastPingAtMs, phase } = watch
  return {
    heartbeat,
    state: heartbeatState(watch, nowMs),
    lastPingAtMs,
    dueAtMs: phase.kind === 'waiting' || phase.kind === 'silent' ? phase.dueAtMs : null,
    silentAtMs: phase.kind === 'waiting' ? phase.silentAtMs : null,
    alertsSinceMs: phase.kind === 'silent' || phase.kind === 'failed' ? phase.sinceMs : null,
    badgeToken,
  }
}

/** The outbox holds only alerts. */
function alertFrom(body: unknown): IncomingAlert {
  return body as IncomingAlert
}
