import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AT_MS, sampleIncident, sampleModel } from '../../test/samplePublicModel.ts'
import { STATUSPAGE_DOCUMENTS, isStatuspagePath, statuspageJson } from './statuspageJson.ts'

/** As openstatus's own fetcher, the strictest client we know, checks it. */
const Strict = z.object({
  page: z.object({
    id: z.string().min(1),
    name: z.string(),
    url: z.url(),
    time_zone: z.string(),
    updated_at: z.iso.datetime({ offset: true }),
  }),
  status: z.object({ indicator: z.enum(['none', 'minor', 'major', 'critical']), description: z.string() }),
})

const resolved = sampleIncident({ id: 'resolved0000', status: 'resolved', resolvedAtMs: AT_MS, hasPostMortem: true })

describe('statuspageJson', () => {
  it('has the documented keys, in the documented order', () => {
    const summary = Strict.loose().parse(JSON.parse(statuspageJson('api/v2/summary.json', sampleModel())))
    expect(statuspageJson('api/v2/summary.json', sampleModel())).toMatch(
      /^\{"page":.*"components":.*"incidents":.*"scheduled_maintenances":\[\],"status":\{[^{}]*\}\}$/,
    )
    expect(summary).toMatchSnapshot()
  })

  it.each(Object.keys(STATUSPAGE_DOCUMENTS).filter(isStatuspagePath))(
    '%s names its page and ignores the clock',
    (path) => {
      const json = statuspageJson(path, sampleModel())
      expect(JSON.parse(json)).toMatchObject({ page: { id: 'abcdefghjkmn', time_zone: 'Etc/UTC' } })
      expect(statuspageJson(path, { ...sampleModel(), asOfMs: AT_MS + 1 })).toBe(json)
    },
  )

  it('keeps resolved incidents out of the summary and in the list', () => {
    const model = sampleModel([resolved, sampleIncident()])
    const ids = (path: 'api/v2/summary.json' | 'api/v2/incidents.json' | 'api/v2/incidents/unresolved.json') =>
      z
        .object({ incidents: z.array(z.object({ id: z.string(), status: z.string() })) })
        .parse(JSON.parse(statuspageJson(path, model)))
        .incidents.map(({ id, status }) => `${id} ${status}`)
    expect(ids('api/v2/summary.json')).toEqual(['0123456789ab identified'])
    expect(ids('api/v2/incidents/unresolved.json')).toEqual(['0123456789ab identified'])
    expect(ids('api/v2/incidents.json')).toEqual(['resolved0000 postmortem', '0123456789ab identified'])
  })

  it('is not green while an incident without a component is open', () => {
    const model = sampleModel([sampleIncident({ components: [], impact: 'none' })])
    const well = { ...model, components: model.components.map((c) => ({ ...c, status: 'operational' as const })) }
    expect(Strict.parse(JSON.parse(statuspageJson('api/v2/status.json', well))).status.indicator).toBe('minor')
  })

  it('says that all is well when it is', () => {
    const model = sampleModel([])
    const well = { ...model, components: model.components.map((c) => ({ ...c, status: 'operational' as const })) }
    expect(JSON.parse(statuspageJson('api/v2/status.json', well))).toMatchObject({
      status: { indicator: 'none', description: 'All Systems Operational' },
    })
  })
})
