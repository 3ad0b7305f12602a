import { env } from 'cloudflare:test'
import { OpenAPIHono } from '@hono/zod-openapi'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { VERSIONS_KEPT_MAX } from '../storage/configVersions.ts'
import { database } from '../storage/database.ts'
import { removePerson, savePeople, savePlaybook } from '../storage/organisation.ts'
import { saveResponders } from '../storage/responders.ts'
import { configRoutes } from './config.ts'
import { editConfiguration } from './configuration.ts'
import { configurationPages } from './console/configuration.ts'
import { configVersionRoutes } from './configVersions.ts'
import type { HttpEnv } from './env.ts'
import { limitBody } from './limits.ts'
import { handleError } from './problem.ts'

const app = new OpenAPIHono<HttpEnv>()
app.use(limitBody)
app.route('/', configRoutes)
app.route('/', configVersionRoutes)
app.route(
  '/',
  configurationPages((path, view) => Promise.resolve(Response.json({ path, view }))),
)
app.onError(handleError)

const db = database(env.DB)
const tokens = { admin: '', manager: '' }

beforeAll(async () => {
  await saveResponders(db, [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }], Date.now())
  for (const role of ['admin', 'manager'] as const)
    tokens[role] = (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'root' }, Date.now())).secret
})

beforeEach(async () => {
  await env.DB.batch(
    ['config_versions', 'status_pages', 'services', 'components', 'connections'].map((table) =>
      env.DB.prepare(`DELETE FROM ${table}`),
    ),
  )
  expect((await post(document())).status).toBe(200)
})

function document(change: Record<string, unknown> = {}) {
  return {
    statusPage: { name: 'Acme' },
    services: [
      { id: 'shop', name: 'Shop', dependsOn: ['db'] },
      { id: 'db', name: 'Database' },
    ],
    ...change,
  }
}

async function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
  token = tokens.admin,
) {
  return app.request(
    `${env.PUBLIC_URL}${path}`,
    { method, headers: { Authorization: `Bearer ${token}`, ...headers }, ...(body === undefined ? {} : { body }) },
    env,
  )
}

function post(body: unknown, query = '', headers: Record<string, string> = {}) {
  return call(
    'POST',
    `/api/v1/config${query}`,
    { 'Content-Type': 'application/json', ...headers },
    JSON.stringify(body),
  )
}

function postYaml(body: string, query = '') {
  return call('POST', `/api/v1/config${query}`, { 'Content-Type': 'application/yaml' }, body)
}

async function versions(): Promise<
  { version: number; summary: string; by: { name: string }; message: string | null }[]
> {
  const answer = await (await call('GET', '/api/v1/config/versions')).json<{ versions: never[] }>()
  return answer.versions
}

describe('a version', () => {
  it('is made by each change, with who made it, by which way and what for', async () => {
    await post(document({ services: [] }), '?message=Start%20over&source=cli')
    expect(await versions()).toMatchObject([
      { version: 2, by: { kind: 'token', name: 'admin' }, source: 'cli', message: 'Start over', summary: '2 removed' },
      { version: 1, source: 'api', message: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })

  it('is not made by a document that changes nothing', async () => {
    const present = await (await call('GET', '/api/v1/config')).json()
    const answer = await post(present)
    expect(answer.headers.get('ETag')).toBe('"1"')
    expect(await versions()).toHaveLength(1)
  })

  it('holds no token, and a token alone makes none', async () => {
    const connections = [
      { id: 'deployer', name: 'Deployer', url: 'https://deploy.example.com', bearerToken: 'hunter2' },
    ]
    await post(document({ connections }))
    expect((await post(document({ connections }))).headers.get('ETag')).toBe('"2"')
    const { results } = await env.DB.prepare('SELECT * FROM config_versions').all()
    expect(results).toHaveLength(2)
    expect(JSON.stringify(results)).not.toContain('hunter2')
  })

  it('keeps the order of connections', async () => {
    const [a, b] = ['a', 'b'].map((id) => ({ id, name: id, url: 'https://x.example' }))
    await post(document({ connections: [a, b] }))
    const answer = await post(document({ connections: [b, a] }))
    expect(await answer.json()).toMatchObject({ connections: [b, a] })
    expect((await post(document({ connections: [b, a] }))).headers.get('ETag')).toBe('"3"')
  })

  it('is made of people and playbooks that are changed one at a time, too', async () => {
    await savePeople(db, [{ id: 'amy', name: 'Amy', email: 'amy@example.com', role: 'viewer' }], NOTE, Date.now())
    await savePlaybook(db, { id: 'go', yaml: 'name: Go\nsteps: [{kind: approve, title: Go?}]\n' }, NOTE, Date.now())
    await removePerson(db, 'amy', NOTE, Date.now())
    expect((await versions()).map(({ summary }) => summary).slice(0, 3)).toEqual(['1 removed', '1 added', '1 added'])
    await post({ ...document(), playbooks: [] })
  })

  it('of what was configured before there were any is kept as the first', async () => {
    await env.DB.prepare('DELETE FROM config_versions').run()
    expect((await call('GET', '/api/v1/config')).headers.get('ETag')).toBe('"0"')
    await post(document({ services: [] }), '?expectedVersion=0')
    expect((await versions()).map(({ summary }) => summary)).toEqual(['2 removed', expect.stringContaining('added')])
  })

  it('is forgotten when there are too many', async () => {
    await env.DB.prepare('UPDATE config_versions SET version = ?').bind(VERSIONS_KEPT_MAX).run()
    await post(document({ services: [] }))
    expect((await versions()).map(({ version }) => version)).toEqual([VERSIONS_KEPT_MAX + 1, VERSIONS_KEPT_MAX])
    await env.DB.prepare('UPDATE config_versions SET version = version + 500 WHERE version > 500').run()
    await post(document())
    expect((await versions()).map(({ version }) => version)).toEqual([1002, 1001])
  })
})

describe('of two who change it', () => {
  it.each([
    ['If-Match', '', { 'If-Match': '"1"' }],
    ['expectedVersion', '?expectedVersion=1', {}],
  ] as const)('the second is told, by %s', async (_way, query, headers) => {
    expect((await post(document({ services: [] }), query, headers)).headers.get('ETag')).toBe('"2"')
    const answer = await post(document(), query, headers)
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'stale_version', version: 2 })
    expect(await (await call('GET', '/api/v1/config')).json()).toMatchObject({ services: [] })
  })

  it('at the same moment one is refused, or both are kept', async () => {
    const named = (name: string) => post(document({ statusPage: { name } }), '?expectedVersion=1')
    const statuses = (await Promise.all([named('A'), named('B'), named('C')])).map(({ status }) => status)
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409, 409])
    expect(await versions()).toHaveLength(2)

    const add = (id: string) =>
      editConfiguration(
        env,
        (present) => ({ ...present, teams: [...present.teams, { id, name: id, members: [] }] }),
        NOTE,
      )
    const answers = await Promise.all(['a', 'b'].map(add))
    expect(answers.map(({ ok }) => ok)).toEqual([true, true])
    const { teams } = await (await call('GET', '/api/v1/config')).json<{ teams: { id: string }[] }>()
    expect(new Set(teams.map(({ id }) => id))).toEqual(new Set(['a', 'b']))
  })
})

describe('a dry run', () => {
  it('says what would change, and changes nothing', async () => {
    const answer = await post(document({ services: [{ id: 'shop', name: 'Shop', tier: 1 }] }), '?dryRun=true')
    expect(await answer.json()).toEqual({
      version: 1,
      summary: '1 changed, 1 removed',
      changes: [
        {
          what: 'changed',
          kind: 'services',
          id: 'shop',
          name: 'Shop',
          fields: [
            { what: 'set', path: 'tier', before: 3, after: 1 },
            { what: 'set', path: 'dependsOn[1]', before: 'db' },
          ],
        },
        { what: 'removed', kind: 'services', id: 'db', name: 'Database' },
      ],
      tokens: [],
    })
    expect(await versions()).toHaveLength(1)
  })

  it('finds the same faults', async () => {
    const answer = await post(document({ services: [{ id: 'shop', name: 'Shop', owner: 'web' }] }), '?dryRun=true')
    expect(answer.status).toBe(422)
  })
})

describe('YAML', () => {
  it.each([
    ['/api/v1/config', { Accept: 'application/yaml' }],
    ['/api/v1/config?format=yaml', {}],
    ['/api/v1/config/versions/1', { Accept: 'application/yaml' }],
  ])('of %s is sent back as no change', async (path, headers) => {
    const answer = await call('GET', path, headers)
    expect(answer.headers.get('Content-Type')).toContain('application/yaml')
    const plan = await postYaml(await answer.text(), '?dryRun=true')
    expect(await plan.json()).toMatchObject({ summary: 'no changes', changes: [] })
  })

  it.each([
    ['of the schema', 'statusPage:\n  name: Acme\nservices:\n  - id: shop\n', 422, 'services.0.name', 4],
    [
      'of a reference',
      'statusPage:\n  name: A\nservices:\n  - id: s\n    name: S\n    owner: web\n',
      422,
      'services.0.owner',
      6,
    ],
    ['of YAML itself', 'statusPage:\n  - {', 400, '', 2],
  ])('has the line of a fault %s', async (_what, yaml, status, path, line) => {
    const answer = await postYaml(yaml)
    expect(answer.status).toBe(status)
    const { detail, errors } = await answer.json<{ detail: string; errors: unknown[] }>()
    expect(errors).toContainEqual({ path, message: expect.any(String), line })
    expect(detail).toContain(`line ${line}`)
  })

  it('is told apart from what is neither', async () => {
    const answer = await call('POST', '/api/v1/config', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'a=b')
    expect(answer.status).toBe(415)
  })
})

describe('going back', () => {
  it('makes the old document a new version, and leaves people as they are', async () => {
    await post(document({ services: [] }))
    await savePeople(db, [{ id: 'amy', name: 'Amy', email: 'amy@example.com', role: 'viewer' }], NOTE, Date.now())
    const plan = await call('POST', '/api/v1/config/versions/1/restore?dryRun=true')
    expect(await plan.json()).toMatchObject({ summary: '2 added' })
    const answer = await call('POST', '/api/v1/config/versions/1/restore', { 'If-Match': '"3"' })
    expect(answer.headers.get('ETag')).toBe('"4"')
    expect(await answer.json()).toMatchObject({ services: [{ id: 'shop' }, { id: 'db' }] })
    expect((await versions())[0]).toMatchObject({ message: 'Back to version 1', summary: '2 added' })
    expect(await (await call('GET', '/api/v1/config')).json()).toMatchObject({
      responders: [{ id: 'amy' }, { id: 'root' }],
    })
    await removePerson(db, 'amy', NOTE, Date.now())
  })

  it('tells the difference of two', async () => {
    await post(document({ services: [] }))
    const diff = async (path: string) =>
      (await (await call('GET', `/api/v1/config/versions/${path}`)).json<{ summary: string }>()).summary
    expect(await diff('2/diff')).toBe('2 removed')
    expect(await diff('1/diff?from=2')).toBe('2 added')
  })

  it.each(['/7', '/0', '/x', '/7/diff', '/1/diff?from=7'])('to %s, which is not there, is refused', async (path) => {
    expect((await call('GET', `/api/v1/config/versions${path}`)).status).toBe(404)
  })
})

describe('the pages of the configuration', () => {
  const form = (path: string, fields: Record<string, string>, token = tokens.admin) =>
    app.request(
      `${env.PUBLIC_URL}/console/configuration${path}`,
      { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: new URLSearchParams(fields) },
      env,
    )
  const yaml = 'statusPage:\r\n  name: Acme 2\r\n'

  it('show the plan first, and save what was shown', async () => {
    const plan = await (
      await form('', { document: yaml, format: 'yaml', version: '1' })
    ).json<{ path: string; view: never }>()
    expect(plan).toMatchObject({
      path: '/console/configuration-plan',
      view: { plan: { summary: '1 changed, 2 removed', removals: ['service shop (Shop)', 'service db (Database)'] } },
    })
    expect(await versions()).toHaveLength(1)
    const fields = Object.fromEntries(plan.view['fields'] as [string, string][])
    const saved = await form('', { ...fields, confirm: 'yes' })
    expect(saved.headers.get('Location')).toBe('/console/configuration?done=saved')
    expect(await versions()).toMatchObject([{ source: 'console' }, { source: 'api' }])
  })

  it('show it again when someone was quicker', async () => {
    await post(document({ services: [] }))
    const answer = await form('', { document: yaml, format: 'yaml', version: '1', confirm: 'yes' })
    expect(await answer.json()).toMatchObject({
      path: '/console/configuration-plan',
      view: { warning: expect.stringContaining('version 2'), fields: expect.arrayContaining([['version', '2']]) },
    })
    expect(await versions()).toHaveLength(2)
  })

  it('say what is wrong and keep what was typed', async () => {
    const answer = await form('', {
      document: 'statusPage:\r\n  nme: x\r\n',
      format: 'yaml',
      version: '1',
      message: 'Why',
    })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      view: {
        document: 'statusPage:\n  nme: x\n',
        message: 'Why',
        errors: expect.arrayContaining(['line 2, statusPage.nme: there is no such field']),
      },
    })
  })

  it('go back to a version, after showing what that changes', async () => {
    await post(document({ services: [] }))
    const plan = await form('/versions/1/restore', { version: '2' })
    expect(await plan.json()).toMatchObject({ view: { plan: { summary: '2 added' }, fields: [['version', '2']] } })
    const done = await form('/versions/1/restore', { version: '2', confirm: 'yes' })
    expect(done.status).toBe(303)
    const page = await call('GET', '/console/configuration/versions/2')
    expect(await page.json()).toMatchObject({
      view: { present: 3, changed: { summary: '2 removed' }, sincePresent: { summary: '2 added' } },
    })
  })
})

it.each([
  ['GET', '/api/v1/config'],
  ['POST', '/api/v1/config'],
  ['GET', '/api/v1/config/versions'],
  ['GET', '/api/v1/config/versions/1'],
  ['GET', '/api/v1/config/versions/1/diff'],
  ['POST', '/api/v1/config/versions/1/restore'],
  ['GET', '/console/configuration'],
  ['POST', '/console/configuration'],
  ['GET', '/console/configuration/versions/1'],
  ['POST', '/console/configuration/versions/1/restore'],
])('%s %s is for admins', async (method, path) => {
  expect((await call(method, path, {}, undefined, tokens.manager)).status).toBe(403)
  expect((await call(method, path, {}, undefined, 'nonsense')).status).toBe(401)
})
