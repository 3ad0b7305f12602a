import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import { STATUSPAGE_SCHEMAS } from '../../test/statuspageSchemas.ts'
import { COMPONENT_STATUSES } from '../domain/componentStatus.ts'
import type { ComponentStatus } from '../domain/componentStatus.ts'
import { IMPACTS, MAINTENANCE_STATUSES, PUBLIC_STATUSES } from '../domain/publicModel.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { STATUSPAGE_DOCUMENTS, isStatuspagePath, statuspageJson } from './statuspageJson.ts'

/** Every state that a page can be in, held against Statuspage's shapes. */

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
formats.default(ajv)

/** What openstatus's fetcher asks of a page before it shows it. */
const OpenstatusSummary = z.object({
  page: z.object({
    id: z.string(),
    name: z.string(),
    url: z.url(),
    time_zone: z.string(),
    updated_at: z.iso.datetime({ offset: true }),
  }),
  status: z.object({
    description: z.string(),
    indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  }),
})

function withComponents(status: ComponentStatus, incidents = sampleModel([]).incidents): PublicModel {
  const model = sampleModel(incidents)
  return { ...model, components: model.components.map((component) => ({ ...component, status })) }
}

const empty: PublicModel = { ...sampleModel([]), components: [] }

const STATES: readonly (readonly [name: string, model: PublicModel])[] = [
  ['empty', empty],
  ['quiet', withComponents('operational')],
  ...COMPONENT_STATUSES.map((status) => [`every component ${status}`, withComponents(status)] as const),
  ...PUBLIC_STATUSES.flatMap((status) =>
    IMPACTS.map((impact) => {
      const resolvedAtMs = status === 'resolved' ? AT_MS : null
      return [
        `an incident ${status} of impact ${impact}`,
        sampleModel([sampleIncident({ status, impact, resolvedAtMs })]),
      ] as const
    }),
  ),
  [
    'an incident with a post-mortem',
    {
      ...sampleModel([sampleIncident({ status: 'resolved', resolvedAtMs: AT_MS, hasPostMortem: true })]),
      postMortems: [samplePostMortem()],
    },
  ],
  [
    'an incident that touches no component',
    sampleModel([
      sampleIncident({
        impact: 'none',
        components: [],
        updates: sampleIncident().updates.map((update) => ({ ...update, components: [] })),
      }),
    ]),
  ],
  ...MAINTENANCE_STATUSES.map(
    (status) =>
      [`a maintenance ${status}`, { ...sampleModel([]), maintenances: [sampleMaintenance({ status })] }] as const,
  ),
  [
    'third parties as components',
    {
      ...sampleModel([]),
      thirdParties: [
        {
          id: 'psp',
          name: 'Payments',
          url: 'https://status.psp.example',
          status: 'partial_outage',
          sinceMs: AT_MS,
          component: { createdAtMs: AT_MS },
        },
      ],
    },
  ],
  [
    'sixty incidents and sixty maintenances',
    {
      ...sampleModel(Array.from({ length: 60 }, (_, i) => sampleIncident({ id: `incident${i}`, resolvedAtMs: AT_MS }))),
      maintenances: Array.from({ length: 60 }, (_, i) =>
        sampleMaintenance({ id: `maintenance${i}`, status: 'completed' }),
      ),
    },
  ],
]

describe.each(Object.keys(STATUSPAGE_DOCUMENTS))('%s', (path) => {
  const schema = STATUSPAGE_SCHEMAS[path]
  if (schema === undefined || !isStatuspagePath(path)) throw new Error(`${path} has no schema`)
  const validate = ajv.compile(schema)

  it.each(STATES)('has the shape with %s', (_name, model) => {
    const valid = validate(JSON.parse(statuspageJson(path, model)))
    expect(validate.errors ?? []).toEqual([])
    expect(valid).toBe(true)
  })
})

it('is refused by a schema when a field is missing, or one too many', () => {
  const validate = ajv.compile(STATUSPAGE_SCHEMAS['api/v2/status.json'] ?? {})
  const good = { ...JSON.parse(statuspageJson('api/v2/status.json', empty)) }
  expect(validate(good)).toBe(true)
  expect(validate({ ...good, more: 1 })).toBe(false)
  expect(validate({ ...good, page: { ...good.page, updated_at: 'Thu Nov 26 2026' } })).toBe(false)
})

it.each(STATES)('is what openstatus asks for, with %s', (_name, model) => {
  for (const path of ['api/v2/summary.json', 'api/v2/status.json'] as const)
    expect(OpenstatusSummary.safeParse(JSON.parse(statuspageJson(path, model))).error).toBeUndefined()
})

it('writes the keys in the order that Statuspage does', () => {
  const summary = JSON.parse(statuspageJson('api/v2/summary.json', sampleModel()))
  expect(Object.keys(summary)).toEqual(['page', 'components', 'incidents', 'scheduled_maintenances', 'status'])
})
