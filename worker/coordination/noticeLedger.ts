import type { Announced } from '../domain/notice.ts'
import { CORRECTED_WITHIN_MS, endedBy, newsOf, subjectOf, titleOf, wordsOf } from '../domain/notice.ts'
import type { GroupOf } from '../domain/readerFilter.ts'
import { isToldOf, parseFilter } from '../domain/readerFilter.ts'
import type { Digest } from '../domain/weeklyDigest.ts'
import { filterDigest, isEmptyDigest } from '../domain/weeklyDigest.ts'
import type { DeliveryStore } from './deliveryStore.ts'
import type { KnownMailing, MailingStore } from './mailingStore.ts'
import type { NoticeSpread } from './noticeSpread.ts'
import type { SubscriberStore } from './subscriberStore.ts'

/** What is announced becomes rows of the ledger: one for each subscriber whom it concerns. Runs in a transaction. */
export class NoticeLedger {
  readonly #subscribers: SubscriberStore
  readonly #mailings: MailingStore
  readonly #deliveries: DeliveryStore
  readonly #spread: NoticeSpread

  constructor(subscribers: SubscriberStore, mailings: MailingStore, deliveries: DeliveryStore, spread: NoticeSpread) {
    this.#subscribers = subscribers
    this.#mailings = mailings
    this.#deliveries = deliveries
    this.#spread = spread
  }

  /** Returns how many are told so far: of many, the rest follows in steps. The same again is told nobody. */
  tell(notice: Announced, groupOf: GroupOf, dueMs: number, nowMs: number): number {
    const subject = subjectOf(notice)
    const known = this.#mailings.known(subject)
    if (known !== null) return this.#correct(notice, subject, known, dueMs, nowMs)

    const words = wordsOf(notice)
    this.#mailings.put({ subject, title: titleOf(notice), notice, words, endsIncident: endedBy(notice) }, nowMs)
    const news = newsOf(notice)
    // The rule is asked once for each filter in use, and the database does the rest for all who have it.
    const filters = this.#subscribers.filtersInUse().filter((filter) => isToldOf(parseFilter(filter), news, groupOf))
    const followed = notice.kind === 'update' ? notice.incident.id : null
    return this.#spread.toFilters({ subject, dueMs, nowMs }, filters, followed)
  }

  /** The week's mail to those who want it and whose filter leaves something of it. Returns how many they are. */
  tellDigest(digest: Digest, nowMs: number): number {
    const notice = { kind: 'digest', ...digest } as const
    const subject = subjectOf(notice)
    if (this.#mailings.known(subject) !== null) return 0
    const filters = this.#subscribers.filtersInUse().filter((text) => {
      const filter = parseFilter(text)
      return filter.level === 'weekly_digest' && !isEmptyDigest(filterDigest(digest, filter))
    })
    if (filters.length === 0) return 0
    this.#mailings.put({ subject, title: titleOf(notice), notice, words: '', endsIncident: null }, nowMs)
    return this.#spread.toFilters({ subject, dueMs: nowMs, nowMs }, filters, null)
  }

  /** Drops what has not gone out, and whatever is announced under this name from now on. Returns how many it were. */
  withdraw(subject: string, nowMs: number): number {
    const correction = correctionOf(subject)
    this.#mailings.withdraw(subject, nowMs)
    this.#mailings.withdraw(correction, nowMs)
    this.#spread.stop(subject)
    this.#spread.stop(correction)
    return this.#deliveries.dropQueued(subject) + this.#deliveries.dropQueued(correction)
  }

  /**
   * What was announced before, in other words: those who have not got it get the new ones; those who have, get them
   * once, when the time for edits is over. Later edits are on the page only.
   */
  #correct(notice: Announced, subject: string, known: KnownMailing, dueMs: number, nowMs: number): number {
    const words = wordsOf(notice)
    const correctedAtMs = known.createdAtMs + CORRECTED_WITHIN_MS
    if (known.isWithdrawn || known.words === '' || known.words === words || nowMs >= correctedAtMs) return 0

    const mailing = { subject, title: titleOf(notice), notice, words, endsIncident: endedBy(notice) }
    const version = this.#mailings.put(mailing, nowMs)
    const correction = correctionOf(subject)
    const title = `${mailing.title} (corrected)`
    this.#mailings.put({ ...mailing, subject: correction, title, endsIncident: null }, nowMs)
    const told = { subject: correction, dueMs: Math.max(dueMs, correctedAtMs), nowMs }
    return this.#spread.toCorrected(told, subject, version)
  }
}

const CORRECTED = ':corrected'

export function isCorrection(subject: string): boolean {
  return subject.endsWith(CORRECTED)
}

function correctionOf(subject: string): string {
  return `${subject}${CORRECTED}`
}
