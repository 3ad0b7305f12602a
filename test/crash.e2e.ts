import { expect, it } from 'vitest'
import { runKillSeries } from './crash/killSeries.ts'

const KILLS = 4

/** The long series is `npm run crash`. */
it(`keeps what it acknowledged through ${KILLS} kills`, { timeout: 300_000 }, async () => {
  const seed = Math.floor(Math.random() * 1_000_000)
  const { acknowledged, faults } = await runKillSeries(KILLS, seed)
  expect(faults, `seed ${seed}`).toEqual([])
  expect(acknowledged.updates.length, `seed ${seed}`).toBeGreaterThan(0)
  expect(acknowledged.published.length, `seed ${seed}`).toBeGreaterThan(0)
})
