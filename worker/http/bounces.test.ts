import { env, runInDurableObject } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SubscriberDesk } from '../coordination/subscriberDesk.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { signLink } from '../storage/subscriberLinks.ts'
import { bounceRoutes } from './bounces.ts'
import type { HttpEnv } from './env.ts'
import { handleError } from './problem.ts'
import { assertEveryRouteHasPolicy } from './policy.ts'
import { takeMail } from './returnedMail.ts'

const app = new Hono<HttpEnv>()
app.onError(handleError)
app.route('/', bounceRoutes)

const desk = env.SUBSCRIBER_DESK.getByName('main')
let manager = ''
let outsider = ''

beforeAll(async () => {
  const db = database(env.DB)
  const token = async (role: 'manager' | 'responder') =>
    (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'root' }, Date.now())).secret
  manager = await token('manager')
  outsider = await token('responder')
  await runInDurableObject(desk, (instance: SubscriberDesk) => {
    instance.openTransport = () => ({ send: async () => ({ ok: true, receipt: '' }), close: () => undefined })
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
