import { z } from 'zod'
import type { MetricPoint } from '../domain/metric.ts'
import { addressOf, getFromPrometheus } from './prometheusApi.ts'
import type { PrometheusQuestion } from './prometheusApi.ts'

/** A range query, for a chart. */

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

const Answer = z.object({
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
})

/** What is no number is left out: a gap. */
export async function askPrometheusRange(
  { url, query, bearerToken, startMs, endMs, stepMs }: RangeQuestion,
  privateTargets: string,
): Promise<RangeAnswer> {
  const seconds = (ms: number) => String(ms / 1000)
  const address = addressOf(url, 'query_range', {
    query,
    start: seconds(startMs),
    end: seconds(endMs),
    step: seconds(stepMs),
  })
  const limits = { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX }
  const got = await getFromPrometheus(address, bearerToken, limits)
  if (!got.ok) return got
  const answer = Answer.safeParse(got.json)
  if (!answer.success) return { ok: false, detail: 'the answer is not one of a range query' }
  const [series, ...others] = answer.data.data.result
  if (others.length > 0) {
    const found = others.length + 1
    return { ok: false, detail: `the query found ${found} series; write it for one, such as max(…) or sum(…)` }
  }
  const points = (series?.values ?? []).map(([at, text]) => ({ atMs: Math.round(at * 1000), value: Number(text) }))
  return { ok: true, points: points.filter(({ value }) => Number.isFinite(value)) }
}
