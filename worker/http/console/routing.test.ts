import { env } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../domain/alert.ts'
import { Organisation } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { createApp } from '../app.ts'
import { applyConfiguration } from '../configuration.ts'
import { SENTRY_EVENT_ALERT, SENTRY_ISSUE, SENTRY_METRIC_ALERT } from '../intake/sentry.fixtures.ts'
import type { RoutingBenchView, RoutingRuleView, RoutingView } from './routingViews.ts'

const app = createApp((path, view) => Promise.resolve(Response.json({ path, view })))
const tokens = { viewer: '', responder: '', admin: '' }
const organisation = Organisation.parse({
  statusPage: { name: 'Acme' },
  responders: [
    { id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' },
    { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'responder' },
  ],
  services: [{ id: 'shop', name: 'Shop', escalation: [{ severities: ['sev1', 'sev2'], policy: 'ops' }] }],
  policies: [{ id: 'ops', name: 'Ops', steps: [{ targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 60 }] }],
})
const received = { contentType: 'application/json', headers: {}, body: '{}' }
const desk = () => env.ALERT_DESK.getByName('main')

beforeAll(async () => {
  for (const role of ['viewer', 'responder', 'admin'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
  const note = { by: { kind: 'system', name: 'Test' }, source: 'api', message: null } as const
  expect(await applyConfiguration(env, organisation, note)).toMatchObject({ ok: true })
})

function send(path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const headers = { Authorization: `Bearer ${tokens[role]}` }
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(form) }
  return Promise.resolve(app.request(`/console/routing${path}`, init, env))
}

function api(path: string, role: keyof typeof tokens, body: unknown) {
  const headers = { Authorization: `Bearer ${tokens[role]}`, 'Content-Type': 'application/json' }
  return Promise.resolve(
    app.request(`/api/v1/routing/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }, env),
  )
}

async function viewOf<View>(response: Response | Promise<Response>): Promise<View> {
  return (await (await response).json<{ view: View }>()).view
}

const list = () => viewOf<RoutingView>(send('', 'viewer'))
const stored = async () => (await loadOrganisation(database(env.DB)))?.organisation.routingRules
const staging = { name: 'Mute staging', matchers: 'environment="staging"', suppress: 'yes', enabled: 'yes' }

describe('routing rules', () => {
  it('are made, changed, ordered and removed by admins; others look', async () => {
    expect((await send('/rules', 'responder', staging)).status).toBe(403)
    expect((await send('/rules', 'admin', staging)).headers.get('Location')).toBe(
      '/console/routing?done=saved#mute-staging',
    )
    const second = { name: 'Mute staging', pause: '2 min', groupBy: 'cluster, alertname', last: 'yes', enabled: 'yes' }
    await send('/rules', 'admin', second)
    expect(await stored()).toMatchObject([
      { id: 'mute-staging', matchers: ['environment="staging"'], set: { suppress: true }, last: false },
      { id: 'mute-staging-2', set: { pauseSeconds: 120, groupBy: ['cluster', 'alertname'] }, last: true },
    ])

    await send('/rules/mute-staging-2/up', 'admin', {})
    await send('/rules/mute-staging-2/up', 'admin', {})
    const view = await list()
    expect(view.mayConfigure).toBe(false)
    expect(view.rules.map(({ id }) => id)).toEqual(['mute-staging-2', 'mute-staging'])
    expect(view.rules[1]?.warning).toMatch(/never looked at/)

    await send('/rules/mute-staging-2/disable', 'admin', {})
    expect((await list()).rules.map(({ enabled, warning }) => [enabled, warning])).toEqual([
      [false, null],
      [true, null],
    ])
    const { form } = await viewOf<RoutingRuleView>(send('/rules/mute-staging-2', 'viewer'))
    expect(form.values).toMatchObject({ pause: '2 min', groupBy: 'cluster, alertname', last: 'yes' })
    const seen = String(form.values['seen'])
    expect((await send('/rules/mute-staging-2', 'admin', { ...second, seen, pause: '3 min' })).status).toBe(303)
    const late = await send('/rules/mute-staging-2', 'admin', { ...second, seen, pause: '4 min' })
    expect(late.status).toBe(409)
    expect((await viewOf<RoutingRuleView>(late)).form.errors['']).toMatch(/Someone else has changed this rule/)
    expect((await stored())?.map(({ set }) => set.pauseSeconds)).toEqual([180, undefined])
    expect((await send('/rules/mute-staging-2/remove', 'responder', {})).status).toBe(403)
    await send('/rules/mute-staging-2/remove', 'admin', {})
    expect((await list()).rules).toHaveLength(1)
    expect((await send('/rules/nope/up', 'admin', {})).headers.get('Location')).toContain('gone')
  })

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['no name', { name: '' }, 'name', /Give it a name/],
    ['what is no matcher', { matchers: 'a="1"\nstaging' }, 'matchers', /^Line 2: /],
    ['a pattern that is none', { matchers: 'a="1"\nb=~"("' }, 'matchers', /^Line 2: .*missing closing/],
    ['a wait that is none', { pause: 'soon' }, 'pause', /length of time/],
    ['a wait that is too long', { pause: '2 d' }, 'pause', /3600/],
    ['a policy that is not there', { policy: 'gone' }, 'policy', /gone/],
  ])('refuses %s, and keeps what was written', async (_name, change, field, message) => {
    const before = await stored()
    const response = await send('/rules', 'admin', { ...staging, ...change })
    expect(response.status).toBe(422)
    const { form } = await viewOf<RoutingRuleView>(response)
    expect(form.errors[field]).toMatch(message)
    expect(form.values['matchers']).toBe(change['matchers'] ?? staging.matchers)
    expect(await stored()).toEqual(before)
  })

  it('has the limits on the same page', async () => {
    const { limits } = await list()
    const sent = Object.fromEntries(Object.entries(limits.values).map(([name, value]) => [name, String(value)]))
    const refused = await send('/limits', 'admin', { ...sent, firings: '1', groupBy: ' , ' })
    expect(refused.status).toBe(422)
    expect((await viewOf<RoutingView>(refused)).limits.errors['firings']).toMatch(/from 2 to 100/)
    await send('/limits', 'admin', { ...sent, incidentsMax: '7', byDependency: '' })
    expect((await list()).limits.values).toMatchObject({ incidentsMax: '7' })
  })

  it('says for how many alerts each decided something, those that it suppressed among them', async () => {
    const { key } = await desk().createIntegration({ source: 'json', name: 'Test' })
    const labels = { alertname: 'Down', service: 'shop', environment: 'staging' }
    const alert = { labels, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '' }
    const ingest = () => desk().ingest({ source: 'json', key, alerts: [alert], received })
    await ingest()
    await ingest()
    expect((await list()).rules).toMatchObject([{ id: 'mute-staging', decided: 1 }])
  })
})

describe('testing an alert', () => {
  const down = { labels: { alertname: 'Down', service: 'shop', severity: 'critical' } }
  const quiet = [{ id: 'quiet', name: 'Quiet', matchers: ['service=~"sh.*"'], set: { page: false } }]

  it('says what is decided and why, by the saved rules and by a draft, and changes nothing', async () => {
    const before = await desk().stats()
    const answer = await (await api('test', 'viewer', { alert: down, rules: quiet })).json<Record<string, never>>()
    expect(answer['saved']).toMatchObject({
      service: { id: 'shop' },
      severity: 'sev2',
      incident: { isNew: true, id: null },
      policy: { id: 'ops' },
      people: [{ id: 'alice', name: 'Alice' }],
      pagingBecause: 'it opens an incident',
    })
    expect(answer['draft']).toMatchObject({ policy: null, pagingBecause: 'a rule says that nobody is paged for it' })
    const after = await desk().stats()
    expect([after.firing, after.suppressed, after.openIncidents]).toEqual([
      before.firing,
      before.suppressed,
      before.openIncidents,
    ])
    expect((await stored())?.map(({ id }) => id)).toEqual(['mute-staging'])
  })

  it.each<[string, object, string]>([
    ['a pattern that is none', { rules: [{ id: 'a', name: 'A', matchers: ['x=~"("'] }] }, 'rules.0.matchers.0'],
    [
      'a pattern that stands for too much',
      { rules: [{ id: 'a', name: 'A', matchers: ['x=~"(?:abcdef){1000}"'] }] },
      'rules.0.matchers.0',
    ],
    [
      'patterns that are too much together',
      { rules: Array.from({ length: 40 }, (_, i) => ({ id: `r${i}`, name: 'R', matchers: ['x=~"a{1000}"'] })) },
      'rules.29.matchers.0',
    ],
    ['a service that is not there', { rules: [{ id: 'a', name: 'A', set: { service: 'x' } }] }, 'rules.0.set.service'],
    ['an alert without labels', { alert: { labels: {} } }, 'alert'],
    ['a label that is no text', { alert: { labels: { a: 1 } } }, 'alert.labels.a'],
  ])('refuses %s at its place', async (_name, change, path) => {
    const response = await api('test', 'viewer', { alert: down, ...change })
    expect(response.status).toBe(422)
    expect((await response.json<{ errors: { path: string }[] }>()).errors[0]?.path).toBe(path)
  })

  it('on the page takes labels, JSON or a message, and says which incident it would join', async () => {
    const { key } = await desk().createIntegration({ source: 'json', name: 'Test' })
    const open = { ...down, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '' }
    const ingested = await desk().ingest({ source: 'json', key, alerts: [open], received })
    const blank = await viewOf<RoutingBenchView>(send('/bench', 'viewer'))
    const { draft, version } = blank.form.values
    const common = { draft: String(draft), version: String(version), do: 'test' }
    for (const [way, alert] of [
      ['labels', 'alertname="Down"\nservice="shop"\ninstance="b"\nseverity="critical"'],
      ['labels', JSON.stringify({ ...down.labels, instance: 'b' })],
      ['json', JSON.stringify({ title: 'Down', service: 'shop', severity: 'critical', labels: { instance: 'b' } })],
      [
        'cloudevents',
        JSON.stringify({
          specversion: '1.0',
          id: '1',
          source: '/probe',
          type: 'io.allclear.alert',
          data: { title: 'Down', service: 'shop', severity: 'critical', labels: { instance: 'b' } },
        }),
      ],
    ] as const) {
      const { tested, form } = await viewOf<RoutingBenchView>(send('/bench', 'viewer', { ...common, way, alert }))
      expect(form.errors).toEqual({})
      expect(tested?.draft).toBeNull()
      expect(tested?.saved.incident).toMatchObject({ isNew: false })
      expect(ingested).toMatchObject({ ok: true, incidentIds: [tested?.saved.incident?.id] })
      expect(tested?.saved.policy).toBeNull()
    }
  })

  it('on the page takes what Sentry posts, as what its body shows it to be', async () => {
    for (const message of [SENTRY_ISSUE, SENTRY_EVENT_ALERT, SENTRY_METRIC_ALERT]) {
      const alert = JSON.stringify(message)
      const { form, tested } = await viewOf<RoutingBenchView>(
        send('/bench', 'viewer', { draft: '', way: 'sentry', alert }),
      )
      expect(form.errors).toEqual({})
      expect(tested?.labels.alertname).not.toBe('')
    }
  })

  it('says what is wrong with the draft and where, and what is no alert', async () => {
    const bad = await viewOf<RoutingBenchView>(
      send('/bench', 'viewer', {
        draft: 'routingRules:\n  - id: a\n    name: A\n    matchers: ["a=~\\"(\\""]\n',
        alert: 'a="1"',
      }),
    )
    expect(bad.form.errors['draft']).toMatch(/^line 4, .*missing closing/)
    const stranger = await viewOf<RoutingBenchView>(send('/bench', 'viewer', { draft: 'services: []', alert: 'a="1"' }))
    expect(stranger.form.errors['draft']).toMatch(/a draft has only/)
    const inBraces = await viewOf<RoutingBenchView>(
      send('/bench', 'viewer', { draft: '{ groupBy: [alertname], routingRules: [] }', alert: 'a="1"' }),
    )
    expect(inBraces.form.errors).toEqual({})
    const slip = await viewOf<RoutingBenchView>(
      send('/bench', 'viewer', { draft: 'groupBy: [alertname]\nstorm:\n  limti: 5\n', alert: 'a="1"' }),
    )
    expect(slip.form.errors['draft']).toBe('line 3, storm.limti: there is no such field')
    const noMapping = await viewOf<RoutingBenchView>(send('/bench', 'viewer', { draft: '- a', alert: 'a="1"' }))
    expect(noMapping.form.errors['draft']).toMatch(/^a draft has/)
    const none = await viewOf<RoutingBenchView>(send('/bench', 'viewer', { draft: '', alert: 'checkout' }))
    expect(none.form.errors['alert']).toMatch(/^Line 1/)
  })
})

describe('replaying', () => {
  it('says what a draft would have changed, and changes nothing', async () => {
    const rules = [{ id: 'mute', name: 'Mute', matchers: ['service="shop"'], set: { suppress: true } }]
    await expect
      .poll(async () => (await (await api('replay', 'responder', { days: 1 })).json<{ alerts: number }>()).alerts)
      .toBe(2)
    expect((await api('replay', 'viewer', { days: 1 })).status).toBe(403)
    const answer = await (await api('replay', 'responder', { days: 1, rules })).json()
    expect(answer).toMatchObject({
      alerts: 2,
      isCapped: false,
      before: { incidents: 1, pages: 1, suppressed: 1 },
      after: { incidents: 0, pages: 0, suppressed: 2 },
      rules: [
        { id: 'mute-staging', before: 1, after: 0 },
        { id: 'mute', before: 0, after: 2 },
      ],
      differing: 1,
      differences: [{ aspects: ['paging', 'suppression'] }],
    })
    const same = await (await api('replay', 'responder', { days: 1 })).json()
    expect(same).toMatchObject({ differing: 0, before: { incidents: 1 }, after: { incidents: 1 } })
    expect((await desk().stats()).openIncidents).toBe(1)
  })

  it('on the page can be followed by saving the draft, unless someone else saved meanwhile', async () => {
    const { form } = await viewOf<RoutingBenchView>(send('/bench', 'admin'))
    const values = { draft: 'routingRules: []\n', version: String(form.values['version']), days: '1' }
    const { replayed } = await viewOf<RoutingBenchView>(send('/bench', 'responder', { ...values, do: 'replay' }))
    expect(replayed).toMatchObject({ alerts: 2, differing: 2 })
    expect((await send('/bench', 'responder', { ...values, do: 'save' })).status).toBe(403)
    expect((await send('/bench', 'admin', { ...values, version: '0', do: 'save' })).status).toBe(409)
    expect((await send('/bench', 'admin', { ...values, do: 'save' })).status).toBe(303)
    expect(await stored()).toEqual([])
  })

  it('has what rules kept out of incidents, over or not, and not what a silence did', async () => {
    await send('/rules', 'admin', staging)
    const { key } = await desk().createIntegration({ source: 'json', name: 'Staging' })
    const alert = (instance: string, endsAtMs: number | null) => ({
      labels: { alertname: instance, environment: 'staging', instance },
      annotations: {},
      startsAtMs: null,
      endsAtMs,
      generatorUrl: '',
    })
    await desk().putSilence({
      id: null,
      matchers: [{ name: 'instance', value: 'c', isRegex: false, isEqual: true }],
      startsAtMs: Date.now(),
      endsAtMs: Date.now() + 3_600_000,
      createdBy: 'root',
      comment: 'Being moved',
      annotations: {},
    })
    await desk().ingest({ source: 'json', key, alerts: ['a', 'b', 'c'].map((each) => alert(each, null)), received })
    await desk().ingest({ source: 'json', key, alerts: ['b', 'c'].map((each) => alert(each, Date.now())), received })
    const answer = await (await api('replay', 'responder', { days: 1, rules: [] })).json()
    expect(answer).toMatchObject({
      alerts: 4,
      before: { incidents: 1, suppressed: 3 },
      after: { incidents: 3, suppressed: 0 },
    })
    await send('/rules/mute-staging/remove', 'admin', {})
  })
})

it('on the page begins with an alert, however many came after it', async () => {
  const { key } = await desk().createIntegration({ source: 'json', name: 'Test' })
  const alerts = Array.from({ length: 50 }, (_, i) => ({
    labels: { alertname: 'Down', service: 'shop', instance: `later-${i}` },
    annotations: {},
    startsAtMs: i === 0 ? Date.now() - 3_600_000 : null,
    endsAtMs: null,
    generatorUrl: '',
  }))
  await desk().ingest({ source: 'json', key, alerts, received })
  const fingerprint = fingerprintOf(alerts[0]?.labels ?? {})
  const { form } = await viewOf<RoutingBenchView>(send(`/bench?alert=${fingerprint}`, 'viewer'))
  expect(form.values['alert']).toContain('instance="later-0"')
})
