import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ComponentStatus } from '../worker/domain/componentStatus.ts'
import type { Component } from '../worker/domain/organisation.ts'
import type { PublicIncident } from '../worker/domain/publicModel.ts'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { startHost, type Host } from './host.ts'
import { AS_POSTED } from './samplePublicModel.ts'
import { until } from './until.ts'

/** A host whose status page has had ninety days with good and bad ones, and has a bad one now. */

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export const BUSY_COMPONENTS: readonly Component[] = [
  { id: 'storefront', name: 'Storefront', group: 'Shop', description: 'Browsing products and prices.' },
  { id: 'checkout', name: 'Checkout', group: 'Shop', description: 'Basket, delivery and placing an order.' },
  { id: 'search', name: 'Search', group: 'Shop' },
  { id: 'card-payments', name: 'Card payments', group: 'Payments' },
  { id: 'bank-transfers', name: 'Bank transfers', group: 'Payments' },
  { id: 'partner-api', name: 'Partner API' },
  ...['Frankfurt', 'Dublin', 'Virginia', 'Oregon', 'Singapore', 'Sydney', 'São Paulo', 'Mumbai'].map((name, i) => ({
    id: `region-${i}`,
    name,
    group: 'Regions',
  })),
  ...['REST API', 'GraphQL API', 'Webhooks', 'Rate limiting', 'API keys', 'Sandbox', 'Exports', 'Analytics'].map(
    (name, i) => ({ id: `api-${i}`, name, group: 'For developers' }),
  ),
  ...['Dashboard', 'Billing', 'Team settings', 'Audit log', 'Tickets', 'Chat', 'Documentation', 'Status mail'].map(
    (name, i) => ({ id: `office-${i}`, name, group: 'Back office' }),
  ),
]

export interface BusyHost {
  readonly host: Host
  readonly activeIncidentId: string
  readonly postMortemId: string
}

export async function startBusyHost(): Promise<BusyHost> {
  const first = await startHost()
  await mustCall(first, 'POST', '/config', {
    ...(await mustCall(first, 'GET', '/config')),
    components: BUSY_COMPONENTS,
  })
  await first.kill('SIGTERM')
  writePast(first.home, Date.now())
  const host = await startHost({ home: first.home, port: Number(new URL(first.url).port) })

  const postMortemId = await publishedPostMortem(host)
  const activeIncidentId = await openIncident(host, { title: 'Requests to the REST API fail in Frankfurt and Dublin' })
  await tellCustomers(host, activeIncidentId, {
    body: 'About a third of the requests to the REST API in Frankfurt and Dublin end with **503**. We look into it.',
    components: [{ id: 'api-0', status: 'partial_outage' }],
  })
  await tellCustomers(host, activeIncidentId, {
    body: 'The share has grown: most requests now fail. Accepted requests are **not lost**.\n\nWhat you can do:\n\n- point clients at `api-us.acme-shop.example`\n- keep retries on',
    components: [
      { id: 'api-0', status: 'major_outage' },
      { id: 'region-0', status: 'partial_outage' },
      { id: 'region-1', status: 'partial_outage' },
    ],
  })
  await tellCustomers(host, activeIncidentId, {
    status: 'identified',
    body: 'A certificate that our load balancers use between regions has expired. We roll out a new one.',
    nextUpdateAt: new Date(Date.now() + 30 * MINUTE_MS).toISOString(),
  })
  const second = await openIncident(host, { title: 'Search results are up to 20 minutes old' })
  await tellCustomers(host, second, {
    body: 'New products show up late in search.',
    components: [{ id: 'search', status: 'degraded_performance' }],
  })
  await tellCustomers(host, second, { status: 'monitoring', body: 'We have added workers. The backlog shrinks.' })
  const third = await openIncident(host, { title: 'Some invoices were mailed twice' })
  await tellCustomers(host, third, { status: 'identified', body: 'Nobody was charged twice. We remove duplicates.' })
  // It may lag a moment; tests compare one reading with another.
  await until(async () => (await textAt(host, '/uptime')).includes('Degraded performance'), 'uptime has the last state')
  return { host, activeIncidentId, postMortemId }
}

async function textAt({ url }: Host, path: string): Promise<string> {
  return (await fetch(url + path, { headers: { accept: 'text/html' } })).text()
}

async function publishedPostMortem(host: Host): Promise<string> {
  const id = await openIncident(host, { title: 'Virginia: orders are placed slowly', services: ['checkout'] })
  await tellCustomers(host, id, { body: 'Placing an order takes up to a minute.' })
  await mustCall(host, 'POST', `/incidents/${id}/resolve`, { reason: 'A cache was filled again.' })
  // The room writes its draft just after it has answered.
  await draftOf(host, id)
  await mustCall(host, 'PUT', `/post-mortems/${id}`, {
    title: 'Slow orders in Virginia',
    body: POST_MORTEM_BODY,
    actionItems: [
      {
        title: 'Keep the most used entries',
        owner: '',
        dueOn: '2027-01-15',
        type: 'prevent',
        done: false,
        isPublic: true,
      },
    ],
  })
  await mustCall(host, 'POST', `/post-mortems/${id}/publish`, {})
  return id
}

const POST_MORTEM_BODY = `## Summary

For 46 minutes, placing an order took up to **a minute**. Nothing was lost.

## What happened

| Time (UTC) | What |
|---|---|
| 13:56 | A clean-up job begins and empties the cache |
| 14:02 | Orders take longer than ten seconds; an alert pages the engineer on call |

## What we did not know

> Why did the job not keep the most used entries?

\`\`\`
SELECT id FROM entries WHERE last_used < now() - interval '7 days'
\`\`\`
`

/** Waits until the draft of a resolved incident is there. */
export async function draftOf(host: Host, incidentId: string): Promise<Record<string, unknown>> {
  const deadlineMs = Date.now() + 30_000
  while (Date.now() < deadlineMs) {
    const answer = await fetch(`${host.url}/api/v1/post-mortems/${incidentId}`, {
      headers: { authorization: `Bearer ${host.credentials.apiToken}` },
    })
    if (answer.ok) return JSON.parse(await answer.text()) as Record<string, unknown>
    await answer.body?.cancel()
    await sleep(50)
  }
  throw new Error(`Incident ${incidentId} has no draft of a post-mortem after 30 s.\n${host.output()}`)
}

/** Nobody waits ninety days: what the publisher would hold after them is written into its database. */
function writePast(home: string, nowMs: number): void {
  for (const path of globSync('data/do/*StatusPublisher/*.sqlite', { cwd: home })) {
    if (path.endsWith('metadata.sqlite')) continue
    const store = new DatabaseSync(join(home, path))
    store.exec('UPDATE components SET created_at_ms = created_at_ms - 400 * 86400000')
    const insert = store.prepare(
      `INSERT INTO incidents (id, version, created_at_ms, updated_at_ms, resolved_at_ms, document)
       VALUES (?, 1, ?, ?, ?, ?)`,
    )
    for (let index = 0; index < 45; index++) {
      const incident = pastIncident(index, nowMs)
      const { id, createdAtMs, updatedAtMs, resolvedAtMs } = incident
      insert.run(id, createdAtMs, updatedAtMs, resolvedAtMs, JSON.stringify(incident))
    }
    store.close()
  }
}

const TROUBLES: readonly ComponentStatus[] = ['degraded_performance', 'partial_outage', 'major_outage']

function pastIncident(index: number, nowMs: number): PublicIncident {
  const startedAtMs = nowMs - (2 + index * 1.9) * DAY_MS
  const resolvedAtMs = startedAtMs + (20 + ((index * 37) % 200)) * MINUTE_MS
  const touched = [0, 11, 17].flatMap((step) => BUSY_COMPONENTS[(index * 7 + step) % BUSY_COMPONENTS.length] ?? [])
  const status = TROUBLES[index % TROUBLES.length] ?? 'partial_outage'
  const changes = touched.map(({ id, name }) => ({ id, name, from: 'operational' as const, to: status }))
  const back = touched.map(({ id, name }) => ({ id, name, from: status, to: 'operational' as const }))
  return {
    id: `past${String(index).padStart(8, '0')}`,
    title: `${touched[0]?.name ?? 'Something'} is slow for some customers`,
    status: 'resolved',
    impact: 'minor',
    createdAtMs: startedAtMs,
    updatedAtMs: resolvedAtMs,
    startedAtMs,
    monitoringAtMs: null,
    resolvedAtMs,
    nextUpdateAtMs: null,
    components: touched.map(({ id, name }) => ({ id, name, status: 'operational' })),
    updates: [
      {
        id: randomUUID(),
        status: 'resolved',
        body: 'Everything has been fast again for an hour.',
        ...AS_POSTED,
        atMs: resolvedAtMs,
        components: back,
      },
      {
        id: randomUUID(),
        status: 'investigating',
        body: 'Some requests take several seconds. We look into it.',
        ...AS_POSTED,
        atMs: startedAtMs,
        components: changes,
      },
    ],
    hasPostMortem: false,
    isBackdated: false,
  }
}
