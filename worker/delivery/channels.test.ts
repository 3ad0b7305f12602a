import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pushBrowser } from '../../test/pushBrowser.ts'
import { AT_MS } from '../../test/samplePublicModel.ts'
import type { Channel } from '../domain/channel.ts'
import { CONFIRMATION, PAGE, UPDATE, messageOf } from './channelMessage.fixtures.ts'
import { openCarrier } from './channels.ts'
import { newVapidKeys } from './webPush.ts'

/** Every channel that posts, against a real server. */

interface Got {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const got: Got[] = []
let server: Server
let origin = ''
let status = 200
let answer = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      got.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(status, status === 302 ? { location: `${origin}/elsewhere` } : {}).end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  origin = `http://127.0.0.1:${address.port}`
})
afterAll(() => server.close())

const KEY = Buffer.from('a secret of 24 bytes long')
const SECRET = `whsec_${KEY.toString('base64')}`
const browser = pushBrowser()
const channels = (): Channel[] => [
  { kind: 'webhook', url: `${origin}/hook`, secret: SECRET },
  { kind: 'slack', url: `${origin}/slack` },
  { kind: 'discord', url: `${origin}/discord` },
  { kind: 'teams', url: `${origin}/teams` },
  { kind: 'push', endpoint: `${origin}/push`, p256dh: browser.p256dh, auth: browser.auth },
]

function carrier(privateTargets = '127.0.0.0/8') {
  return openCarrier(
    { MAIL_FROM: 'Status <status@status.example>', PRIVATE_TARGETS: privateTargets },
    {
      transport: () => ({ send: () => Promise.reject(new Error('No test sends a mail')), close: () => undefined }),
      webhookPage: async () => ({
        id: PAGE.id,
        url: PAGE.url,
        status: { indicator: 'none', description: 'All Systems Operational' },
      }),
      pushKeys: newVapidKeys,
      smsSender: null,
    },
  )
}

async function deliverAll(content: Parameters<typeof messageOf>[0], privateTargets?: string) {
  got.length = 0
  const { deliver } = carrier(privateTargets)
  const outcomes = []
  for (const channel of channels()) outcomes.push(await deliver(channel, messageOf(content)))
  return outcomes
}

it('carries an update', async () => {
  status = 200
  for (const outcome of await deliverAll(UPDATE)) expect(outcome).toMatchObject({ ok: true })
  expect(got.map(({ path }) => path)).toEqual(['/hook', '/hook', '/slack', '/discord', '/teams', '/push'])
  for (const { headers } of got) expect(headers['user-agent']).toBe('Allclear')
  for (const { headers, body } of got.slice(0, -1)) {
    expect(headers['content-type']).toBe('application/json')
    expect(body.toString()).toContain('Checkout')
  }
  expect(browser.open(got.at(-1)?.body ?? Buffer.alloc(0))).toContain('Checkout')
  const [first] = got
  const signed = `${String(first?.headers['webhook-id'])}.${AT_MS / 1000}.${first?.body.toString()}`
  expect(first?.headers['webhook-signature']).toBe(`v1,${createHmac('sha256', KEY).update(signed).digest('base64')}`)
})

it('asks first, and hears a webhook’s answer', async () => {
  answer = 'token-1'
  const outcomes = await deliverAll(CONFIRMATION)
  answer = ''
  expect(outcomes.map((outcome) => 'confirms' in outcome)).toEqual([true, false, false, false, false])
  for (const { body } of got.slice(0, -1)) expect(body.toString()).toContain(CONFIRMATION.confirmUrl)
})

it('follows nobody elsewhere', async () => {
  status = 302
  for (const outcome of await deliverAll(UPDATE)) expect(outcome).toMatchObject({ ok: false, kind: 'temporary' })
  status = 200
  expect(got.map(({ path }) => path)).not.toContain('/elsewhere')
})

it('calls nobody on our own network', async () => {
  for (const outcome of await deliverAll(UPDATE, '')) expect(outcome).toMatchObject({ ok: false, kind: 'permanent' })
  expect(got).toEqual([])
})
