import { Hono } from 'hono'
import type { Counter } from '../storage/counters.ts'
import { counters } from '../storage/counters.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'

/** `/metrics` in Prometheus's text format 0.0.4. */
export const metricsRoutes = new Hono<HttpEnv>().get('/metrics', allow('metrics'), async (c) => {
  const [desk, publisher, subscribers] = await Promise.all([
    statsOf('AlertDesk', () => c.env.ALERT_DESK.getByName('main').stats()),
    statsOf('StatusPublisher', () => c.env.STATUS_PUBLISHER.getByName('main').stats()),
    statsOf('SubscriberDesk', () => c.env.SUBSCRIBER_DESK.getByName('main').stats()),
  ])
  const lines = exposition([...counters(), ...desk, ...publisher, ...subscribers])
  return c.text(lines, 200, {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Cache-Control': 'no-store',
  })
})

/** An object that does not answer must not hide the others: its absence is a figure too. */
async function statsOf(object: string, ask: () => Promise<object>): Promise<Counter[]> {
  try {
    return [{ name: 'allclear_object_up', labels: { object }, value: 1 }, ...figures(object, await ask())]
  } catch (error) {
    console.error(`${object} did not answer for /metrics`, error)
    return [{ name: 'allclear_object_up', labels: { object }, value: 0 }]
  }
}

/** `{ filesWritten: 3, deliveries: { sent: 2 } }` of a publisher → `allclear_status_publisher_files_written 3`, … */
function figures(object: string, stats: object): Counter[] {
  const prefix = `allclear_${snake(object)}`
  return Object.entries(stats).flatMap(([key, value]: [string, unknown]): Counter[] => {
    const name = `${prefix}_${snake(key)}`
    if (typeof value === 'number') return [{ name, labels: {}, value }]
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.entries(value).flatMap(([kind, figure]: [string, unknown]) =>
        typeof figure === 'number' ? [{ name, labels: { kind }, value: figure }] : [],
      )
    return []
  })
}

function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase()
}

function exposition(all: readonly Counter[]): string {
  const byName = new Map<string, Counter[]>()
  for (const counter of all) byName.set(counter.name, [...(byName.get(counter.name) ?? []), counter])
  let text = ''
  for (const [name, samples] of byName) {
    text += `# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}\n`
    for (const { labels, value } of samples) {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
      text += `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
    }
  }
  return text
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
