import type { BatchPlan } from '../domain/batchPlan.ts'
import { crockford } from '../domain/identifiers.ts'
import type {
  Integration,
  IntegrationSource,
  Mapping,
  NamedIntegration,
  NewIntegration,
} from '../domain/integration.ts'
import type { NewIntegrationKey } from '../domain/integration.ts'
import { signs } from '../domain/integration.ts'
import type { KeptCounts, KeptMessage, KeptReceived, Received } from '../domain/received.ts'
import { hashKey } from '../storage/masterKey.ts'
import type { IngestRequest, Sender } from './deskAnswers.ts'
import type { KeyHolder, WantedKey } from './integrationKeys.ts'
import { IntegrationKeys, newIntegrationKey, webhookSecretOf } from './integrationKeys.ts'
import type { WantedMapping } from './mappingStore.ts'
import { MappingStore } from './mappingStore.ts'
import { ReceivedStore } from './receivedStore.ts'
import { countRequest, SenderDesk } from './senderDesk.ts'

export type KeyCreation =
  | ({ readonly ok: true; readonly source: IntegrationSource; readonly name: string } & NewIntegrationKey)
  | { readonly ok: false; readonly reason: 'unknown_integration' | 'two_keys' }

export interface IntegrationSummary extends Integration {
  readonly kept: KeptCounts
}

/** Who a message is from. */
export interface KnownSender extends NamedIntegration {
  readonly source: IntegrationSource
  /** Who sends in its name from the console. */
  readonly by: string | null
}

const NOTHING_KEPT: KeptCounts = { taken: 0, refused: 0, lastAtMs: null }

/** The part of the AlertDesk that knows who may send. */
export abstract class IntegrationDesk extends SenderDesk {
  protected readonly keys = new IntegrationKeys(this.ctx.storage.sql, this.write)
  protected readonly received = new ReceivedStore(this.ctx.storage.sql, this.write)
  readonly #mappings = new MappingStore(this.ctx.storage.sql, this.write)

  async checkKey(source: IntegrationSource, key: string): Promise<boolean> {
    countRequest()
    return (await this.holderOf(source, key)) !== null
  }

  /** Whose key it is; null when no integration has it, or it was revoked. */
  async integrationOf(source: IntegrationSource, key: string): Promise<NamedIntegration | null> {
    countRequest()
    const found = await this.holderOf(source, key)
    return found === null ? null : { id: found.id, name: found.name }
  }

  async createIntegration(wanted: {
    source: IntegrationSource
    name: string
    key?: string
    by?: string
  }): Promise<NewIntegration> {
    const { source, name, by = '' } = wanted
    const first = await newWantedKey(source, by, wanted.key)
    if (!this.keys.isKnown(first.keyHash))
      this.ctx.storage.transactionSync(() => this.keys.add(source, name, first, Date.now()))
    return { id: first.id, ...(await this.#shownOnce(source, first)) }
  }

  /** A second key, so that a sender can be changed over without a gap. */
  async addIntegrationKey(wanted: { integrationId: string; by: string }): Promise<KeyCreation> {
    const { integrationId, by } = wanted
    const integration = this.keys.integration(integrationId)
    if (integration === null) return { ok: false, reason: 'unknown_integration' }
    const { source, name } = integration
    const key = await newWantedKey(source, by)
    const added = this.keys.addKey(integrationId, key, Date.now())
    if (added !== 'added') return { ok: false, reason: added }
    return { ok: true, source, name, ...(await this.#shownOnce(source, key)) }
  }

  /** What this sender signs with, and whether it ever has; null when no integration has the key. */
  async signingOf(source: IntegrationSource, key: string): Promise<{ secret: string; hasSigned: boolean } | null> {
    countRequest()
    const found = await this.holderOf(source, key)
    if (found === null) return null
    return { secret: await webhookSecretOf(this.env.MASTER_KEY, found.keyId), hasSigned: found.hasSigned }
  }

  /** From now on what comes with this key has to be signed. */
  async rememberSigning(source: IntegrationSource, key: string): Promise<void> {
    countRequest()
    const found = await this.holderOf(source, key)
    if (found !== null && !found.hasSigned) this.keys.rememberSigning(found.keyId)
  }

  /** A JSON sender, with the mapping its messages go through. */
  async jsonSenderOf(key: string): Promise<(NamedIntegration & { readonly mapping: Mapping | null }) | null> {
    countRequest()
    const found = await this.holderOf('json', key)
    if (found === null) return null
    return { id: found.id, name: found.name, mapping: this.#mappings.current(found.id) }
  }

  integrations(): IntegrationSummary[] {
    const counts = this.received.counts()
    return this.keys.list().map((integration) => ({ ...integration, kept: counts.get(integration.id) ?? NOTHING_KEPT }))
  }

  integration(id: string): Integration | null {
    return this.keys.integration(id)
  }

  renameIntegration(id: string, name: string): boolean {
    return this.keys.rename(id, name)
  }

  /** False when there is no such key, or it was revoked before. */
  revokeIntegrationKey(integrationId: string, keyId: string): boolean {
    return this.keys.revokeKey(integrationId, keyId, Date.now())
  }

  /** False when there is no such integration, or it was revoked before. */
  revokeIntegration(id: string): boolean {
    return this.keys.revoke(id, Date.now())
  }

  /** Newest first: the versions of its mapping. */
  mappings(integrationId: string): Mapping[] {
    return this.#mappings.versions(integrationId)
  }

  /** The new version; null when someone else has saved one in between. */
  saveMapping(integrationId: string, wanted: WantedMapping): number | null {
    return this.ctx.storage.transactionSync(() => this.#mappings.save(integrationId, wanted, Date.now()))
  }

  /** Newest first, without the bodies. */
  receivedMessages(integrationId: string, limit: number, beforeId?: number): KeptMessage[] {
    return this.received.list(integrationId, limit, beforeId)
  }

  receivedMessage(id: number): KeptReceived | null {
    return this.received.find(id)
  }

  /** The last message that changed the alert, as it was received; null when it is not kept any more. */
  receivedOf(fingerprint: string): KeptReceived | null {
    return this.received.latestOf(fingerprint)
  }

  /** Keeps a message that brings no alert: it was refused, or told of changes. Only for a sender that is known. */
  async keepMessage(
    wanted: Sender & {
      readonly source: IntegrationSource
      readonly received: Received
      readonly refused?: string
      readonly changes?: number
    },
  ): Promise<void> {
    countRequest()
    const sender = await this.senderOf(wanted.source, wanted)
    if (sender === null) return
    const { received, refused = null, changes = 0 } = wanted
    this.#keep(sender, { received, refused, changes }, Date.now())
  }

  /** Call inside the transaction in which the plan is stored. */
  protected keepTaken(
    sender: KnownSender,
    { received }: Pick<IngestRequest, 'received'>,
    plan: BatchPlan,
    nowMs: number,
  ): void {
    // It writes anyway, so that the sweep need not.
    this.keys.writeUse()
    if (received === undefined) return
    const fingerprints = new Set(plan.dropped)
    for (const { alert } of plan.records) fingerprints.add(alert.fingerprint)
    for (const { alert } of plan.held) fingerprints.add(alert.fingerprint)
    if (fingerprints.size === 0) return
    this.received.keep(
      { ...keptOf(sender, received), fingerprints: [...fingerprints], refused: refusalOf(plan) },
      nowMs,
    )
  }

  /** What changed nothing is kept only when some of it was refused. */
  protected keepRefused(
    sender: KnownSender,
    { received }: Pick<IngestRequest, 'received'>,
    plan: BatchPlan,
    nowMs: number,
  ): void {
    const refused = refusalOf(plan)
    const isKept = plan.records.length > 0 || plan.held.length > 0 || plan.dropped.length > 0
    if (received !== undefined && refused !== null && !isKept) this.#keep(sender, { received, refused }, nowMs)
  }

  protected async senderOf(source: string, sender: Sender): Promise<KnownSender | null> {
    if ('key' in sender) {
      const holder = await this.holderOf(source, sender.key)
      return holder === null ? null : { ...holder, by: null }
    }
    const known = this.keys.integration(sender.integrationId)
    if (known === null || known.source !== source || known.revokedAtMs !== null) return null
    return { id: known.id, name: known.name, source: known.source, by: sender.by }
  }

  #keep(
    sender: KnownSender,
    message: { received: Received; refused: string | null; changes?: number },
    nowMs: number,
  ): void {
    this.ctx.storage.transactionSync(() =>
      this.received.keep({ ...keptOf(sender, message.received), ...message }, nowMs),
    )
  }

  protected async holderOf(source: string, key: string): Promise<KeyHolder | null> {
    const keyHash = await hashKey(key)
    return this.keys.find(source, keyHash, Date.now())
  }

  async #shownOnce(source: IntegrationSource, { id, key }: WantedKey): Promise<NewIntegrationKey> {
    const shown = { keyId: id, key }
    return signs(source) ? { ...shown, secret: await webhookSecretOf(this.env.MASTER_KEY, id) } : shown
  }
}

function keptOf({ id, source, by }: KnownSender, received: Received) {
  return { integrationId: id, source, received, by }
}

function refusalOf({ invalid, turnedAway }: BatchPlan): string | null {
  const reasons = [...new Set<string>(invalid)]
  if (turnedAway > 0) reasons.push(`${turnedAway} turned away: too many alerts are firing`)
  return reasons.length === 0 ? null : reasons.join('; ')
}

async function newWantedKey(source: IntegrationSource, by: string, given?: string): Promise<WantedKey> {
  const key = given ?? newIntegrationKey(source)
  return { id: crockford(crypto.getRandomValues(new Uint8Array(12)), 12), key, keyHash: await hashKey(key), by }
}
