import { env, exports } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import type { Change } from '../domain/change.ts'
import { createApiToken } from '../storage/apiTokens.ts'
import { changesAround, forgetChanges, listChanges, saveChanges } from '../storage/changes.ts'
import { database } from '../storage/database.ts'

const db = database(env.DB)
const NOW = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
let token = ''

function change(number: number, more: Partial<Change> = {}): Change {
  return {
    id: number.toString(16).padStart(32, '0'),
    source: 'github',
    services: ['checkout'],
    environment: 'production',
    title: `Change ${number}`,
    ref: null,
    url: null,
    by: null,
    atMs: NOW,
    updatedAtMs: NOW,
    outcome: 'success',
    ...more,
  }
}

beforeAll(async () => {
  const wanted = { name: 'viewer', role: 'viewer', scopes: ['incidents:read'], createdBy: 'root' } as const
  token = (await createApiToken(db, wanted, NOW)).secret
  // Twenty in the same second, as senders that count in seconds send them.
  await saveChanges(db, [
    ...Array.from({ length: 20 }, (_, i) => change(i)),
    change(100, { services: ['search', 'api'], updatedAtMs: NOW + 1 }),
    change(101, { services: [], environment: null, updatedAtMs: NOW - 1 }),
  ])
})

async function list(query: string): Promise<{ changes: { title: string; updatedAt: string }[]; next: string | null }> {
  const headers = { Authorization: `Bearer ${token}` }
  const response = await exports.default.fetch(`https://allclear.example/api/v1/changes?${query}`, { headers })
  expect(response.status).toBe(200)
  return response.json()
}

it('lists by pages without losing any', async () => {
  const titles: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const page = await list(`limit=7${next === '' ? '' : `&after=${next}`}`)
    titles.push(...page.changes.map(({ title }) => title))
    next = page.next
  }
  expect(titles).toHaveLength(22)
  expect(new Set(titles).size).toBe(22)
  expect(titles[0]).toBe('Change 100')
  expect(titles.at(-1)).toBe('Change 101')
})

it('filters by service and environment', async () => {
  expect((await list('service=api')).changes).toMatchObject([{ title: 'Change 100', services: ['search', 'api'] }])
  expect((await list('service=ap')).changes).toEqual([])
  expect((await list('service=checkout&environment=production')).changes).toHaveLength(20)
  expect((await list('environment=staging')).changes).toEqual([])
})

it('refuses a page that is none, and whoever has no token', async () => {
  const call = (path: string, headers: Record<string, string>) =>
    exports.default.fetch(`https://allclear.example${path}`, { headers })
  const faulty = await call('/api/v1/changes?after=x', { Authorization: `Bearer ${token}` })
  expect(faulty.status).toBe(422)
  expect((await call('/api/v1/changes', {})).status).toBe(401)
})

it('moves on with news of it only', async () => {
  const id = 'f'.repeat(32)
  const states = [
    change(0, { id, outcome: 'in_progress', updatedAtMs: NOW + MINUTE }),
    change(0, { id, outcome: 'failure', updatedAtMs: NOW + MINUTE }),
    change(0, { id, outcome: 'in_progress', updatedAtMs: NOW + MINUTE }),
    change(0, { id, outcome: 'in_progress', updatedAtMs: NOW, atMs: NOW - MINUTE }),
  ]
  await saveChanges(db, states)
  const [newest] = await listChanges(db, { limit: 1 })
  expect(newest).toMatchObject({ id, outcome: 'failure', updatedAtMs: NOW + MINUTE, atMs: NOW })
})

it('finds what was changed before something began, and forgets after 90 days', async () => {
  expect((await changesAround(db, NOW + 60 * MINUTE)).length).toBe(23)
  expect(await changesAround(db, NOW - 60 * MINUTE)).toEqual([])
  expect(await changesAround(db, NOW + 3 * 24 * 60 * MINUTE)).toEqual([])
  await forgetChanges(db, NOW + 90 * 24 * 60 * MINUTE)
  expect(await listChanges(db, { limit: 100 })).toHaveLength(22)
  await forgetChanges(db, NOW + 91 * 24 * 60 * MINUTE)
  expect(await listChanges(db, { limit: 100 })).toEqual([])
})
