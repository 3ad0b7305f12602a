import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
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

  it('moves the time of an update with its edit', () => {
    const incident = sampleIncident()
    const [latest, ...others] = incident.updates
    if (latest === undefined) throw new Error('the sample has updates')
    const edited = { ...latest, edits: [{ body: 'Other words.', untilMs: AT_MS }] }
    const model = sampleModel([{ ...incident, updates: [edited, ...others] }])
    const { incidents } = JSON.parse(statuspageJson('api/v2/incidents.json', model))
    expect(incidents[0].incident_updates.map((update: { updated_at: string }) => update.updated_at)).toEqual(
      [AT_MS, ...others.map(({ atMs }) => atMs)].map((atMs) => new Date(atMs).toISOString()),
    )
  })

  it('has a post-mortem as the last update of its incident, as Statuspage does', () => {
    const postMortem = samplePostMortem({
      id: resolved.id,
      publishedAtMs: AT_MS + 60_000,
      updatedAtMs: AT_MS + 120_000,
    })
    const model = { ...sampleModel([resolved]), postMortems: [postMortem] }
    const { incidents } = JSON.parse(statuspageJson('api/v2/incidents.json', model))
    expect(incidents[0]).toMatchObject({
      status: 'postmortem',
      updated_at: new Date(AT_MS + 120_000).toISOString(),
      incident_updates: [
        {
          id: 'resolved0000.postmortem',
          status: 'postmortem',
          body: 'Checkout was slow\n\nhttps://status.example/post-mortems/resolved0000',
          created_at: new Date(AT_MS + 60_000).toISOString(),
        },
        ...resolved.updates.map(({ id }) => ({ id })),
      ],
    })
  })

  it('says that nobody was told of what was added afterwards', () => {
    const told = (isBackdated: boolean) => {
      const { incidents } = JSON.parse(
        statuspageJson('api/v2/incidents.json', sampleModel([sampleIncident({ isBackdated })])),
      )
      return incidents[0].incident_updates.map(
        (update: { deliver_notifications: boolean }) => update.deliver_notifications,
      )
    }
    expect(new Set(told(true))).toEqual(new Set([false]))
    expect(new Set(told(false))).toEqual(new Set([true]))
  })

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

  it('lists third parties only where the owner says so, and never one that is not known', () => {
    const url = 'https://status.psp.example'
    const component = { createdAtMs: AT_MS - 9e6 }
    const other = { url, sinceMs: AT_MS, status: 'major_outage' as const }
    const model = {
      ...sampleModel([]),
      thirdParties: [
        { id: 'psp', name: 'Payments', ...other, component },
        { id: 'mail', name: 'Mail', ...other },
        { id: 'silent', name: 'Silent', ...other, status: null, component },
      ],
    }
    const without = JSON.parse(statuspageJson('api/v2/components.json', sampleModel([])))
    const listed = JSON.parse(statuspageJson('api/v2/components.json', model))
    const added = listed.components.slice(without.components.length)
    expect(added.map(({ name, status }: { name: string; status: string }) => [name, status])).toEqual([
      ['Third parties', 'major_outage'],
      ['Payments', 'major_outage'],
    ])
    const [first] = without.components.filter(({ group }: { group: boolean }) => !group)
    expect(Object.keys(added[1])).toEqual(Object.keys(first))
    expect(added[1]).toMatchObject({ group_id: added[0].id, description: url, showcase: false })
    expect(added[0].components).toEqual([added[1].id])
    const status = (said: typeof model) => JSON.parse(statuspageJson('api/v2/status.json', said)).status
    expect(status(model)).toEqual(status({ ...model, thirdParties: [] }))
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

  describe('of maintenance', () => {
    const startedAtMs = AT_MS - 10 * 60_000
    const done = { status: 'completed', startedAtMs, completedAtMs: AT_MS } as const
    const model = {
      ...sampleModel([]),
      maintenances: [
        sampleMaintenance({ id: 'next00000000', scheduledForMs: AT_MS + 9e6 }),
        sampleMaintenance({ id: 'first0000000', scheduledForMs: AT_MS + 1e6 }),
        sampleMaintenance({ id: 'verifying000', scheduledForMs: startedAtMs, status: 'verifying', startedAtMs }),
        sampleMaintenance({ id: 'current00000', scheduledForMs: startedAtMs - 1, status: 'in_progress', startedAtMs }),
        sampleMaintenance({ id: 'done00000000', scheduledForMs: startedAtMs - 2, ...done }),
        sampleMaintenance({ id: 'gone00000000', scheduledForMs: startedAtMs - 3, status: 'cancelled' }),
      ],
    }
    const List = z.object({ scheduled_maintenances: z.array(z.object({ id: z.string() }).loose()) })
    const listed = (path: keyof typeof STATUSPAGE_DOCUMENTS) =>
      List.parse(JSON.parse(statuspageJson(path, model))).scheduled_maintenances

    it.each([
      ['api/v2/scheduled-maintenances/active.json', ['current00000', 'verifying000']],
      ['api/v2/scheduled-maintenances/upcoming.json', ['first0000000', 'next00000000']],
      ['api/v2/summary.json', ['current00000', 'verifying000', 'first0000000', 'next00000000']],
      [
        'api/v2/scheduled-maintenances.json',
        ['next00000000', 'first0000000', 'verifying000', 'current00000', 'done00000000'],
      ],
    ] as const)('%s has those it is for, the cancelled nowhere', (path, ids) => {
      expect(listed(path).map(({ id }) => id)).toEqual(ids)
    })

    it('has every field of an incident, and its times', () => {
      expect(listed('api/v2/scheduled-maintenances.json').at(-1)).toMatchSnapshot()
    })

    it('says so above everything, unless something is worse', () => {
      const well = model.components.map((component) => ({ ...component, status: 'operational' as const }))
      const status = (maintained: typeof model) =>
        Strict.extend({ status: z.object({ indicator: z.string(), description: z.string() }) }).parse(
          JSON.parse(statuspageJson('api/v2/status.json', maintained)),
        ).status
      expect(status({ ...model, components: well })).toEqual({
        indicator: 'maintenance',
        description: 'Service Under Maintenance',
      })
      expect(status(model).indicator).toBe('major')
      expect(status({ ...model, components: well, maintenances: model.maintenances.slice(0, 2) }).indicator).toBe(
        'none',
      )
    })
  })
})
