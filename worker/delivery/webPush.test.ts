import { createPublicKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { pushBrowser } from '../../test/pushBrowser.ts'
import { encryptPush, newVapidKeys, vapidHeader } from './webPush.ts'

/** RFC 8291, section 5 and appendix A. */
const RFC = {
  text: 'When I grow up, I want to be a watermelon',
  senderPublic: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiver: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w' +
    'EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

it('seals the RFC’s example to the byte', async () => {
  const point = Buffer.from(RFC.senderPublic, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
  const keys = {
    publicKey: await crypto.subtle.importKey('jwk', jwk, ecdh, true, []),
    privateKey: await crypto.subtle.importKey('jwk', { ...jwk, d: RFC.senderPrivate }, ecdh, true, ['deriveBits']),
  }
  const salt = Uint8Array.from(Buffer.from(RFC.salt, 'base64url'))
  const body = await encryptPush(RFC.text, RFC.receiver, { keys, salt })
  expect(Buffer.from(body).toString('base64url')).toBe(RFC.body)
})

it('is new each time, and opened by the receiver alone', async () => {
  const browser = pushBrowser()
  const [first, second] = await Promise.all([encryptPush('{"a":"é"}', browser), encryptPush('{"a":"é"}', browser)])
  expect(Buffer.from(first).equals(Buffer.from(second))).toBe(false)
  for (const body of [first, second]) expect(browser.open(Buffer.from(body))).toBe('{"a":"é"}')
  expect(() => pushBrowser().open(Buffer.from(first))).toThrow()
})

it('refuses keys that are no point', async () => {
  const none = { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: RFC.receiver.auth }
  await expect(encryptPush('x', none)).rejects.toThrow()
})

it('signs who sends, for one push service and half a day', async () => {
  const keys = await newVapidKeys()
  const nowMs = Date.UTC(2100, 0, 1)
  const header = await vapidHeader('https://push.example/send/abc', keys, 'mailto:status@example.com', nowMs)
  const [, head = '', claims = '', signature = '', key = ''] =
    /^vapid t=([^.]+)\.([^.]+)\.([^.]+), k=(.+)$/.exec(header) ?? []
  expect(key).toBe(keys.publicKey)
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ typ: 'JWT', alg: 'ES256' })
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    aud: 'https://push.example',
    exp: nowMs / 1000 + 12 * 3600,
    sub: 'mailto:status@example.com',
  })
  const point = Buffer.from(key, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const publicKey = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
  const isGenuine = verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))
  expect(isGenuine).toBe(true)
})
