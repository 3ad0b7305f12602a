import type { Host } from './host.ts'
import { until } from './until.ts'

export interface Figure {
  readonly name: string
  /** As they are written: `{object="AlertDesk"}`, or nothing. */
  readonly labels: string
  readonly value: number
}

/** What the host's /metrics say. */
export async function metrics(host: Pick<Host, 'url' | 'credentials'>): Promise<Figure[]> {
  const headers = { Authorization: `Bearer ${host.credentials.apiToken}` }
  const text = await (await fetch(`${host.url}/metrics`, { headers })).text()
  return [...text.matchAll(/^(\w+)(\{.*\})? (\S+)$/gm)].map(([, name = '', labels = '', value]) => {
    return { name, labels, value: Number(value) }
  })
}

/** One figure, named as there: `allclear_object_rows_written_total{object="AlertDesk"}`. */
export async function metric(host: Pick<Host, 'url' | 'credentials'>, wanted: string): Promise<number> {
  const found = (await metrics(host)).find(({ name, labels }) => name + labels === wanted)
  if (found === undefined) throw new Error(`/metrics has no ${wanted}`)
  return found.value
}

/** Resolves once readers have all that was published: a publish does not wait for badges, texts and translations. */
export async function publishedWholly(host: Pick<Host, 'url' | 'credentials'>): Promise<void> {
  const pending = async () => (await metrics(host)).filter(({ name }) => name === 'allclear_public_files_pending')
  await until(
    async () => (await pending()).every(({ value }) => value === 0),
    'every file of each status page is written',
  )
}
