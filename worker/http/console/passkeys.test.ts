import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { Buffer } from 'node:buffer'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { database } from '../../storage/database.ts'
import { saveResponders } from '../../storage/responders.ts'
import { openSession } from '../../storage/sessions.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { handleError } from '../problem.ts'
import { passkeyRoutes } from './passkeys.ts'

const db = database(env.DB)
const BINDINGS: Env = { ...env, PUBLIC_URL: 'https://status.example.com' }
const ORIGIN = 'https://status.example.com'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
app.route('/', passkeyRoutes())

const Ceremony = z.object({ options: z.object({ challenge: z.string() }), ticket: z.string() })
const USER_PRESENT_AND_VERIFIED = 0x05
const HAS_CREDENTIAL = 0x40

/** An authenticator in software: one ES256 key, an attestation that says nothing. */
class Authenticator {
  readonly #keys: CryptoKeyPair
  readonly id = Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
  #counter = 0

  private constructor(keys: CryptoKeyPair) {
    this.#keys = keys
  }

  static async make(): Promise<Authenticator> {
    const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    if (!('privateKey' in keys)) throw new Error('no key pair')
    return new Authenticator(keys)
  }

  async register(challenge: string, origin = ORIGIN) {
    const jwk = await crypto.subtle.exportKey('jwk', this.#keys.publicKey)
    if (!('x' in jwk)) throw new Error('no public key')
    const x = Buffer.from(jwk.x ?? '', 'base64url')
    const y = Buffer.from(jwk.y ?? '', 'base64url')
    // COSE: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    const publicKey = Buffer.concat([hex('a5010203262001215820'), x, hex('225820'), y])
    const data = Buffer.concat([
      await this.#authenticatorData(origin, USER_PRESENT_AND_VERIFIED | HAS_CREDENTIAL),
      hex('00000000000000000000000000000000'),
      hex('0010'),
      this.id,
      publicKey,
    ])
    // CBOR: {"fmt": "none", "attStmt": {}, "authData": bytes}
    const attestation = Buffer.concat([
      hex('a363666d74646e6f6e656761747453746d74a0686175746844617461'),
      Buffer.from([0x58, data.length]),
      data,
    ])
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: clientData('webauthn.create', challenge, origin).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
      },
    }
  }

  async signIn(challenge: string, how: { origin?: string; flags?: number } = {}) {
    const { origin = ORIGIN, flags = USER_PRESENT_AND_VERIFIED } = how
    this.#counter++
    const data = await this.#authenticatorData(origin, flags)
    const client = clientData('webauthn.get', challenge, origin)
    const clientHash = Buffer.from(await crypto.subtle.digest('SHA-256', client))
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      this.#keys.privateKey,
      Buffer.concat([data, clientHash]),
    )
    return {
      ...this.#credential(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: derOf(Buffer.from(signature)).toString('base64url'),
      },
    }
  }

  #credential() {
    const id = this.id.toString('base64url')
    return { id, rawId: id, type: 'public-key' }
  }

  async #authenticatorData(origin: string, flags: number): Promise<Buffer> {
    const party = new TextEncoder().encode(new URL(origin).hostname)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(this.#counter)
    return Buffer.concat([Buffer.from(await crypto.subtle.digest('SHA-256', party)), Buffer.from([flags]), counter])
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer<ArrayBuffer> {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

/** WebAuthn wants ASN.1, WebCrypto gives the two numbers. */
function derOf(raw: Buffer): Buffer {
  const number = (bytes: Buffer) => {
    let start = 0
    while (start < bytes.length - 1 && bytes[start] === 0) start++
    const trimmed = bytes.subarray(start)
    const signed = (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed
    return Buffer.concat([Buffer.from([0x02, signed.length]), signed])
  }
  const numbers = Buffer.concat([number(raw.subarray(0, 32)), number(raw.subarray(32))])
  return Buffer.concat([Buffer.from([0x30, numbers.length]), numbers])
}

async function post(path: string, body: unknown, session?: string) {
  const headers = new Headers({ 'Content-Type': 'application/json', Origin: ORIGIN })
  if (session !== undefined) headers.set('Cookie', `__Host-allclear_session=${session}`)
  return app.request(ORIGIN + path, { method: 'POST', headers, body: JSON.stringify(body) }, BINDINGS)
}

async function begin(path: string, session?: string) {
  const { options, ticket } = Ceremony.parse(await (await post(path, {}, session)).json())
  return { challenge: options.challenge, ticket }
}

async function registered(responderId: string): Promise<Authenticator> {
  const session = await openSession(db, responderId, 'test', Date.now())
  const authenticator = await Authenticator.make()
  const { challenge, ticket } = await begin('/console/passkeys/options', session)
  const credential = await authenticator.register(challenge)
  const answer = await post('/console/passkeys', { ticket, name: 'Laptop', credential }, session)
  expect(answer.status).toBe(201)
  return authenticator
}

beforeEach(async () => {
  await saveResponders(
    db,
    [
      { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' },
      { id: 'bob', name: 'Bob', email: 'bob@example.com', role: 'responder' },
    ],
    Date.now(),
  )
})

describe('a passkey', () => {
  it('is added by who is signed in and signs in alone', async () => {
    const authenticator = await registered('alice')
    const { challenge, ticket } = await begin('/console/passkeys/sign-in/options')
    const credential = await authenticator.signIn(challenge)
    const answer = await post('/console/passkeys/sign-in', { ticket, next: '/console/on-call', credential })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ next: '/console/on-call' })
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-allclear_session=[\w-]{43}; .*HttpOnly; Secure/)
  })

  it('is taken once a challenge', async () => {
    const authenticator = await registered('alice')
    const { challenge, ticket } = await begin('/console/passkeys/sign-in/options')
    const credential = await authenticator.signIn(challenge)
    const answers = await Promise.all([1, 2, 3].map(() => post('/console/passkeys/sign-in', { ticket, credential })))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401])
  })

  it('is refused for another site, another challenge, a forged ticket, or a user who was not verified', async () => {
    const authenticator = await registered('alice')
    const first = await begin('/console/passkeys/sign-in/options')
    const second = await begin('/console/passkeys/sign-in/options')
    const attempts = [
      {
        ticket: first.ticket,
        credential: await authenticator.signIn(first.challenge, { origin: 'https://evil.example' }),
      },
      { ticket: second.ticket, credential: await authenticator.signIn(first.challenge) },
      { ticket: `${first.ticket}x`, credential: await authenticator.signIn(first.challenge) },
      { ticket: first.ticket, credential: await authenticator.signIn(first.challenge, { flags: 0x01 }) },
      { ticket: first.ticket, credential: { ...(await authenticator.signIn(first.challenge)), id: 'unknown' } },
    ]
    for (const attempt of attempts) expect((await post('/console/passkeys/sign-in', attempt)).status).toBe(401)
  })

  it('is refused when another key signs for it', async () => {
    const authenticator = await registered('alice')
    const impostor = await Authenticator.make()
    const { challenge, ticket } = await begin('/console/passkeys/sign-in/options')
    const id = authenticator.id.toString('base64url')
    const credential = { ...(await impostor.signIn(challenge)), id, rawId: id }
    expect((await post('/console/passkeys/sign-in', { ticket, credential })).status).toBe(401)
  })

  it('cannot be added with a challenge that was made for someone else', async () => {
    const alice = await openSession(db, 'alice', 'test', Date.now())
    const bob = await openSession(db, 'bob', 'test', Date.now())
    const { challenge, ticket } = await begin('/console/passkeys/options', alice)
    const credential = await (await Authenticator.make()).register(challenge)
    expect((await post('/console/passkeys', { ticket, name: 'x', credential }, bob)).status).toBe(401)
  })

  it('cannot be added by nobody', async () => {
    expect((await post('/console/passkeys/options', {})).status).toBe(401)
  })

  it.each([{}, { ticket: 1 }, { ticket: 'x', credential: { id: '🔑' } }, null, []])(
    'answers 422 to %j',
    async (body) => {
      expect((await post('/console/passkeys/sign-in', body)).status).toBe(422)
    },
  )
})
