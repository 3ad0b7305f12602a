import { z } from 'zod'
import type { MetricPoint } from '../domain/metric.ts'
import type { PrometheusQuestion } from './prometheus.ts'
import { guardedFetch } from './outboundFetch.ts'

/** Prometheus's HTTP API, version 1: a range query, for a chart. */

export interface RangeQuestion extends PrometheusQuestion {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

export type RangeAnswer =
  | { readonly ok: true; readonly points: readonly MetricPoint[] }
  | { readonly ok: false; readonly detail: string }

const TIMEOUT_MS = 10_000
/** A day of values every half minute is some 90 KB. */
const BYTES_MAX = 1024 * 1024
const DETAIL_LENGTH_MAX = 300

const Answer = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
})
const Failure = z.object({ error: z.string() })

/** What is no number is left out: a gap. */
export async function askPrometheusRange(
  { url, query, bearerToken, startMs, endMs, stepMs }: RangeQuestion,
  privateTargets: string,
): Promise<RangeAnswer> {
  const address = new URL(`${url.replace(/\/+$/, '')}/api/v1/query_range`)
  for (const [name, value] of Object.entries({ query, start: startMs / 1000, end: endMs / 1000, step: stepMs / 1000 }))
    address.searchParams.set(name, String(value))
  const authorization = bearerToken === null ? {} : { authorization: `Bearer ${bearerToken}` }
  const fetched = await guardedFetch(
    address.href,
    { headers: { accept: 'application/json', 'user-agent': 'Allclear', ...authorization } },
    { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX },
  )
  if (!fetched.ok) return { ok: false, detail: fetched.detail }
  const json = parsed(fetched.text)
  if (fetched.status !== 200) {
    const failure = Failure.safeParse(json)
    const said = failure.success ? `: ${failure.data.error.slice(0, DETAIL_LENGTH_MAX)}` : ''
    return { ok: false, detail: `answered HTTP ${fetched.status}${said}` }
  }
  const answer = Answer.safeParse(json)
  if (!answer.success) return { ok: false, detail: 'the answer is not one of a range query' }
  const [series, ...others] = answer.data.data.result
  if (others.length > 0) {
    const found = others.length + 1
    return { ok: false, detail: `the query found ${found} series; write it for one, such as max(…) or sum(…)` }
  }
  const points = (series?.values ?? []).map(([at, text]) => ({ atMs: Math.round(at * 1000), value: Number(text) }))
  return { ok: true, points: points.filter(({ value }) => Number.isFinite(value)) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
