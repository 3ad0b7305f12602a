import { env } from 'cloudflare:test'
import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { responders, sessions } from '../../db/signIn.ts'
import { counters } from './counters.ts'
import { StorageUnavailable, countingD1, database } from './database.ts'

const db = database(env.DB)

function rows(kind: 'read' | 'written'): number {
  return counters().find(({ name }) => name === `allclear_d1_rows_${kind}_total`)?.value ?? 0
}

/** How many rows `run` read and wrote, by the counters. */
async function during(run: () => Promise<unknown>): Promise<{ read: number; written: number }> {
  const before = { read: rows('read'), written: rows('written') }
  await run()
  return { read: rows('read') - before.read, written: rows('written') - before.written }
}

const person = (id: string) => ({
  id,
  name: `Name of ${id}`,
  email: `${id}@example.com`,
  role: 'viewer' as const,
  createdAtMs: 1,
  updatedAtMs: 1,
})
const session = (id: string, responderId: string) => ({
  id,
  responderId,
  createdAtMs: 2,
  lastSeenAtMs: 2,
  userAgent: '',
})

beforeEach(async () => {
  await db.batch([
    db.delete(responders),
    db.delete(sessions),
    db.insert(responders).values([person('a'), person('b'), person('c')]),
    db.insert(sessions).values([session('s1', 'a'), session('s2', 'b'), session('s3', 'b')]),
  ])
})

describe('database', () => {
  it('counts what each kind of call reads and writes', async () => {
    expect((await during(() => db.select({ id: responders.id }).from(responders))).read).toBe(3)
    expect((await during(() => db.insert(responders).values(person('d')))).written).toBeGreaterThan(0)
    const d1 = countingD1(env.DB)
    expect((await during(() => d1.prepare('SELECT name FROM responders').all())).read).toBe(4)
    expect((await during(() => d1.prepare('SELECT name FROM responders').first())).read).toBeGreaterThan(0)
    expect(
      (await during(() => d1.prepare('DELETE FROM sessions WHERE id = ?').bind('s1').run())).written,
    ).toBeGreaterThan(0)
    expect((await during(() => d1.batch([d1.prepare('SELECT name FROM responders')]))).read).toBe(4)
    expect((await during(() => db.batch([db.select().from(sessions), db.select().from(sessions)]))).read).toBe(4)
  })

  it('keeps the columns of a join apart, and its order', async () => {
    const joined = await db
      .select({
        session: sessions.id,
        responder: responders.id,
        createdAtMs: responders.createdAtMs,
        opened: sessions.createdAtMs,
      })
      .from(sessions)
      .innerJoin(responders, eq(responders.id, sessions.responderId))
      .orderBy(sql`${sessions.id} DESC`)
      .limit(2)
    expect(joined).toEqual([
      { session: 's3', responder: 'b', createdAtMs: 1, opened: 2 },
      { session: 's2', responder: 'b', createdAtMs: 1, opened: 2 },
    ])
  })

  it('answers like D1 itself', async () => {
    const d1 = countingD1(env.DB)
    const statement = d1.prepare('SELECT id, name FROM responders WHERE id = ?').bind('a')
    expect(await statement.first()).toEqual({ id: 'a', name: 'Name of a' })
    expect(await statement.first('name')).toBe('Name of a')
    expect(await statement.raw()).toEqual([['a', 'Name of a']])
    expect(await statement.raw({ columnNames: true })).toEqual([
      ['id', 'name'],
      ['a', 'Name of a'],
    ])
    expect(await d1.prepare(`SELECT id FROM responders WHERE id = 'x'`).first()).toBeNull()
  })

  it('tells an outage from a statement that SQLite refused', async () => {
    await expect(db.insert(responders).values(person('a'))).rejects.toMatchObject({
      cause: expect.objectContaining({ message: expect.stringContaining('UNIQUE constraint failed') }),
    })
    await expect(countingD1(env.DB).prepare('SELECT nothing').all()).rejects.not.toBeInstanceOf(StorageUnavailable)

    const outOfOrder = () => {
      throw new Error('Network connection lost.')
    }
    const gone = new Proxy(env.DB, { get: () => outOfOrder })
    await expect(countingD1(gone).batch([])).rejects.toBeInstanceOf(StorageUnavailable)
    expect(() => countingD1(gone).prepare('SELECT 1')).toThrow(StorageUnavailable)
  })
})
