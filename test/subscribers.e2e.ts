import { expect, it } from 'vitest'
import { runMailing } from './crash/subscribers.ts'

/** The long form is `npm run crash:subscribers`. */
it('tells all who stay, while the mail server refuses half and both are killed', { timeout: 900_000 }, async () => {
  const { faults, stayed, left } = await runMailing(200, 4711)
  expect(faults).toEqual([])
  expect(stayed + left).toBe(200)
  expect(left).toBeGreaterThan(5)
})
