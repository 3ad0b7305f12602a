import { describe, expect, it } from 'vitest'
import { sendWebhook, signatureHeaders } from './webhook.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NOW_MS = 1_614_265_330_000

describe('signatureHeaders', () => {
  it('matches the vector of the Standard Webhooks libraries', async () => {
    const signed = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', nowMs: NOW_MS, body: '{"test": 2432232314}', secret: SECRET }
    expect(await signatureHeaders(signed)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })
})

describe('sendWebhook', () => {
  function send(respond: () => Promise<Response>, url = 'https://hooks.example/x') {
    return sendWebhook({
      url,
      id: 'page_1',
      nowMs: NOW_MS,
      body: '{}',
      secret: SECRET,
      privateTargets: '',
      fetch: respond,
    })
  }
  const answer = (status: number, headers: Record<string, string> = {}) =>
    send(async () => new Response(null, { status, headers }))

  it.each([200, 201, 202, 204])('takes %i as delivered', async (status) => {
    expect(await answer(status)).toEqual({ ok: true, receipt: `HTTP ${status}` })
  })

  it.each([400, 401, 403, 404, 410, 422])('gives up at %i', async (status) => {
    expect(await answer(status)).toMatchObject({ ok: false, kind: 'permanent' })
  })

  it.each([302, 408, 409, 425, 429, 500, 502, 503])('tries again after %i', async (status) => {
    expect(await answer(status, { location: 'https://elsewhere.example/' })).toMatchObject({
      ok: false,
      kind: 'temporary',
    })
  })

  it.each([
    ['120', 120_000],
    ['Thu, 25 Feb 2021 15:03:10 GMT', 60_000],
    ['Thu, 25 Feb 2021 15:00:00 GMT', 0],
    ['99999999', 3_600_000],
  ])('waits as long as Retry-After: %s asks', async (header, waitMs) => {
    expect(await answer(429, { 'retry-after': header })).toMatchObject({ retryAfterMs: waitMs })
  })

  it('gives up on a private address without calling it', async () => {
    let called = false
    const outcome = await send(async () => {
      called = true
      return new Response()
    }, 'https://127.0.0.1/')
    expect(outcome).toMatchObject({ ok: false, kind: 'permanent' })
    expect(called).toBe(false)
  })

  it('tries again when nobody answers', async () => {
    const outcome = await send(async () => {
      throw new Error('reset')
    })
    expect(outcome).toEqual({ ok: false, kind: 'temporary', reason: 'reset' })
  })
})
