import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { database } from './database.ts'
import {
  createFeedKey,
  feedKeysOf,
  findPagePassword,
  forgetAccessExcept,
  pageSecrets,
  savePagePassword,
} from './pageAccess.ts'

const db = database(env.DB)
const generationOf = async (id: string) => (await pageSecrets(db)).get(id)?.generation

async function takeAway(): Promise<void> {
  const [first, ...rest] = forgetAccessExcept(db, [])
  if (first !== undefined) await db.batch([first, ...rest])
}

it('never lets a page that was taken away and made anew know its readers by what they held of the old one', async () => {
  const id = 'page-made-anew'
  await savePagePassword(db, id, 'scrypt of the old one')
  await createFeedKey(db, id, 'a reader', 1)
  const before = (await generationOf(id)) ?? 0
  await takeAway()
  expect(await findPagePassword(db, id)).toBeNull()
  expect(await feedKeysOf(db, id)).toEqual([])
  await takeAway()
  await savePagePassword(db, id, 'scrypt of the new one')
  expect(await generationOf(id)).toBeGreaterThan(before)
})
