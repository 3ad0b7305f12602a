import { guardedFetch } from './outboundFetch.ts'
import type { GuardedFetchOptions } from './outboundFetch.ts'
import type { Outcome } from './outcome.ts'
import { permanent, temporary } from './outcome.ts'

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 4_096
const RETRY_AFTER_MAX_MS = 3_600_000

/** These 4xx say "not now"; every other says "never". */
const WORTH_RETRYING = new Set([408, 409, 425, 429])

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
  const { url, id, nowMs, body, secret, privateTargets, fetch } = webhook
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Allclear',
    ...(await signatureHeaders({ id, nowMs, body, secret })),
  }
  const options = { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: ANSWER_BYTES_MAX, redirectsMax: 0 }
  const result = await guardedFetch(
    url,
    { method: 'POST', headers, body },
    fetch === undefined ? options : { ...options, fetch },
  )
  if (!result.ok) return result.reason === 'refused' ? permanent(result.detail) : temporary(result.detail)
  const { status } = result
  if (status >= 200 && status < 300) return { ok: true, receipt: `HTTP ${status}` }
  const reason = `The receiver answered HTTP ${status}.`
  if (status >= 400 && status < 500 && !WORTH_RETRYING.has(status)) return permanent(reason)
  return temporary(reason, retryAfterMs(result.headers.get('retry-after'), nowMs))
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

/** Retry-After holds seconds or a date; more than an hour is not waited for. */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS)
}
