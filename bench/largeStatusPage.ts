import { mustCall } from '../test/api.ts'
import type { Host } from '../test/host.ts'
import type { ComponentStatus } from '../worker/domain/componentStatus.ts'

/** A status page as large companies have it: many components, and ninety days with an incident every other day. */

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const DAYS = 90
const COMPONENTS_IN_GROUP = 20
/** Beside the main page, which shows everything. */
const FURTHER_PAGES = 2
/** Where readers look. */
export const PAGE_PATHS = ['/', ...Array.from({ length: FURTHER_PAGES }, (_, i) => `/pages/page-${i}/`)]
const TROUBLES: readonly ComponentStatus[] = ['degraded_performance', 'partial_outage', 'major_outage']

/** `checkout` is there already and stays the first; incidents are those of the past. */
export async function fillStatusPage(host: Host, components: number, incidents: number): Promise<void> {
  const before = await mustCall(host, 'GET', '/config')
  const known = before['components'] as { id: string }[]
  const more = Array.from({ length: components - known.length }, (_, i) => ({
    id: `part-${i}`,
    name: `Part ${i} of the platform`,
    group: `Group ${Math.floor(i / COMPONENTS_IN_GROUP)}`,
  }))
  const all = [...known, ...more]
  // Each with its share, and `checkout` on all of them.
  const shareOf = (page: number) => all.filter(({ id }, i) => id === 'checkout' || i % FURTHER_PAGES === page)
  const pages = Array.from({ length: FURTHER_PAGES }, (_, i) => ({
    id: `page-${i}`,
    name: `Page ${i}`,
    components: shareOf(i).map(({ id }) => id),
  }))
  await mustCall(host, 'POST', '/config', { ...before, components: all, pages })

  const { statistics } = await mustCall(host, 'POST', '/status-page/import', {
    source: { kind: 'statuspage', url: 'https://status.example.org' },
    components: more.map(({ id, name, group }) => ({ code: id, name, group })),
    incidents: Array.from({ length: incidents }, (_, i) => {
      const startMs = Date.now() - ((i + 1) * DAYS * DAY_MS) / (incidents + 1)
      const touched = [more[(i * 7) % more.length], more[(i * 13 + 5) % more.length]].flatMap((part) => part?.id ?? [])
      const to = TROUBLES[i % TROUBLES.length] ?? 'partial_outage'
      const update = (code: string, hours: number, status: string, body: string, state: ComponentStatus) => ({
        code: `${code}${i}`,
        at: new Date(startMs + hours * HOUR_MS).toISOString(),
        status,
        body,
        components: touched.map((component) => ({ component, to: state })),
      })
      return {
        code: `past-${i}`,
        title: `Requests to part ${(i * 7) % more.length} failed`,
        impact: 'major',
        updates: [
          update('a', 0, 'investigating', 'About a third of the requests fail. We look into it.', to),
          update('b', 1, 'identified', 'A certificate has expired. We roll out a new one.', to),
          update('c', 2, 'resolved', 'All requests succeed again.', 'operational'),
        ],
      }
    }),
  })
  const { incidents: taken } = statistics as { incidents: { new: number } }
  if (taken.new !== incidents) throw new Error(`Of ${incidents} past incidents ${taken.new} were taken`)
}
