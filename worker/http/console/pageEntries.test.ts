import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { Organisation } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { applyConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { handleError } from '../problem.ts'
import type { MetricView, MetricsView } from './metricViews.ts'
import { metricPages } from './metrics.ts'
import type { UpdateTemplateView, UpdateTemplatesView } from './updateTemplateViews.ts'
import { updateTemplatePages } from './updateTemplates.ts'
import type { FormState } from './views.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
for (const pages of [metricPages, updateTemplatePages])
  app.route(
    '/',
    pages((path, view) => Promise.resolve(Response.json({ path, view }))),
  )

const tokens = { viewer: '', responder: '', admin: '' }

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const)
    tokens[role] = (
      await createApiToken(database(env.DB), { name: role, role, scopes: ['*'], createdBy: 'root' }, Date.now())
    ).secret
  const wanted = Organisation.parse({
    statusPage: { name: 'Acme' },
    components: [{ id: 'checkout', name: 'Checkout' }],
    connections: [{ id: 'prometheus', name: 'Prometheus', url: 'https://127.0.0.1' }],
  })
  await applyConfiguration(env, wanted, { by: { kind: 'system', name: 'test' }, source: 'api', message: null })
})

function send(method: string, path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const init = { method, headers: { Authorization: `Bearer ${tokens[role]}` } }
  return app.request(path, form === undefined ? init : { ...init, body: new URLSearchParams(form) }, env)
}

async function shown<View>(path: string, role: keyof typeof tokens = 'viewer'): Promise<View> {
  return (await (await send('GET', path, role)).json<{ view: View }>()).view
}

async function settings() {
  return (await loadOrganisation(database(env.DB)))?.organisation.statusPage
}

async function errorsOf(answer: Response): Promise<string[]> {
  expect(answer.status).toBe(422)
  return Object.keys((await answer.json<{ view: { form: FormState } }>()).view.form.errors)
}

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

describe('a metric', () => {
  const metric = {
    name: 'Response time',
    unit: 'ms',
    decimals: '1',
    component: 'checkout',
    public: 'yes',
    kind: 'pushed',
  }

  it('is added, changed and removed by admins, and shows its values and a line that sends one', async () => {
    expect((await send('POST', '/console/metrics', 'responder', metric)).status).toBe(403)
    const added = await send('POST', '/console/metrics', 'admin', metric)
    expect(added.headers.get('Location')).toBe('/console/metrics/response-time?done=saved')
    await env.METRIC_DESK.getByName('main').push('response-time', [{ atMs: Date.now(), value: 12.5 }])
    const open = await shown<MetricView>('/console/metrics/response-time')
    expect(open).toMatchObject({ points: [{ value: 12.5 }], summary: { average: 12.5 } })
    expect(open.curl).toContain('/api/v1/metrics/response-time')
    const list = await shown<MetricsView>('/console/metrics')
    expect(list.metrics).toMatchObject([{ component: 'Checkout', latest: { value: 12.5 }, failure: null }])

    const seen = String(open.form.values['seen'])
    const changed = { ...metric, name: 'Time to first byte', seen }
    expect((await send('POST', '/console/metrics/response-time', 'admin', changed)).status).toBe(303)
    expect((await send('POST', '/console/metrics/response-time', 'admin', changed)).status).toBe(409)
    expect((await settings())?.metrics).toMatchObject([
      { id: 'response-time', name: 'Time to first byte', decimals: 1 },
    ])
    expect((await send('POST', '/console/metrics/response-time/remove', 'admin', {})).status).toBe(303)
    expect((await settings())?.metrics).toEqual([])
    expect((await send('GET', '/console/metrics/response-time', 'admin')).status).toBe(404)
  })

  it.each([
    ['no name', { ...metric, name: '' }, 'name'],
    ['too many decimals', { ...metric, decimals: '7' }, 'decimals'],
    ['a component that is not there', { ...metric, component: 'nothing' }, 'component'],
    ['no source', { ...metric, kind: '' }, 'kind'],
    ['no connection', { ...metric, kind: 'prometheus', query: 'up' }, 'connection'],
    ['a connection that is not there', { ...metric, kind: 'prometheus', query: 'up', connection: 'x' }, 'connection'],
    ['no query', { ...metric, kind: 'prometheus', connection: 'prometheus' }, 'query'],
    [
      'too short a time',
      { ...metric, kind: 'prometheus', connection: 'prometheus', query: 'up', everySeconds: '5' },
      'everySeconds',
    ],
  ])('with %s says so beside the field', async (_, form, field) => {
    expect(await errorsOf(await send('POST', '/console/metrics', 'admin', form))).toEqual([field])
  })
})

describe('a template for updates', () => {
  const template = {
    name: 'First words',
    text: '{{components}} do not work. Next: {{next_update}}',
    status: 'investigating',
    nextUpdateMinutes: '30',
    'text-de': '{{components}} geht nicht.',
  }

  it('is added, filled in, changed and removed by admins', async () => {
    expect((await send('POST', '/console/update-templates', 'responder', template)).status).toBe(403)
    const added = await send('POST', '/console/update-templates', 'admin', template)
    expect(added.headers.get('Location')).toBe('/console/update-templates/first-words?done=saved')
    expect((await settings())?.updateTemplates).toMatchObject([
      { id: 'first-words', status: 'investigating', nextUpdateMinutes: 30, translations: { de: template['text-de'] } },
    ])
    const list = await shown<UpdateTemplatesView>('/console/update-templates')
    expect(list.templates[0]?.facts).toEqual([
      'tells Investigating',
      'promises the next update in 30 min',
      'also in Deutsch',
    ])
    const open = await shown<UpdateTemplateView>('/console/update-templates/first-words')
    expect(open.preview).toMatchObject([
      { language: 'en', filled: { ok: true, text: expect.stringMatching(/^Checkout do not work\. Next: \d/) } },
      { language: 'de', filled: { ok: true, text: 'Checkout geht nicht.' } },
    ])
    const seen = String(open.form.values['seen'])
    const changed = { ...template, text: 'Sorry.', seen }
    expect((await send('POST', '/console/update-templates/first-words', 'admin', changed)).status).toBe(303)
    expect((await send('POST', '/console/update-templates/first-words', 'admin', changed)).status).toBe(409)
    expect((await send('POST', '/console/update-templates/first-words/remove', 'admin', {})).status).toBe(303)
    expect((await settings())?.updateTemplates).toEqual([])
  })

  it('is previewed without being saved', async () => {
    const answer = await send('POST', '/console/update-templates/preview', 'viewer', template)
    const { view } = await answer.json<{ view: UpdateTemplateView }>()
    expect(view.preview?.map(({ language }) => language)).toEqual(['en', 'de'])
    expect(view.form.values['text']).toBe(template.text)
    expect((await settings())?.updateTemplates).toEqual([])
  })

  it.each([
    ['no name', { ...template, name: '' }, 'name'],
    ['no words', { ...template, text: '' }, 'text'],
    ['a blank that is not known', { ...template, text: 'Hello {{env.SECRET}}' }, 'text'],
    ['a blank that is not closed', { ...template, text: 'Hello {{components' }, 'text'],
    ['a blank that is not known in a translation', { ...template, 'text-fr': '{{x}}' }, 'text-fr'],
    ['a promise too far away', { ...template, nextUpdateMinutes: '9999' }, 'nextUpdateMinutes'],
    ['a state that is none', { ...template, status: 'broken' }, 'status'],
  ])('with %s says so beside the field', async (_, form, field) => {
    for (const path of ['/console/update-templates', '/console/update-templates/preview'])
      expect(await errorsOf(await send('POST', path, 'admin', form))).toEqual([field])
  })
})
