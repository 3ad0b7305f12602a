import type { GuardedFetchOptions } from './outboundFetch.ts'
import type { Outcome } from './outcome.ts'
import type { PostAnswer } from './httpPost.ts'
import { outcomeOf, post } from './httpPost.ts'

export interface Webhook {
  readonly url: string
  /** Stable: every attempt carries it, so that the receiver can drop repeats. */
  readonly id: string
  readonly nowMs: number
  readonly body: string
  /** `whsec_` and base64, as Standard Webhooks spells secrets. */
  readonly secret: string
  /** The value of PRIVATE_TARGETS. */
  readonly privateTargets: string
  readonly fetch?: GuardedFetchOptions['fetch']
}

/** Posts one signed webhook (standardwebhooks.com). */
export async function sendWebhook(webhook: Webhook): Promise<Outcome> {
  return outcomeOf(await postWebhook(webhook), webhook.nowMs)
}

export async function postWebhook({ url, id, nowMs, body, secret, ...options }: Webhook): Promise<PostAnswer> {
  const headers = { 'content-type': 'application/json', ...(await signatureHeaders({ id, nowMs, body, secret })) }
  return post({ url, headers, body, ...options })
}

export async function signatureHeaders({
  id,
  nowMs,
  body,
  secret,
}: Pick<Webhook, 'id' | 'nowMs' | 'body' | 'secret'>): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000))
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (character) => character.charCodeAt(0))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signed = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${timestamp}.${body}`))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${btoa(String.fromCharCode(...new Uint8Array(signed)))}`,
  }
}
