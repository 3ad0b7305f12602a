import { DurableObject } from 'cloudflare:workers'
import { openCarrier } from '../delivery/channels.ts'
import { mailTransport } from '../delivery/email.ts'
import type { MailTransport } from '../delivery/mail.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Carrier } from '../delivery/sender.ts'
import type {
  Announcement,
  ComponentsAnnouncement,
  Hold,
  MaintenanceAnnouncement,
  Notice,
  PostMortemAnnouncement,
} from '../domain/notice.ts'
import type { GroupOf } from '../domain/readerFilter.ts'
import { groupsOf, readerFilter } from '../domain/readerFilter.ts'
import { CONFIRMATION_LIMITS, GIVE_UP_AFTER_MS, KEEP_MS, deliverAgainAtMs, isOverLimit } from '../domain/subscriber.ts'
import { count } from '../storage/counters.ts'
import { publishedComponents } from '../storage/publishedPage.ts'
import type { LinkPurpose } from '../storage/subscriberLinks.ts'
import { readLink } from '../storage/subscriberLinks.ts'
import { DeliveryReport } from './deliveryReport.ts'
import type { DueDelivery } from './deliveryStore.ts'
import { CONFIRMATION, DeliveryStore } from './deliveryStore.ts'
import { MailingStore } from './mailingStore.ts'
import { NoticeDrain, PAUSE_MS } from './noticeDrain.ts'
import { NoticeLedger } from './noticeLedger.ts'
import { NoticeSending } from './noticeSending.ts'
import type { SubscribeRequest } from './newcomer.ts'
import { bucketsOf, channelIn, newcomerOf } from './newcomer.ts'
import { SubscriberStore } from './subscriberStore.ts'

/** The single writer of who is told, and of the ledger of what they were told. One for each status page, by its id. */
export class SubscriberDesk extends DurableObject<Env> {
  readonly #subscribers = new SubscriberStore(this.ctx.storage.sql)
  readonly #mailings = new MailingStore(this.ctx.storage.sql)
  readonly #deliveries = new DeliveryStore(this.ctx.storage.sql)
  readonly #report = new DeliveryReport(this.ctx.storage.sql)
  readonly #notices = new NoticeLedger(this.#subscribers, this.#mailings, this.#deliveries)
  readonly #drain = new NoticeDrain({
    dueLanes: (nowMs) => this.#deliveries.dueLanes(nowMs),
    due: (lane, nowMs, limit) => this.#deliveries.due(lane, nowMs, limit),
    open: () => this.#openCarrier(),
  })
  #draining: Promise<void> | null = null

  /** Tests put their own in its place. */
  openTransport: () => MailTransport = () => mailTransport(this.env)
  openCarrier: () => Carrier = () => openCarrier(this.env, () => this.openTransport())

  get #page(): string {
    return this.ctx.id.name ?? 'main'
  }

  /** Always the same answer: nobody learns whether an address is known, or why no mail came. */
  async subscribe(request: SubscribeRequest): Promise<{ accepted: true }> {
    this.#countRequest()
    const channel = channelIn(request)
    if (channel === null) return { accepted: true }
    const nowMs = request.nowMs ?? Date.now()
    const {
      filter = readerFilter({ components: request.components ?? [], postMortems: request.postMortems ?? false }),
    } = request
    const newcomer = await newcomerOf(this.env.MASTER_KEY, channel, request.incident ?? null)

    if (request.confirmed === true) {
      this.ctx.storage.transactionSync(() => {
        // Whoever has left, or cannot be reached, comes back only by their own will.
        const state = this.#subscribers.byKey(newcomer.key)?.state ?? 'pending'
        if (state === 'unsubscribed' || state === 'suppressed') return
        this.#subscribers.confirm(this.#subscribers.ask(newcomer, filter, nowMs), nowMs)
      })
      return { accepted: true }
    }

    const buckets = await bucketsOf(this.env.MASTER_KEY, channel, request.ip)
    const asked = this.ctx.storage.transactionSync(() => {
      const isOver = buckets.some(([by, bucket]) =>
        isOverLimit(CONFIRMATION_LIMITS[by], this.#subscribers.asksOf(bucket, nowMs), nowMs),
      )
      if (isOver) return false
      for (const [, bucket] of buckets) this.#subscribers.noteAsk(bucket, nowMs)
      const id = this.#subscribers.ask(newcomer, filter, nowMs)
      this.#deliveries.enqueueOne(CONFIRMATION, id, newcomer.lane, nowMs)
      return true
    })
    if (asked) await this.#arm()
    return { accepted: true }
  }

  /** The second half of the double opt-in. Confirming twice is fine; an old or foreign token is `expired`. */
  async confirm(token: string): Promise<'confirmed' | 'expired'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'confirm')
    if (id === null) return 'expired'
    this.#subscribers.confirm(id, Date.now())
    return this.#subscribers.byId(id)?.state === 'confirmed' ? 'confirmed' : 'expired'
  }

  /** Nothing is sent after this. Whoever is not known (any more) is unsubscribed as well; only a forged token is not. */
  async unsubscribe(token: string): Promise<'unsubscribed' | 'invalid'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'unsubscribe')
    if (id === null) return 'invalid'
    this.ctx.storage.transactionSync(() => this.#end(id, 'unsubscribed', ''))
    return 'unsubscribed'
  }

  /**
   * One notice to each confirmed subscriber whom the update concerns, and to those who follow the incident. The same
   * again changes nothing; in other words it is an edit, see `NoticeLedger`.
   */
  async announce({ notBeforeMs, ...announcement }: Announcement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'update', ...announcement }, notBeforeMs)
  }

  /** Once for each post-mortem, to those who asked for them; a corrected version is not told again. */
  async announcePostMortem({
    notBeforeMs,
    ...announcement
  }: PostMortemAnnouncement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'post_mortem', ...announcement }, notBeforeMs)
  }

  async announceMaintenance({
    notBeforeMs,
    ...announcement
  }: MaintenanceAnnouncement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'maintenance', ...announcement }, notBeforeMs)
  }

  async announceComponents({
    notBeforeMs,
    ...announcement
  }: ComponentsAnnouncement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'components', ...announcement }, notBeforeMs)
  }

  /** Takes back what has not gone out. `subject` is the notice's name, such as `updateSubject(id)`. */
  async withdraw(subject: string): Promise<{ dropped: number }> {
    this.#countRequest()
    return this.ctx.storage.transactionSync(() => ({ dropped: this.#notices.withdraw(subject, Date.now()) }))
  }

  async list(offset: number, limit: number) {
    this.#countRequest()
    return this.#subscribers.list(offset, limit)
  }

  /** How the last mailings are going, and what could not be delivered. */
  async deliveries(limit: number) {
    this.#countRequest()
    return {
      mailings: this.#report.mailings(limit),
      failures: this.#report.failures(limit),
      paused: this.#drain.paused(Date.now()),
    }
  }

  async remove(id: string): Promise<boolean> {
    this.#countRequest()
    return this.ctx.storage.transactionSync(() => {
      const known = this.#subscribers.byId(id) !== null
      this.#deliveries.remove(id)
      this.#subscribers.remove(id)
      return known
    })
  }

  /** Deletes all that is kept of a person. */
  async erase(email: string): Promise<boolean> {
    const ids = this.#subscribers.idsOfEmail(email.trim())
    for (const id of ids) await this.remove(id)
    return ids.length > 0
  }

  async stats() {
    return {
      subscribers: this.#subscribers.counts(),
      deliveriesWaiting: this.#deliveries.waiting(),
      /** Attempts by how they ended, ever. */
      outcomes: this.#deliveries.outcomes(),
    }
  }

  /** From the cron: forgets what is past its time and finds notices that no alarm stands for. */
  async sweep(nowMs: number): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      this.#subscribers.endFollowers(nowMs)
      for (const id of this.#subscribers.forget(nowMs)) this.#deliveries.remove(id)
      this.#deliveries.forget(nowMs)
      this.#mailings.forget(nowMs - 12 * KEEP_MS)
    })
    await this.#arm()
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would send. */
  override async alarm(): Promise<void> {
    try {
      this.#draining ??= this.#drain.run().finally(() => {
        this.#draining = null
      })
      await this.#draining
      await this.#arm()
    } catch (error) {
      console.error('The notices to subscribers could not be sent', error)
      await this.ctx.storage.setAlarm(Date.now() + PAUSE_MS).catch(() => undefined)
    }
  }

  async #tell(notice: Notice, notBeforeMs = 0): Promise<{ queued: number }> {
    this.#countRequest()
    const groupOf = await this.#groups()
    const nowMs = Date.now()
    const dueMs = Math.max(nowMs, notBeforeMs)
    const queued = this.ctx.storage.transactionSync(() => this.#notices.tell(notice, groupOf, dueMs, nowMs))
    await this.#arm()
    return { queued }
  }

  /** What one lane's notices are sent with. */
  #openCarrier() {
    const sending = new NoticeSending(this.env, this.#page, this.openCarrier())
    return { deliver: (delivery: DueDelivery) => this.#deliver(sending, delivery), close: () => sending.close() }
  }

  /** Marked before and after: dying in between sends it again, under the same id. */
  async #deliver(sending: NoticeSending, delivery: DueDelivery): Promise<Outcome | null> {
    const isRequest = delivery.subject === CONFIRMATION
    const content = isRequest ? null : this.#mailings.content(delivery.subject)
    if (content === null && !isRequest) {
      this.#deliveries.settle(delivery, 'failed', Date.now(), 'What it was to say is no longer kept.')
      return null
    }
    const send = await sending.prepare(delivery, content?.notice ?? null, Date.now())
    if (!this.#deliveries.markSending(delivery, content?.version ?? 1)) {
      this.#deliveries.drop(delivery)
      return null
    }
    await this.ctx.storage.sync()
    const outcome = await send()
    this.ctx.storage.transactionSync(() => this.#settle(delivery, outcome, Date.now()))
    return outcome
  }

  #settle(delivery: DueDelivery, outcome: Outcome, nowMs: number): void {
    this.#deliveries.countOutcome(delivery.kind, outcome.ok ? 'sent' : outcome.kind)
    if (outcome.ok) return this.#deliveries.settle(delivery, 'sent', nowMs, '')
    if (outcome.kind === 'temporary' && nowMs < delivery.createdAtMs + GIVE_UP_AFTER_MS) {
      const dueMs = deliverAgainAtMs(delivery.attempts + 1, nowMs, outcome.retryAfterMs)
      return this.#deliveries.settle(delivery, 'queued', dueMs, outcome.reason)
    }
    this.#deliveries.settle(delivery, 'failed', nowMs, outcome.reason)
    if (outcome.recipientRefused === true) this.#suppress(delivery.subscriberId, outcome.reason)
  }

  /** All that someone has under the address: it is the address that refuses. */
  #suppress(id: string, reason: string): void {
    const subscriber = this.#subscribers.byId(id)
    const ids = subscriber?.kind === 'email' ? this.#subscribers.idsOfEmail(subscriber.address) : [id]
    for (const each of ids) this.#end(each, 'suppressed', reason)
  }

  #end(id: string, state: 'unsubscribed' | 'suppressed', note: string): void {
    this.#deliveries.dropWaiting(id)
    if (this.#subscribers.byId(id)?.state !== 'suppressed') this.#subscribers.end(id, state, note, Date.now())
  }

  async #idIn(token: string, purpose: LinkPurpose): Promise<string | null> {
    return (await readLink(this.env.MASTER_KEY, purpose, token, Date.now()))?.id ?? null
  }

  /** As readers have them. When they cannot be read, who chose a group is told: better once too often. */
  async #groups(): Promise<GroupOf> {
    return groupsOf((await publishedComponents(this.env.PUBLIC_FILES)) ?? [])
  }

  async #arm(): Promise<void> {
    const times = this.#deliveries
      .nextDueMs()
      .map(({ lane, dueMs }) => Math.max(dueMs, this.#drain.pausedUntilMs(lane)))
    if (times.length === 0) return
    const atMs = Math.max(Math.min(...times), Date.now())
    const alarmMs = await this.ctx.storage.getAlarm()
    if (alarmMs === null || alarmMs > atMs) await this.ctx.storage.setAlarm(atMs)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'SubscriberDesk' }, 1)
  }
}
