import { DurableObject } from 'cloudflare:workers'
import { crockford } from '../domain/identifiers.ts'
import type { Integration, IntegrationSource, NamedIntegration, NewIntegration } from '../domain/integration.ts'
import type { NewIntegrationKey } from '../domain/integration.ts'
import { signs } from '../domain/integration.ts'
import { count } from '../storage/counters.ts'
import { hashKey } from '../storage/masterKey.ts'
import { AlertStore } from './alertStore.ts'
import type { KeyHolder, WantedKey } from './integrationKeys.ts'
import { IntegrationKeys, newIntegrationKey, webhookSecretOf } from './integrationKeys.ts'

export type KeyCreation =
  | ({ readonly ok: true; readonly source: IntegrationSource; readonly name: string } & NewIntegrationKey)
  | { readonly ok: false; readonly reason: 'unknown_integration' | 'two_keys' }

/** The part of the AlertDesk that knows who may send. */
export abstract class IntegrationDesk extends DurableObject<Env> {
  protected readonly store = new AlertStore(this.ctx.storage.sql)
  /** Runs a statement of the object's own tables and counts the rows it writes. */
  protected readonly write = this.store.write.bind(this.store)
  protected readonly keys = new IntegrationKeys(this.ctx.storage.sql, this.write)

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

  integrations(): Integration[] {
    return this.keys.list()
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

  protected async holderOf(source: string, key: string): Promise<KeyHolder | null> {
    const keyHash = await hashKey(key)
    return this.keys.find(source, keyHash, Date.now())
  }

  async #shownOnce(source: IntegrationSource, { id, key }: WantedKey): Promise<NewIntegrationKey> {
    const shown = { keyId: id, key }
    return signs(source) ? { ...shown, secret: await webhookSecretOf(this.env.MASTER_KEY, id) } : shown
  }
}

async function newWantedKey(source: IntegrationSource, by: string, given?: string): Promise<WantedKey> {
  const key = given ?? newIntegrationKey(source)
  return { id: crockford(crypto.getRandomValues(new Uint8Array(12)), 12), key, keyHash: await hashKey(key), by }
}

export function countRequest(): void {
  count('allclear_object_requests_total', { object: 'AlertDesk' }, 1)
}
