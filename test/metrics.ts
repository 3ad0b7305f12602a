import type { Host } from './host.ts'

/** One figure of the host's /metrics, named as there: `allclear_object_rows_written_total{object="AlertDesk"}`. */
export async function metric(host: Pick<Host, 'url' | 'credentials'>, name: string): Promise<number> {
  const headers = { Authorization: `Bearer ${host.credentials.apiToken}` }
  const text = await (await fetch(`${host.url}/metrics`, { headers })).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  if (line === undefined) throw new Error(`/metrics has no ${name}`)
  return Number(line.slice(name.length + 1))
}
