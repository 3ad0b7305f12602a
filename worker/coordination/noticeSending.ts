import type { Outcome } from '../delivery/outcome.ts'
import { permanent } from '../delivery/outcome.ts'
import type { Carrier, Links, Message } from '../delivery/sender.ts'
import type { Channel } from '../domain/channel.ts'
import { mayBeTold } from '../domain/furtherPage.ts'
import { parseFilter } from '../domain/readerFilter.ts'
import { CONFIRM_WITHIN_MS, DAY_MS } from '../domain/subscriber.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import { placeOfPage } from '../storage/statusPages.ts'
import type { PublishedPlace } from '../storage/statusPages.ts'
import { shortLink, signLink } from '../storage/subscriberLinks.ts'
import type { LinkPayload } from '../storage/subscriberLinks.ts'
import type { DueDelivery } from './deliveryStore.ts'
import { MANAGE_LINK } from './deliveryStore.ts'
import { openChannel } from './newcomer.ts'
import type { MailingContent } from './mailingStore.ts'
import { isCorrection } from './noticeLedger.ts'

type Told = Pick<MailingContent, 'notice' | 'threadTitle'>

const LINKS_MS = 3650 * DAY_MS

/** From a row of the ledger to a message on its channel, for as long as one lane has its turn. */
export class NoticeSending {
  readonly #env: Env
  readonly #page: string
  readonly #carrier: Carrier
  #place: Promise<PublishedPlace> | null = null

  constructor(env: Env, page: string, carrier: Carrier) {
    this.#env = env
    this.#page = page
    this.#carrier = carrier
  }

  /** All that can be done before the ledger notes that it is under way. `told`: null for a request. */
  async prepare(delivery: DueDelivery, told: Told | null, nowMs: number): Promise<() => Promise<Outcome>> {
    const channel = await this.#channelOf(delivery)
    if (channel === null) return () => Promise.resolve(permanent('Where to send it can no longer be read.'))
    // Read once for thousands: the next turn, in some seconds, sees who may not be told any more.
    const place = await (this.#place ??= placeOfPage(this.#env.PUBLIC_FILES, this.#env.PUBLIC_URL, this.#page))
    if (!mayBeTold(place.access, channel))
      return () => Promise.resolve(permanent('This address may not read the status page (any more).'))
    const message = await this.#messageOf(delivery, told, place, nowMs)
    return () => this.#carrier.deliver(channel, message)
  }

  close(): void {
    this.#carrier.close()
  }

  async #channelOf({ kind, address, channel }: DueDelivery): Promise<Channel | null> {
    if (kind === 'email') return { kind, address }
    return openChannel(this.#env.MASTER_KEY, channel ?? '')
  }

  async #messageOf(delivery: DueDelivery, told: Told | null, place: PublishedPlace, nowMs: number): Promise<Message> {
    const { subject, subscriberId } = delivery
    const notice = told?.notice ?? null
    const filter = parseFilter(delivery.filter)
    const { url: publicUrl } = place
    const links = await this.#linksOf(delivery, publicUrl)
    return {
      id: `${subject}.${subscriberId}`,
      subscriberId,
      content: notice ?? (await this.#request(delivery, place)),
      language: filter.language ?? notice?.page.language ?? 'en',
      filter,
      links,
      threadTitle: told?.threadTitle ?? null,
      isCorrection: isCorrection(subject),
      isLast: delivery.incidentTitle !== null && notice?.kind === 'update' && notice.update.status === 'resolved',
      nowMs,
    }
  }

  async #linksOf({ kind, subscriberId: id, createdAtMs }: DueDelivery, publicUrl: string): Promise<Links> {
    const payload = { id, page: this.#page }
    if (kind === 'sms') {
      const short = await textLink(this.#env.MASTER_KEY, publicUrl, payload)
      return { unsubscribe: short, manage: short }
    }
    const link = (purpose: 'unsubscribe' | 'manage') =>
      signLink(this.#env.MASTER_KEY, purpose, payload, createdAtMs + LINKS_MS)
    const [unsubscribe, manage] = await Promise.all([link('unsubscribe'), link('manage')])
    return { unsubscribe: `${publicUrl}/unsubscribe/${unsubscribe}`, manage: `${publicUrl}/subscription/${manage}` }
  }

  async #request(
    { subject, subscriberId, kind, incidentTitle, createdAtMs: requestedAtMs }: DueDelivery,
    { url: publicUrl, folder }: PublishedPlace,
  ) {
    const { name: pageName } = await publishedPage(this.#env.PUBLIC_FILES, publicUrl, folder)
    if (subject === MANAGE_LINK) return { kind: 'manage_link' as const, pageName, publicUrl, requestedAtMs }
    const payload = { id: subscriberId, page: this.#page }
    const confirmUrl =
      kind === 'sms'
        ? await textLink(this.#env.MASTER_KEY, publicUrl, payload)
        : `${publicUrl}/subscribe/confirm/${await signLink(this.#env.MASTER_KEY, 'confirm', payload, requestedAtMs + CONFIRM_WITHIN_MS)}`
    return { kind: 'confirmation' as const, pageName, publicUrl, confirmUrl, incidentTitle, requestedAtMs }
  }
}

/** One for both: it confirms what was asked for, and shows what is subscribed. */
async function textLink(masterKey: string, publicUrl: string, payload: LinkPayload): Promise<string> {
  return `${publicUrl}/s/${await shortLink(masterKey, payload)}`
}
