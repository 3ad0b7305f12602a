import { createHmac, createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { pushBrowser } from './pushBrowser.ts'

/** Everything that is told, at one address: a webhook, three chats, a push service with browsers, and Twilio. */

export interface Text {
  readonly to: string
  readonly body: string
  readonly statusUrl: string
}

export interface ReceivedWebhook {
  readonly id: string
  readonly json: Record<string, unknown>
}

export interface PushNotification {
  readonly title: string
  readonly body: string
  readonly url: string
  readonly confirm?: string
}

export const TWILIO = { sid: `AC${'a1'.repeat(16)}`, token: 'the-auth-token', from: '+15005550006' } as const

export interface NoticeReceivers {
  readonly origin: string
  readonly webhooks: ReceivedWebhook[]
  readonly chats: Record<'slack' | 'discord' | 'teams', string[]>
  readonly texts: Text[]
  /** What did not hold of what came in: a signature, a header, a form. */
  readonly faults: string[]
  /** To be set once it is known: what the webhook verifies with. */
  readonly useSecret: (secret: string) => void
  /** A browser with a subscription, and what it was shown. */
  readonly addBrowser: (name: string) => { readonly channel: object; readonly shown: PushNotification[] }
  /** As Twilio signs what it posts. */
  readonly fromTwilio: (url: string, fields: Record<string, string>) => Promise<Response>
  readonly stop: () => Promise<void>
}

export async function startNoticeReceivers(pushKey: () => Promise<string>): Promise<NoticeReceivers> {
  const webhooks: ReceivedWebhook[] = []
  const chats: NoticeReceivers['chats'] = { slack: [], discord: [], teams: [] }
  const texts: Text[] = []
  const faults: string[] = []
  const browsers = new Map<string, { browser: ReturnType<typeof pushBrowser>; shown: PushNotification[] }>()
  let webhook: Webhook | null = null
  let origin = ''

  /** The answer: a status, and a body for some. */
  async function take(request: IncomingMessage, body: Buffer): Promise<{ status: number; body?: string }> {
    const path = request.url ?? ''
    const header = (name: string) => String(request.headers[name] ?? '')
    if (path === '/webhook') {
      const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
      // Throws when the signature does not fit.
      const json = webhook?.verify(body, Object.fromEntries(names.map((name) => [name, header(name)])))
      const received = z.record(z.string(), z.unknown()).parse(json)
      webhooks.push({ id: header('webhook-id'), json: received })
      const confirmation = z.object({ challenge: z.string() }).safeParse(received['confirmation'])
      return { status: 200, body: JSON.stringify({ challenge: confirmation.data?.challenge ?? '' }) }
    }
    const chat = (['slack', 'discord', 'teams'] as const).find((kind) => path === `/${kind}`)
    if (chat !== undefined) {
      if (!header('content-type').startsWith('application/json')) faults.push(`${chat}: ${header('content-type')}`)
      chats[chat].push(JSON.stringify(JSON.parse(body.toString())))
      return chat === 'discord' ? { status: 204 } : { status: chat === 'slack' ? 200 : 202, body: 'ok' }
    }
    const known = browsers.get(path)
    if (known !== undefined) {
      faults.push(...vapidFaults(header('authorization'), origin, await pushKey()))
      if (header('content-encoding') !== 'aes128gcm' || header('ttl') === '') faults.push('push: headers')
      known.shown.push(JSON.parse(known.browser.open(body)))
      return { status: 201 }
    }
    if (path === `/2010-04-01/Accounts/${TWILIO.sid}/Messages.json`) {
      const basic = `Basic ${Buffer.from(`${TWILIO.sid}:${TWILIO.token}`).toString('base64')}`
      if (header('authorization') !== basic) return { status: 401, body: '{"code":20003,"message":"Authenticate"}' }
      const form = new URLSearchParams(body.toString())
      if (header('content-type') !== 'application/x-www-form-urlencoded' || form.get('From') !== TWILIO.from)
        faults.push(`twilio: ${body.toString()}`)
      const [to, text] = [form.get('To') ?? '', form.get('Body') ?? '']
      if (!/^\+\d+$/.test(to) || text === '' || text.length > 1600) faults.push(`twilio: ${body.toString()}`)
      texts.push({ to, body: text, statusUrl: form.get('StatusCallback') ?? '' })
      return { status: 201, body: JSON.stringify({ sid: `SM${texts.length}`, status: 'queued', error_code: null }) }
    }
    faults.push(`nobody expects ${path}`)
    return { status: 404 }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      take(request, Buffer.concat(chunks)).then(
        (answer) => response.writeHead(answer.status).end(answer.body),
        (error: unknown) => {
          faults.push(`${request.url}: ${String(error)}`)
          response.writeHead(500).end()
        },
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  origin = `http://127.0.0.1:${address.port}`

  return {
    origin,
    webhooks,
    chats,
    texts,
    faults,
    useSecret: (secret) => {
      webhook = new Webhook(secret)
    },
    addBrowser: (name) => {
      const browser = pushBrowser()
      const shown: PushNotification[] = []
      browsers.set(`/push/${name}`, { browser, shown })
      return {
        channel: { kind: 'push', endpoint: `${origin}/push/${name}`, p256dh: browser.p256dh, auth: browser.auth },
        shown,
      }
    },
    fromTwilio: (url, fields) => {
      const signed = Object.keys(fields)
        .sort()
        .reduce((text, name) => text + name + (fields[name] ?? ''), url)
      const signature = createHmac('sha1', TWILIO.token).update(signed).digest('base64')
      return fetch(url, {
        method: 'POST',
        headers: { 'X-Twilio-Signature': signature },
        body: new URLSearchParams(fields),
      })
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const Claims = z.object({ aud: z.string(), exp: z.number(), sub: z.string() })

/** RFC 8292: an ES256 JWT for this push service, by the key that the browser was bound to. */
function vapidFaults(authorization: string, origin: string, key: string): string[] {
  const [, jwt = '', given = ''] = /^vapid t=([^,]+), ?k=(\S+)$/.exec(authorization) ?? []
  const [head = '', claims = '', signature = ''] = jwt.split('.')
  if (given !== key) return ['push: another key']
  const point = Buffer.from(key, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  if (x === undefined || y === undefined) return ['push: no key']
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } })
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  const { aud, exp, sub } = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()))
  const hours = (exp - Date.now() / 1000) / 3600
  return [
    ...(isSigned ? [] : ['push: the signature does not fit']),
    ...(aud === origin ? [] : [`push: for ${aud}`]),
    ...(hours > 0 && hours <= 24 ? [] : [`push: expires in ${hours} hours`]),
    ...(/^mailto:|^https:/.test(sub) ? [] : [`push: by ${sub}`]),
  ]
}
