import { globSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { draftOf } from './busyStatusPage.ts'
import { startHost, type Host } from './host.ts'
import { publishedWholly } from './metrics.ts'

/** The database and every object are gone: readers notice nothing, and senders are told to come again. */

const TOLD = 'Orders are placed slowly. We look into it.'
const LEARNED = 'We learned to keep the cache warm.'
const HTML = { accept: 'text/html' }

let host: Host
let incidentId = ''
let postMortemId = ''
const lastGood = new Map<string, string>()

beforeAll(async () => {
  const whole = await startHost()
  postMortemId = await openIncident(whole, { title: 'It was slow before' })
  await tellCustomers(whole, postMortemId, { body: 'It is slow.' })
  await mustCall(whole, 'POST', `/incidents/${postMortemId}/resolve`, { reason: 'A cache was filled.' })
  await draftOf(whole, postMortemId)
  await mustCall(whole, 'PUT', `/post-mortems/${postMortemId}`, { body: LEARNED })
  await mustCall(whole, 'POST', `/post-mortems/${postMortemId}/publish`, {})
  incidentId = await openIncident(whole, { title: 'Checkout is slow' })
  await tellCustomers(whole, incidentId, {
    body: TOLD,
    components: [{ id: 'checkout', status: 'partial_outage' }],
  })
  await publishedWholly(whole)
  for (const path of publicPaths()) lastGood.set(path, await (await fetch(whole.url + path, { headers: HTML })).text())

  await whole.kill('SIGTERM')
  for (const file of globSync('data/{d1,do}/**/*.sqlite*', { cwd: whole.home })) {
    await writeFile(join(whole.home, file), 'damaged '.repeat(600))
  }
  host = await startHost({ home: whole.home, port: Number(new URL(whole.url).port) })
})

afterAll(async () => {
  await host?.stop()
  // A host that was started on a home that was there leaves it.
  if (host !== undefined) await rm(host.home, { recursive: true, force: true })
})

function publicPaths(): string[] {
  return [
    '/',
    '/history',
    '/uptime',
    '/post-mortems',
    '/subscribe',
    `/incidents/${incidentId}`,
    `/post-mortems/${postMortemId}`,
    '/badge.svg',
    '/badge/checkout.svg',
    '/badge/checkout.svg?lang=de&style=large',
    '/history.atom',
    '/history.rss',
    '/updates.atom',
    '/feed.json',
    '/api/v2/summary.json',
    '/api/v2/status.json',
    '/api/v2/components.json',
    '/api/v2/incidents.json',
    '/api/v2/incidents/unresolved.json',
  ]
}

describe('with a damaged database and damaged objects', () => {
  it('the host says what is broken', () => {
    expect(host.output()).toContain('THE DATABASE COULD NOT BE OPENED OR MIGRATED')
  })

  it('readers get the last good content, byte by byte', async () => {
    for (const path of publicPaths()) {
      const answer = await fetch(host.url + path, { headers: HTML })
      expect(answer.status, path).toBe(200)
      expect(await answer.text(), path).toBe(lastGood.get(path))
    }
    for (const path of ['/', `/incidents/${incidentId}`, '/history.atom', '/history.rss', '/api/v2/summary.json'])
      expect(lastGood.get(path), path).toContain(TOLD)
    expect(lastGood.get(`/post-mortems/${postMortemId}`)).toContain(LEARNED)
  })

  it('readers who have it already are told so, and a terminal gets plain text', async () => {
    for (const path of ['/', '/history.atom', '/api/v2/summary.json']) {
      const etag = (await fetch(host.url + path, { headers: HTML })).headers.get('etag') ?? ''
      expect(etag, path).not.toBe('')
      const again = await fetch(host.url + path, { headers: { ...HTML, 'if-none-match': etag } })
      expect(again.status, path).toBe(304)
    }
    const plain = await fetch(host.url, { headers: { 'user-agent': 'curl/8.5.0', accept: '*/*' } })
    expect(plain.headers.get('content-type')).toContain('text/plain')
    expect(await plain.text()).toContain(TOLD)
  })

  it('what was never published is not found', async () => {
    expect((await fetch(`${host.url}/incidents/000000000000`, { headers: HTML })).status).toBe(404)
  })

  it('whoever sends something is told to try again, never that it is their fault', async () => {
    const { apiToken, integrations } = host.credentials
    const json = { 'content-type': 'application/json' }
    const alert = JSON.stringify([{ labels: { alertname: 'Fire' } }])
    const doors: readonly (readonly [path: string, init: RequestInit])[] = [
      [
        '/alertmanager/api/v2/alerts',
        {
          method: 'POST',
          headers: { ...json, authorization: `Bearer ${integrations.alertmanager.key}` },
          body: alert,
        },
      ],
      [`/hooks/json/${integrations.json.key}`, { method: 'POST', headers: json, body: '{"title":"Fire"}' }],
      [
        '/api/v1/incidents',
        { method: 'POST', headers: { ...json, authorization: `Bearer ${apiToken}` }, body: '{"title":"Fire"}' },
      ],
      ['/api/v1/incidents', { headers: { authorization: `Bearer ${apiToken}` } }],
      ['/api/v1/subscribers', { method: 'POST', headers: json, body: '{"email":"a@b.example"}' }],
      ['/subscribe/confirm/x', { method: 'POST', body: '' }],
      ['/subscribe', { method: 'POST', body: new URLSearchParams({ email: 'a@b.example' }) }],
      [
        '/console/login',
        {
          method: 'POST',
          headers: { ...HTML, origin: host.url },
          body: new URLSearchParams({ email: 'a@b.example', password: 'x' }),
        },
      ],
    ]
    const answers: string[] = []
    for (const [path, init] of doors) {
      const { status } = await fetch(host.url + path, init)
      answers.push(`${path.replace(integrations.json.key, ':key')} ${status}`)
    }
    expect(answers).toEqual([
      '/alertmanager/api/v2/alerts 503',
      '/hooks/json/:key 503',
      '/api/v1/incidents 503',
      '/api/v1/incidents 503',
      '/api/v1/subscribers 503',
      '/subscribe/confirm/x 503',
      '/subscribe 503',
      '/console/login 503',
    ])
  })
})
