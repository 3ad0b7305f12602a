import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import type { Responder } from '../domain/organisation.ts'
import { database } from './database.ts'
import { removePerson } from './organisation.ts'
import {
  findAccount,
  findResponder,
  freeResponderId,
  listPeople,
  listResponders,
  savePassword,
  saveResponders,
} from './responders.ts'
import { findSession, openSession } from './sessions.ts'

const db = database(env.DB)
const NOW_MS = 1_000_000

const alice: Responder = { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' }
const bob: Responder = {
  id: 'bob',
  name: 'Bob',
  email: 'bob@example.com',
  role: 'responder',
  webhookUrl: 'https://bob.example/hook',
}
const charlie: Responder = { id: 'charlie', name: 'Charlie', email: 'charlie@example.com', role: 'viewer' }

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare('DELETE FROM responders'), env.DB.prepare('DELETE FROM sessions')])
  expect(await saveResponders(db, [alice, bob], NOW_MS)).toEqual({ ok: true })
})

describe('saveResponders', () => {
  it('adds, changes and keeps: passwords stay, nobody is removed', async () => {
    await savePassword(db, 'bob', 'hash', NOW_MS)
    await saveResponders(db, [{ ...bob, name: 'Robert', role: 'manager' }, charlie], NOW_MS)
    expect(await listResponders(db)).toEqual([alice, charlie, { ...bob, name: 'Robert', role: 'manager' }])
    expect(await findAccount(db, 'BOB@example.com')).toEqual({ id: 'bob', passwordHash: 'hash' })
  })

  it('gives a person who is known by email the id of the document, with all that is theirs', async () => {
    await savePassword(db, 'alice', 'hash', NOW_MS)
    const token = await openSession(db, 'alice', 'test', NOW_MS)
    expect(await saveResponders(db, [{ ...alice, id: 'al' }], NOW_MS)).toEqual({ ok: true })
    expect(await findResponder(db, 'alice')).toBeNull()
    expect(await findAccount(db, alice.email)).toEqual({ id: 'al', passwordHash: 'hash' })
    expect((await findSession(db, token, NOW_MS))?.responder.id).toBe('al')
  })

  it('lets two people swap addresses', async () => {
    const swapped = [
      { ...alice, email: bob.email },
      { ...bob, email: alice.email },
    ]
    expect(await saveResponders(db, swapped, NOW_MS)).toEqual({ ok: true })
    expect((await findResponder(db, 'alice'))?.email).toBe(bob.email)
  })

  it('refuses an address that two people would have', async () => {
    const taken = { ok: false, reason: 'email_taken', email: 'bob@example.com' }
    expect(await saveResponders(db, [{ ...alice, email: 'Bob@example.com' }], NOW_MS)).toEqual(taken)
    expect(await saveResponders(db, [bob, { ...charlie, email: bob.email }], NOW_MS)).toEqual(taken)
    expect(await listResponders(db)).toEqual([alice, bob])
  })

  it('refuses to leave nobody who administers', async () => {
    expect(await saveResponders(db, [{ ...alice, role: 'viewer' }], NOW_MS)).toEqual({
      ok: false,
      reason: 'last_admin',
    })
    expect(await removePerson(db, 'alice', NOTE, NOW_MS)).toEqual({ ok: false, reason: 'last_admin' })
    await saveResponders(db, [{ ...bob, role: 'admin' }], NOW_MS)
    expect(await removePerson(db, 'alice', NOTE, NOW_MS)).toMatchObject({ ok: true })
  })

  it('takes five hundred at once', async () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ ...charlie, id: `p${i}`, email: `p${i}@example.com` }))
    expect(await saveResponders(db, many, NOW_MS)).toEqual({ ok: true })
    expect(await listResponders(db)).toHaveLength(502)
  })

  it('takes a removed person back, without their old ways in', async () => {
    await savePassword(db, 'bob', 'hash', NOW_MS)
    await removePerson(db, 'bob', NOTE, NOW_MS)
    expect(await findAccount(db, bob.email)).toBeNull()
    await saveResponders(db, [bob], NOW_MS)
    expect(await findAccount(db, bob.email)).toEqual({ id: 'bob', passwordHash: null })
  })
})

it('makes an id of an address, one that is free', async () => {
  expect(await freeResponderId(db, 'Dana.Doe+x@example.com')).toBe('dana-doe-x')
  expect(await freeResponderId(db, 'bob@other.example')).toBe('bob-2')
  expect(await freeResponderId(db, '"ü"@example.com')).toBe('responder')
})

it('tells how each person signs in', async () => {
  await savePassword(db, 'bob', 'hash', NOW_MS)
  const people = await listPeople(db)
  expect(people.map(({ id, hasPassword, passkeys }) => ({ id, hasPassword, passkeys }))).toEqual([
    { id: 'alice', hasPassword: false, passkeys: 0 },
    { id: 'bob', hasPassword: true, passkeys: 0 },
  ])
})
