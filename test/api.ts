import type { Host } from './host.ts'

/** The host's API as its admin. */

export interface ApiAnswer {
  readonly status: number
  readonly type: string
  readonly body: Record<string, unknown>
}

export async function callApi(
  host: Pick<Host, 'url' | 'credentials'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const answer = await fetch(`${host.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${host.credentials.apiToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const parsed: Record<string, unknown> = JSON.parse(await answer.text())
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: parsed }
}

/** Throws unless it was done. */
export async function mustCall(
  host: Pick<Host, 'url' | 'credentials'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await callApi(host, method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

export async function openIncident(
  host: Pick<Host, 'url' | 'credentials'>,
  incident: { title: string } & Record<string, unknown>,
): Promise<string> {
  return String((await mustCall(host, 'POST', '/incidents', { severity: 'sev4', ...incident })).id)
}

export async function tellCustomers(
  host: Pick<Host, 'url' | 'credentials'>,
  incidentId: string,
  update: { body: string } & Record<string, unknown>,
): Promise<void> {
  const path = `/incidents/${incidentId}/updates`
  await mustCall(host, 'POST', path, { audience: 'public', status: 'investigating', ...update })
}
