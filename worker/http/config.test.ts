import { env } from 'cloudflare:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Organisation } from '../domain/organisation.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { openConnection } from '../storage/connections.ts'
import { database } from '../storage/database.ts'
import { loadOrganisation } from '../storage/organisation.ts'
import { saveResponders } from '../storage/responders.ts'
import { configRoutes } from './config.ts'
import { pushOrganisation } from './configuration.ts'
import type { HttpEnv } from './env.ts'
import { handleError } from './problem.ts'

const app = new OpenAPIHono<HttpEnv>().route('/', configRoutes)
app.onError(handleError)

const db = database(env.DB)
const tokens = { admin: '', manager: '' }

beforeAll(async () => {
  await saveResponders(db, [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }], Date.now())
  for (const role of ['admin', 'manager'] as const) {
    const made = await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'root' }, Date.now())
    tokens[role] = made.secret
  }
})

beforeEach(async () => {
  expect((await post(document())).status).toBe(200)
})

const PLAYBOOK = `name: Restart
services: [shop]
steps:
  - { kind: act, title: Restart it, connection: deployer, path: /restart }
`

type Document = Omit<Organisation, 'connections'> & { connections: Record<string, string>[] }

function document(change: Partial<Document> = {}): Document {
  const plain = Organisation.parse({
    statusPage: { name: 'Acme', timeZone: 'Europe/Berlin', supportUrl: 'https://acme.example/help' },
    groupBy: ['alertname'],
    inhibitRules: [
      { sourceMatchers: ['severity="critical"'], targetMatchers: ['severity=~"warning|info"'], equal: ['service'] },
    ],
    responders: [{ id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'manager' }],
    components: [
      { id: 'checkout', name: 'Checkout', group: 'Shop' },
      { id: 'search', name: 'Search', description: 'Finding things' },
    ],
    services: [
      {
        id: 'shop',
        name: 'Shop',
        tier: 1,
        components: ['checkout'],
        escalation: [{ severities: ['sev1'], policy: 'urgent' }],
      },
    ],
    schedules: [
      {
        id: 'primary',
        name: 'Primary',
        timeZone: 'Europe/Berlin',
        rotation: { startsOn: '2026-01-05', handoffTime: '09:00', weeks: 1, members: ['alice', 'root'] },
      },
    ],
    policies: [
      {
        id: 'urgent',
        name: 'Urgent',
        steps: [{ targets: [{ kind: 'schedule', id: 'primary' }], waitSeconds: 60 }],
        repeats: 1,
      },
    ],
    playbooks: [{ id: 'restart', yaml: PLAYBOOK }],
  })
  return {
    ...plain,
    connections: [
      { id: 'deployer', name: 'Deployer', url: 'https://deploy.example.com', bearerToken: 'hunter2-hunter2' },
    ],
    ...change,
  }
}

function call(init: RequestInit = {}, token = tokens.admin): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return Promise.resolve(app.request('/api/v1/config', { headers, ...init }, env))
}

function post(body: unknown, token?: string): Promise<Response> {
  return call({ method: 'POST', body: JSON.stringify(body) }, token)
}

async function tokenOf(id: string): Promise<string | null> {
  return (await openConnection(db, env.MASTER_KEY, id))?.bearerToken ?? null
}

describe('the configuration', () => {
  it('comes back as it was sent, with everyone who is there and without tokens', async () => {
    const root = { id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }
    const answer = await call()
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      ...document(),
      responders: [...document().responders, root],
      connections: [{ id: 'deployer', name: 'Deployer', url: 'https://deploy.example.com' }],
    })
  })

  it('can be sent back as it came', async () => {
    const before = await (await call()).json()
    const answer = await post(before)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(before)
    expect(await tokenOf('deployer')).toBe('hunter2-hunter2')
  })

  it('belongs to admins', async () => {
    expect((await call({}, tokens.manager)).status).toBe(403)
    expect((await post(document(), tokens.manager)).status).toBe(403)
    expect((await call({}, 'nonsense')).status).toBe(401)
  })

  it('loses what the document no longer names, and keeps its people', async () => {
    const publicId = (await loadOrganisation(db))?.publicId
    expect(publicId).toMatch(/^[0-9a-z]{12}$/)
    const answer = await post({ statusPage: { name: 'Acme 2' } })
    expect(await answer.json()).toMatchObject({
      statusPage: { name: 'Acme 2', timeZone: 'Etc/UTC' },
      responders: [{ id: 'alice' }, { id: 'root' }],
      components: [],
      services: [],
      schedules: [],
      policies: [],
      playbooks: [],
      connections: [],
    })
    expect((await loadOrganisation(db))?.publicId).toBe(publicId)
    expect(await tokenOf('deployer')).toBeNull()
  })

  it('keeps the age of a component that stays', async () => {
    const ages = () => env.DB.prepare('SELECT id, created_at_ms FROM components ORDER BY id').all()
    const before = await ages()
    await post(document({ components: document().components.toReversed() }))
    expect((await ages()).results).toEqual(before.results)
  })

  it('takes hundreds of each', async () => {
    const many = <T extends { id: string }>(entry: T | undefined, count: number) =>
      Array.from({ length: count }, (_, i) => Object.assign({}, entry, { id: `${entry?.id ?? ''}${i}` }))
    const { services, schedules, policies, playbooks, components } = document()
    const answer = await post(
      document({
        services: [...services, ...many(services[0], 400)],
        components: [...components, ...many(components[0], 400)],
        schedules: [...schedules, ...many(schedules[0], 99)],
        policies: [...policies, ...many(policies[0], 99)],
        playbooks: [...playbooks, ...many(playbooks[0], 99)],
      }),
    )
    expect(answer.status).toBe(200)
    const stored = (await loadOrganisation(db))?.organisation
    expect(stored?.services.map(({ id }) => id)).toEqual(['shop', ...Array.from({ length: 400 }, (_, i) => `shop${i}`)])
    expect(stored?.schedules).toHaveLength(100)
  })
})

describe('the token of a connection', () => {
  const connection = { id: 'deployer', name: 'Deployer', url: 'https://deploy.example.com/v2' }

  it('is sealed, kept, replaced and taken away', async () => {
    const row = await env.DB.prepare('SELECT sealed_token FROM connections').first<{ sealed_token: string }>()
    expect(row?.sealed_token).not.toContain('hunter2')
    await post(document({ connections: [connection] }))
    expect(await tokenOf('deployer')).toBe('hunter2-hunter2')
    await post(document({ connections: [{ ...connection, bearerToken: 'other' }] }))
    expect(await tokenOf('deployer')).toBe('other')
    await post(document({ connections: [{ ...connection, bearerToken: '' }] }))
    expect(await tokenOf('deployer')).toBeNull()
  })

  it('never follows its connection to another host', async () => {
    const answer = await post(document({ connections: [{ ...connection, url: 'https://evil.example.com' }] }))
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'connections.0.bearerToken' }] })
  })
})

describe('a document that is refused', () => {
  it.each([
    ['an unknown component', { components: [] }, 'services.0.components.0'],
    ['an unknown time zone', { statusPage: { name: 'Acme', timeZone: 'Europe/Nowhere' } }, 'statusPage.timeZone'],
    ['YAML that is none', { playbooks: [{ id: 'restart', yaml: 'steps: [' }] }, 'playbooks.0.yaml'],
    ['YAML without end', { playbooks: [{ id: 'restart', yaml: '['.repeat(20_000) }] }, 'playbooks.0.yaml'],
    ['YAML that bombs', { playbooks: [{ id: 'restart', yaml: 'a: &a [x, x]\nb: [*a, *a]\n' }] }, 'playbooks.0.yaml'],
    ['a playbook without steps', { playbooks: [{ id: 'restart', yaml: 'name: x\nsteps: []\n' }] }, 'playbooks.0.yaml'],
    ['an unknown connection', { connections: [] }, 'playbooks.0.yaml'],
  ])('%s', async (_what, change, path) => {
    const before = await loadOrganisation(db)
    const answer = await post({ ...document(), ...change })
    expect(answer.status).toBe(422)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({
      code: 'invalid',
      errors: expect.arrayContaining([{ path, message: expect.any(String) }]),
    })
    expect(await loadOrganisation(db)).toEqual(before)
  })

  it('would leave no admin', async () => {
    const before = await loadOrganisation(db)
    const demoted = { id: 'root', name: 'Root', email: 'root@example.com', role: 'viewer' as const }
    const answer = await post(document({ responders: [...document().responders, demoted] }))
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'last_admin' })
    expect(await loadOrganisation(db)).toEqual(before)
  })
})

describe('the objects', () => {
  it('hear of a change at once, and write nothing when they hear it again', async () => {
    const publisher = env.STATUS_PUBLISHER.getByName('main')
    expect((await publisher.model()).components.map(({ id }) => id)).toEqual(['checkout', 'search'])
    // Files are written meanwhile, for what was published before.
    const stats = async () => [await env.ALERT_DESK.getByName('main').stats(), (await publisher.stats()).publishes]
    const before = await stats()
    await pushOrganisation(env)
    expect(await stats()).toEqual(before)
  })
})
