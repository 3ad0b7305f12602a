import { describe, expect, it } from 'vitest'
import { AT_MS, sampleIncident, sampleModel, samplePostMortem } from '../../test/samplePublicModel.ts'
import { UPTIME_DAYS, uptimeBars } from '../domain/uptime.ts'
import { readModel, writeModel } from './storedModel.ts'

const DAY_MS = 24 * 3600 * 1000

describe('the stored model', () => {
  it('reads back as it was', () => {
    const model = sampleModel()
    const changes = [
      { atMs: AT_MS - 5 * DAY_MS, status: 'major_outage' },
      { atMs: AT_MS - 5 * DAY_MS + 3_600_000, status: 'operational' },
    ] as const
    const components = model.components.map((component) => ({
      ...component,
      ...uptimeBars(changes, AT_MS - 30 * DAY_MS, AT_MS),
    }))
    const full = { ...model, components, postMortems: [samplePostMortem()] }
    expect(components[0]?.days).toHaveLength(UPTIME_DAYS)
    expect(readModel(writeModel(full))).toEqual(full)
  })

  it('keeps the newest of what is too much', () => {
    const body = 'x'.repeat(50_000)
    const [update] = sampleIncident().updates
    const incidents = Array.from({ length: 100 }, (_, i) =>
      sampleIncident({ id: `i${i}`, updates: update === undefined ? [] : [{ ...update, body }] }),
    )
    const text = writeModel(sampleModel(incidents))
    expect(text.length).toBeLessThan(1_300_000)
    expect(
      readModel(text)
        .incidents.map(({ id }) => id)
        .slice(0, 2),
    ).toEqual(['i0', 'i1'])
  })
})
