import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../../test/configNote.ts'
import { Organisation } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { listVersions } from '../../storage/configVersions.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation, saveOrganisation } from '../../storage/organisation.ts'
import type { HttpEnv } from '../env.ts'
import { cataloguePages } from './catalogue.ts'
import { catalogueEditPages } from './catalogueEdit.ts'
import type { CatalogueEntryView, CatalogueView, ServiceView } from './catalogueViews.ts'

const render = (path: string, view: unknown) => Promise.resolve(Response.json({ path, view }))
const app = new Hono<HttpEnv>().route('/', catalogueEditPages(render)).route('/', cataloguePages(render))
const db = database(env.DB)
const tokens = { admin: '', viewer: '' }

const organisation = Organisation.parse({
  statusPage: { name: 'Acme' },
  responders: [{ id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' }],
  environments: [{ id: 'live', name: 'Live', production: true }],
  teams: [{ id: 'web', name: 'Web', members: ['alice'] }],
  components: [{ id: 'page', name: 'Page' }],
  services: [
    {
      id: 'shop',
      name: 'Shop',
      tier: 1,
      owner: 'web',
      dependsOn: ['db'],
      components: ['page'],
      runbooks: [{ title: 'Orders fail', url: 'https://wiki.example/orders' }],
      escalation: [{ severities: ['sev1', 'sev2'], policy: 'urgent' }],
      impact: { connection: 'prom', errorRate: 'rate' },
    },
    { id: 'db', name: 'Database' },
  ],
  policies: [
    { id: 'urgent', name: 'Urgent', steps: [{ targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 60 }] },
  ],
  connections: [{ id: 'prom', name: 'Prometheus', url: 'http://127.0.0.1:9090' }],
})

beforeAll(async () => {
  for (const role of ['admin', 'viewer'] as const)
    tokens[role] = (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'x' }, Date.now())).secret
})
beforeEach(async () => {
  expect((await saveOrganisation(db, env.MASTER_KEY, organisation, NOTE, Date.now())).ok).toBe(true)
})

async function call(path: string, form?: Record<string, string | string[]>, token = tokens.admin): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` }
  const pairs = Object.entries(form ?? {}).flatMap(([name, value]) => [value].flat().map((each) => [name, each]))
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(pairs) }
  return app.request(`${env.PUBLIC_URL}/console/catalogue${path}`, init, env)
}

async function viewOf<View>(path: string): Promise<View> {
  return (await (await call(path)).json<{ view: View }>()).view
}

async function stored(): Promise<Organisation> {
  const found = await loadOrganisation(db)
  if (found === null) throw new Error('nothing is configured')
  return found.organisation
}

/** As a browser sends the form back. */
async function formOf(path: string): Promise<Record<string, string | string[]>> {
  const { form, seen } = await viewOf<CatalogueEntryView>(path)
  return { ...(form.values as Record<string, string | string[]>), seen }
}

describe('the catalogue', () => {
  it('lists services by team, with what they need and feed', async () => {
    const { groups, drawing, canEdit } = await viewOf<CatalogueView>('')
    expect(groups).toMatchObject([
      {
        team: { name: 'Web', members: [{ name: 'Alice' }] },
        services: [
          { id: 'shop', dependsOn: [{ name: 'Database' }], components: [{ name: 'Page' }], state: { worst: null } },
        ],
      },
      { team: null, services: [{ id: 'db', dependants: [{ name: 'Shop' }] }] },
    ])
    expect(drawing.nodes.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'component page',
      'service shop',
      'service db',
    ])
    expect(canEdit).toBe(true)
  })

  it('counts what is open for a service, the worst of it first', async () => {
    const insert = (id: string, severity: string, services: string, resolvedAtMs: number | null) =>
      env.DB.prepare(
        `INSERT INTO incidents (id, version, title, summary, phase, severity, services, alerts_firing, started_at_ms, detected_at_ms, resolved_at_ms, is_public)
         VALUES (?, 1, ?, '', ?, ?, ?, 1, 1, 1, ?, 0)`,
      ).bind(id, id, resolvedAtMs === null ? 'triggered' : 'resolved', severity, services, resolvedAtMs)
    const alert = (fingerprint: string, service: string, endedAtMs: number | null) =>
      env.DB.prepare(
        `INSERT INTO alerts (fingerprint, incident_id, source, labels, annotations, starts_at_ms, ended_at_ms, generator_url)
         VALUES (?, 'a', 'json', ?, '{}', 1, ?, '')`,
      ).bind(fingerprint, JSON.stringify({ alertname: fingerprint, service }), endedAtMs)
    await env.DB.batch([
      insert('a', 'sev3', ' shop db ', null),
      insert('b', 'sev2', ' shop ', null),
      insert('c', 'sev1', ' shop ', 5),
      alert('Orders fail', 'shop', null),
      alert('Disk full', 'db', null),
      alert('Over', 'shop', 5),
    ])
    const { row, alerts, incidents, policies, owner } = await viewOf<ServiceView>('/services/shop')
    expect(row.state).toEqual({ openIncidents: 2, worst: 'sev2' })
    expect(alerts).toMatchObject([{ title: expect.stringContaining('Orders fail'), incidentId: 'a' }])
    expect(incidents).toHaveLength(3)
    expect(policies).toMatchObject([{ id: 'urgent', steps: [{ targets: [{ name: 'Alice' }] }] }])
    expect(owner?.name).toBe('Web')
  })

  it('has no page for what is not there', async () => {
    for (const path of ['/services/gone', '/services/gone/edit', '/teams/gone/edit'])
      expect((await call(path)).status).toBe(404)
  })
})

describe('a form', () => {
  it.each(['/services/shop', '/services/db', '/teams/web', '/environments/live'])(
    'for %s that is sent back as it came changes nothing',
    async (path) => {
      const before = await listVersions(db, undefined, 1)
      const answer = await call(`${path}/edit`, await formOf(`${path}/edit`))
      expect(answer.status).toBe(303)
      expect(await stored()).toEqual(organisation)
      expect(await listVersions(db, undefined, 1)).toEqual(before)
    },
  )

  it('adds a service, as a version of the configuration', async () => {
    const answer = await call('/services', {
      id: 'search',
      name: 'Search',
      tier: '2',
      owner: 'web',
      dependsOn: ['db'],
      aliases: 'finder\r\n\r\nsearch-api',
      runbooks: 'It is slow https://wiki.example/slow\r\nhttps://wiki.example/bare',
      users: '1200',
      'policy:sev1': 'urgent',
      'policy:sev3': 'urgent',
    })
    expect(answer.headers.get('Location')).toBe('/console/catalogue/services/search?done=saved')
    expect((await stored()).services.at(-1)).toEqual({
      id: 'search',
      name: 'Search',
      tier: 2,
      owner: 'web',
      dependsOn: ['db'],
      aliases: ['finder', 'search-api'],
      components: [],
      runbooks: [
        { title: 'It is slow', url: 'https://wiki.example/slow' },
        { title: 'https://wiki.example/bare', url: 'https://wiki.example/bare' },
      ],
      dashboards: [],
      repositories: [],
      users: 1200,
      escalation: [{ severities: ['sev1', 'sev3'], policy: 'urgent' }],
    })
    expect((await listVersions(db, undefined, 1))[0]).toMatchObject({
      source: 'console',
      message: 'Add the service Search',
      summary: '1 added',
    })
  })

  it.each([
    ['/services', { id: 'x', name: '', tier: '2' }, 'name'],
    ['/services', { id: 'X y', name: 'X', tier: '2' }, 'id'],
    ['/services', { id: 'shop', name: 'X', tier: '2' }, 'id'],
    ['/services', { id: 'x', name: 'X', tier: '9' }, 'tier'],
    ['/services', { id: 'x', name: 'X', tier: '2', users: 'many' }, 'users'],
    ['/services', { id: 'x', name: 'X', tier: '2', runbooks: 'no address' }, 'runbooks'],
    ['/services', { id: 'x', name: 'X', tier: '2', owner: 'gone' }, 'form'],
    ['/teams', { id: 'x', name: 'X', members: 'gone' }, 'form'],
    ['/environments', { id: 'live', name: 'X' }, 'id'],
  ])('at %s with %j says what is wrong, and keeps what was typed', async (path, fields, field) => {
    const answer = await call(path, fields)
    expect(answer.status).toBe(422)
    const { view } = await answer.json<{ view: CatalogueEntryView }>()
    expect(Object.keys(view.form.errors)).toEqual([field])
    expect(view.form.values).toMatchObject({ id: fields.id })
    expect(await stored()).toEqual(organisation)
  })

  it('never writes over what someone else did to the same thing, and keeps what they did to others', async () => {
    const [mine, theirs, other] = [
      await formOf('/services/shop/edit'),
      await formOf('/services/shop/edit'),
      await formOf('/services/db/edit'),
    ]
    await call('/services/db/edit', { ...other, name: 'Postgres' })
    expect((await call('/services/shop/edit', { ...theirs, name: 'The shop' })).status).toBe(303)
    const late = await call('/services/shop/edit', { ...mine, tier: '4' })
    expect(late.status).toBe(422)
    expect((await late.json<{ view: CatalogueEntryView }>()).view.form.errors['form']).toContain('Someone else')
    expect((await stored()).services.map(({ name, tier }) => `${name} ${tier}`)).toEqual(['The shop 1', 'Postgres 3'])
  })
})

it('drops no query for want of a connection, and says what is missing', async () => {
  const sent = { ...(await formOf('/services/shop/edit')), impactConnection: '', affectedUsers: 'sum(up)' }
  const answer = await call('/services/shop/edit', sent)
  expect(answer.status).toBe(422)
  const { form } = (await answer.json<{ view: CatalogueEntryView }>()).view
  expect(form.errors).toEqual({ impactConnection: 'Choose the connection that answers these queries.' })
  expect(form.values['affectedUsers']).toBe('sum(up)')
})

describe('removing something', () => {
  it('shows first what else that changes, then does it', async () => {
    const plan = await call('/services/db/remove', {})
    const { view } = await plan.json<{ view: { plan: { summary: string }; fields: [string, string][] } }>()
    expect(view.plan.summary).toBe('1 changed, 1 removed')
    expect((await stored()).services).toHaveLength(2)
    const done = await call('/services/db/remove', { ...Object.fromEntries(view.fields), confirm: 'yes' })
    expect(done.status).toBe(303)
    expect((await stored()).services.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([['shop', []]])
  })

  it('is refused when someone changed the configuration in between', async () => {
    const answer = await call('/teams/web/remove', { version: '1', confirm: 'yes' })
    expect(answer.status).toBe(409)
    expect((await stored()).teams).toHaveLength(1)
  })
})

it.each([
  ['/services/new', undefined],
  ['/services/shop/edit', undefined],
  ['/services', {}],
  ['/services/shop/edit', {}],
  ['/services/shop/remove', {}],
  ['/teams/web/remove', {}],
  ['/environments', {}],
])('%s is for admins; everyone may read', async (path, form) => {
  expect((await call(path, form, tokens.viewer)).status).toBe(403)
  expect((await call('', undefined, tokens.viewer)).status).toBe(200)
})
