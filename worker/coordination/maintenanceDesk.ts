import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import { decideMaintenance } from '../domain/decideMaintenance.ts'
import { evolveMaintenance } from '../domain/evolveMaintenance.ts'
import type { Language } from '../domain/language.ts'
import type { Maintenance, RecordedMaintenanceEvent } from '../domain/maintenance.ts'
import type { MaintenanceCommand, MaintenanceRefusal } from '../domain/maintenanceCommand.ts'
import { count } from '../storage/counters.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import { retryAtMs } from './backOff.ts'
import { publishMaintenance, tellOfMaintenance } from './maintenanceEffects.ts'
import type { PastPlace } from './maintenanceStore.ts'
import { MaintenanceStore } from './maintenanceStore.ts'
import { withPatience } from './patience.ts'

export interface MaintenanceRequest {
  readonly id: string
  readonly command: MaintenanceCommand
  readonly by: Actor
  /** The version the sender saw; another present version refuses the command. */
  readonly expectedVersion?: number | undefined
  /** A command with a key that was carried out before changes nothing more. */
  readonly idempotencyKey?: string | undefined
}

export type MaintenanceAnswer =
  | { readonly ok: true; readonly maintenance: Maintenance }
  | { readonly ok: false; readonly reason: MaintenanceRefusal; readonly maintenance: Maintenance | null }

const OPEN_MAX = 500
/** How long an answer waits until readers have it; what takes longer goes on by alarm. */
const PUBLISH_PATIENCE_MS = 3_000
const LEARN_PATIENCE_MS = 1_000
/** A start that was slept through is followed by its end, and by a reminder at most. */
const CLOCK_PASSES_MAX = 5

/** The single writer of maintenances. It holds no rules: `domain/decideMaintenance.ts` decides. */
export class MaintenanceDesk extends DurableObject<Env> {
  readonly #store = new MaintenanceStore(this.ctx.storage)
  /** Of the status page, as it was read last. */
  #language = this.ctx.storage.kv.get<Language>('language') ?? 'en'
  #publishing: Promise<void> = Promise.resolve()
  #draining: Promise<void> | null = null

  /** When it returns, what the command says is on disk, and readers have it if they can. */
  async submit(request: MaintenanceRequest): Promise<MaintenanceAnswer> {
    this.#countRequest()
    await withPatience(this.#learnLanguage(), LEARN_PATIENCE_MS)
    const answer = this.#decideAndCommit(request)
    if (!answer.ok) return answer
    // What was scheduled for now begins now, and not at the next alarm.
    this.#runClock(request.id, Date.now())
    await this.#arm()
    await withPatience(this.#publish(), PUBLISH_PATIENCE_MS)
    return { ok: true, maintenance: this.#store.find(request.id) ?? answer.maintenance }
  }

  async read(id: string): Promise<{
    readonly maintenance: Maintenance
    /** Oldest first. */
    readonly events: readonly RecordedMaintenanceEvent[]
  } | null> {
    this.#countRequest()
    const maintenance = this.#store.find(id)
    return maintenance && { maintenance, events: this.#store.events(id) }
  }

  /** What is not over, the next first. */
  async open(): Promise<Maintenance[]> {
    this.#countRequest()
    return this.#store.open()
  }

  /** What is over, the latest first, from after this place on. */
  async past(after: PastPlace | null, limit: number): Promise<Maintenance[]> {
    this.#countRequest()
    return this.#store.past(after, limit)
  }

  async stats() {
    return this.#store.stats()
  }

  /** Never throws: a throw would spend the platform's few retries, and then nothing would start by itself. */
  override async alarm(): Promise<void> {
    await this.#drain()
  }

  /** From the cron: does what is due, also where no alarm stands for it. */
  async sweep(nowMs: number): Promise<void> {
    this.#store.forgetKeys(nowMs)
    await this.#drain()
  }

  #decideAndCommit(request: MaintenanceRequest): MaintenanceAnswer {
    const { id, command, by, expectedVersion, idempotencyKey } = request
    const before = this.#store.find(id)
    if (before !== null && idempotencyKey !== undefined && this.#store.knowsKey(idempotencyKey))
      return { ok: true, maintenance: before }
    if (before !== null && expectedVersion !== undefined && expectedVersion !== before.version)
      return { ok: false, reason: 'stale_version', maintenance: before }
    if (command.type === 'schedule' && before === null && this.#store.openCount() >= OPEN_MAX)
      return { ok: false, reason: 'too_many', maintenance: null }

    const nowMs = Date.now()
    const decision = decideMaintenance(before, command, by, nowMs, this.#language)
    if (!decision.ok) return { ok: false, reason: decision.reason, maintenance: before }

    let maintenance = before
    const events: RecordedMaintenanceEvent[] = []
    for (const { event, by: author } of decision.events) {
      const recorded = { sequence: (maintenance?.version ?? 0) + 1, atMs: nowMs, by: author, event }
      events.push(recorded)
      maintenance = evolveMaintenance(maintenance, recorded)
    }
    if (maintenance === null) throw new Error(`${command.type} left no maintenance`)
    this.#store.commit({ maintenance, events, effects: decision.effects, idempotencyKey, nowMs })
    return { ok: true, maintenance }
  }

  /** Sentences that nobody writes are in it; without an answer, in the one that was known. */
  async #learnLanguage(): Promise<void> {
    const { id, language } = await publishedPage(this.env.PUBLIC_FILES, this.env.PUBLIC_URL)
    // Without an id it is not the page: the bucket did not answer.
    if (id === '' || language === this.#language) return
    this.#language = language
    this.ctx.storage.kv.put('language', language)
  }

  /** Does all that is due of one by now. */
  #runClock(id: string, nowMs: number): void {
    for (let pass = 0; pass < CLOCK_PASSES_MAX; pass++) {
      if (!this.#store.clockDue(nowMs).some((due) => due.id === id)) return
      this.#decideAndCommit({ id, command: { type: 'run_clock' }, by: SYSTEM })
    }
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#drainOnce().finally(() => {
      this.#draining = null
    })
    return this.#draining
  }

  async #drainOnce(): Promise<void> {
    try {
      await withPatience(this.#learnLanguage(), LEARN_PATIENCE_MS)
      const nowMs = Date.now()
      for (const { id } of this.#store.clockDue(nowMs)) this.#runClock(id, nowMs)
      await this.#publish()
      await this.#tell()
    } catch (error) {
      console.error('The maintenance desk could not finish its work', error)
    } finally {
      await this.#arm()
    }
  }

  /** One at a time: an earlier state must not overtake a later one. */
  #publish(): Promise<void> {
    this.#publishing = this.#publishing.then(() => this.#publishDue())
    return this.#publishing
  }

  async #publishDue(): Promise<void> {
    for (const { maintenance, attempts } of this.#store.unpublished(Date.now()))
      try {
        await publishMaintenance(this.env, maintenance)
        this.#store.notePublished(maintenance)
      } catch (error) {
        console.error(`Maintenance ${maintenance.id} could not be published`, error)
        this.#store.postponePublishing(maintenance.id, retryAtMs(attempts, Date.now()))
      }
  }

  async #tell(): Promise<void> {
    for (const news of this.#store.dueNews(Date.now()))
      try {
        const maintenance = this.#store.find(news.maintenanceId)
        if (maintenance !== null) await tellOfMaintenance(this.env, maintenance, news)
        this.#store.finishNews(news.id)
      } catch (error) {
        console.error(`${news.effect.what} of maintenance ${news.maintenanceId} could not be told`, error)
        this.#store.postponeNews(news.id, retryAtMs(news.attempts, Date.now()))
      }
  }

  async #arm(): Promise<void> {
    const dueMs = this.#store.nextDueMs()
    if (dueMs === null) return
    const atMs = Math.max(dueMs, Date.now())
    const alarmMs = await this.ctx.storage.getAlarm()
    if (alarmMs === null || alarmMs !== atMs) await this.ctx.storage.setAlarm(atMs)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'MaintenanceDesk' }, 1)
  }
}
