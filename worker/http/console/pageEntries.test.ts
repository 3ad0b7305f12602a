import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Organisation } from '../../domain/organisation.ts'
import { INVESTIGATING_TEXT } from '../../domain/updateTemplate.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { applyConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { withoutPage } from '../pageSettings.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { handleError } from '../problem.ts'
import type { AffectedLinksView } from './affectedLinkViews.ts'
import { affectedLinkPages } from './affectedLinks.ts'
import { audiencePages } from './audiences.ts'
import { dependencyPages } from './dependencies.ts'
import type { DependenciesView, DependencyView } from './dependencyViews.ts'
import type { MetricView, MetricsView } from './metricViews.ts'
import { metricPages } from './metrics.ts'
import type { UpdateTemplateView, UpdateTemplatesView } from './updateTemplateViews.ts'
import { updateTemplatePages } from './updateTemplates.ts'
import type { FormState } from './views.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
for (const pages of [metricPages, updateTemplatePages, dependencyPages, audiencePages, affectedLinkPages])
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
    pages: [{ id: 'shop', name: 'Shop', components: ['checkout'] }],
    connections: [{ id: 'prometheus', name: 'Prometheus', url: 'https://127.0.0.1' }],
  })
  await applyConfiguration(env, wanted, { by: { kind: 'system', name: 'test' }, source: 'api', message: null })
})

function send(
  method: string,
  path: string,
  role: keyof typeof tokens,
  form?: Record<string, string> | [name: string, value: string][],
) {
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

describe('how updates go out', () => {
  const path = '/console/update-templates/rules'
  const formNow = async () => {
    const { rules } = await shown<UpdateTemplatesView>('/console/update-templates')
    return Object.fromEntries(Object.entries(rules.values).map(([name, value]) => [name, String(value)]))
  }

  it('is changed by admins, and not over what somebody else changed', async () => {
    const form = { ...(await formNow()), noticeSeconds: '60', needsRelease: 'yes', investigatingAfterMinutes: '15' }
    expect((await send('POST', path, 'responder', form)).status).toBe(403)
    const saved = await send('POST', path, 'admin', { ...form, investigatingText: '' })
    expect(saved.headers.get('Location')).toBe('/console/update-templates?done=rules#rules')
    expect(await settings()).toMatchObject({
      undo: { pageSeconds: 0, noticeSeconds: 60 },
      needsRelease: true,
      investigatingAfterMinutes: 15,
      investigatingText: INVESTIGATING_TEXT,
    })
    expect((await send('POST', path, 'admin', form)).status).toBe(409)
    const { needsRelease: _, ...without } = await formNow()
    expect((await send('POST', path, 'admin', { ...without, investigatingAfterMinutes: '' })).status).toBe(303)
    expect(await settings()).toMatchObject({ needsRelease: false, investigatingAfterMinutes: null })
  })

  it.each([
    ['pageSeconds', '301'],
    ['noticeSeconds', 'soon'],
    ['investigatingAfterMinutes', '0'],
    ['investigatingText', 'See {{incident.url}}'],
  ])('says beside %s what is wrong with %j', async (field, value) => {
    const answer = await send('POST', path, 'admin', { ...(await formNow()), [field]: value })
    expect(answer.status).toBe(422)
    const { view } = await answer.json<{ view: UpdateTemplatesView }>()
    expect(Object.keys(view.rules.errors)).toEqual([field])
    expect(view.rules.values[field]).toBe(value)
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

describe('a third party', () => {
  const psp = { name: 'Payments', url: 'status.psp.example/api/v2/summary.json', isShown: 'yes' }
  const theirs = {
    page: { name: 'Payments Ltd' },
    status: { indicator: 'major' },
    components: [
      { id: 'a1', name: 'API', status: 'operational' },
      { id: 'b2', name: 'Payouts', status: 'major_outage' },
    ],
  }

  it('is read, followed, changed and removed by admins, and its components are there to choose from', async () => {
    const asked = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(theirs))
    expect((await send('POST', '/console/dependencies', 'responder', psp)).status).toBe(403)
    const trial = { ...psp, name: '', others: 'payouts\nGone', do: 'try' }
    const read = await send('POST', '/console/dependencies', 'admin', trial)
    const { view: tried } = await read.json<{ view: DependencyView }>()
    expect(asked.mock.calls.map(([url]) => new Request(url).url)).toEqual([
      'https://status.psp.example/api/v2/summary.json',
    ])
    expect(tried).toMatchObject({
      tried: { ok: true, name: 'Payments Ltd', status: 'major_outage', partsTotal: 2 },
      parts: [
        { id: 'payouts', name: 'Payouts', status: 'major_outage' },
        { id: 'a1', name: 'API' },
      ],
      form: {
        values: { name: 'Payments Ltd', url: 'https://status.psp.example', watches: ['payouts'], others: 'Gone' },
      },
    })
    expect((await settings())?.dependencies).toEqual([])

    const chosen: [string, string][] = [...Object.entries(psp), ['watches', 'a1'], ['watches', 'b2'], ['pages', 'shop']]
    const added = await send('POST', '/console/dependencies', 'admin', chosen)
    expect(added.headers.get('Location')).toBe('/console/dependencies/payments?done=saved')
    expect((await settings())?.dependencies).toMatchObject([
      { id: 'payments', url: 'https://status.psp.example', watches: ['a1', 'b2'], isShown: true, pages: ['shop'] },
    ])
    const list = await shown<DependenciesView>('/console/dependencies')
    expect(list.dependencies).toMatchObject([{ shownOn: ['Acme', 'Shop'], neededBy: [] }])

    const open = await shown<DependencyView>('/console/dependencies/payments')
    const seen = String(open.form.values['seen'])
    const changed = { ...psp, components: 'checkout', others: 'b2', seen }
    expect((await send('POST', '/console/dependencies/payments', 'admin', changed)).status).toBe(303)
    expect((await send('POST', '/console/dependencies/payments', 'admin', changed)).status).toBe(409)
    expect((await settings())?.dependencies).toMatchObject([{ watches: ['b2'], pages: [], components: ['checkout'] }])
    expect((await send('POST', '/console/dependencies/payments/remove', 'responder', {})).status).toBe(403)
    expect((await send('POST', '/console/dependencies/payments/remove', 'admin', {})).status).toBe(303)
    expect((await settings())?.dependencies).toEqual([])
    asked.mockRestore()
  })

  it('leaves a further page that is taken away', () => {
    const dependency = { id: 'psp', name: 'Payments', url: 'https://status.psp.example', pages: ['shop', 'other'] }
    const pages = ['shop', 'other'].map((id) => ({ id, name: id }))
    const before = Organisation.parse({ statusPage: { name: 'Acme', dependencies: [dependency] }, pages })
    expect(withoutPage(before, 'shop')).toMatchObject({ statusPage: { dependencies: [{ pages: ['other'] }] } })
  })

  it.each([
    ['no name', { ...psp, name: '' }, 'name'],
    ['no address', { ...psp, url: '' }, 'url'],
    ['an address that is none', { ...psp, url: 'javascript:alert(1)' }, 'url'],
    ['a component of ours that is not there', { ...psp, components: 'nothing' }, 'components'],
    ['a page that is not there', { ...psp, pages: 'nothing' }, 'pages'],
    ['a private host to read', { ...psp, url: 'http://10.0.0.1', do: 'try' }, 'url'],
  ])('with %s says so beside the field', async (_, form, field) => {
    expect(await errorsOf(await send('POST', '/console/dependencies', 'admin', form))).toEqual([field])
  })
})

describe('a region', () => {
  const at = '/console/status-page/affected/regions'
  const europe = { name: 'Europe', id: 'eu', components: 'checkout' }

  it('is added, changed and removed by admins, beside the form of links', async () => {
    expect((await send('POST', at, 'responder', europe)).status).toBe(403)
    expect((await send('POST', at, 'admin', europe)).headers.get('Location')).toContain('done=saved#regions')
    expect((await send('POST', at, 'admin', { name: 'Rest of the world' })).status).toBe(303)
    expect((await settings())?.audiences.regions).toEqual([
      { id: 'eu', name: 'Europe', components: ['checkout'] },
      { id: 'rest-of-the-world', name: 'Rest of the world', components: [] },
    ])
    const links = await shown<AffectedLinksView>('/console/status-page/affected', 'admin')
    expect(links.audiences).toMatchObject([
      { kind: 'regions', entries: [{ id: 'eu', components: ['Checkout'] }, {}], everybodys: [] },
      { kind: 'plans', entries: [], everybodys: ['Checkout'] },
    ])
    const { form } = await shown<{ form: FormState }>(`${at}/eu`, 'admin')
    const changed = { name: 'EU', id: 'other', seen: String(form.values['seen']) }
    expect((await send('POST', `${at}/eu`, 'admin', changed)).status).toBe(303)
    expect((await send('POST', `${at}/eu`, 'admin', changed)).status).toBe(409)
    expect((await settings())?.audiences.regions[0]).toEqual({ id: 'eu', name: 'EU', components: [] })
    expect((await send('POST', `${at}/eu/remove`, 'admin', {})).status).toBe(303)
    expect((await settings())?.audiences.regions).toHaveLength(1)
  })

  it.each([
    ['no name', { ...europe, name: '' }, 'name'],
    ['an id that is none', { ...europe, id: 'The EU' }, 'id'],
    ['an id that is taken', { ...europe, id: 'rest-of-the-world' }, 'id'],
    ['a component that is not there', { ...europe, id: 'x', components: 'nothing' }, 'components'],
  ])('with %s says so beside the field', async (_, form, field) => {
    expect(await errorsOf(await send('POST', at, 'admin', form))).toEqual([field])
  })
})
