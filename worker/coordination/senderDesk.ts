import { DurableObject } from 'cloudflare:workers'
import { count } from '../storage/counters.ts'
import { AlertStore } from './alertStore.ts'
import { GivenSecrets } from './givenSecrets.ts'
import { MailThreads } from './mailThreads.ts'
import type { SnsTopic } from './snsTopics.ts'
import { SnsTopics } from './snsTopics.ts'

/** The part of the AlertDesk that knows what only some kinds of senders have. */
export abstract class SenderDesk extends DurableObject<Env> {
  protected readonly store = new AlertStore(this.ctx.storage.sql)
  /** Runs a statement of the object's own tables and counts the rows it writes. */
  protected readonly write = this.store.write.bind(this.store)
  readonly #secrets = new GivenSecrets(this.ctx.storage.sql, this.write, this.env.MASTER_KEY)
  readonly #topics = new SnsTopics(this.ctx.storage.sql, this.write)
  protected readonly threads = new MailThreads(this.ctx.storage.sql, this.write)

  /** What a sender that chooses its secret itself signs with; from now on what comes from it has to be signed. */
  async useSecret(integrationId: string, secret: string): Promise<void> {
    countRequest()
    await this.#secrets.put(integrationId, secret)
  }

  /** Null until one was entered. */
  async givenSecretOf(integrationId: string): Promise<string | null> {
    countRequest()
    return this.#secrets.of(integrationId)
  }

  /** Ids of the integrations whose sender's secret was entered. */
  integrationsWithSecret(): string[] {
    return this.#secrets.given()
  }

  /** A subscription of Amazon SNS was confirmed, or has ended. */
  noteTopic(integrationId: string, arn: string, isSubscribed: boolean): void {
    countRequest()
    if (isSubscribed) this.#topics.confirmed(integrationId, arn, Date.now())
    else this.#topics.ended(integrationId, arn)
  }

  topics(): SnsTopic[] {
    return this.#topics.list()
  }

  /** What a mail is about: what the first of its thread was about, else what it says itself, which is remembered. */
  threadOf(
    integrationId: string,
    mail: { readonly messageId: string; readonly answers: readonly string[]; readonly about: string },
  ): string {
    countRequest()
    const { messageId, answers, about } = mail
    const known = this.threads.find(integrationId, [...answers, ...(messageId === '' ? [] : [messageId])])
    if (messageId !== '') this.threads.remember(integrationId, messageId, known ?? about, Date.now())
    return known ?? about
  }
}

export function countRequest(): void {
  count('allclear_object_requests_total', { object: 'AlertDesk' }, 1)
}
