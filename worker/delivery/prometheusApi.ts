import { z } from 'zod'
import { jsonIn } from '../domain/jsonText.ts'
import { guardedFetch } from './outboundFetch.ts'

/** Prometheus's HTTP API, version 1: what all its queries have in common. */

export interface PrometheusQuestion {
  readonly url: string
  readonly query: string
  readonly bearerToken: string | null
}

interface Limits {
  readonly privateTargets: string
  readonly timeoutMs: number
  readonly bytesMax: number
}

type Answer = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly detail: string }

const DETAIL_LENGTH_MAX = 300

const Failure = z.object({ error: z.string() })

/** `url`: where the server is, whose API may lie in a folder. */
export function addressOf(url: string, endpoint: 'query' | 'query_range', parameters: Record<string, string>): string {
  return `${url.replace(/\/+$/, '')}/api/v1/${endpoint}?${new URLSearchParams(parameters)}`
}

/** What it answers, which may be of any shape; else why there is no answer, in its own words where it gave some. */
export async function getFromPrometheus(address: string, bearerToken: string | null, limits: Limits): Promise<Answer> {
  const authorization = bearerToken === null ? {} : { authorization: `Bearer ${bearerToken}` }
  const headers = { accept: 'application/json', 'user-agent': 'Allclear', ...authorization }
  const fetched = await guardedFetch(address, { headers }, limits)
  if (!fetched.ok) return { ok: false, detail: fetched.detail }
  const json = jsonIn(fetched.text)
  if (fetched.status === 200) return { ok: true, json }
  const failure = Failure.safeParse(json)
  const said = failure.success ? `: ${failure.data.error.slice(0, DETAIL_LENGTH_MAX)}` : ''
  return { ok: false, detail: `answered HTTP ${fetched.status}${said}` }
}
