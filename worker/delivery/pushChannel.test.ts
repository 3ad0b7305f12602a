import { describe, expect, it } from 'vitest'
import { pushBrowser } from '../../test/pushBrowser.ts'
import { LANGUAGES } from '../domain/language.ts'
import {
  CONFIRMATION,
  HOSTILE,
  NOTICES,
  RESOLVED,
  UPDATE,
  hostileUpdate,
  messageOf,
} from './channelMessage.fixtures.ts'
import { deliverPush, pushPayload } from './pushChannel.ts'
import type { Message } from './sender.ts'
import { newVapidKeys } from './webPush.ts'

describe('the notification', () => {
  it.each(Object.entries({ ...NOTICES, CONFIRMATION }))('of %s', (_, content) => {
    expect(pushPayload(messageOf(content))).toMatchSnapshot()
  })

  it.each(LANGUAGES)('stays small with hostile texts in %s', (language) => {
    for (const content of [hostileUpdate(), { ...CONFIRMATION, pageName: HOSTILE, incidentTitle: HOSTILE }]) {
      const text = JSON.stringify(pushPayload(messageOf(content, { language })))
      expect(new TextEncoder().encode(text).length).toBeLessThan(2_000)
      expect(text).not.toMatch(/\\u0000|\\u001b/)
    }
  })

  it('reads from right to left where the language does', () => {
    expect(pushPayload(messageOf(UPDATE, { language: 'ar' })).dir).toBe('rtl')
  })
})

describe('deliverPush', () => {
  const endpoint = 'https://push.example/send/abc'

  async function deliver(
    content: Message['content'],
    answer = () => new Response(null, { status: 201 }),
    key?: string,
  ) {
    const browser = pushBrowser()
    const sent: { headers: Headers; text: string }[] = []
    const outcome = await deliverPush(
      { kind: 'push', endpoint, p256dh: key ?? browser.p256dh, auth: browser.auth },
      messageOf(content),
      { keys: await newVapidKeys(), contact: 'mailto:status@status.example' },
      {
        privateTargets: '',
        fetch: async (url, init) => {
          const request = new Request(url, init)
          sent.push({ headers: request.headers, text: browser.open(Buffer.from(await request.arrayBuffer())) })
          return answer()
        },
      },
    )
    return { outcome, sent }
  }

  it('seals it for the browser and says how urgent it is', async () => {
    const { outcome, sent } = await deliver(UPDATE)
    expect(outcome).toMatchObject({ ok: true })
    expect(JSON.parse(sent[0]?.text ?? '')).toEqual(pushPayload(messageOf(UPDATE)))
    const headers = Object.fromEntries(sent[0]?.headers ?? [])
    expect(headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '86400',
      urgency: 'high',
      authorization: expect.stringMatching(/^vapid t=.+, k=.{87}$/),
      topic: expect.stringMatching(/^[A-Za-z0-9_-]{32}$/),
    })
    expect((await deliver(RESOLVED)).sent[0]?.headers.get('urgency')).toBe('normal')
  })

  it.each([404, 410])('takes %i for the end', async (status) => {
    const { outcome } = await deliver(UPDATE, () => new Response(null, { status }))
    expect(outcome).toMatchObject({ kind: 'permanent', recipientRefused: true })
  })

  it('waits when it is asked to, and drops only what is too large', async () => {
    const busy = () => new Response(null, { status: 429, headers: { 'retry-after': '60' } })
    expect((await deliver(UPDATE, busy)).outcome).toMatchObject({ kind: 'temporary', retryAfterMs: 60_000 })
    const large = await deliver(UPDATE, () => new Response(null, { status: 413 }))
    expect(large.outcome).toMatchObject({ kind: 'permanent' })
    expect(large.outcome).not.toHaveProperty('recipientRefused')
  })

  it('gives up on a browser whose key is none, without calling anybody', async () => {
    const { outcome, sent } = await deliver(UPDATE, undefined, Buffer.alloc(65, 4).toString('base64url'))
    expect(outcome).toMatchObject({ kind: 'permanent', recipientRefused: true })
    expect(sent).toEqual([])
  })
})
