import { expect, it } from 'vitest'
import { runRepeats } from './crash/repeats.ts'

/** The long form is `npm run crash:repeats`. */
it('writes nothing for an event that comes again, before and after a kill', { timeout: 180_000 }, async () => {
  const report = await runRepeats({ repeats: 600, connections: 32, kills: 1 })
  const nothing = { objects: 0, d1: 0 }
  expect(report).toMatchObject({ answered: 600, alerts: 1, incidents: 1, rowsWritten: [nothing, nothing] })
  expect(report.versions[1]).toBe(report.versions[0])
})
