import { guardedFetch } from './outboundFetch.ts'
import type { GuardedFetchOptions, GuardedFetchResult } from './outboundFetch.ts'
import type { Outcome } from './outcome.ts'
import { permanent, temporary } from './outcome.ts'

/** One POST to an address that somebody gave us, and what its answer means for the next attempt. */

const TIMEOUT_MS = 10_000
const ANSWER_BYTES_MAX = 4_096
const RETRY_AFTER_MAX_MS = 3_600_000

/** These 4xx say "not now"; every other says "never". */
const WORTH_RETRYING = new Set([408, 409, 425, 429])

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
  /** The value of PRIVATE_TARGETS. */
  readonly privateTargets: string
  readonly fetch?: GuardedFetchOptions['fetch']
}

export type PostAnswer = GuardedFetchResult

/** A redirect is not followed: it is an answer like any other. */
export function post({ url, headers, body, privateTargets, fetch }: Post): Promise<PostAnswer> {
  const options = { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: ANSWER_BYTES_MAX, redirectsMax: 0 }
  return guardedFetch(
    url,
    { method: 'POST', headers: { 'user-agent': 'Allclear', ...headers }, body },
    fetch === undefined ? options : { ...options, fetch },
  )
}

export function outcomeOf(answer: PostAnswer, nowMs: number): Outcome {
  if (!answer.ok) return answer.reason === 'refused' ? permanent(answer.detail) : temporary(answer.detail)
  const { status, headers } = answer
  if (status >= 200 && status < 300) return { ok: true, receipt: `HTTP ${status}` }
  const reason = `The receiver answered HTTP ${status}.`
  if (status >= 400 && status < 500 && !WORTH_RETRYING.has(status)) return permanent(reason)
  return temporary(reason, retryAfterMs(headers.get('retry-after'), nowMs))
}

/** The same, where these answers say that nothing is taken here any more. */
export function outcomeOrRefusal(answer: PostAnswer, goneAt: readonly number[], nowMs: number): Outcome {
  const outcome = outcomeOf(answer, nowMs)
  return answer.ok && goneAt.includes(answer.status) ? refusedForGood(`HTTP ${answer.status}`, answer.text) : outcome
}

export function refusedForGood(what: string, said: string): Outcome {
  const words = said.replace(/\s+/g, ' ').trim().slice(0, 120)
  const reason = `Nothing is taken at this address any more: ${what}${words === '' ? '' : ` (${words})`}.`
  return { ok: false, kind: 'permanent', reason, recipientRefused: true }
}

/** Retry-After holds seconds or a date; more than an hour is not waited for. */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const waitMs = /^\d+(?:\.\d+)?$/.test(header) ? Math.ceil(Number(header) * 1000) : Date.parse(header) - nowMs
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), RETRY_AFTER_MAX_MS)
}
