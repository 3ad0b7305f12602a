import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import { OrganisationForAlerts } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { alertRoutes } from '../alerts.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { alertPages } from './alerts.ts'
import type { AlertView, InboxView } from './alertViews.ts'

const PATIENTLY = { timeout: 30_000 }
const app = new Hono<HttpEnv>()
app.use(limitBody)
app.route('/', alertRoutes)
app.route(
  '/',
  alertPages((path, view) => Promise.resolve(Response.json({ path, view }))),
)

const tokens = { viewer: '', responder: '', admin: '' }
const desk = () => env.ALERT_DESK.getByName('main')
let key = ''

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  ;({ key } = await desk().createIntegration({ source: 'json', name: 'Shop' }))
})

function alert(labels: Record<string, string>, more: Partial<IncomingAlert> = {}): IncomingAlert {
  return { labels, annotations: { summary: 'It is slow' }, startsAtMs: null, endsAtMs: null, generatorUrl: '', ...more }
}

async function fire(...alerts: IncomingAlert[]): Promise<string[]> {
  const answer = await desk().ingest({ source: 'json', key, alerts })
  return answer.ok ? [...answer.incidentIds] : []
}

function get(path: string, role: keyof typeof tokens = 'viewer', bindings: Env = env) {
  const headers = { Authorization: `Bearer ${tokens[role]}` }
  return Promise.resolve(app.request(path, { headers }, bindings))
}

function post(path: string, role: keyof typeof tokens, body: Record<string, string> | object, isJson = false) {
  const type = isJson ? { 'Content-Type': 'application/json' } : {}
  const headers = { Authorization: `Bearer ${tokens[role]}`, ...type }
  const sent = isJson ? JSON.stringify(body) : new URLSearchParams(Object.entries(body))
  return Promise.resolve(app.request(path, { method: 'POST', headers, body: sent }, env))
}

async function inbox(query: string): Promise<InboxView> {
  return (await (await get(`/console/alerts?${query}`)).json<{ view: InboxView }>()).view
}

const shown = ({ found }: InboxView) => found?.groups.flatMap(({ alerts }) => alerts) ?? []
const phaseOf = async (id: string | undefined) => (await env.INCIDENT_ROOM.getByName(id ?? '').read())?.phase

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

describe('the inbox', () => {
  it('finds, counts, groups and pages', async () => {
    const test = `t-${crypto.randomUUID()}`
    const many = Array.from({ length: 60 }, (_, i) => alert({ alertname: `A${i % 2}`, test, pod: String(i) }))
    await fire(...many)
    const all = await inbox(`matchers=test%3D${test}&group=alertname`)
    expect(all.found).toMatchObject({ total: 60, shown: 50, byState: { active: 60, suppressed: 0, paused: 0 } })
    expect(all.found?.groups.map(({ heading, count }) => [heading, count]).toSorted()).toEqual([
      ['A0', 30],
      ['A1', 30],
    ])
    const second = await inbox(all.found?.next?.split('?')[1] ?? '')
    expect(second.found).toMatchObject({ firstNumber: 51, shown: 10, next: null })
    expect(shown(await inbox(`q=${test}+pod%3D59`))).toMatchObject([
      { title: 'A1', summary: 'It is slow', source: 'json' },
    ])
    expect((await inbox(`q=${test}&severity=sev1`)).found?.total).toBe(0)
  })

  it('says what it could not read, and searches by the rest', async () => {
    const bad = await inbox('severity=worst&sort=up&q=nothing-like-it')
    expect(Object.keys(bad.errors).toSorted()).toEqual(['severity', 'sort'])
    expect(bad.found?.total).toBe(0)
    const refused = await inbox('matchers=%28')
    expect([refused.found, refused.errors['matchers']]).toEqual([null, expect.stringMatching(/bad matcher format/)])
  })

  it('says so when the desk does not answer', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const away = {
      getByName: () => ({ searchAlerts: () => Promise.reject(new Error('away')), organisation: desk().organisation }),
    }
    const response = await get('/console/alerts', 'viewer', {
      ...env,
      ALERT_DESK: away as unknown as Env['ALERT_DESK'],
    })
    expect(response.status).toBe(503)
    expect((await response.json<{ view: InboxView }>()).view.found).toBeNull()
  })

  it('acknowledges the incidents of what was ticked, once', async () => {
    const test = `t-${crypto.randomUUID()}`
    const ids = await fire(alert({ alertname: 'One', test }), alert({ alertname: 'Two', test, service: test }))
    const ticked = shown(await inbox(`q=${test}`)).find(({ title }) => title === 'One')
    const form = { alert: ticked?.fingerprint ?? '', action: 'acknowledge', query: `q=${test}` }
    expect((await post('/console/alerts/act', 'viewer', form)).status).toBe(403)
    const done = await post('/console/alerts/act', 'responder', form)
    expect(done.headers.get('Location')).toBe(`/console/alerts?q=${test}&done=acknowledged&counts=1.0.0`)
    expect((await inbox('done=acknowledged&counts=1.2.0')).notice).toMatch(
      /Acknowledged 1 incident.*2 incidents had been/,
    )
    await vi.waitFor(async () => {
      const [after] = shown(await inbox(`q=${test}`)).filter(({ title }) => title === 'One')
      expect(after?.incident).toEqual({ title: expect.stringContaining('One'), phase: 'acknowledged' })
    }, PATIENTLY)
    expect(await phaseOf(ticked?.incidentId ?? '')).toBe('acknowledged')
    expect(new Set(await Promise.all(ids.map(phaseOf)))).toEqual(new Set(['acknowledged', 'triggered']))
    const all = await post('/console/alerts/act', 'responder', {
      all: 'yes',
      action: 'acknowledge',
      query: `q=${test}`,
    })
    expect(all.headers.get('Location')).toMatch(/counts=1\.1\.0$/)
    expect(await Promise.all(ids.map(phaseOf))).toEqual(['acknowledged', 'acknowledged'])
  })

  it('silences by what the ticked ones have in common, on a form that says what else it hides', async () => {
    const test = `t-${crypto.randomUUID()}`
    await fire(alert({ alertname: 'One', test, pod: 'a' }), alert({ alertname: 'One', test, pod: 'b' }))
    const [a, b] = shown(await inbox(`q=${test}`))
    const body = new URLSearchParams([
      ['alert', a?.fingerprint ?? ''],
      ['alert', b?.fingerprint ?? ''],
      ['action', 'silence'],
    ])
    const headers = { Authorization: `Bearer ${tokens.responder}` }
    const response = await app.request('/console/alerts/act', { method: 'POST', headers, body }, env)
    const location = new URL(response.headers.get('Location') ?? '', 'http://x')
    expect(location.pathname).toBe('/console/silences')
    expect(location.searchParams.get('matchers')).toBe(`alertname="One"\ntest="${test}"`)
    expect([location.searchParams.get('check'), location.hash]).toEqual(['1', '#new'])
  })

  it.each([
    [{ action: 'acknowledge' }, 'none'],
    [{ action: 'silence', alert: '0123456789abcdef' }, 'gone'],
    [{ action: 'silence', alert: 'nonsense' }, 'none'],
  ])('%j changes nothing', async (form, done) => {
    const response = await post('/console/alerts/act', 'responder', form)
    expect(response.headers.get('Location')).toBe(`/console/alerts?done=${done}`)
  })

  it('lists what ended, the latest first, page by page', async () => {
    const test = `t-${crypto.randomUUID()}`
    const labels = Array.from({ length: 60 }, (_, i) => ({ alertname: 'Over', test, pod: String(i) }))
    await fire(...labels.map((each) => alert(each)))
    await fire(...labels.map((each) => alert(each, { endsAtMs: Date.now() })))
    await vi.waitFor(async () => {
      const first = await inbox(`state=ended&matchers=test%3D${test}`)
      expect(first.found).toMatchObject({ total: null, shown: 50 })
      const second = await inbox(first.found?.next?.split('?')[1] ?? '')
      expect(second.found).toMatchObject({ shown: 10, next: null })
      const all = [...shown(first), ...shown(second)]
      expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(60)
      expect(all[0]).toMatchObject({ state: 'ended', endedAtMs: expect.any(Number) })
    }, PATIENTLY)
  })
})

describe('one alert', () => {
  it('is told by the names of its service, of its policy, of the rule and of the silence that hide it', async () => {
    const test = `t-${crypto.randomUUID()}`
    const before = await desk().organisation()
    const rules = [
      { id: 'mute', name: 'Mute tests', matchers: [`mute="${test}"`], set: { suppress: true } },
      { id: 'dba', name: 'Databases', matchers: [`test="${test}"`], set: { policy: 'urgent', service: 'db' } },
    ]
    await desk().useOrganisation(
      1,
      OrganisationForAlerts.parse({
        services: [{ id: 'db', name: 'Orders database' }],
        policies: [
          {
            id: 'urgent',
            name: 'Wake someone',
            steps: [{ targets: [{ kind: 'responder', id: 'a' }], waitSeconds: 60 }],
          },
        ],
        routingRules: rules,
      }),
    )
    const matchers = [{ name: 'still', value: test, isRegex: false, isEqual: true }]
    const times = { startsAtMs: Date.now(), endsAtMs: Date.now() + 3_600_000 }
    const words = { createdBy: 'Ada', comment: 'Moving the racks', annotations: {} }
    await desk().putSilence({ id: null, matchers, ...times, ...words })
    await fire(alert({ alertname: 'Muted', test, mute: test }), alert({ alertname: 'Still', test, still: test }))
    const [muted, still] = shown(await inbox(`q=${test}&sort=name`))
    expect(muted).toMatchObject({ service: 'Orders database', why: 'by the rule “Mute tests”', incident: null })
    const page = await (await get(`/console/alerts/${still?.fingerprint}`)).json<{ view: AlertView }>()
    expect(page.view.silencedBy).toMatchObject([{ why: 'Moving the racks' }])
    expect(page.view.trail).toContainEqual(expect.objectContaining({ about: 'paging', decided: 'policy Wake someone' }))
    expect(page.view.trail.at(-1)).toMatchObject({ because: 'a silence matches it: Moving the racks' })
    await desk().useOrganisation(1, before)
  })

  it('has its facts, what was decided and when it fired', async () => {
    const test = `t-${crypto.randomUUID()}`
    const more = {
      generatorUrl: 'https://prometheus.example/graph',
      annotations: { runbook_url: 'javascript:alert(1)' },
    }
    const [incidentId] = await fire(alert({ alertname: 'One', test }, more))
    const [listed] = shown(await inbox(`q=${test}`))
    const response = await get(`/console/alerts/${listed?.fingerprint}`)
    const { view } = await response.json<{ view: AlertView }>()
    expect(view).toMatchObject({
      alert: {
        title: 'One',
        state: 'active',
        incidentId,
        labels: [
          ['alertname', 'One'],
          ['test', test],
        ],
      },
      generatorUrl: 'https://prometheus.example/graph',
      runbookUrl: null,
      firings: [{ incidentId, endedAtMs: null }],
    })
    expect(view.trail.map(({ about }) => about)).toContain('severity')
    await fire(alert({ alertname: 'One', test }, { endsAtMs: Date.now() }))
    await vi.waitFor(async () => {
      const after = await (await get(`/console/alerts/${listed?.fingerprint}`)).json<{ view: AlertView }>()
      expect(after.view.alert).toMatchObject({ state: 'ended', incidentId })
    }, PATIENTLY)
  })

  it('shows the message it came in to admins only', async () => {
    const test = `t-${crypto.randomUUID()}`
    const received = { contentType: 'application/json', headers: {}, body: `{"secret":"${test}"}` }
    await desk().ingest({ source: 'json', key, alerts: [alert({ alertname: 'Raw', test })], received })
    const [listed] = shown(await inbox(`q=${test}`))
    const path = `/console/alerts/${listed?.fingerprint}`
    const asAdmin = await (await get(path, 'admin')).text()
    expect(JSON.parse(asAdmin)).toMatchObject({ view: { received: { message: { body: received.body } } } })
    const asOther = await (await get(path, 'responder')).text()
    expect(asOther).not.toContain('secret')
    expect(JSON.parse(asOther)).toMatchObject({ view: { received: { message: null } } })
  })

  it.each(['0123456789abcdef', 'nonsense'])('%s is not there', async (fingerprint) => {
    expect((await get(`/console/alerts/${fingerprint}`)).status).toBe(404)
  })
})

describe('the API', () => {
  it('silences more than half of what fires only for one who says that it may', async () => {
    const cluster = `c-${crypto.randomUUID()}`
    const { firing } = await desk().reachOf([])
    await fire(...Array.from({ length: firing + 5 }, (_, i) => alert({ alertname: 'Down', cluster, pod: String(i) })))
    const ask = (more: object) =>
      post(
        '/api/v1/alerts/actions',
        'responder',
        { action: 'silence', filter: { q: cluster }, minutes: 5, comment: 'Moving', ...more },
        true,
      )
    const refused = await ask({})
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'too_broad', hides: firing + 5, firing: firing * 2 + 5 })
    expect((await desk().silences()).some(({ matchers }) => matchers.some(({ value }) => value === cluster))).toBe(
      false,
    )
    const made = await ask({ evenIfBroad: true })
    expect(made.status).toBe(200)
    expect(await made.json()).toMatchObject({ hides: firing + 5 })
  })

  it('lists with the same filters, a page at a time', async () => {
    const test = `t-${crypto.randomUUID()}`
    await fire(alert({ alertname: 'One', test }), alert({ alertname: 'Two', test }))
    const query = `matchers=test%3D${test}&sort=name&limit=1`
    const first = await (await get(`/api/v1/alerts?${query}`)).json<Record<string, unknown>>()
    expect(first).toMatchObject({
      total: 2,
      next: '1',
      counts: { active: 2 },
      alerts: [{ title: 'One', endedAt: null }],
    })
    const second = await (await get(`/api/v1/alerts?${query}&after=1`)).json<Record<string, unknown>>()
    expect(second).toMatchObject({ next: null, alerts: [{ title: 'Two' }] })
    expect((await get('/api/v1/alerts?matchers=%28')).status).toBe(422)
    expect((await get('/api/v1/alerts?severity=worst')).status).toBe(422)
  })

  it('acknowledges and silences many', async () => {
    const test = `t-${crypto.randomUUID()}`
    const service = test
    await fire(alert({ alertname: 'One', service, pod: 'a' }), alert({ alertname: 'One', service, pod: 'b' }))
    const act = (body: object, role: keyof typeof tokens = 'responder') =>
      post('/api/v1/alerts/actions', role, body, true)
    const filter = { q: test }
    expect((await act({ action: 'acknowledge', filter }, 'viewer')).status).toBe(403)
    expect(await (await act({ action: 'acknowledge', filter })).json()).toMatchObject({
      alerts: 2,
      acknowledged: { length: 1 },
      unchanged: [],
      failed: [],
    })
    const silenced = await act({ action: 'silence', filter, minutes: 5, comment: 'Moving' })
    const { silence } = await silenced.json<{ silence: string }>()
    expect(await desk().silence(silence)).toMatchObject({ createdBy: 'responder', comment: 'Moving' })
    expect((await inbox(`q=${test}`)).found).toMatchObject({ total: 2, byState: { active: 2, suppressed: 0 } })
    await fire(alert({ alertname: 'One', service, pod: 'c' }))
    expect((await inbox(`silence=${silence}`)).found).toMatchObject({ total: 1, byState: { suppressed: 1 } })
    expect((await act({ action: 'acknowledge', filter: { q: 'nothing-like-it' } })).status).toBe(404)
    for (const body of [
      { action: 'acknowledge' },
      { action: 'nap', filter },
      { action: 'silence', filter, minutes: 0, comment: '' },
    ])
      expect((await act(body)).status).toBe(422)
  })
})
