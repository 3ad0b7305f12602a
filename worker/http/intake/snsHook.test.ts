import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import {
  cloudWatchAlarm,
  confirmation,
  notification,
  signedBySns,
  SNS_CERTIFICATE,
  SNS_CERTIFICATE_URL,
  SNS_TOPIC,
  type SnsFields,
} from './sns.fixtures.ts'
import { snsHook } from './snsHook.ts'
import { snsAddress } from './snsSignature.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', snsHook)
const desk = env.ALERT_DESK.getByName('main')
let key = ''
let integrationId = ''
let called: string[] = []
let answerOf = (url: string): Response =>
  url === SNS_CERTIFICATE_URL ? new Response(SNS_CERTIFICATE) : new Response('<ConfirmSubscriptionResponse/>')
const ordinary = answerOf

beforeAll(async () => {
  const made = await desk.createIntegration({ source: 'sns', name: 'AWS' })
  key = made.key
  integrationId = made.id
})

beforeEach(() => {
  called = []
  answerOf = ordinary
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const url = input instanceof Request ? input.url : input.toString()
    called.push(url)
    return answerOf(url)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
})

function post(fields: SnsFields, headers: Record<string, string> = {}) {
  // SNS sends JSON as text.
  const init = { method: 'POST', headers: { 'Content-Type': 'text/plain; charset=UTF-8', ...headers } }
  return Promise.resolve(app.request(`/hooks/sns/${key}`, { ...init, body: JSON.stringify(fields) }, env))
}

async function firing(name: string) {
  const active = await desk.activeAlerts()
  return active.map(({ alert }) => alert).filter(({ labels }) => labels['alertname'] === name)
}

describe('an alarm of CloudWatch', () => {
  it.each(['1', '2'] as const)('fires and ends, signed by version %s', async (version) => {
    const name = `alarm-${version}`
    const arn = `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`
    const alarm = (state: 'OK' | 'ALARM') => cloudWatchAlarm(state, { AlarmName: name, AlarmArn: arn })
    const answer = await post(
      signedBySns(notification(alarm('ALARM'), { Subject: 'ALARM: "x" in EU (Frankfurt)' }), version),
    )
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ accepted: 1, incidents: [expect.any(String)] })
    const [alert] = await firing(name)
    expect(alert?.labels).toEqual({
      alertname: name,
      account: '123456789012',
      region: 'eu-central-1',
      namespace: 'AWS/ApplicationELB',
      metric: 'HTTPCode_Target_5XX_Count',
      state: 'ALARM',
      severity: 'critical',
      service: 'checkout',
      LoadBalancer: 'app/shop/50dc6c495c0c9188',
    })
    expect(alert?.annotations['reason']).toContain('Threshold Crossed')
    expect(alert?.generatorUrl).toContain('https://eu-central-1.console.aws.amazon.com/cloudwatch/home')

    expect((await post(signedBySns(notification(alarm('OK')), version))).status).toBe(202)
    expect(await firing(name)).toEqual([])
  })

  it('that cannot be judged fires and says why, until it can be again', async () => {
    const more = { AlarmName: 'unmeasured', AlarmArn: null, AlarmDescription: null, Trigger: undefined }
    await post(signedBySns(notification(cloudWatchAlarm('INSUFFICIENT_DATA', more))))
    const [alert] = await firing('unmeasured')
    expect(alert?.labels['severity']).toBe('warning')
    expect(alert?.annotations['summary']).toBe('unmeasured cannot be judged: CloudWatch has not enough data for it')
    await post(signedBySns(notification(cloudWatchAlarm('ALARM', more))))
    const measured = await firing('unmeasured')
    expect(measured.map(({ labels }) => [labels['state'], labels['severity']])).toEqual([['ALARM', undefined]])
    await post(signedBySns(notification(cloudWatchAlarm('OK', more))))
    expect(await firing('unmeasured')).toEqual([])
  })
})

describe('any other notification', () => {
  it('is an alert of its subject', async () => {
    await post(signedBySns(notification('Instance i-1 will be retired.\nMore', { Subject: 'Retirement' })))
    const [alert] = await firing('Retirement')
    expect(alert).toMatchObject({
      labels: { alertname: 'Retirement', topic: 'alarms' },
      annotations: { description: 'Instance i-1 will be retired.\nMore', topic_arn: SNS_TOPIC },
    })
  })

  it('of the plain form can say that it is over', async () => {
    const message = { title: 'Queue stuck', severity: 'critical', service: 'checkout' }
    await post(signedBySns(notification(message)))
    expect(await firing('Queue stuck')).toHaveLength(1)
    await post(signedBySns(notification({ ...message, status: 'resolved' })))
    expect(await firing('Queue stuck')).toEqual([])
  })
})

describe('JSON with a title', () => {
  it('and fields that the plain form has not is read as the plain form', async () => {
    const message = { title: 'Lag grows', severity: 'critical', runbook: 'https://x.example/', detail: { a: 1 } }
    expect((await post(signedBySns(notification(message)))).status).toBe(202)
    expect(await firing('Lag grows')).toMatchObject([{ labels: { severity: 'critical' } }])
    await post(signedBySns(notification({ ...message, status: 'resolved' })))
    expect(await firing('Lag grows')).toEqual([])
  })

  it.each<[string, object]>([
    ['a field of another kind', { title: 'A wrong field', severity: 3 }],
    ['a state of its own', { title: 'A wrong state', status: 'open' }],
  ])('and %s is an alert of its title', async (_name, message) => {
    expect((await post(signedBySns(notification(message)))).status).toBe(202)
    const { title } = message as { title: string }
    expect(await firing(title)).toMatchObject([{ annotations: { description: JSON.stringify(message) } }])
  })

  it.each([{ title: 7 }, { title: '' }])('of no use, %j, is an alert of its subject', async (message) => {
    const subject = `Untitled ${JSON.stringify(message)}`
    await post(signedBySns(notification(message, { Subject: subject })))
    expect(await firing(subject)).toHaveLength(1)
  })
})

describe('a subscription', () => {
  it('is confirmed on the host of SNS, shown, and forgotten when it ends', async () => {
    const answer = await post(signedBySns(confirmation('SubscriptionConfirmation')))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ confirmed: SNS_TOPIC })
    expect(called.filter((url) => url.includes('Action=ConfirmSubscription'))).toHaveLength(1)
    const shown = async () => (await desk.topics()).filter((topic) => topic.integrationId === integrationId)
    expect(await shown()).toMatchObject([{ arn: SNS_TOPIC }])

    called = []
    expect((await post(signedBySns(confirmation('UnsubscribeConfirmation')))).status).toBe(200)
    expect(called.filter((url) => url.includes('Action='))).toEqual([])
    expect(await shown()).toEqual([])
  })

  it.each([
    'https://sns.eu-central-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
    'http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://169.254.169.254/latest/meta-data/',
  ])('is never confirmed at %s', async (SubscribeURL) => {
    const answer = await post(signedBySns(confirmation('SubscriptionConfirmation', { SubscribeURL })))
    expect(answer.status).toBe(422)
    expect(called).not.toContain(SubscribeURL)
  })

  it('that SNS does not take is asked for again', async () => {
    answerOf = (url) => (url.includes('Action=') ? new Response('', { status: 400 }) : ordinary(url))
    const answer = await post(signedBySns(confirmation('SubscriptionConfirmation')))
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'not_confirmed' }])
  })
})

it.each([
  'us-east-1',
  'us-gov-west-1',
  'us-isob-east-1',
  'ap-southeast-3',
  'il-central-1',
  'mx-central-1',
  'cn-north-1.amazonaws.com.cn',
])('knows the host of %s', (region) => {
  const host = `sns.${region.includes('.') ? region : `${region}.amazonaws.com`}`
  expect(snsAddress(`https://${host}/SimpleNotificationService-1.pem`)?.host).toBe(host)
})

describe('what SNS did not sign', () => {
  const good = () => signedBySns(notification(cloudWatchAlarm('ALARM', { AlarmName: 'Forged' })))

  it.each<[string, () => SnsFields, number, string]>([
    ['another message', () => ({ ...good(), Message: good()['Message'] + ' ' }), 401, 'wrong_signature'],
    ['another topic', () => ({ ...good(), TopicArn: `${SNS_TOPIC}2` }), 401, 'wrong_signature'],
    ['a subject put in', () => ({ ...good(), Subject: 'x' }), 401, 'wrong_signature'],
    ['another version', () => ({ ...good(), SignatureVersion: '1' }), 401, 'wrong_signature'],
    ['no signature', () => ({ ...good(), Signature: '' }), 401, 'wrong_signature'],
    ['an old message', () => signedBySns(notification('x', { Timestamp: '2020-01-01T00:00:00Z' })), 401, 'too_old'],
    ...[
      'https://sns.eu-central-1.amazonaws.com.evil.example/a.pem',
      'https://evil.example/sns.eu-central-1.amazonaws.com/a.pem',
      'http://sns.eu-central-1.amazonaws.com/a.pem',
      'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
      'https://user@sns.eu-central-1.amazonaws.com/a.pem',
      'https://sns.eu-central-1.amazonaws.com/a.pem?x=.pem',
      'https://sns.eu-central-1.amazonaws.com/a.txt',
      'https://bucket.s3.amazonaws.com/a.pem',
      'https://sns.s3-us-west-2.amazonaws.com/a.pem',
      'https://sns.s3-website-eu-west-1.amazonaws.com/a.pem',
      'https://127.0.0.1/a.pem',
      'no address',
    ].map((SigningCertURL): [string, () => SnsFields, number, string] => [
      `a certificate at ${SigningCertURL}`,
      () => ({ ...good(), SigningCertURL }),
      401,
      'wrong_signature',
    ]),
  ])('is refused: %s', async (_name, forged, status, code) => {
    const fields = forged()
    const answer = await post(fields)
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }])
    expect(called.filter((url) => url !== SNS_CERTIFICATE_URL)).toEqual([])
    expect(await firing('Forged')).toEqual([])
  })

  it('is refused when the certificate is none, and asked for again when it cannot be had', async () => {
    const at = (name: string) => ({ ...good(), SigningCertURL: SNS_CERTIFICATE_URL.replace('Simple', name) })
    answerOf = () => new Response('-----BEGIN CERTIFICATE-----\nnope')
    expect((await post(at('None'))).status).toBe(401)
    answerOf = () => new Response('', { status: 404 })
    expect((await post(at('Gone'))).status).toBe(401)
    answerOf = () => new Response('', { status: 503 })
    expect((await post(at('Down'))).status).toBe(503)
    answerOf = () => new Response('', { status: 302, headers: { Location: 'http://127.0.0.1/' } })
    expect((await post(at('Moved'))).status).toBe(401)
  })

  it('asks for a certificate once', async () => {
    await post(good())
    called = []
    await post(good())
    expect(called).toEqual([])
  })

  it('is refused raw, with a word on the setting', async () => {
    const answer = await post({ AlarmName: 'x' }, { 'x-amz-sns-rawdelivery': 'true' })
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { detail: expect.stringContaining('raw message delivery') },
    ])
  })
})

it.each<[string, string, number]>([
  ['no JSON', '{', 400],
  ['an empty body', '', 400],
  ['null', 'null', 422],
  ['a list', '[]', 422],
  ['no type', '{}', 422],
  ['a type that is none', JSON.stringify({ ...notification('x'), Type: 'Other' }), 422],
  ['a topic that is none', JSON.stringify({ ...signedBySns(notification('x')), TopicArn: 'x' }), 422],
  ['a number for a message', JSON.stringify({ ...signedBySns(notification('x')), Message: 7 }), 422],
  ['a signature that is no base64', JSON.stringify({ ...signedBySns(notification('x')), Signature: '!' }), 422],
])('%s is a problem with a place', async (_name, body, status) => {
  const answer = await app.request(`/hooks/sns/${key}`, { method: 'POST', body }, env)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
})

it('an alarm that is none is a problem, and a key of another kind is unknown', async () => {
  const answer = await post(signedBySns(notification({ AlarmName: 'x', NewStateValue: 'BROKEN' })))
  expect([answer.status, await answer.json()]).toMatchObject([
    422,
    { detail: expect.stringMatching(/^Message\.NewStateValue: /) },
  ])
  const other = await desk.createIntegration({ source: 'json', name: 'JSON' })
  expect((await app.request(`/hooks/sns/${other.key}`, { method: 'POST', body: '{}' }, env)).status).toBe(401)
})
