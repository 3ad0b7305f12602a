import { z } from 'zod'
import { addressOf, getFromPrometheus } from './prometheusApi.ts'
import type { PrometheusQuestion } from './prometheusApi.ts'

/** An instant query. */

export type PrometheusAnswer =
  /** Null: the query found nothing. */
  { readonly ok: true; readonly value: number | null } | { readonly ok: false; readonly detail: string }

const TIMEOUT_MS = 5_000
const BYTES_MAX = 64 * 1024

export function queryAddress(url: string, query: string): string {
  return addressOf(url, 'query', { query })
}

/** `[at, value]`; the value is text because of NaN and the infinities. */
const Sample = z.tuple([z.number(), z.string()])
export const QueryAnswer = z.object({
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: Sample })),
    }),
    z.object({ resultType: z.literal('scalar'), result: Sample }),
  ]),
})

/** One number: of several series the largest. What is no number, or negative, counts as nothing found. */
export async function askPrometheus(
  { url, query, bearerToken }: PrometheusQuestion,
  privateTargets: string,
): Promise<PrometheusAnswer> {
  const limits = { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX }
  const got = await getFromPrometheus(queryAddress(url, query), bearerToken, limits)
  if (!got.ok) return got
  const answer = QueryAnswer.safeParse(got.json)
  if (!answer.success) return { ok: false, detail: 'the answer is not one of an instant query' }
  const { data } = answer.data
  const values = (data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value))
    .map(([, text]) => Number(text))
    .filter((value) => Number.isFinite(value) && value >= 0)
  return { ok: true, value: values.length === 0 ? null : Math.max(...values) }
}
