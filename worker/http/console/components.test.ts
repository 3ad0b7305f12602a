import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { ComponentRule } from '../../domain/componentRule.ts'
import { Organisation } from '../../domain/organisation.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { applyConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { handleError } from '../problem.ts'
import { componentRulePages } from './componentRules.ts'
import type { ComponentView, ComponentsView } from './componentViews.ts'
import { componentPages } from './components.ts'
import { ruleInWords } from './componentForms.ts'
import type { FormState } from './views.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
for (const pages of [componentPages, componentRulePages])
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
    components: [
      { id: 'checkout', name: 'Checkout', group: 'Shop' },
      { id: 'search', name: 'Search' },
    ],
    services: [{ id: 'api', name: 'API' }],
  })
  await applyConfiguration(env, wanted, { by: { kind: 'system', name: 'test' }, source: 'api', message: null })
})

function send(method: string, path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const init = { method, headers: { Authorization: `Bearer ${tokens[role]}` } }
  return app.request(path, form === undefined ? init : { ...init, body: new URLSearchParams(form) }, env)
}

async function one(id = 'checkout'): Promise<ComponentView> {
  return (await (await send('GET', `/console/components/${id}`, 'viewer')).json<{ view: ComponentView }>()).view
}

async function rules() {
  return (await loadOrganisation(database(env.DB)))?.organisation.statusPage.componentRules
}

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

describe('a state set by hand', () => {
  it('is what readers see, says who and why, and is given back', async () => {
    const set = { status: 'partial_outage', reason: 'Cards are refused', tells: 'yes', expectedVersion: '0' }
    expect((await send('POST', '/console/components/checkout/set', 'viewer', set)).status).toBe(403)
    const done = await send('POST', '/console/components/checkout/set', 'responder', set)
    expect([done.status, done.headers.get('Location')]).toEqual([303, '/console/components/checkout?done=set'])
    const held = await one()
    expect(held).toMatchObject({
      isHeld: true,
      component: {
        shown: { status: 'partial_outage' },
        sources: [{ kind: 'hand', by: 'responder', reason: 'Cards are refused', untilMs: null }],
      },
      changes: [{ from: 'operational', to: 'partial_outage', by: 'responder', why: 'Cards are refused' }],
    })
    const stale = await send('POST', '/console/components/checkout/set', 'responder', set)
    expect(stale.status).toBe(409)
    const back = { expectedVersion: String(held.version), tells: 'yes' }
    expect((await send('POST', '/console/components/checkout/give-back', 'responder', back)).status).toBe(303)
    expect(await one()).toMatchObject({ isHeld: false, component: { shown: { status: 'operational' }, sources: [] } })
    expect((await send('POST', '/console/components/checkout/give-back', 'responder', {})).status).toBe(409)
  })

  it.each([
    ['state', { status: '', reason: 'x' }, 'status'],
    ['reason', { status: 'operational', reason: ' ' }, 'reason'],
    ['end', { status: 'operational', reason: 'x', until: 'soon' }, 'until'],
    ['end that is still to come', { status: 'operational', reason: 'x', until: '2020-01-01T00:00' }, 'until'],
  ])('needs a good %s, and says so beside the field with what was typed', async (_, form, field) => {
    const answer = await send('POST', '/console/components/search/set', 'responder', form)
    expect(answer.status).toBe(422)
    const { view } = await answer.json<{ view: ComponentView }>()
    expect(view.refused?.errors[field]).toMatch(/\w/)
    expect(view.refused?.values['status']).toBe(form.status)
  })

  it('is refused for what is not there', async () => {
    for (const id of ['nothing', 'No%20slug'])
      expect((await send('GET', `/console/components/${id}`, 'viewer')).status).toBe(404)
    const form = { status: 'operational', reason: 'x' }
    expect((await send('POST', '/console/components/nothing/set', 'responder', form)).status).toBe(404)
  })
})

describe('a rule', () => {
  const rule = { component: 'search', status: 'major_outage', severity: 'sev1', forMinutes: '5', tells: 'yes' }

  it('is added, changed and removed by admins, and never another than the one that was seen', async () => {
    expect((await send('POST', '/console/component-rules', 'responder', rule)).status).toBe(403)
    expect((await send('POST', '/console/component-rules', 'admin', rule)).status).toBe(303)
    expect(await rules()).toMatchObject([{ component: 'search', when: { severity: 'sev1' }, forMinutes: 5 }])
    const list = await (await send('GET', '/console/components', 'viewer')).json<{ view: ComponentsView }>()
    expect(list.view.rules).toMatchObject([{ index: 0, when: 'an incident at least sev1 is open' }])

    const open = await (await send('GET', '/console/component-rules/0', 'admin')).json<{ view: { form: FormState } }>()
    const seen = String(open.view.form.values['seen'])
    const changed = { ...rule, service: 'api', seen }
    expect((await send('POST', '/console/component-rules/0', 'admin', changed)).status).toBe(303)
    expect(await rules()).toMatchObject([{ when: { severity: 'sev1', service: 'api' } }])
    expect((await send('POST', '/console/component-rules/0', 'admin', changed)).status).toBe(409)
    const gone = await send('POST', '/console/component-rules/0/remove', 'admin', { seen })
    expect(gone.headers.get('Location')).toContain('done=gone')

    const now = JSON.stringify((await rules())?.[0])
    expect((await send('POST', '/console/component-rules/0/remove', 'admin', { seen: now })).status).toBe(303)
    expect(await rules()).toEqual([])
  })

  it.each([
    ['no component', { ...rule, component: '' }, 'component'],
    ['a component that is not there', { ...rule, component: 'nothing' }, 'component'],
    ['no reason to hold', { ...rule, severity: '' }, 'severity'],
    ['a service that is not there', { ...rule, service: 'nothing' }, 'service'],
    ['a matcher that is none', { ...rule, alerts: 'severity' }, 'alerts'],
    ['a regex that is none', { ...rule, alerts: 'severity=~"("' }, 'alerts'],
    ['too long a wait', { ...rule, forMinutes: '9999' }, 'forMinutes'],
    ['a wait that is no number', { ...rule, forMinutes: 'soon' }, 'forMinutes'],
    ['a third party without an id', { ...rule, dependency: 'No slug' }, 'dependency'],
  ])('with %s says so beside the field', async (_, form, field) => {
    const answer = await send('POST', '/console/component-rules', 'admin', form)
    expect(answer.status).toBe(422)
    const { view } = await answer.json<{ view: { form: FormState } }>()
    expect(Object.keys(view.form.errors)).toEqual([field])
  })
})

it('says a rule by names: of the service, of the third party and of its component', () => {
  const when = { service: 'api', dependency: { id: 'psp', part: 'b2k7', atLeast: 'major_outage' } }
  const rule = ComponentRule.parse({ component: 'checkout', status: 'partial_outage', when })
  const parts = new Map([['psp', [{ id: 'b2k7', name: 'Payouts', status: null }]]])
  const words = (known: typeof parts) =>
    ruleInWords(rule, [{ id: 'api', name: 'API' }], [{ id: 'psp', name: 'Stripe' }], known)
  expect(words(parts)).toBe(
    'an incident about API is open, and “Payouts” of the third party Stripe is in major outage or worse',
  )
  expect(words(new Map())).toContain('“b2k7” of the third party Stripe')
})
