import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AccessRole } from '../../domain/actor.ts'
import { database } from '../../storage/database.ts'
import { hashPassword, verifyPassword } from '../../storage/passwords.ts'
import {
  findPasswordHash,
  findResponder,
  listResponders,
  savePassword,
  saveResponders,
} from '../../storage/responders.ts'
import { openSession } from '../../storage/sessions.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { handleError } from '../problem.ts'
import { settingsRoutes } from './settings.ts'

const db = database(env.DB)
const ORIGIN = new URL(env.PUBLIC_URL).origin
const PASSWORD = 'correct horse battery'
const passwordHash = await hashPassword(PASSWORD)

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.onError(handleError)
app.route(
  '/',
  settingsRoutes((_path, view) => Promise.resolve(Response.json(view))),
)

const View = z.object({
  error: z.string().nullable(),
  shown: z.object({ value: z.string(), snippets: z.array(z.object({ text: z.string() })) }).nullable(),
  people: z.array(z.object({ id: z.string(), mayChange: z.boolean() })).nullable(),
  tokens: z.array(z.object({ id: z.string(), name: z.string() })).nullable(),
  mayConfigure: z.boolean(),
})

/** Alice is admin, Mona manager, Bob responder, Charlie viewer. */
const CAST: Record<string, AccessRole> = { alice: 'admin', mona: 'manager', bob: 'responder', charlie: 'viewer' }

async function as(id: string, path: string, form?: [string, string][] | Record<string, string>) {
  const session = await openSession(db, id, 'test', Date.now())
  const headers = { Cookie: `allclear_session=${session}`, Origin: ORIGIN }
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(form) }
  return app.request(ORIGIN + path, init, env)
}

async function viewOf(response: Response) {
  return View.parse(await response.json())
}

beforeEach(async () => {
  await env.DB.batch(
    ['responders', 'sessions', 'api_tokens', 'sign_in_attempts'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  )
  const people = Object.entries(CAST).map(([id, role]) => ({ id, name: id, email: `${id}@example.com`, role }))
  await saveResponders(db, people, Date.now())
})

describe('the settings', () => {
  it('show each role what it may change', async () => {
    const shown = async (id: string) => {
      const { people, tokens, mayConfigure } = await viewOf(await as(id, '/console/settings'))
      return {
        people: people !== null,
        tokens: tokens !== null,
        mayConfigure,
      }
    }
    expect(await shown('alice')).toEqual({ people: true, tokens: true, mayConfigure: true })
    expect(await shown('mona')).toEqual({ people: true, tokens: false, mayConfigure: false })
    expect(await shown('charlie')).toEqual({ people: false, tokens: false, mayConfigure: false })
  })

  it.each([
    ['mona', '/console/settings/tokens'],
    ['bob', '/console/settings/people'],
    ['bob', '/console/settings/people/charlie/remove'],
    ['charlie', '/console/settings/people/bob/link'],
  ])('refuse %s at %s', async (id, path) => {
    expect((await as(id, path, {})).status).toBe(403)
  })
})

describe('a password', () => {
  it('changes with the current one and ends every other session', async () => {
    await savePassword(db, 'bob', passwordHash, Date.now())
    const wrong = await as('bob', '/console/settings/password', { current: 'guess', password: 'another good password' })
    expect((await viewOf(wrong)).error).toBe('The current password is wrong.')
    const answer = await as('bob', '/console/settings/password', {
      current: PASSWORD,
      password: 'another good password',
    })
    expect(answer.headers.get('Location')).toBe('/console/settings?done=password#account')
    expect(answer.headers.getSetCookie()[0]).toMatch(/^allclear_session=/)
    expect(await verifyPassword('another good password', await findPasswordHash(db, 'bob'))).toBe(true)
    const { results } = await env.DB.prepare(`SELECT id FROM sessions WHERE responder_id = 'bob'`).all()
    expect(results).toHaveLength(1)
  })

  it.each(['short', 'aaaaaaaaaaaaaaaa'])('is not taken when it is %j', async (password) => {
    expect((await as('bob', '/console/settings/password', { password })).status).toBe(422)
  })
})

describe('people', () => {
  it('are invited by a link, with no role above the inviter’s', async () => {
    const form = { name: 'Dana', email: 'Dana@example.com', role: 'responder' }
    const { shown } = await viewOf(await as('mona', '/console/settings/people', form))
    expect(shown?.value).toMatch(/\/console\/set-up\/[\w-]{43}$/)
    expect(await findResponder(db, 'dana')).toMatchObject({ email: 'dana@example.com', role: 'responder' })

    const again = await as('mona', '/console/settings/people', form)
    expect((await viewOf(again)).error).toContain('is here already')
    const above = await as('mona', '/console/settings/people', { ...form, email: 'e@example.com', role: 'admin' })
    expect((await viewOf(above)).error).toContain('above your own')
    const invalid = await as('mona', '/console/settings/people', { ...form, email: 'no address' })
    expect(invalid.status).toBe(422)
  })

  it.each(['alice', 'mona'])('of the same or a higher rank are out of a manager’s reach: %s', async (id) => {
    for (const action of ['link', 'role', 'remove']) {
      const answer = await as('mona', `/console/settings/people/${id}/${action}`, { role: 'viewer' })
      expect(answer.status).toBe(422)
    }
    expect(await findResponder(db, id)).toMatchObject({ role: CAST[id] })
  })

  it('are promoted and removed', async () => {
    await as('alice', '/console/settings/people/bob/role', { role: 'manager' })
    expect(await findResponder(db, 'bob')).toMatchObject({ role: 'manager' })
    await as('alice', '/console/settings/people/bob/remove', {})
    expect((await listResponders(db)).map(({ id }) => id)).toEqual(['alice', 'charlie', 'mona'])
  })
})

describe('API tokens', () => {
  it('are shown once and revoked', async () => {
    const form: [string, string][] = [
      ['name', 'CI'],
      ['role', 'viewer'],
      ['scopes', 'incidents:read'],
      ['scopes', 'metrics:read'],
    ]
    const made = await viewOf(await as('alice', '/console/settings/tokens', form))
    expect(made.shown?.value).toMatch(/^alc_/)
    const [token] = made.tokens ?? []
    const list = await (await as('alice', '/console/settings')).text()
    expect(list).not.toContain(made.shown?.value)
    await as('alice', `/console/settings/tokens/${token?.id}/revoke`, {})
    expect((await viewOf(await as('alice', '/console/settings'))).tokens).toEqual([])
  })

  it('need a scope', async () => {
    expect((await as('alice', '/console/settings/tokens', { name: 'CI', role: 'viewer' })).status).toBe(422)
  })
})
