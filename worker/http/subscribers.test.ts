import { env, runInDurableObject } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SubscriberDesk } from '../coordination/subscriberDesk.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { sign } from '../storage/masterKey.ts'
import { writeFilter } from '../domain/readerFilter.ts'
import type { HttpEnv } from './env.ts'
import { limitBody } from './limits.ts'
import { assertEveryRouteHasPolicy } from './policy.ts'
import { handleError } from './problem.ts'
import { pushRoutes } from './pushSubscriptions.ts'
import { subscriberRoutes } from './subscribers.ts'
import { subscriptionPages } from './subscriptionPages.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
app.route('/', subscriberRoutes)
app.route('/', pushRoutes)
app.route(
  '/',
  subscriptionPages((path, view) => Promise.resolve(Response.json({ path, view }))),
)

const desk = env.SUBSCRIBER_DESK.getByName('main')
const tokens = { manager: '', responder: '', reader: '' }

beforeAll(async () => {
  const db = database(env.DB)
  for (const [name, role, scope] of [
    ['manager', 'manager', 'subscribers:write'],
    ['responder', 'responder', '*'],
    ['reader', 'manager', 'incidents:read'],
  ] as const) {
    tokens[name] = (await createApiToken(db, { name, role, scopes: [scope], createdBy: 'root' }, Date.now())).secret
  }
  // No test sends anything.
  await runInDurableObject(desk, (instance: SubscriberDesk) => {
    instance.openCarrier = () => ({ deliver: async () => ({ ok: true, receipt: '' }), close: () => undefined })
  })
})

async function call(method: string, path: string, body?: unknown, token?: string) {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (token !== undefined) headers['Authorization'] = `Bearer ${token}`
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const answer = await app.request(`/api/v1/subscribers${path}`, init, env)
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
}

function submit(path: string, form: Record<string, string> = {}, bindings: Env = env) {
  return app.request(path, { method: 'POST', body: new URLSearchParams(form) }, bindings)
}

async function stateOf(email: string) {
  const { subscribers } = await desk.list(0, 500)
  return subscribers.find((subscriber) => subscriber.address === email)?.state ?? 'nobody'
}

async function idOf(email: string) {
  const { subscribers } = await desk.list(0, 500)
  return subscribers.find((subscriber) => subscriber.address === email)?.id ?? ''
}

const tokenFor = async (purpose: 'confirm' | 'unsubscribe' | 'manage', email: string) =>
  sign(env.MASTER_KEY, `subscriber ${purpose}`, { id: await idOf(email) }, Date.now() + 60_000)

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

describe('the API', () => {
  it('takes anyone’s address, as pending, with one answer', async () => {
    const first = await call('POST', '', { email: 'Alice@Example.com', postMortems: true })
    const again = await call('POST', '', { email: 'alice@example.com' })
    expect(first).toEqual({ status: 202, body: { accepted: true } })
    expect(again).toEqual(first)
    expect(await stateOf('Alice@example.com')).toBe('pending')
  })

  it.each([
    ['no address', { email: 'alice' }],
    ['a header in the address', { email: 'alice@example.com\r\nBcc: eve@example.com' }],
    ['a list of addresses', { email: 'alice@example.com,eve@example.com' }],
    ['nothing', {}],
    ['a number', { email: 7 }],
    ['a component that is no id', { email: 'a@example.com', components: ['../x'] }],
  ])('refuses %s with 422', async (_name, body) => {
    expect((await call('POST', '', body)).status).toBe(422)
  })

  it('takes other channels, and shows a webhook’s secret in the one answer', async () => {
    const webhook = { channel: { kind: 'webhook', url: 'https://hooks.example/status' } }
    const first = await call('POST', '', webhook)
    expect(first.status).toBe(202)
    expect(first.body).toEqual({ accepted: true, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) })
    // Known or not, and asked for too often or not.
    expect(Object.keys((await call('POST', '', webhook)).body)).toEqual(['accepted', 'secret'])
    const slack = await call('POST', '', { channel: { kind: 'slack', url: 'https://hooks.slack.com/services/T/B/x' } })
    expect(slack).toEqual({ status: 202, body: { accepted: true } })
    expect((await desk.list(0, 500)).subscribers.filter(({ kind }) => kind !== 'email')).toMatchObject([
      { kind: 'slack', address: 'hooks.slack.com', state: 'pending' },
      { kind: 'webhook', address: 'hooks.example', state: 'pending' },
    ])
  })

  it('takes a browser, with the one key of all pages, and lets it go', async () => {
    const key = async () => (await (await app.request('/api/v1/push-key', {}, env)).json<{ key: string }>()).key
    expect(await key()).toMatch(/^B[A-Za-z0-9_-]{86}$/)
    expect(await key()).toBe(await key())
    expect(await env.SUBSCRIBER_DESK.getByName('other').sealedPushKeys()).toBe(await desk.sealedPushKeys())
    const channel = {
      kind: 'push',
      endpoint: 'https://push.example/send/1',
      p256dh: `B${'A'.repeat(86)}`,
      auth: 'A'.repeat(22),
    }
    expect((await call('POST', '', { channel })).status).toBe(202)
    const state = async () => (await desk.list(0, 500)).subscribers.find(({ kind }) => kind === 'push')?.state
    expect(await state()).toBe('pending')
    const body = JSON.stringify(channel)
    const headers = { 'Content-Type': 'application/json' }
    const ended = await app.request('/api/v1/push-unsubscribe', { method: 'POST', body, headers }, env)
    expect([ended.status, await state()]).toEqual([202, 'unsubscribed'])
  })

  it.each([
    { channel: { kind: 'slack', url: 'https://hooks.example/services/T/B/x' } },
    { channel: { kind: 'webhook', url: 'https://169.254.169.254/latest' } },
    { channel: { kind: 'webhook', url: 'http://hooks.example/' } },
    { channel: { kind: 'webhook', url: 'https://hooks.example/' }, email: 'alice@example.com' },
    { channel: { kind: 'push', endpoint: 'https://push.example/', p256dh: 'short', auth: 'short' } },
    { channel: { kind: 'pigeon', url: 'https://hooks.example/' } },
    { email: 'alice@example.com', page: 'nowhere' },
    {},
  ])('refuses %j', async (body) => {
    expect((await call('POST', '', body)).status).toBe(422)
  })

  it('takes the filter of a page from the query, and what the body says over it', async () => {
    const filterOf = async (email: string, query: string, more: object = {}) => {
      expect((await call('POST', `?${query}`, { email, ...more })).status).toBe(202)
      const { subscribers } = await desk.list(0, 500)
      const filter = subscribers.find(({ address }) => address === email)?.filter
      return filter && writeFilter(filter)
    }
    expect(await filterOf('url@example.com', 'impact=major&group=Shop&lang=de')).toBe('group=Shop&impact=major&lang=de')
    expect(await filterOf('over@example.com', 'impact=major&level=major_only', { level: 'everything' })).toBe(
      'impact=major',
    )
    expect(await filterOf('plain@example.com', 'utm_source=x')).toBe('post_mortems=no')
  })

  it('refuses components that the status page does not show', async () => {
    const components = [
      { id: 'group.checkout', name: 'Shop', group: true },
      { id: 'checkout', name: 'Checkout', group: false },
    ]
    await env.PUBLIC_FILES.put('api/v2/components.json', JSON.stringify({ components }))
    expect((await call('POST', '', { email: 'c1@example.com', components: ['checkout'] })).status).toBe(202)
    expect(await call('POST', '', { email: 'c2@example.com', components: ['checkuot'] })).toMatchObject({
      status: 422,
      body: { code: 'unknown_component' },
    })
    expect((await call('POST', '?component=checkuot', { email: 'c3@example.com' })).status).toBe(422)
  })

  it('lets only a manager import confirmed addresses', async () => {
    const body = { email: 'imported@example.com', confirmed: true }
    expect((await call('POST', '', body)).status).toBe(401)
    expect((await call('POST', '', body, 'allclear_forged')).status).toBe(401)
    expect((await call('POST', '', body, tokens.responder)).status).toBe(403)
    expect((await call('POST', '', body, tokens.reader)).status).toBe(403)
    expect(await stateOf('imported@example.com')).toBe('nobody')
    expect((await call('POST', '', body, tokens.manager)).status).toBe(202)
    expect(await stateOf('imported@example.com')).toBe('confirmed')
  })

  it('shows and deletes subscribers to managers only', async () => {
    await call('POST', '', { email: 'bob@example.com', confirmed: true }, tokens.manager)
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', `/${await idOf('bob@example.com')}`],
      ['DELETE', '?email=bob@example.com'],
    ] as const) {
      expect((await call(method, path)).status).toBe(401)
      expect((await call(method, path, undefined, tokens.responder)).status).toBe(403)
      expect((await call(method, path, undefined, tokens.reader)).status).toBe(403)
    }
    expect((await call('GET', '?limit=1', undefined, tokens.manager)).body.subscribers).toHaveLength(1)
    const { body } = await call('GET', '', undefined, tokens.manager)
    const bob = { id: await idOf('bob@example.com'), email: 'bob@example.com', state: 'confirmed', components: null }
    expect(body.subscribers).toContainEqual(expect.objectContaining(bob))
    expect((await call('DELETE', `/${bob.id}`, undefined, tokens.manager)).status).toBe(204)
    expect((await call('DELETE', `/${bob.id}`, undefined, tokens.manager)).status).toBe(404)
    expect((await call('DELETE', '?email=bob@example.com', undefined, tokens.manager)).status).toBe(404)
  })
})

describe('the pages', () => {
  it('show the form, with the components to choose from', async () => {
    const page = await app.request('/subscribe', {}, env)
    expect(await page.json()).toMatchObject({
      path: '/public/subscribe',
      view: { view: 'subscribe', notice: null, components: [{ id: 'checkout', name: 'Checkout' }] },
    })
  })

  it('take an address and tell to look for the mail, whoever it is', async () => {
    const answers = []
    for (const email of ['carol@example.com', 'carol@example.com', 'imported@example.com']) {
      const answer = await submit('/subscribe', { email, components: 'checkout', postMortems: 'on' })
      answers.push(`${answer.status} ${await answer.text()}`)
    }
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('check_mail')
    expect(await stateOf('carol@example.com')).toBe('pending')
  })

  it('take a webhook, and show its secret once', async () => {
    const answer = await submit('/subscribe', { channel: 'webhook', webhook: 'https://hooks.example/form' })
    expect(await answer.json()).toMatchObject({
      view: { step: 'check_webhook', secret: expect.stringMatching(/^whsec_/) },
    })
    const chat = await submit('/subscribe', { channel: 'discord', discord: 'https://discord.com/api/webhooks/1/x' })
    expect(await chat.json()).toMatchObject({ view: { step: 'check_chat', secret: null } })
  })

  it('keep what was chosen when the address is wrong, and say so in the reader’s language', async () => {
    const form = { channel: 'slack', slack: 'https://example.com/', level: 'major_only' }
    const headers = { 'Accept-Language': 'de' }
    const answer = await app.request('/subscribe', { method: 'POST', body: new URLSearchParams(form), headers }, env)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      view: {
        channel: 'slack',
        typed: 'https://example.com/',
        query: expect.stringContaining('level=major_only'),
        notice: 'Die Adresse muss so aussehen: https://hooks.slack.com/services/…',
      },
    })
  })

  it('keep what was typed and chosen when a component is gone, or the link to a subscription cannot be sent', async () => {
    const form = { channel: 'email', email: 'carol@example.com', level: 'major_only', component: 'gone' }
    const gone = await submit('/subscribe', form)
    expect(gone.status).toBe(422)
    expect(await gone.json()).toMatchObject({
      view: { typed: 'carol@example.com', query: expect.stringContaining('level=major_only') },
    })
    const request = await submit('/subscribe/manage', { channel: 'email', email: 'carol at example.com' })
    expect(await request.json()).toMatchObject({ view: { view: 'manage-request', typed: 'carol at example.com' } })
  })

  it('say what is wrong with an address', async () => {
    const answer = await submit('/subscribe', { email: 'carol' })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ view: { view: 'subscribe', notice: expect.stringContaining('email') } })
  })

  it('confirm by the button, never by opening the link', async () => {
    await submit('/subscribe', { email: 'dave@example.com' })
    const link = `/subscribe/confirm/${await tokenFor('confirm', 'dave@example.com')}`
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await app.request(link, { method }, env)
    const page = await app.request(link, {}, env)
    expect(await page.json()).toMatchObject({ path: '/public/subscription', view: { step: 'confirm', action: link } })
    expect(await stateOf('dave@example.com')).toBe('pending')

    expect(await (await submit(link)).json()).toMatchObject({ view: { step: 'confirmed' } })
    expect(await stateOf('dave@example.com')).toBe('confirmed')
    expect((await submit('/subscribe/confirm/forged.token')).status).toBe(410)
  })

  it('unsubscribe by one POST without cookie, login or redirect', async () => {
    await call('POST', '', { email: 'erin@example.com', confirmed: true }, tokens.manager)
    const link = `/unsubscribe/${await tokenFor('unsubscribe', 'erin@example.com')}`
    const page = await app.request(link, {}, env)
    expect(await page.json()).toMatchObject({ view: { step: 'unsubscribe', action: link } })
    expect(await stateOf('erin@example.com')).toBe('confirmed')

    const answer = await submit(link, { 'List-Unsubscribe': 'One-Click' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Set-Cookie')).toBeNull()
    expect(await stateOf('erin@example.com')).toBe('unsubscribed')
    expect((await submit('/unsubscribe/forged.token')).status).toBe(404)
  })

  it('do not need the database', async () => {
    const refuse = () => {
      throw new Error('D1 is away')
    }
    const withoutDatabase: Env = { ...env, DB: new Proxy(env.DB, { get: refuse }) }
    expect((await app.request('/subscribe', {}, withoutDatabase)).status).toBe(200)
    expect((await submit('/subscribe', { email: 'frank@example.com' }, withoutDatabase)).status).toBe(200)
    expect(await stateOf('frank@example.com')).toBe('pending')
  })

  it('take what is wanted as the form has it', async () => {
    const form = new URLSearchParams([
      ['email', 'grace@example.com'],
      ['component', 'checkout'],
      ['group', 'Shop'],
      ['level', 'start_and_resolve'],
      ['impact', 'major'],
    ])
    const headers = { 'Accept-Language': 'fr-CH, fr;q=0.9, en;q=0.8' }
    const answer = await app.request('/subscribe', { method: 'POST', body: form, headers }, env)
    expect(answer.status).toBe(200)
    await submit(`/subscribe/confirm/${await tokenFor('confirm', 'grace@example.com')}`)
    const { body } = await call('GET', '', undefined, tokens.manager)
    expect(body.subscribers).toContainEqual(
      expect.objectContaining({
        email: 'grace@example.com',
        filter: 'component=checkout&group=Shop&impact=major&level=start_and_resolve&post_mortems=no&lang=fr',
      }),
    )
  })

  it('follow one incident while it is not over', async () => {
    await env.PUBLIC_FILES.put(
      'api/v2/incidents/unresolved.json',
      JSON.stringify({ incidents: [{ id: '0123456789ab', name: 'Checkout is slow' }] }),
    )
    const followed = await submit('/incidents/0123456789ab/follow', { email: 'heidi@example.com' })
    expect(await followed.json()).toMatchObject({ view: { step: 'check_mail' } })
    expect(await stateOf('heidi@example.com')).toBe('pending')
    const again = await submit('/incidents/0123456789ab/follow', { email: 'heidi' })
    expect(again.status).toBe(422)
    expect(await again.json()).toMatchObject({
      path: '/public/follow',
      view: {
        incident: { id: '0123456789ab' },
        typed: 'heidi',
        notice: expect.stringContaining('not an email address'),
      },
    })
    expect((await submit('/incidents/over/follow', { email: 'heidi@example.com' })).status).toBe(404)
    const byApi = await call('POST', '', { email: 'ivan@example.com', incident: 'over' })
    expect(byApi).toMatchObject({ status: 422, body: { code: 'unknown_incident' } })
    expect((await call('POST', '', { email: 'ivan@example.com', incident: '0123456789ab' })).status).toBe(202)
  })

  it('show, change, export and erase by the link, and nothing by opening it', async () => {
    await call('POST', '', { email: 'judy@example.com', confirmed: true }, tokens.manager)
    const link = `/subscription/${await tokenFor('manage', 'judy@example.com')}`
    expect(await (await app.request(link, {}, env)).json()).toMatchObject({
      path: '/public/manage',
      view: { subscription: { address: 'judy@example.com', state: 'confirmed' }, action: link, isSaved: false },
    })
    const saved = await submit(link, { component: 'checkout', level: 'major_only', lang: 'ja' })
    expect(await saved.json()).toMatchObject({
      view: { isSaved: true, subscription: { query: 'component=checkout&level=major_only&post_mortems=no&lang=ja' } },
    })
    const data = await app.request(`${link}/data.json`, {}, env)
    expect(data.headers.get('Content-Disposition')).toContain('attachment')
    expect(await data.json()).toMatchObject({ subscriptions: [{ address: 'judy@example.com' }] })
    expect(await (await submit(`${link}/erase`)).json()).toMatchObject({ view: { step: 'erased' } })
    expect(await stateOf('judy@example.com')).toBe('nobody')
    for (const path of [link, `${link}/data.json`, '/subscription/forged.token'])
      expect((await app.request(path, {}, env)).status).toBe(410)
  })

  it('leave by the link to manage, and ask for it with one answer', async () => {
    await call('POST', '', { email: 'kim@example.com', confirmed: true }, tokens.manager)
    const token = await tokenFor('manage', 'kim@example.com')
    const answers = []
    for (const email of ['kim@example.com', 'never@example.com'])
      answers.push(await (await submit('/subscribe/manage', { email })).text())
    expect(new Set(answers).size).toBe(1)
    expect((await submit('/subscribe/manage', { email: 'kim' })).status).toBe(422)
    expect(await (await submit(`/unsubscribe/${token}`)).json()).toMatchObject({ view: { step: 'unsubscribed' } })
    expect(await stateOf('kim@example.com')).toBe('unsubscribed')
  })

  it('send the link to manage to each channel, whoever it is, and say what is wrong with an address', async () => {
    const stepOf = async (form: Record<string, string>) =>
      (await (await submit('/subscribe/manage', form)).json<{ view: { step: string } }>()).view.step
    expect(await stepOf({ channel: 'webhook', webhook: 'https://hooks.example/manage' })).toBe('link_sent')
    expect(await stepOf({ channel: 'slack', slack: 'https://hooks.slack.com/services/T/B/manage' })).toBe('link_sent')
    expect(await stepOf({ channel: 'sms', sms: '+49 170 7654321' })).toBe('link_sent')
    const notice = await submit('/subscribe/manage', { channel: 'sms', sms: '0170' })
    expect(notice.status).toBe(422)
    expect(await notice.json()).toMatchObject({
      view: { view: 'manage-request', channel: 'sms', smsPrefixes: '+49, +43' },
    })
  })

  it('tell who asks by text that it comes tomorrow once the texts for requests are used up', async () => {
    const ask = async (path: string, number: string) =>
      (await (await submit(path, { channel: 'sms', sms: number })).json<{ view: { step: string } }>()).view.step
    expect(await ask('/subscribe', '+49 170 1111111')).toBe('check_phone')
    while (await desk.takeText(true));
    expect(await ask('/subscribe', '+49 170 2222222')).toBe('phone_later')
    expect(await ask('/subscribe/manage', '+49 170 3333333')).toBe('phone_later')
    expect((await desk.list(0, 500)).subscribers).toContainEqual(
      expect.objectContaining({ address: '…2222', state: 'pending' }),
    )
    expect(await desk.textUse()).toMatchObject({ sent: 10, refused: 0, putOff: 1, putsOff: true, dailyMax: 40 })
    // News goes on.
    expect(await desk.takeText(false)).toBe(true)
  })

  it('have what stands around every page', async () => {
    const around = { supportUrl: 'https://example.com/help', hasPerformance: true }
    await env.PUBLIC_FILES.put('around.json', JSON.stringify(around))
    const shown = await app.request('/subscribe', {}, env)
    expect(await shown.json()).toMatchObject({ view: { page: around } })
    await env.PUBLIC_FILES.delete('around.json')
  })
})
