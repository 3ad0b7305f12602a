import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { Hono, type Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { database } from '../../storage/database.ts'
import { sign, verify } from '../../storage/masterKey.ts'
import { addPasskey, findPasskey, listPasskeys, markPasskeyUsed, spendChallenge } from '../../storage/passkeys.ts'
import { openSession } from '../../storage/sessions.ts'
import { rememberSession } from '../authenticate.ts'
import type { HttpEnv } from '../env.ts'
import { readJson } from '../limits.ts'
import { allow } from '../policy.ts'
import { invalid, problem } from '../problem.ts'
import { consolePath } from './pages.ts'

const TICKET_MS = 5 * 60_000
const PASSKEYS_MAX = 20

const Base64Url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]+$/)
const Credential = { id: Base64Url, rawId: Base64Url, type: z.literal('public-key') }

const SignInAnswer = z.object({
  ticket: z.string().max(4000),
  next: z.string().max(2000).default(''),
  credential: z.object({
    ...Credential,
    response: z.object({
      clientDataJSON: Base64Url,
      authenticatorData: Base64Url,
      signature: Base64Url,
    }),
  }),
})

const RegistrationAnswer = z.object({
  ticket: z.string().max(4000),
  name: z.string().trim().max(60).default(''),
  credential: z.object({
    ...Credential,
    response: z.object({ clientDataJSON: Base64Url, attestationObject: Base64Url }),
  }),
})

/** A challenge that we made, for whom, and until when: it travels with the browser, signed. */
const Ticket = z.object({ challenge: z.string(), responderId: z.string().nullable(), expiresAtMs: z.number() })

/** Passkeys: added in the settings, and a way in that costs no password hashing. Called by site/scripts/passkeys.ts. */
export function passkeyRoutes(): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.post('/console/passkeys/sign-in/options', allow('public'), async (c) => {
    // No list of credentials: it would tell who has an account. The authenticator knows which it has for us.
    const options = await generateAuthenticationOptions({ rpID: partyOf(c).id, userVerification: 'required' })
    return c.json({ options, ticket: await newTicket(c, options.challenge, null) })
  })

  routes.post('/console/passkeys/sign-in', allow('public'), async (c) => {
    const body = SignInAnswer.safeParse(await readJson(c))
    if (!body.success) return invalid(c, body.error)
    const { credential, ticket, next } = body.data
    const nowMs = Date.now()
    const db = database(c.env.DB)

    const challenge = await challengeOf(c, ticket, null, nowMs)
    const passkey = await findPasskey(db, credential.id)
    if (passkey === null || challenge === null) return refused(c)
    const { verified, authenticationInfo } = await orRefused(() =>
      verifyAuthenticationResponse({
        response: { ...credential, clientExtensionResults: {} },
        expectedChallenge: challenge.challenge,
        expectedOrigin: partyOf(c).origin,
        expectedRPID: partyOf(c).id,
        credential: {
          id: passkey.id,
          publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
          counter: passkey.counter,
        },
        requireUserVerification: true,
      }),
    )
    if (!verified || !(await spendChallenge(db, challenge.challenge, challenge.expiresAtMs, nowMs))) return refused(c)

    await markPasskeyUsed(db, passkey.id, authenticationInfo.newCounter, nowMs)
    rememberSession(c, await openSession(db, passkey.responderId, c.req.header('User-Agent') ?? '', nowMs))
    return c.json({ next: consolePath(next) })
  })

  routes.post('/console/passkeys/options', allow({ role: 'viewer' }), async (c) => {
    const { principal } = c.var
    if (principal.kind !== 'responder') return refusedToken(c)
    const known = await listPasskeys(database(c.env.DB), principal.id)
    const party = partyOf(c)
    const options = await generateRegistrationOptions({
      rpName: 'Allclear',
      rpID: party.id,
      userName: principal.email,
      userDisplayName: principal.name,
      userID: Uint8Array.from(Buffer.from(principal.id)),
      excludeCredentials: known.map(({ id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    return c.json({ options, ticket: await newTicket(c, options.challenge, principal.id) })
  })

  routes.post('/console/passkeys', allow({ role: 'viewer' }), async (c) => {
    const { principal } = c.var
    if (principal.kind !== 'responder') return refusedToken(c)
    const body = RegistrationAnswer.safeParse(await readJson(c))
    if (!body.success) return invalid(c, body.error)
    const nowMs = Date.now()
    const db = database(c.env.DB)

    const challenge = await challengeOf(c, body.data.ticket, principal.id, nowMs)
    if (challenge === null) return refused(c)
    const { verified, registrationInfo } = await orRefused(() =>
      verifyRegistrationResponse({
        response: { ...body.data.credential, clientExtensionResults: {} },
        expectedChallenge: challenge.challenge,
        expectedOrigin: partyOf(c).origin,
        expectedRPID: partyOf(c).id,
        requireUserVerification: true,
      }),
    )
    if (!verified || !(await spendChallenge(db, challenge.challenge, challenge.expiresAtMs, nowMs))) return refused(c)
    if ((await listPasskeys(db, principal.id)).length >= PASSKEYS_MAX) {
      return problem(c, 409, 'too_many_passkeys', `You have ${PASSKEYS_MAX} passkeys. Remove one first.`)
    }

    const { id, publicKey, counter } = registrationInfo.credential
    const name = body.data.name === '' ? 'Passkey' : body.data.name
    const passkey = { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, name }
    if (!(await addPasskey(db, { ...passkey, responderId: principal.id }, nowMs))) return refused(c)
    return c.json({ next: '/console/settings?done=passkey_added#passkeys' }, 201)
  })

  return routes
}

/**
 * Whom a passkey is made for: the host of PUBLIC_URL. A passkey cannot belong to an IP address, so on one's own machine
 * it belongs to `localhost`, and works when the console is opened by that name.
 */
function partyOf(c: Context<HttpEnv>): { id: string; origin: string } {
  const publicUrl = new URL(c.env.PUBLIC_URL)
  const asked = new URL(c.req.url)
  const isOwnMachine = ['127.0.0.1', '[::1]', 'localhost'].includes(publicUrl.hostname)
  const url = isOwnMachine && asked.hostname === 'localhost' ? asked : publicUrl
  return { id: url.hostname, origin: url.origin }
}

function newTicket(c: Context<HttpEnv>, challenge: string, responderId: string | null): Promise<string> {
  const expiresAtMs = Date.now() + TICKET_MS
  const ticket: z.infer<typeof Ticket> = { challenge, responderId, expiresAtMs }
  return sign(c.env.MASTER_KEY, 'passkey challenge', ticket, expiresAtMs)
}

async function challengeOf(c: Context<HttpEnv>, ticket: string, responderId: string | null, nowMs: number) {
  const payload = Ticket.safeParse(await verify(c.env.MASTER_KEY, 'passkey challenge', ticket, nowMs))
  return payload.success && payload.data.responderId === responderId ? payload.data : null
}

/** SimpleWebAuthn throws for every kind of answer that does not fit, from a wrong origin to malformed CBOR. */
async function orRefused<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check()
  } catch (error) {
    console.warn('A passkey was refused', error instanceof Error ? error.message : error)
    throw new HTTPException(401, { message: REFUSED, cause: error })
  }
}

const REFUSED = 'This passkey was not accepted. Try again, or sign in with your password.'

function refused(c: Context): Response {
  return problem(c, 401, 'passkey_refused', REFUSED)
}

function refusedToken(c: Context): Response {
  return problem(c, 403, 'not_a_person', 'An API token has no passkeys.')
}
