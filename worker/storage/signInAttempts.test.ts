import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { database } from './database.ts'
import {
  ATTEMPTS_PER_ACCOUNT_MAX,
  ATTEMPTS_PER_ADDRESS_MAX,
  ATTEMPT_WINDOW_MS,
  countAttempt,
  forgetAttempts,
} from './signInAttempts.ts'

const db = database(env.DB)
const NOW_MS = 10_000_000

/** How many of `wanted` attempts may be tried. */
async function tried(wanted: number, attempt: (i: number) => Promise<boolean>): Promise<number> {
  let count = 0
  for (let i = 0; i < wanted; i++) if (await attempt(i)) count++
  return count
}

beforeEach(async () => {
  await env.DB.exec('DELETE FROM sign_in_attempts')
})

describe('countAttempt', () => {
  it('caps an account from wherever it is tried, however its address is spelt', async () => {
    const emails = ['alice@example.com', 'ALICE@example.com']
    const count = await tried(20, (i) => countAttempt(db, emails[i % 2] ?? '', `192.0.2.${i}`, NOW_MS))
    expect(count).toBe(ATTEMPTS_PER_ACCOUNT_MAX)
  })

  it('caps an address over many accounts, also when some of them are its own', async () => {
    const count = await tried(100, async (i) => {
      await forgetAttempts(db, 'own@example.com')
      return countAttempt(db, `${i}@example.com`, '192.0.2.1', NOW_MS)
    })
    expect(count).toBe(ATTEMPTS_PER_ADDRESS_MAX)
  })

  it('counts accounts alone where nobody says the address', async () => {
    expect(await tried(100, (i) => countAttempt(db, `${i}@example.com`, null, NOW_MS))).toBe(100)
  })

  it('forgets after the window, and leaves nothing behind', async () => {
    await tried(20, (i) => countAttempt(db, 'alice@example.com', `192.0.2.${i}`, NOW_MS))
    const laterMs = NOW_MS + ATTEMPT_WINDOW_MS + 1
    expect(await countAttempt(db, 'alice@example.com', null, laterMs)).toBe(true)
    const { results } = await env.DB.prepare('SELECT attempts FROM sign_in_attempts').all()
    expect(results).toEqual([{ attempts: 1 }])
  })

  it('keeps no address or email that could be read', async () => {
    await countAttempt(db, 'alice@example.com', '192.0.2.1', NOW_MS)
    const { results } = await env.DB.prepare('SELECT * FROM sign_in_attempts').all()
    expect(JSON.stringify(results)).not.toMatch(/alice|192/)
  })
})
