import { env, exports } from 'cloudflare:workers'
import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Organisation } from '../domain/organisation.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { applyConfiguration } from './configuration.ts'

/** An update that can be taken back for a while, as readers have it: before, within and after its time. */

const PAGE_SECONDS = 30
let token = ''

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2100, 10, 24, 12, 0) })
  const wanted = { name: 'Alice', role: 'responder', scopes: ['*'], createdBy: 'root' } as const
  token = (await createApiToken(database(env.DB), wanted, Date.now())).secret
})

/** How long an update can be taken back. */
async function configure(pageSeconds: number): Promise<void> {
  const wanted = Organisation.parse({
    statusPage: { name: 'Acme', undo: { pageSeconds, noticeSeconds: 60 } },
    components: [{ id: 'checkout', name: 'Checkout' }],
  })
  const note = { by: { kind: 'system', name: 'test' }, source: 'api', message: null } as const
  const applied = await applyConfiguration(env, wanted, note)
  if (!applied.ok) throw new Error(applied.detail)
}

async function call<Answer>(path: string, body: object): Promise<Answer> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const answer = await exports.default.fetch(`https://allclear.example/api/v1/incidents${path}`, init)
  expect(answer.status, await answer.clone().text()).toBeLessThan(300)
  return answer.json<Answer>()
}

interface Answered {
  readonly id: string
  readonly pendingUpdates: readonly { readonly id: string }[]
  readonly updates: readonly { readonly id: string }[]
}

async function postedUpdate(title: string): Promise<Answered> {
  const { id } = await call<{ id: string }>('', {
    title,
    publicTitle: title,
    severity: 'sev2',
    components: ['checkout'],
  })
  const components = [{ id: 'checkout', status: 'major_outage' }]
  return call<Answered>(`/${id}/updates`, {
    audience: 'public',
    status: 'investigating',
    body: 'We are looking into it.',
    components,
  })
}

/** What a reader gets: the page of the incident, and the component's state in the JSON. */
async function readersOf(id: string): Promise<{ page: number; component: string | undefined; isListed: boolean }> {
  const read = (path: string) => exports.default.fetch(`https://allclear.example${path}`)
  const [page, summary] = await Promise.all([read(`/incidents/${id}`), read('/api/v2/summary.json')])
  const { components, incidents } = await summary.json<{
    components: { id: string; status: string }[]
    incidents: { id: string }[]
  }>()
  await page.arrayBuffer()
  return {
    page: page.status,
    component: components.find((each) => each.id === 'checkout')?.status,
    isListed: incidents.some((incident) => incident.id === id),
  }
}

const UNSEEN = { page: 404, component: 'operational', isListed: false }
const SEEN = { page: 200, component: 'major_outage', isListed: true }

/** What is due by then happens now. workerd's alarm clock is not faked. */
async function passSeconds(id: string, seconds: number): Promise<void> {
  vi.setSystemTime(Date.now() + seconds * 1000)
  await runDurableObjectAlarm(env.INCIDENT_ROOM.getByName(id))
}

describe('an update with time to be taken back from the page', () => {
  it('is seen by nobody before that time is over, and by everybody after it', async () => {
    await configure(PAGE_SECONDS)
    const { id, pendingUpdates, updates } = await postedUpdate('Checkout is down')
    expect([pendingUpdates.length, updates.length]).toEqual([1, 0])
    expect(await readersOf(id)).toEqual(UNSEEN)
    await passSeconds(id, PAGE_SECONDS - 1)
    expect(await readersOf(id)).toEqual(UNSEEN)
    await passSeconds(id, 2)
    await expect.poll(() => readersOf(id)).toEqual(SEEN)
  })

  it('is never seen when it is discarded in that time', async () => {
    await configure(PAGE_SECONDS)
    const { id, pendingUpdates } = await postedUpdate('A false alarm')
    await call(`/${id}/updates/${pendingUpdates[0]?.id}/discard`, {})
    await passSeconds(id, PAGE_SECONDS + 1)
    expect(await readersOf(id)).toMatchObject({ page: 404, isListed: false })
  })
})

describe('an update that readers have already', () => {
  it('leaves the page, the JSON and the components with it when it is withdrawn', async () => {
    await configure(0)
    const { id, updates } = await postedUpdate('The wrong incident')
    await expect.poll(() => readersOf(id)).toMatchObject({ page: 200, isListed: true })
    await call(`/${id}/updates/${updates[0]?.id}/withdraw`, {})
    await expect.poll(() => readersOf(id)).toMatchObject({ page: 404, isListed: false })
  })
})
