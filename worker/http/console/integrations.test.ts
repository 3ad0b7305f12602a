import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { jsonHook } from '../intake/json.ts'
import { integrationRoutes } from '../integrations.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { handleError } from '../problem.ts'
import { integrationMessagePages } from './integrationMessages.ts'
import { integrationPages } from './integrations.ts'
import type { IntegrationsView, IntegrationView, MappingView, MessageView } from './integrationViews.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
const render = (path: string, view: unknown) => Promise.resolve(Response.json({ path, view }))
for (const routes of [integrationPages(render), integrationMessagePages(render), integrationRoutes])
  app.route('/', routes)
app.route('/hooks', jsonHook)

const desk = () => env.ALERT_DESK.getByName('main')
const tokens = { viewer: '', responder: '', admin: '' }
type Role = keyof typeof tokens

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const) {
    const token = { name: `${role}’s token`, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
})

async function send(path: string, form?: Record<string, string>, role: Role = 'admin') {
  const headers = { Authorization: `Bearer ${tokens[role]}` }
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(form) }
  return app.request(`/console/integrations${path}`, init, env)
}

/** Refusals of forms answer with their page too. */
async function viewOf<View>(response: Response | Promise<Response>): Promise<View> {
  return (await (await response).json<{ view: View }>()).view
}

async function call(method: string, path: string, body?: unknown, role: Role = 'admin') {
  const headers = { Authorization: `Bearer ${tokens[role]}`, 'Content-Type': 'application/json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  return app.request(`/api/v1/integrations${path}`, init, env)
}

async function hook(key: string, body: unknown) {
  const response = await app.request(`/hooks/json/${key}`, { method: 'POST', body: JSON.stringify(body) }, env)
  return { status: response.status, body: await response.json<{ detail?: string; incidents?: string[] }>() }
}

async function newJson(name = 'Queues') {
  return desk().createIntegration({ source: 'json', name })
}

const list = (id: string) => desk().receivedMessages(id, 100)

describe('who may', () => {
  it('has a policy on every route', () => {
    expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
  })

  it('a responder sees the list and no more', async () => {
    const { id } = await newJson('Queues')
    const view = await viewOf<IntegrationsView>(send('', undefined, 'responder'))
    expect(view.isAdmin).toBe(false)
    expect(view.integrations.map(({ name }) => name)).toContain('Queues')
    expect((await send('', undefined, 'viewer')).status).toBe(403)
    for (const path of ['/new', `/${id}`, `/${id}/received/1`, `/${id}/mapping`])
      expect((await send(path, undefined, 'responder')).status, path).toBe(403)
    for (const path of ['', `/${id}/keys`, `/${id}/keys/x/revoke`, `/${id}/revoke`, `/${id}/test`, `/${id}/mapping`])
      expect((await send(path, {}, 'responder')).status, path).toBe(403)
    expect((await call('GET', '', undefined, 'responder')).status).toBe(200)
    for (const [method, path] of [
      ['POST', ''],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/keys`],
      ['DELETE', `/${id}/keys/${id}`],
      ['PUT', `/${id}/mapping`],
    ] as const)
      expect((await call(method, path, {}, 'responder')).status, path).toBe(403)
  })
})

it.each<[source: string, shape: RegExp, address: string, signs: boolean]>([
  ['alertmanager', /^am_/, 'password: ', false],
  ['json', /^js_/, '/hooks/json/', false],
  ['pagerduty', /^[0-9A-Za-z]{32}$/, '/pagerduty/v2/enqueue', false],
  ['opsgenie', /^og_/, '/opsgenie/', false],
  ['grafana', /^gf_/, '/hooks/grafana/', true],
  ['github', /^gh_/, '/hooks/github/', true],
  ['cloudevents', /^ce_/, '/hooks/cloudevents/', false],
  ['sns', /^sn_/, '/hooks/sns/', false],
  ['datadog', /^dd_/, '/hooks/datadog/', false],
  ['email', /^em_[0-9a-z]{52}$/, 'alerts+em_', false],
])('%s: is made with settings to copy, its key in each', async (source, shape, address, signs) => {
  const { shown, integration, keys } = await viewOf<IntegrationView>(send('', { source, name: `By ${source}` }))
  expect(shown?.value).toMatch(shape)
  expect(keys).toMatchObject([{ createdBy: 'admin’s token', lastUsedAtMs: null }])
  const text = shown?.snippets[0]?.text ?? ''
  expect(text).toContain(address)
  expect(text).toContain(shown?.value)
  const again = await viewOf<IntegrationView>(send(`/${integration.id}`))
  expect(JSON.stringify(again)).not.toContain(shown?.value)
  expect(again.snippets[0]?.text.includes('YOUR-SECRET')).toBe(signs)
})

it('the secret that Sentry chose is entered by an admin, and never shown', async () => {
  const { id } = await desk().createIntegration({ source: 'sentry', name: 'Sentry' })
  const secret = 'abcdef0123456789'.repeat(4)
  expect((await send(`/${id}/secret`, { secret }, 'responder')).status).toBe(403)
  expect((await send(`/${id}/secret`, { secret: 'short' })).status).toBe(422)
  expect(await desk().givenSecretOf(id)).toBeNull()
  expect((await send(`/${id}/secret`, { secret })).status).toBe(303)
  expect(await desk().givenSecretOf(id)).toBe(secret)
  const page = await (await send(`/${id}`)).text()
  expect(page).toContain('"hasSecret":true')
  expect(page).not.toContain(secret)
  const other = await newJson()
  expect((await send(`/${other.id}/secret`, { secret })).status).toBe(422)
})

it.each([
  ['no kind', { name: 'A' }, 'source'],
  ['a kind there is not', { source: 'carrier pigeon', name: 'A' }, 'source'],
  ['no name', { source: 'json', name: ' ' }, 'name'],
])('refuses %s, and keeps what was written', async (_name, form, field) => {
  const response = await send('', form)
  expect(response.status).toBe(422)
  const view = await viewOf<MappingView>(response)
  expect(Object.keys(view.form.errors)).toEqual([field])
})

it('exchanges a key by a second one', async () => {
  const { id, key } = await newJson()
  const { shown } = await viewOf<IntegrationView>(send(`/${id}/keys`, {}))
  expect((await send(`/${id}/keys`, {})).status).toBe(422)
  expect((await hook(key, { title: 'Old' })).status).toBe(202)
  expect((await hook(shown?.value ?? '', { title: 'New' })).status).toBe(202)
  const answer = await send(`/${id}/keys/${id}/revoke`, {})
  expect(answer.headers.get('Location')).toBe(`/console/integrations/${id}?done=key_revoked`)
  expect((await hook(key, { title: 'Old' })).status).toBe(401)
  expect((await hook(shown?.value ?? '', { title: 'New' })).status).toBe(202)
})

it('does the same by the API', async () => {
  const made = await (await call('POST', '', { source: 'json', name: 'By API' })).json<{ id: string; key: string }>()
  const added = await (await call('POST', `/${made.id}/keys`)).json<{ keyId: string; key: string }>()
  expect((await call('POST', `/${made.id}/keys`)).status).toBe(409)
  expect((await call('DELETE', `/${made.id}/keys/${made.id}`)).status).toBe(204)
  expect((await call('DELETE', `/${made.id}/keys/${made.id}`)).status).toBe(404)
  expect((await hook(made.key, { title: 'A' })).status).toBe(401)
  expect((await hook(added.key, { title: 'A' })).status).toBe(202)
  const { integrations } = await (await call('GET', '')).json<{ integrations: { id: string; kept: object }[] }>()
  expect(integrations.find(({ id }) => id === made.id)).toMatchObject({ kept: { taken: 1, refused: 0 } })
  expect((await call('PUT', `/${made.id}/mapping`, { expression: 'a.(', expectedVersion: 0 })).status).toBe(422)
  const saved = await call('PUT', `/${made.id}/mapping`, { expression: '{"title": a}', expectedVersion: 0 })
  expect(await saved.json()).toEqual({ version: 1 })
  expect((await call('PUT', `/${made.id}/mapping`, { expression: '', expectedVersion: 0 })).status).toBe(409)
  expect((await call('DELETE', `/${made.id}`)).status).toBe(204)
  expect((await call('POST', `/${made.id}/keys`)).status).toBe(404)
  expect((await hook(added.key, { title: 'A' })).status).toBe(401)
})

describe('a test', () => {
  it.each([
    'alertmanager',
    'grafana',
    'json',
    'pagerduty',
    'opsgenie',
    'cloudevents',
    'sns',
    'sentry',
    'datadog',
    'email',
  ] as const)('by %s fires like a real message, says what it is, and ends again', async (source) => {
    const { id } = await desk().createIntegration({ source, name: `Test of ${source}` })
    const answer = await send(`/${id}/test`, {})
    expect(answer.headers.get('Location')).toMatch(/\?done=tested&incident=\w+$/)
    const [message] = await list(id)
    expect(message).toMatchObject({ by: 'admin’s token', refused: null })
    const [fingerprint = ''] = message?.fingerprints ?? []
    const firing = async () => (await desk().activeAlerts()).find(({ alert }) => alert.fingerprint === fingerprint)
    expect((await firing())?.alert.labels).toMatchObject({ alertname: 'Allclear test' })
    await send(`/${id}/test/end`, {})
    expect(await firing()).toBeUndefined()
  })

  it('by GitHub is a change', async () => {
    const { id } = await desk().createIntegration({ source: 'github', name: 'GitHub' })
    expect((await send(`/${id}/test`, {})).status).toBe(303)
    expect(await list(id)).toMatchObject([{ changes: 1 }])
  })
})

describe('a received message', () => {
  it.each(['json', 'opsgenie', 'github', 'pagerduty'] as const)(
    'of %s is not taken in when its integration was revoked',
    async (source) => {
      const { id } = await desk().createIntegration({ source, name: 'Left' })
      await send(`/${id}/test`, {})
      const messages = await list(id)
      await send(`/${id}/test/end`, {})
      await desk().revokeIntegration(id)
      const firing = (await desk().activeAlerts()).length
      for (const path of [`/${id}/received/${messages[0]?.id}/take`, `/${id}/test`]) {
        const answer = await send(path, {})
        expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('was revoked')])
      }
      expect(await desk().activeAlerts()).toHaveLength(firing)
    },
  )

  it('is shown as it came, and as what it would become, without effect', async () => {
    const { id, key } = await newJson()
    await hook(key, { title: 'Disk full', severity: 'critical' })
    const [message] = await list(id)
    const path = `/${id}/received/${message?.id}`
    const plain = await viewOf<MessageView>(send(path))
    expect(JSON.parse(plain.body)).toEqual({ title: 'Disk full', severity: 'critical' })
    expect(plain.outcome).toBeNull()
    const { rowsWritten } = await desk().stats()
    const { outcome } = await viewOf<MessageView>(send(`${path}?replay=1`))
    expect(outcome).toMatchObject({ ok: true, alerts: [{ title: 'Disk full', isFiring: true }] })
    expect((await desk().stats()).rowsWritten).toBe(rowsWritten)
  })

  it('is only shown under its own integration', async () => {
    const [one, other] = [await newJson(), await newJson()]
    await hook(one.key, { title: 'Secret' })
    const [message] = await list(one.id)
    for (const path of [`/${other.id}/received/${message?.id}`, `/${one.id}/received/x`, '/nope/received/1'])
      expect((await send(path)).status).toBe(404)
  })
})

describe('a mapping', () => {
  const zabbix = { events: [{ name: 'Load', host: 'db-1', id: 7 }] }
  const expression = 'events.{"title": name & " on " & host, "key": "zabbix/" & $string(id)}'

  it('is tried against what was refused, saved, and then takes it in', async () => {
    const { id, key } = await newJson()
    const refused = await hook(key, zabbix)
    expect(refused.status).toBe(422)
    const [message] = await list(id)
    expect(message).toMatchObject({ fingerprints: [], refused: expect.stringContaining('title') })

    const tried = { expression, version: '0', message: String(message?.id), pasted: '' }
    const { outcome } = await viewOf<MappingView>(send(`/${id}/mapping/try`, tried))
    expect(outcome).toMatchObject({ ok: true, alerts: [{ title: 'Load on db-1' }] })
    expect((await hook(key, zabbix)).status).toBe(422)

    const saved = await send(`/${id}/mapping`, tried)
    expect(saved.headers.get('Location')).toBe(`/console/integrations/${id}/mapping?done=saved`)
    const again = await send(`/${id}/received/${message?.id}/take`, {})
    expect(again.headers.get('Location')).toMatch(/done=taken&incident=/)
    expect((await hook(key, zabbix)).status).toBe(202)
    const { versions } = await viewOf<MappingView>(send(`/${id}/mapping`))
    expect(versions).toMatchObject([{ version: 1, savedBy: 'admin’s token' }])
  })

  it('refuses with the place of the fault, to the editor and to the sender', async () => {
    const { id, key } = await newJson()
    const broken = await send(`/${id}/mapping`, { expression: 'events.{\n"title": }', version: '0' })
    expect(broken.status).toBe(422)
    expect((await viewOf<MappingView>(broken)).form.errors['expression']).toMatch(/^line 2, column \d+: /)

    const wrong = { expression: 'events.{"titel": name}', version: '0', pasted: JSON.stringify(zabbix) }
    const { outcome } = await viewOf<MappingView>(send(`/${id}/mapping/try`, wrong))
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('title') })
    await send(`/${id}/mapping`, { expression: '$uppercase(events)', version: '0' })
    const refused = await hook(key, zabbix)
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringMatching(/^mapping: line 1, column \d+/)])
    expect(await list(id)).toMatchObject([{ refused: expect.stringContaining('line 1') }])
  })

  it('says when it finds nothing, and leaves out on purpose with an empty list', async () => {
    const { id, key } = await newJson()
    await desk().saveMapping(id, { expression: 'nothing', expectedVersion: 0, by: 'Alice' })
    expect((await hook(key, zabbix)).body.detail).toContain('finds no alert')
    await desk().saveMapping(id, { expression: 'false ? {} : []', expectedVersion: 1, by: 'Alice' })
    expect(await hook(key, zabbix)).toMatchObject({ status: 202, body: { accepted: 0 } })
  })

  it('refuses one made to an older version, and keeps what was written', async () => {
    const { id } = await newJson()
    await desk().saveMapping(id, { expression: '{"title": a}', expectedVersion: 0, by: 'Bob' })
    const late = await send(`/${id}/mapping`, { expression: '{"title": b}', version: '0' })
    expect(late.status).toBe(409)
    const { error, form } = await viewOf<MappingView>(late)
    expect(error).toContain('in between')
    expect(form.values).toEqual({ expression: '{"title": b}', version: '1' })
    expect((await send(`/${id}/mapping`, { expression: '', version: String(form.values['version']) })).status).toBe(303)
  })
})
