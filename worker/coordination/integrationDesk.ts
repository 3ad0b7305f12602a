import { DurableObject } from 'cloudflare:workers'
import { crockford } from '../domain/identifiers.ts'
import { count } from '../storage/counters.ts'
import { hashKey } from '../storage/masterKey.ts'
import { AlertStore } from './alertStore.ts'
import type { Integration, IntegrationSource, NamedIntegration, NewIntegration } from './integrationKeys.ts'
import { IntegrationKeys, newIntegrationKey, signs, webhookSecretOf } from './integrationKeys.ts'

/** The part of the AlertDesk that knows who may send. */
export abstract class IntegrationDesk extends DurableObject<Env> {
  protected readonly store = new AlertStore(this.ctx.storage.sql)
  /** Runs a statement of the object's own tables and counts the rows it writes. */
  protected readonly write = this.store.write.bind(this.store)
  protected readonly keys = new IntegrationKeys(this.ctx.storage.sql, this.write)

  async checkKey(source: IntegrationSource, key: string): Promise<boolean> {
    countRequest()
    const keyHash = await hashKey(key)
    return this.keys.knows(source, keyHash)
  }

  /** Whose key it is; null when no integration has it, or it was revoked. */
  async integrationOf(source: IntegrationSource, key: string): Promise<NamedIntegration | null> {
    countRequest()
    const found = this.keys.find(source, await hashKey(key))
    return found === null ? null : { id: found.id, name: found.name }
  }

  async createIntegration(wanted: { source: IntegrationSource; name: string; key?: string }): Promise<NewIntegration> {
    const { source, name, key = newIntegrationKey(source) } = wanted
    const id = crockford(crypto.getRandomValues(new Uint8Array(12)), 12)
    const keyHash = await hashKey(key)
    if (!this.keys.knows(source, keyHash)) this.keys.add(id, source, name, keyHash, Date.now())
    return signs(source) ? { id, key, secret: await webhookSecretOf(this.env.MASTER_KEY, id) } : { id, key }
  }

  /** What this sender signs with, and whether it ever has; null when no integration has the key. */
  async signingOf(source: IntegrationSource, key: string): Promise<{ secret: string; hasSigned: boolean } | null> {
    countRequest()
    const found = this.keys.find(source, await hashKey(key))
    if (found === null) return null
    return { secret: await webhookSecretOf(this.env.MASTER_KEY, found.id), hasSigned: found.hasSigned }
  }

  /** From now on what comes with this key has to be signed. */
  async rememberSigning(source: IntegrationSource, key: string): Promise<void> {
    countRequest()
    const found = this.keys.find(source, await hashKey(key))
    if (found !== null && !found.hasSigned) this.keys.rememberSigning(found.id)
  }

  integrations(): Integration[] {
    return this.keys.list()
  }

  revokeIntegration(id: string): void {
    this.keys.revoke(id, Date.now())
  }
}

export function countRequest(): void {
  count('allclear_object_requests_total', { object: 'AlertDesk' }, 1)
}
