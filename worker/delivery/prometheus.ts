import { z } from 'zod'
import { guardedFetch } from './outboundFetch.ts'

/** Prometheus's HTTP API, version 1: an instant query. */

export interface PrometheusQuestion {
  readonly url: string
  readonly query: string
  readonly bearerToken: string | null
}

export type PrometheusAnswer =
  /** Null: the query found nothing. */
  { readonly ok: true; readonly value: number | null } | { readonly ok: false; readonly detail: string }

const TIMEOUT_MS = 5_000
const BYTES_MAX = 64 * 1024
const DETAIL_LENGTH_MAX = 300

export function queryAddress(url: string, query: string): string {
  const address = new URL(`${url.replace(/\/+$/, '')}/api/v1/query`)
  address.searchParams.set('query', query)
  return address.href
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
const Failure = z.object({ error: z.string() })

/** One number: of several series the largest. What is no number, or negative, counts as nothing found. */
export async function askPrometheus(
  { url, query, bearerToken }: PrometheusQuestion,
  privateTargets: string,
): Promise<PrometheusAnswer> {
  const fetched = await guardedFetch(
    queryAddress(url, query),
    {
      headers: {
        accept: 'application/json',
        'user-agent': 'Allclear',
        ...(bearerToken === null ? {} : { authorization: `Bearer ${bearerToken}` }),
      },
    },
    { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX },
  )
  if (!fetched.ok) return { ok: false, detail: fetched.detail }
  const json = parsed(fetched.text)
  if (fetched.status !== 200) {
    const failure = Failure.safeParse(json)
    const said = failure.success ? `: ${failure.data.error.slice(0, DETAIL_LENGTH_MAX)}` : ''
    return { ok: false, detail: `answered HTTP ${fetched.status}${said}` }
  }
  const answer = QueryAnswer.safeParse(json)
  if (!answer.success) return { ok: false, detail: 'the answer is not one of an instant query' }
  const { data } = answer.data
  const values = (data.resultType === 'scalar' ? [data.result] : data.result.map(({ value }) => value))
    .map(([, text]) => Number(text))
    .filter((value) => Number.isFinite(value) && value >= 0)
  return { ok: true, value: values.length === 0 ? null : Math.max(...values) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
