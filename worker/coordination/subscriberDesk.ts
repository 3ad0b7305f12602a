import { DurableObject } from 'cloudflare:workers'
import { mailTransport } from '../delivery/email.ts'
import type { MailTransport } from '../delivery/mail.ts'
import type { Carrier } from '../delivery/sender.ts'
import { twilioSettings } from '../delivery/twilio.ts'
import type {
  Announced,
  Announcement,
  ComponentsAnnouncement,
  Hold,
  MaintenanceAnnouncement,
  PostMortemAnnouncement,
} from '../domain/notice.ts'
import type { Channel } from '../domain/channel.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { Keyword } from '../domain/phoneNumber.ts'
import type { GroupOf, ReaderFilter } from '../domain/readerFilter.ts'
import { groupsOf, readerFilter } from '../domain/readerFilter.ts'
import { KEEP_MS } from '../domain/subscriber.ts'
import type { BounceReport, ReturnedMail } from '../domain/returnedMail.ts'
import type { OwnData, OwnSubscription, TextUse } from '../domain/subscriber.ts'
import { count } from '../storage/counters.ts'
import { publishedComponents } from '../storage/publishedPage.ts'
import { placeOfPage } from '../storage/statusPages.ts'
import type { LinkPurpose } from '../storage/subscriberLinks.ts'
import { readLink } from '../storage/subscriberLinks.ts'
import { deskCarrier } from './deskCarrier.ts'
import { DeliveryReport } from './deliveryReport.ts'
import type { DueDelivery } from './deliveryStore.ts'
import { CONFIRMATION, DeliveryStore, MANAGE_LINK } from './deliveryStore.ts'
import { Leaving } from './leaving.ts'
import { MailingStore } from './mailingStore.ts'
import { NoticeCourier } from './noticeCourier.ts'
import { NoticeDrain, PAUSE_MS } from './noticeDrain.ts'
import { NoticeLedger } from './noticeLedger.ts'
import { NoticeSpread } from './noticeSpread.ts'
import { NoticeSending } from './noticeSending.ts'
import { tellOtherDesks, withdrawFromOtherDesks } from './otherDesks.ts'
import type { SubscribeRequest } from './newcomer.ts'
import { bucketsOf, channelIn, newcomerOf } from './newcomer.ts'
import { emptyTables } from './objectTables.ts'
import { OwnSubscriptions } from './ownSubscription.ts'
import { PushSenderKeys } from './pushSenderKeys.ts'
import { SubscriberStore } from './subscriberStore.ts'
import { TextBudget } from './textBudget.ts'
import { type Heard, type TextLink, TextSubscribers } from './textSubscribers.ts'
import { WeeklyDigests } from './weeklyDigests.ts'

/** The single writer of who is told, and of the ledger of what they were told. One for each status page, by its id. */
export class SubscriberDesk extends DurableObject<Env> {
  readonly #subscribers = new SubscriberStore(this.ctx.storage.sql)
  readonly #mailings = new MailingStore(this.ctx.storage.sql)
  readonly #deliveries = new DeliveryStore(this.ctx.storage.sql)
  readonly #report = new DeliveryReport(this.ctx.storage.sql)
  readonly #spread = new NoticeSpread(this.ctx.storage.sql, this.#deliveries)
  readonly #notices = new NoticeLedger(this.#subscribers, this.#mailings, this.#deliveries, this.#spread)
  readonly #drain = new NoticeDrain(this.#deliveries, () => this.#openCarrier())
  readonly #leaving = new Leaving(this.#subscribers, this.#deliveries)
  readonly #courier = new NoticeCourier(
    this.ctx.storage,
    this.#mailings,
    this.#deliveries,
    this.#leaving,
    this.#subscribers,
  )
  readonly #digests = new WeeklyDigests(this.ctx.storage, this.#subscribers, this.#notices)
  readonly #own = new OwnSubscriptions(this.#subscribers, this.#leaving, this.#report)
  readonly #texts = new TextSubscribers(this.env.MASTER_KEY, this.#subscribers, this.#deliveries, this.#leaving)
  readonly #textBudget = new TextBudget(this.ctx.storage.sql)
  readonly #pushKeys = new PushSenderKeys(this.ctx.storage.sql, this.env.MASTER_KEY)
  #draining: Promise<void> | null = null

  /** Tests put their own in its place. */
  openTransport: () => MailTransport = () => mailTransport(this.env)
  openCarrier: () => Carrier = () => deskCarrier(this.env, this.#page, this)

  get #page(): string {
    return this.ctx.id.name ?? MAIN_PAGE
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
      if (!this.#subscribers.mayAsk(buckets, nowMs)) return false
      const id = this.#subscribers.ask(newcomer, filter, nowMs)
      this.#deliveries.enqueueOne(CONFIRMATION, id, newcomer.lane, nowMs)
      return true
    })
    if (asked) await this.#arm()
    return { accepted: true }
  }

  /** Sends the link to change what one gets to where it goes. Always the same answer, as for `subscribe`. */
  async requestManageLink(channel: Channel, ip: string | undefined): Promise<{ accepted: true }> {
    this.#countRequest()
    const nowMs = Date.now()
    const { key, lane } = await newcomerOf(this.env.MASTER_KEY, channel, null)
    const buckets = await bucketsOf(this.env.MASTER_KEY, channel, ip)
    this.ctx.storage.transactionSync(() => {
      // Counted for every address: how many one may ask for must not tell who is known either.
      if (!this.#subscribers.mayAsk(buckets, nowMs)) return
      const subscriber = this.#subscribers.byKey(key)
      if (subscriber?.state === 'confirmed') this.#deliveries.enqueueOne(MANAGE_LINK, subscriber.id, lane, nowMs)
    })
    await this.#arm()
    return { accepted: true }
  }

  /** The subscription behind a link; null when it is forged, or the subscription is erased. */
  async ownSubscription(token: string): Promise<OwnSubscription | null> {
    this.#countRequest()
    const id = await this.#idIn(token, 'manage')
    return id === null ? null : this.#own.shown(id)
  }

  async choose(token: string, filter: ReaderFilter): Promise<'changed' | 'invalid'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'manage')
    if (id === null || !this.#own.choose(id, filter)) return 'invalid'
    await this.#digests.run(this.env.PUBLIC_FILES, () => this.#folder(), Date.now())
    await this.#arm()
    return 'changed'
  }

  /** Whoever is erased already is erased; only a forged link is not. */
  async eraseOwn(token: string): Promise<'erased' | 'invalid'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'manage')
    if (id === null) return 'invalid'
    this.ctx.storage.transactionSync(() => this.#own.erase(id))
    return 'erased'
  }

  async ownData(token: string): Promise<OwnData | null> {
    this.#countRequest()
    const id = await this.#idIn(token, 'manage')
    return id === null ? null : this.#own.data(id, await this.#texts.numberOf(id))
  }

  /** What mail servers and providers say of addresses. Returns how many subscribers get nothing more. */
  async reportBounces(reports: readonly BounceReport[]): Promise<{ suppressed: number }> {
    this.#countRequest()
    return this.ctx.storage.transactionSync(() => ({ suppressed: this.#leaving.reportBounces(reports, Date.now()) }))
  }

  /** A mail that came back to us, with the link to unsubscribe that was in it. */
  async takeReturned({ token, kind, permanent, reason }: ReturnedMail): Promise<'suppressed' | 'noted' | 'unknown'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'unsubscribe')
    if (id === null || this.#subscribers.byId(id) === null) return 'unknown'
    if (!permanent && kind === 'bounce') return 'noted'
    this.ctx.storage.transactionSync(() => this.#leaving.suppress(id, reason, Date.now()))
    return 'suppressed'
  }

  /** By an operator: nothing more is sent there. */
  async suppress(id: string): Promise<boolean> {
    this.#countRequest()
    if (this.#subscribers.byId(id) === null) return false
    this.ctx.storage.transactionSync(() => this.#leaving.suppress(id, 'Stopped by an operator.', Date.now()))
    return true
  }

  /** What was given up: of one subscriber, or all of a mailing. */
  async retry(subject: string, subscriberId: string | null): Promise<{ retried: number }> {
    this.#countRequest()
    const retried = this.#deliveries.retry(subject, subscriberId, Date.now())
    await this.#arm()
    return { retried }
  }

  /** The second half of the double opt-in. Confirming twice is fine; an old or foreign token is `expired`. */
  async confirm(token: string): Promise<'confirmed' | 'expired'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'confirm')
    if (id === null) return 'expired'
    this.#subscribers.confirm(id, Date.now())
    await this.#digests.run(this.env.PUBLIC_FILES, () => this.#folder(), Date.now())
    await this.#arm()
    return this.#subscribers.byId(id)?.state === 'confirmed' ? 'confirmed' : 'expired'
  }

  /** Nothing is sent after this. Whoever is not known (any more) is unsubscribed as well; only a forged token is not. */
  async unsubscribe(token: string): Promise<'unsubscribed' | 'invalid'> {
    this.#countRequest()
    const id = (await this.#idIn(token, 'unsubscribe')) ?? (await this.#idIn(token, 'manage'))
    if (id === null) return 'invalid'
    this.ctx.storage.transactionSync(() => this.#leaving.unsubscribe(id, Date.now()))
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
  async announcePostMortem({ notBeforeMs, ...told }: PostMortemAnnouncement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'post_mortem', ...told }, notBeforeMs)
  }

  async announceMaintenance({ notBeforeMs, ...told }: MaintenanceAnnouncement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'maintenance', ...told }, notBeforeMs)
  }

  async announceComponents({ notBeforeMs, ...told }: ComponentsAnnouncement & Hold): Promise<{ queued: number }> {
    return this.#tell({ kind: 'components', ...told }, notBeforeMs)
  }

  /** What notifications of browsers are signed with; see `PushSenderKeys`. */
  async sealedPushKeys(): Promise<string> {
    this.#countRequest()
    if (this.#page === MAIN_PAGE) return this.#pushKeys.sealed()
    return this.env.SUBSCRIBER_DESK.getByName(MAIN_PAGE).sealedPushKeys()
  }

  /** Counts a text that is about to go out, of all pages; false when the day's are used up. */
  async takeText(isRequest: boolean): Promise<boolean> {
    const settings = twilioSettings(this.env)
    if (settings === null) return false
    if (this.#page !== MAIN_PAGE) return this.env.SUBSCRIBER_DESK.getByName(MAIN_PAGE).takeText(isRequest)
    return this.#textBudget.take(isRequest, settings.dailyMax, Date.now())
  }

  /** What became of the day's texts, of all pages; null: they are not set up. */
  async textUse(): Promise<TextUse | null> {
    if (this.#page !== MAIN_PAGE) return this.env.SUBSCRIBER_DESK.getByName(MAIN_PAGE).textUse()
    return this.#textBudget.use(twilioSettings(this.env), Date.now())
  }

  /** It did not go out after all. */
  async giveBackText(isRequest: boolean): Promise<void> {
    if (this.#page !== MAIN_PAGE) return this.env.SUBSCRIBER_DESK.getByName(MAIN_PAGE).giveBackText(isRequest)
    this.#textBudget.giveBack(isRequest, Date.now())
  }

  /** What the owner of a number texted back. */
  async hearText(number: string, keyword: Keyword): Promise<Heard> {
    this.#countRequest()
    const heard = await this.#texts.hear(number, keyword, Date.now())
    await this.#arm()
    return heard
  }

  async noteTextFailure(subject: string, id: string, errorCode: string): Promise<'noted' | 'unknown'> {
    this.#countRequest()
    return this.ctx.storage.transactionSync(() => this.#texts.noteFailure(subject, id, errorCode, Date.now()))
  }

  /** Where the link in a text leads now: to what was asked for, or to what is subscribed; null when it is forged. */
  async textLink(token: string): Promise<TextLink | null> {
    this.#countRequest()
    return this.#texts.link(this.#page, token, Date.now())
  }

  /** A browser that was switched off says so; knowing its channel is proof enough. */
  async leaveByChannel(channel: Channel): Promise<{ accepted: true }> {
    this.#countRequest()
    const { key } = await newcomerOf(this.env.MASTER_KEY, channel, null)
    this.ctx.storage.transactionSync(() => {
      const subscriber = this.#subscribers.byKey(key)
      if (subscriber !== null) this.#leaving.unsubscribe(subscriber.id, Date.now())
    })
    return { accepted: true }
  }

  /** Takes back what has not gone out. `subject` is the notice's name, such as `updateSubject(id)`. */
  async withdraw(subject: string): Promise<{ dropped: number }> {
    this.#countRequest()
    const dropped = this.ctx.storage.transactionSync(() => this.#notices.withdraw(subject, Date.now()))
    if (this.#page === MAIN_PAGE) await withdrawFromOtherDesks(this.env, subject)
    return { dropped }
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
      texts: await this.textUse(),
    }
  }

  async remove(id: string): Promise<boolean> {
    this.#countRequest()
    return this.ctx.storage.transactionSync(() => {
      const known = this.#subscribers.byId(id) !== null
      this.#leaving.remove(id)
      return known
    })
  }

  /** The status page is gone: nobody is told of it, and nobody is known any more. */
  async removeEverybody(): Promise<void> {
    this.ctx.storage.transactionSync(() => emptyTables(this.ctx.storage.sql))
    await this.ctx.storage.deleteAlarm()
  }

  /** Deletes all that is kept of a person. */
  async erase(address: { readonly email: string } | { readonly number: string }): Promise<boolean> {
    const ids =
      'email' in address ? this.#subscribers.idsOfEmail(address.email.trim()) : await this.#texts.idsOf(address.number)
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
    await this.#digests.run(this.env.PUBLIC_FILES, () => this.#folder(), nowMs)
    await this.#arm()
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would send. */
  override async alarm(): Promise<void> {
    try {
      await this.#digests.run(this.env.PUBLIC_FILES, () => this.#folder(), Date.now())
      await this.#spread.run(this.ctx.storage)
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

  async #tell(notice: Announced, notBeforeMs = 0): Promise<{ queued: number }> {
    this.#countRequest()
    const groupOf = await this.#groups()
    const nowMs = Date.now()
    const dueMs = Math.max(nowMs, notBeforeMs)
    const first = this.ctx.storage.transactionSync(() => this.#notices.tell(notice, groupOf, dueMs, nowMs))
    // Should this be cut short, the alarm goes on.
    await this.#arm()
    const queued = first + (await this.#spread.run(this.ctx.storage))
    if (this.#page === MAIN_PAGE) await tellOtherDesks(this.env, notice, notBeforeMs)
    return { queued }
  }

  /** What one lane's notices are sent with. */
  #openCarrier() {
    const sending = new NoticeSending(this.env, this.#page, this.openCarrier())
    return {
      deliver: (delivery: DueDelivery) => this.#courier.deliver(sending, delivery),
      close: () => sending.close(),
    }
  }

  async #idIn(token: string, purpose: LinkPurpose): Promise<string | null> {
    return (await readLink(this.env.MASTER_KEY, purpose, token, Date.now()))?.id ?? null
  }

  /** As readers have them. When they cannot be read, who chose a group is told: better once too often. */
  async #groups(): Promise<GroupOf> {
    return groupsOf((await publishedComponents(this.env.PUBLIC_FILES, await this.#folder())) ?? [])
  }

  async #folder(): Promise<string> {
    return (await placeOfPage(this.env.PUBLIC_FILES, this.env.PUBLIC_URL, this.#page)).folder
  }

  async #arm(): Promise<void> {
    const times = this.#deliveries
      .nextDueMs()
      .map(({ lane, dueMs }) => Math.max(dueMs, this.#drain.pausedUntilMs(lane)))
    const digestMs = this.#digests.nextMs()
    if (digestMs !== null) times.push(digestMs)
    if (this.#spread.isUnderWay()) times.push(0)
    if (times.length === 0) return
    this.#drain.wake()
    const atMs = Math.max(Math.min(...times), Date.now())
    const alarmMs = await this.ctx.storage.getAlarm()
    if (alarmMs === null || alarmMs > atMs) await this.ctx.storage.setAlarm(atMs)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'SubscriberDesk' }, 1)
  }
}
