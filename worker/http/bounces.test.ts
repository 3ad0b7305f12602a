import { createHmac } from 'node:crypto'
import { env, runInDurableObject } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../delivery/sender.ts'
import type { SubscriberDesk } from '../coordination/subscriberDesk.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { signLink } from '../storage/subscriberLinks.ts'
import { bounceRoutes } from './bounces.ts'
import type { HttpEnv } from './env.ts'
import { handleError } from './problem.ts'
import { assertEveryRouteHasPolicy } from './policy.ts'
import { takeMail } from './returnedMail.ts'
import { subscriberRoutes } from './subscribers.ts'
import { subscriptionPages } from './subscriptionPages.ts'
import { twilioHooks } from './twilioHooks.ts'

const app = new Hono<HttpEnv>()
app.onError(handleError)
app.route('/', bounceRoutes)
app.route('/', subscriberRoutes)
app.route('/hooks', twilioHooks)
app.route(
  '/',
  subscriptionPages((path, view) => Promise.resolve(Response.json({ path, view }))),
)

const desk = env.SUBSCRIBER_DESK.getByName('main')
const texts: { readonly number: string; readonly message: Message }[] = []
let manager = ''
let outsider = ''

beforeAll(async () => {
  const db = database(env.DB)
  const token = async (role: 'manager' | 'responder') =>
    (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'root' }, Date.now())).secret
  manager = await token('manager')
  outsider = await token('responder')
  await runInDurableObject(desk, (instance: SubscriberDesk) => {
    instance.openCarrier = () => ({
      deliver: async (channel, message) => {
        if (channel.kind === 'sms') texts.push({ number: channel.number, message })
        return { ok: true, receipt: '' }
      },
      close: () => undefined,
    })
  })
})

function post(body: string, type = 'application/json', token = manager) {
  const headers = { 'Content-Type': type, Authorization: `Bearer ${token}` }
  return app.request('/api/v1/subscribers/bounces', { method: 'POST', headers, body }, env)
}

async function subscribed(email: string): Promise<string> {
  await desk.subscribe({ email, confirmed: true })
  const { subscribers } = await desk.list(0, 500)
  return subscribers.find(({ address }) => address === email)?.id ?? ''
}

async function stateOf(email: string) {
  const { subscribers } = await desk.list(0, 500)
  return subscribers.find(({ address }) => address === email)?.state
}

async function dsnFor(id: string, status = '5.1.1', part = 'text/rfc822-headers'): Promise<string> {
  const token = await signLink(env.MASTER_KEY, 'unsubscribe', { id, page: 'main' }, Date.now() + 60_000)
  return [
    'From: MAILER-DAEMON@mx.example.com',
    'To: status@acme.example',
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'I am sorry.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.com',
    '',
    'Final-Recipient: rfc822; someone@example.com',
    'Action: failed',
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 No such user',
    '',
    '--b',
    `Content-Type: ${part}`,
    '',
    'From: Acme <status@acme.example>',
    'Subject: Checkout is slow',
    `List-Unsubscribe: <https://status.acme.example/unsubscribe/${token}>`,
    '',
    'The mail.',
    '--b--',
    '',
  ].join('\r\n')
}

function arf(dsn: string): string {
  return dsn
    .replace('report-type=delivery-status', 'report-type=feedback-report')
    .replace('message/delivery-status', 'message/feedback-report')
    .replace('Reporting-MTA: dns; mx.example.com\r\n\r\n', 'Feedback-Type: abuse\r\nVersion: 1\r\n')
}

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

describe('reports', () => {
  it('suppress whom they name', async () => {
    await subscribed('gone@example.com')
    const reports = [
      { email: 'Gone@example.com', kind: 'bounce', reason: '550 5.1.1' },
      { email: 'unknown@example.com', kind: 'complaint' },
    ]
    const answer = await post(JSON.stringify({ reports }))
    expect([answer.status, await answer.json()]).toEqual([200, { suppressed: 1 }])
    expect(await stateOf('gone@example.com')).toBe('suppressed')
  })

  it.each([
    ['nothing', {}],
    ['none', { reports: [] }],
    ['a kind nobody knows', { reports: [{ email: 'a@example.com', kind: 'dislike' }] }],
    ['too many', { reports: Array.from({ length: 1001 }, () => ({ email: 'a@example.com', kind: 'bounce' })) }],
  ])('are refused with 422 when they are %s', async (_name, body) => {
    expect((await post(JSON.stringify(body))).status).toBe(422)
  })

  it('are taken from managers only', async () => {
    const body = JSON.stringify({ reports: [{ email: 'a@example.com', kind: 'bounce' }] })
    expect((await post(body, 'application/json', outsider)).status).toBe(403)
    expect((await post(body, 'application/json', 'allclear_forged')).status).toBe(401)
  })
})

describe('a mail that came back', () => {
  it.each(['text/rfc822-headers', 'message/rfc822'])('suppresses whom it did not reach (%s)', async (part) => {
    const email = `${part.replace('/', '-')}@example.com`
    const answer = await post(await dsnFor(await subscribed(email), '5.1.1', part), 'message/rfc822')
    expect([answer.status, await answer.json()]).toEqual([200, { suppressed: 1 }])
    expect(await stateOf(email)).toBe('suppressed')
  })

  it('changes nothing when it may pass, or says nothing of a mail of ours', async () => {
    const id = await subscribed('full@example.com')
    expect(await (await post(await dsnFor(id, '4.2.2'), 'message/rfc822')).json()).toEqual({ suppressed: 0 })
    const forged = (await dsnFor(id)).replace(/(unsubscribe\/)[^>]*/, '$1forged.token')
    expect((await post(forged, 'message/rfc822')).status).toBe(422)
    expect((await post('no mail at all', 'message/rfc822')).status).toBe(422)
    expect(await stateOf('full@example.com')).toBe('confirmed')
  })

  it('is taken by Email Routing as well, a complaint like a bounce', async () => {
    const rejected: string[] = []
    const route = async (raw: string) => {
      const bytes = new TextEncoder().encode(raw)
      const body = new Response(bytes).body
      if (body === null) throw new Error('no body')
      const message = { to: 'status@acme.example', raw: body, rawSize: bytes.length }
      await takeMail({ ...message, setReject: (reason) => void rejected.push(reason) }, env)
    }
    await route(arf(await dsnFor(await subscribed('angry@example.com'))))
    expect(await stateOf('angry@example.com')).toBe('suppressed')
    expect(rejected).toEqual([])
    await route('From: a@example.com\r\nTo: status@acme.example\r\nSubject: Hello\r\n\r\nHow are you?\r\n')
    expect(rejected).toEqual([expect.stringContaining('no report')])
  })
})

describe('texts', () => {
  /** As Twilio signs it. */
  function fromTwilio(path: string, fields: Record<string, string>, token = 'auth-token-for-tests') {
    const signed = Object.keys(fields)
      .sort()
      .reduce((text, name) => text + name + fields[name], env.PUBLIC_URL + path)
    const signature = createHmac('sha1', token).update(signed).digest('base64')
    const headers = { 'X-Twilio-Signature': signature }
    return app.request(path, { method: 'POST', headers, body: new URLSearchParams(fields) }, env)
  }
  const answerTo = async (From: string, Body: string, more = {}) =>
    (await fromTwilio('/hooks/twilio/messages', { From, Body, ...more })).text()

  async function ask(number: string, more: Record<string, string> = {}) {
    const body = new URLSearchParams({ channel: 'sms', sms: number, ...more })
    return app.request('/subscribe', { method: 'POST', body }, env)
  }
  const stateOfNumber = async (end: string) =>
    (await desk.list(0, 500)).subscribers.find(({ address }) => address === `…${end}`)?.state

  async function linkTo(number: string): Promise<string> {
    await expect.poll(() => texts.some((text) => text.number === number)).toBe(true)
    const link = texts.findLast((text) => text.number === number)?.message.links.manage ?? ''
    expect(link).toMatch(/\/s\/[0-9a-z]{29}$/)
    return new URL(link).pathname
  }

  it('ask a number in any spelling, with one answer, and confirm by the short link and its button', async () => {
    const answers = []
    for (const number of ['+49 170 1110001', '0049 (170) 111-0001', '+4366411100021'])
      answers.push(await (await ask(number)).text())
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('check_phone')
    const short = await linkTo('+491701110001')
    const asked = await app.request(short, {}, env)
    expect([asked.status, await stateOfNumber('0001')]).toEqual([303, 'pending'])
    const confirm = asked.headers.get('Location') ?? ''
    expect(confirm).toMatch(/^\/subscribe\/confirm\//)
    expect((await app.request(confirm, { method: 'POST' }, env)).status).toBe(200)
    expect(await stateOfNumber('0001')).toBe('confirmed')

    // From now on the same link shows what is subscribed, and gives it back in full.
    const manage = (await app.request(short, {}, env)).headers.get('Location') ?? ''
    expect(await (await app.request(manage, {}, env)).json()).toMatchObject({
      view: { subscription: { kind: 'sms', address: '…0001', state: 'confirmed' } },
    })
    const data = await app.request(`${manage}/data.json`, {}, env)
    expect(await data.json()).toMatchObject({ subscriptions: [{ channel: 'sms', address: '+491701110001' }] })
    expect(await (await app.request(`${manage}/erase`, { method: 'POST' }, env)).json()).toMatchObject({
      view: { step: 'erased' },
    })
    expect(await stateOfNumber('0001')).toBeUndefined()
    for (const forged of [`${short.slice(0, -1)}!`, `/s/${'0'.repeat(29)}`, '/s/x'])
      expect((await app.request(forged, {}, env)).status).toBe(404)
  })

  it('take no number without its country, or of a country that is not written to', async () => {
    for (const number of ['0170 1110002', '+882 16 5550001', 'bob'])
      expect(await (await ask(number, { lang: 'en' })).json()).toMatchObject({
        view: { view: 'subscribe', channel: 'sms', notice: expect.any(String) },
      })
    const byApi = (number: string) =>
      app.request(
        '/api/v1/subscribers',
        {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ channel: { kind: 'sms', number } }),
        },
        env,
      )
    expect((await byApi('+882165550001')).status).toBe(422)
    expect((await byApi('+49 170 1110003')).status).toBe(202)
  })

  it('end with STOP, come back with START, are explained by HELP', async () => {
    const number = '+491701110004'
    await ask(number)
    await linkTo(number)
    expect(await answerTo(number, 'Yes')).toMatch(/^<\?xml.*<Message>[^<]*\/s\/[0-9a-z]{29}<\/Message>/s)
    expect(await stateOfNumber('0004')).toBe('confirmed')
    // Twilio answers that itself.
    expect(await answerTo(number, 'Stop')).toContain('<Response></Response>')
    expect(await stateOfNumber('0004')).toBe('unsubscribed')
    expect(await answerTo(number, 'START', { OptOutType: 'START' })).toContain('<Response></Response>')
    expect(await stateOfNumber('0004')).toBe('confirmed')
    expect(await answerTo(number, 'What is this?')).toContain('<Response></Response>')
    expect(await answerTo('+491701119999', 'HELP')).toContain('/subscribe#sms</Message>')
    expect(await answerTo('+491701119999', 'HELP')).toContain('<Message>')
    // Whoever asks on and on is not answered on and on.
    expect(await answerTo('+491701119999', 'HELP')).toContain('<Response></Response>')
  })

  it('that do not arrive are noted, and an end that is none gets no more', async () => {
    const number = '+491701110005'
    await desk.subscribe({ channel: { kind: 'sms', number }, confirmed: true })
    const { subscribers } = await desk.list(0, 500)
    const id = subscribers.find(({ address }) => address === '…0005')?.id ?? ''
    const path = `/hooks/twilio/status?${new URLSearchParams({ page: 'main', id: `update:u.1.${id}` }).toString()}`
    const status = (MessageStatus: string, ErrorCode = '') =>
      fromTwilio(path, { MessageSid: 'SM1', MessageStatus, ...(ErrorCode === '' ? {} : { ErrorCode }) })
    for (const [state, code] of [
      ['delivered', ''],
      ['undelivered', '30008'],
      ['failed', '30007'],
    ] as const)
      expect((await status(state, code)).status).toBe(204)
    expect(await stateOfNumber('0005')).toBe('confirmed')
    await status('undelivered', '30005')
    expect(await stateOfNumber('0005')).toBe('suppressed')
    expect((await fromTwilio('/hooks/twilio/status?page=nowhere&id=x', { MessageStatus: 'failed' })).status).toBe(204)
  })

  it('are heard only when Twilio signed them', async () => {
    const number = '+491701110006'
    await desk.subscribe({ channel: { kind: 'sms', number }, confirmed: true })
    const fields = { From: number, Body: 'STOP' }
    expect((await fromTwilio('/hooks/twilio/messages', fields, 'another-token')).status).toBe(403)
    const body = new URLSearchParams(fields)
    expect((await app.request('/hooks/twilio/messages', { method: 'POST', body }, env)).status).toBe(403)
    expect(await stateOfNumber('0006')).toBe('confirmed')
    const none: Env = { ...env, TWILIO_ACCOUNT_SID: '' }
    expect((await app.request('/hooks/twilio/messages', { method: 'POST', body }, none)).status).toBe(403)
    expect(await (await app.request('/subscribe', {}, none)).json()).toMatchObject({ view: { smsPrefixes: null } })
    expect(await (await app.request('/subscribe', {}, env)).json()).toMatchObject({ view: { smsPrefixes: '+49, +43' } })
  })

  it('are erased by number', async () => {
    await desk.subscribe({ channel: { kind: 'sms', number: '+491701110007' }, confirmed: true })
    const headers = { Authorization: `Bearer ${manager}` }
    const erase = (query: string) => app.request(`/api/v1/subscribers?${query}`, { method: 'DELETE', headers }, env)
    expect((await erase('number=%2B49%20170%201110007')).status).toBe(204)
    expect((await erase('number=%2B491701110007')).status).toBe(404)
    for (const query of ['', 'number=0170', 'number=%2B491701110007&email=a@example.com'])
      expect((await erase(query)).status).toBe(422)
  })

  it('stop for the day at its bound, and for who asks from outside long before', async () => {
    const other = env.SUBSCRIBER_DESK.getByName('another-page')
    const taken: boolean[] = []
    for (let i = 0; i < 45; i++) taken.push(await other.takeText(true))
    expect(taken.filter(Boolean).length).toBeLessThanOrEqual(10)
    for (let i = 0; i < 45; i++) taken.push(await other.takeText(false))
    expect(taken.at(-1)).toBe(false)
    expect((await desk.deliveries(1)).texts).toMatchObject({ sent: 40, dailyMax: 40 })
    await other.giveBackText(false)
    expect((await desk.deliveries(1)).texts).toMatchObject({ sent: 39 })
    expect(await other.takeText(false)).toBe(true)
  })
})
