import { DependencySummary } from '../domain/dependency.ts'
import type { PollOutcome } from '../domain/dependency.ts'
import { jsonIn } from '../domain/jsonText.ts'
import { guardedFetch } from './outboundFetch.ts'

/** Asks another status page how it is, in Statuspage's JSON; only what changed since is sent. */

const TIMEOUT_MS = 8_000
const BYTES_MAX = 2 * 1024 * 1024

export async function askStatusPage(url: string, etag: string | null, privateTargets: string): Promise<PollOutcome> {
  const fetched = await guardedFetch(
    `${url.replace(/\/+$/, '')}/api/v2/summary.json`,
    {
      headers: {
        accept: 'application/json',
        'user-agent': 'Allclear',
        ...(etag === null ? {} : { 'if-none-match': etag }),
      },
    },
    { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX },
  )
  if (!fetched.ok) return { kind: 'failed', error: inSentence(fetched.detail) }
  if (fetched.status === 304 && etag !== null) return { kind: 'same' }
  if (fetched.status !== 200) return { kind: 'failed', error: `answered HTTP ${fetched.status}` }
  if (fetched.truncated) return { kind: 'failed', error: 'the answer is too long' }
  const summary = DependencySummary.safeParse(jsonIn(fetched.text))
  if (!summary.success) return { kind: 'failed', error: 'the answer is not Statuspage’s summary' }
  return { kind: 'read', summary: summary.data, etag: fetched.headers.get('etag') }
}

/** What the runtime says of a connection means nothing to people; the rest stands inside a sentence. */
function inSentence(detail: string): string {
  if (/^(internal error|Network connection lost)/.test(detail)) return 'no connection could be made'
  return detail.replace(/\.$/, '')
}
