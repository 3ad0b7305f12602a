import { DurableObject } from 'cloudflare:workers'
import { z } from 'zod'
import { sendMail, mailTransport } from '../delivery/email.ts'
import type { Mail, MailTransport } from '../delivery/mail.ts'
import type { Outcome } from '../delivery/outcome.ts'
import type { Announcement, PostMortemAnnouncement } from '../delivery/updateMail.ts'
import { confirmMail, postMortemMail, updateMail } from '../delivery/updateMail.ts'
import { crockford } from '../domain/identifiers.ts'
import type { LimitedBy } from '../domain/subscriber.ts'
import {
  CONFIRMATION_LIMITS,
  CONFIRM_WITHIN_MS,
  DAY_MS,
  GIVE_UP_AFTER_MS,
  deliverAgainAtMs,
  emailKey,
  isOverLimit,
  normaliseEmail,
} from '../domain/subscriber.ts'
import { count } from '../storage/counters.ts'
import { hashKey, sign, verify } from '../storage/masterKey.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import type { DueDelivery } from './deliveryStore.ts'
import { CONFIRMATION, DeliveryStore } from './deliveryStore.ts'
import { SubscriberStore } from './subscriberStore.ts'

export interface SubscribeRequest {
  readonly email: string
  /** Ids; none: all components. */
  readonly components?: readonly string[] | undefined
  readonly postMortems?: boolean | undefined
  /** An operator vouches for the address: no confirmation is asked for. */
  readonly confirmed?: boolean | undefined
  /** Where the request came from; only its hash is kept, for a day, to limit how many come from there. */
  readonly ip?: string | undefined
  readonly nowMs?: number | undefined
}

const BATCH = 50
const CONNECTIONS_MAX = 5
/** A run of the alarm ends here; what is left is the next run's. */
const RUN_MS_MAX = 20_000
/** When so many in a row fail, the server is the trouble, not the addresses. */
const FAILURES_IN_A_ROW_MAX = 5
const PAUSE_MS = 30_000
const UNSUBSCRIBE_LINK_MS = 3650 * DAY_MS

const TokenPayload = z.object({ id: z.string() })

/** The single writer of who is told, and of the ledger of what they were told. */
export class SubscriberDesk extends DurableObject<Env> {
  readonly #subscribers = new SubscriberStore(this.ctx.storage.sql)
  readonly #deliveries = new DeliveryStore(this.ctx.storage.sql)
  #draining: Promise<void> | null = null
  #pausedUntilMs = 0

  /** Tests put their own in its place. */
  openTransport: () => MailTransport = () => mailTransport(this.env)

  /** Always the same answer: nobody learns whether an address is known, or why no mail came. */
  async subscribe(request: SubscribeRequest): Promise<{ accepted: true }> {
    this.#countRequest()
    const email = normaliseEmail(request.email)
    if (email === null) return { accepted: true }
    const nowMs = request.nowMs ?? Date.now()
    const choice = { components: request.components ?? null, wantsPostMortems: request.postMortems ?? false }
    const newId = crockford(crypto.getRandomValues(new Uint8Array(16)), 16)

    if (request.confirmed === true) {
      this.ctx.storage.transactionSync(() => {
        // Whoever has left, or cannot be reached, comes back only by their own will.
        const state = this.#subscribers.byEmail(email)?.state ?? 'pending'
        if (state === 'unsubscribed' || state === 'suppressed') return
        this.#subscribers.confirm(this.#subscribers.ask(newId, email, choice, nowMs), nowMs)
      })
      return { accepted: true }
    }

    const buckets = await this.#bucketsOf(email, request.ip)
    const asked = this.ctx.storage.transactionSync(() => {
      const isOver = buckets.some(([by, bucket]) =>
        isOverLimit(CONFIRMATION_LIMITS[by], this.#subscribers.asksOf(bucket, nowMs), nowMs),
      )
      if (isOver) return false
      for (const [, bucket] of buckets) this.#subscribers.noteAsk(bucket, nowMs)
      const id = this.#subscribers.ask(newId, email, choice, nowMs)
      this.#deliveries.enqueueConfirmation(id, nowMs)
      return true
    })
    if (asked) await this.#arm()
    return { accepted: true }
  }

  /** The second half of the double opt-in. Confirming twice is fine; an old or foreign token is `expired`. */
  async confirm(token: string): Promise<'confirmed' | 'expired'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'subscriber confirm')
    if (id === null) return 'expired'
    this.#subscribers.confirm(id, Date.now())
    return this.#subscribers.byId(id)?.state === 'confirmed' ? 'confirmed' : 'expired'
  }

  /** Nothing is sent after this. Whoever is not known (any more) is unsubscribed as well; only a forged token is not. */
  async unsubscribe(token: string): Promise<'unsubscribed' | 'invalid'> {
    this.#countRequest()
    const id = await this.#idIn(token, 'subscriber unsubscribe')
    if (id === null) return 'invalid'
    this.ctx.storage.transactionSync(() => {
      this.#deliveries.dropWaiting(id)
      if (this.#subscribers.byId(id)?.state !== 'suppressed') this.#subscribers.end(id, 'unsubscribed', Date.now())
    })
    return 'unsubscribed'
  }

  /** One mail to each confirmed subscriber whom the update concerns. The same update again changes nothing. */
  async announce(announcement: Announcement): Promise<{ queued: number }> {
    this.#countRequest()
    const { incident, update } = announcement
    const touched = [...new Set([...incident.components, ...update.components].map(({ id }) => id))]
    const subject = `update:${update.id}`
    const nowMs = Date.now()
    const queued = this.ctx.storage.transactionSync(() =>
      this.#deliveries.addMailing(subject, incident.title, { kind: 'update', ...announcement }, nowMs)
        ? this.#deliveries.enqueueUpdate(subject, touched.length === 0 ? null : touched, nowMs)
        : 0,
    )
    await this.#arm()
    return { queued }
  }

  /** Once for each post-mortem, to those who asked for them; a corrected version is not mailed again. */
  async announcePostMortem(announcement: PostMortemAnnouncement): Promise<{ queued: number }> {
    this.#countRequest()
    const { postMortem } = announcement
    const subject = `post-mortem:${postMortem.id}`
    const title = `Post-mortem: ${postMortem.title}`
    const nowMs = Date.now()
    const queued = this.ctx.storage.transactionSync(() =>
      this.#deliveries.addMailing(subject, title, { kind: 'post_mortem', ...announcement }, nowMs)
        ? this.#deliveries.enqueuePostMortem(subject, nowMs)
        : 0,
    )
    await this.#arm()
    return { queued }
  }

  async list(offset: number, limit: number) {
    this.#countRequest()
    return this.#subscribers.list(offset, limit)
  }

  /** How the last mailings are going, and what could not be delivered. */
  async deliveries(limit: number) {
    this.#countRequest()
    return { mailings: this.#deliveries.mailings(limit), failures: this.#deliveries.failures(limit) }
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
    const subscriber = this.#subscribers.byEmail(email.trim())
    return subscriber === null ? false : this.remove(subscriber.id)
  }

  async stats() {
    return {
      subscribers: this.#subscribers.counts(),
      deliveriesWaiting: this.#deliveries.waiting(),
      /** Attempts by how they ended, ever. */
      outcomes: this.#deliveries.outcomes().map(({ outcome, count: n }) => ({ channel: 'email', outcome, count: n })),
    }
  }

  /** From the cron: forgets what is past its time and finds mail that no alarm stands for. */
  async sweep(nowMs: number): Promise<void> {
    this.ctx.storage.transactionSync(() => {
      for (const id of this.#subscribers.forget(nowMs)) this.#deliveries.remove(id)
      this.#deliveries.forget(nowMs)
    })
    await this.#arm()
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would send. */
  override async alarm(): Promise<void> {
    try {
      this.#draining ??= this.#drain().finally(() => {
        this.#draining = null
      })
      await this.#draining
    } catch (error) {
      console.error('The subscribers’ mail could not be sent', error)
      this.#pausedUntilMs = Date.now() + PAUSE_MS
    } finally {
      await this.#arm()
    }
  }

  async #drain(): Promise<void> {
    const startedAtMs = Date.now()
    const transport = this.openTransport()
    let failuresInARow = 0
    try {
      while (Date.now() - startedAtMs < RUN_MS_MAX) {
        const waiting = this.#deliveries.due(Date.now(), BATCH).values()
        let sent = 0
        const lane = async () => {
          for (const delivery of waiting) {
            if (failuresInARow >= FAILURES_IN_A_ROW_MAX || Date.now() - startedAtMs >= RUN_MS_MAX) return
            const outcome = await this.#deliver(transport, delivery)
            sent++
            failuresInARow = outcome !== null && !outcome.ok && outcome.kind === 'temporary' ? failuresInARow + 1 : 0
          }
        }
        await Promise.all(Array.from({ length: CONNECTIONS_MAX }, lane))
        if (failuresInARow >= FAILURES_IN_A_ROW_MAX) this.#pausedUntilMs = Date.now() + PAUSE_MS
        if (sent === 0 || failuresInARow >= FAILURES_IN_A_ROW_MAX) return
      }
    } finally {
      transport.close()
    }
  }

  /** Marked before and after: dying in between sends it again, under the same Message-ID. */
  async #deliver(transport: MailTransport, delivery: DueDelivery): Promise<Outcome | null> {
    const mail = await this.#mailOf(delivery)
    if (mail === null) {
      this.#deliveries.settle(delivery, 'failed', Date.now(), 'What it was to say is no longer kept.')
      return null
    }
    if (!this.#deliveries.markSending(delivery)) return null
    await this.ctx.storage.sync()
    const outcome = await sendMail(transport, mail)
    this.ctx.storage.transactionSync(() => this.#settle(delivery, outcome, Date.now()))
    return outcome
  }

  #settle(delivery: DueDelivery, outcome: Outcome, nowMs: number): void {
    this.#deliveries.countOutcome(outcome.ok ? 'sent' : outcome.kind)
    if (outcome.ok) return this.#deliveries.settle(delivery, 'sent', nowMs, '')
    if (outcome.kind === 'temporary' && nowMs < delivery.createdAtMs + GIVE_UP_AFTER_MS) {
      const dueMs = deliverAgainAtMs(delivery.attempts + 1, nowMs, outcome.retryAfterMs)
      return this.#deliveries.settle(delivery, 'queued', dueMs, outcome.reason)
    }
    this.#deliveries.settle(delivery, 'failed', nowMs, outcome.reason)
    if (outcome.recipientRefused !== true) return
    this.#deliveries.dropWaiting(delivery.subscriberId)
    this.#subscribers.end(delivery.subscriberId, 'suppressed', nowMs)
  }

  async #mailOf({ subject, subscriberId, email, createdAtMs }: DueDelivery): Promise<Mail | null> {
    const { MAIL_FROM: from, MASTER_KEY: masterKey, PUBLIC_URL } = this.env
    const publicUrl = PUBLIC_URL.replace(/\/+$/, '')
    if (subject === CONFIRMATION) {
      const expiresAtMs = createdAtMs + CONFIRM_WITHIN_MS
      const token = await sign(masterKey, 'subscriber confirm', { id: subscriberId }, expiresAtMs)
      const { name: pageName } = await publishedPage(this.env.PUBLIC_FILES, publicUrl)
      const confirmUrl = `${publicUrl}/subscribe/confirm/${token}`
      return confirmMail({ pageName, publicUrl, email, subscriberId, confirmUrl, requestedAtMs: createdAtMs }, from)
    }
    const content = this.#deliveries.content(subject)
    if (content === null) return null
    const token = await sign(
      masterKey,
      'subscriber unsubscribe',
      { id: subscriberId },
      createdAtMs + UNSUBSCRIBE_LINK_MS,
    )
    const to = { subscriberId, email, unsubscribeUrl: `${publicUrl}/unsubscribe/${token}` }
    return content.kind === 'update' ? updateMail(content, from, to) : postMortemMail(content, from, to)
  }

  async #idIn(token: string, purpose: 'subscriber confirm' | 'subscriber unsubscribe'): Promise<string | null> {
    const payload = TokenPayload.safeParse(await verify(this.env.MASTER_KEY, purpose, token, Date.now()))
    return payload.success ? payload.data.id : null
  }

  /** Hashed with our key, so that what is kept of an address or an IP says nothing to anyone else. */
  async #bucketsOf(email: string, ip: string | undefined): Promise<[LimitedBy, string][]> {
    const domain = email.slice(email.lastIndexOf('@') + 1)
    const parts: [LimitedBy, string][] = [
      ['address', emailKey(email)],
      ['domain', domain],
    ]
    if (ip !== undefined) parts.push(['ip', ip])
    return Promise.all(
      parts.map(async ([by, value]): Promise<[LimitedBy, string]> => {
        return [by, await hashKey(`${this.env.MASTER_KEY} ${by} ${value}`)]
      }),
    )
  }

  async #arm(): Promise<void> {
    const dueMs = this.#deliveries.nextDueMs()
    if (dueMs === null) return
    const atMs = Math.max(dueMs, this.#pausedUntilMs, Date.now())
    const alarmMs = await this.ctx.storage.getAlarm()
    if (alarmMs === null || alarmMs > atMs) await this.ctx.storage.setAlarm(atMs)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'SubscriberDesk' }, 1)
  }
}
