import { guardedFetch } from './outboundFetch.ts'
import { QueryAnswer, queryAddress } from './prometheus.ts'
import type { DiagnosticResult } from '../domain/incidentEvent.ts'

export type DiagnosticRequest =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'prometheus'; readonly url: string; readonly query: string }

const TIMEOUT_MS = 10_000
const BYTES_MAX = 64 * 1024
const OUTPUT_LENGTH_MAX = 2_000
const SERIES_SHOWN_MAX = 20

/** Looks at an address or asks a Prometheus server (HTTP API v1, instant query). Every failure is a result too. */
export async function runDiagnostic(
  request: DiagnosticRequest,
  privateTargets: string,
  now: () => number,
): Promise<DiagnosticResult> {
  const startedAtMs = now()
  const options = { privateTargets, timeoutMs: TIMEOUT_MS, bytesMax: BYTES_MAX }
  const headers = { accept: 'application/json, text/*;q=0.9, */*;q=0.5', 'user-agent': 'Allclear' }
  const fetched = await guardedFetch(addressOf(request), { headers }, options)
  const durationMs = now() - startedAtMs
  const target = request.kind === 'http' ? request.url : request.query
  const result = (ok: boolean, output: string): DiagnosticResult => ({
    kind: request.kind,
    target,
    ok,
    output: bounded(output),
    durationMs,
  })

  if (!fetched.ok) return result(false, fetched.detail)
  const ok = fetched.status >= 200 && fetched.status < 400
  if (request.kind === 'http' || !ok) return result(ok, `HTTP ${fetched.status}\n${fetched.text}`)
  return result(true, readable(fetched.text))
}

function addressOf(request: DiagnosticRequest): string {
  return request.kind === 'http' ? request.url : queryAddress(request.url, request.query)
}

/** One line a series, as Prometheus's own console shows them; the answer as it came when it is of another kind. */
function readable(text: string): string {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return text
  }
  const answer = QueryAnswer.safeParse(json)
  if (!answer.success) return text
  const { data } = answer.data
  if (data.resultType === 'scalar') return data.result[1]
  if (data.result.length === 0) return 'The query found nothing.'
  const lines = data.result.slice(0, SERIES_SHOWN_MAX).map(({ metric, value }) => {
    const { __name__: name = '', ...labels } = metric
    const pairs = Object.entries(labels).map(([label, labelValue]) => `${label}="${labelValue}"`)
    return `${name}{${pairs.join(', ')}} ${value[1]}`
  })
  const hidden = data.result.length - lines.length
  return hidden === 0 ? lines.join('\n') : `${lines.join('\n')}\n… and ${hidden} more`
}

function bounded(text: string): string {
  const clean = text.replaceAll('\0', '')
  return clean.length <= OUTPUT_LENGTH_MAX ? clean : `${clean.slice(0, OUTPUT_LENGTH_MAX)}…`
}
