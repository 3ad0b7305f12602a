import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { database } from './database.ts'
import type { NewDraft } from './postMortems.ts'
import {
  finishRelease,
  getPostMortem,
  insertDraft,
  listPostMortems,
  releasePostMortem,
  savePostMortem,
  unfinishedReleases,
} from './postMortems.ts'

const NOW = Date.UTC(2100, 0, 1)
const db = database(env.DB)

function draft(id: string, more: Partial<NewDraft> = {}): NewDraft {
  return {
    id,
    title: 'Problem with Checkout',
    body: 'A cold cache.',
    actionItems: [],
    fixedBy: 'Warmed the cache',
    services: ['checkout'],
    startedAtMs: NOW - 1000,
    resolvedAtMs: NOW,
    ...more,
  }
}

beforeEach(async () => {
  await env.DB.exec('DELETE FROM post_mortems')
  await env.DB.exec('DELETE FROM post_mortem_search')
})

describe('saving', () => {
  it('writes the draft once and never over what people wrote', async () => {
    await insertDraft(db, draft('a'), NOW)
    await savePostMortem(db, 'a', 1, { title: 'Edited', body: 'By hand', actionItems: [], fixedBy: '' }, NOW + 1)
    await insertDraft(db, draft('a'), NOW + 2)
    expect(await getPostMortem(db, 'a')).toMatchObject({ title: 'Edited', version: 2, services: ['checkout'] })
  })

  it('refuses a stale version and shows the present one', async () => {
    await insertDraft(db, draft('a'), NOW)
    const content = { title: 'T', body: 'B', actionItems: [], fixedBy: '' }
    expect((await savePostMortem(db, 'a', 1, content, NOW)).ok).toBe(true)
    expect(await savePostMortem(db, 'a', 1, content, NOW)).toMatchObject({
      ok: false,
      reason: 'stale_version',
      present: { version: 2 },
    })
    expect(await savePostMortem(db, 'none', 1, content, NOW)).toEqual({ ok: false, reason: 'not_found' })
  })
})

describe('releasing', () => {
  it('keeps what was released until readers have it, whatever is edited meanwhile', async () => {
    await insertDraft(db, draft('a'), NOW)
    expect(await unfinishedReleases(db, 10)).toEqual([])
    expect(await releasePostMortem(db, 'a', 1, NOW + 5)).toMatchObject({ ok: true })
    await savePostMortem(db, 'a', 1, { title: 'Later', body: 'not released', actionItems: [], fixedBy: '' }, NOW + 6)
    expect(await unfinishedReleases(db, 10)).toMatchObject([
      { id: 'a', publishedAtMs: NOW + 5, release: { version: 1, body: 'A cold cache.', atMs: NOW + 5 } },
    ])
    await finishRelease(db, 'a', 1)
    expect(await unfinishedReleases(db, 10)).toEqual([])
    expect(await getPostMortem(db, 'a')).toMatchObject({ version: 2, publishedVersion: 1, publishedAtMs: NOW + 5 })

    expect(await releasePostMortem(db, 'a', 1, NOW + 7)).toMatchObject({ ok: false, reason: 'stale_version' })
    await releasePostMortem(db, 'a', 2, NOW + 8)
    expect(await unfinishedReleases(db, 10, 'a')).toMatchObject([
      { publishedAtMs: NOW + 5, release: { version: 2, atMs: NOW + 8 } },
    ])
  })
})

it('lists the newest incident first, with its open action items', async () => {
  await insertDraft(db, draft('old', { startedAtMs: NOW - 9000 }), NOW)
  const item = { id: '1', title: 'x', owner: '', dueOn: '', type: 'prevent', isPublic: false } as const
  await insertDraft(
    db,
    draft('new', {
      actionItems: [
        { ...item, done: false },
        { ...item, done: true },
      ],
    }),
    NOW,
  )
  expect(await listPostMortems(db, 0, 1)).toMatchObject({ total: 2, postMortems: [{ id: 'new', openActionItems: 1 }] })
  expect(await listPostMortems(db, 1, 1)).toMatchObject({ postMortems: [{ id: 'old' }] })
})
