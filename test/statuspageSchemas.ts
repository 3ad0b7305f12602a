/**
 * Statuspage's public JSON as JSON Schemas, field by field, with nothing more and nothing less than its clients know
 * (developer.statuspage.io and https://metastatuspage.com/api). Key order is no part of a schema; a test of its own has it.
 */

const INSTANT = { type: 'string', format: 'date-time', pattern: '\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)$' } as const
const INSTANT_OR_NULL = { anyOf: [INSTANT, { type: 'null' }] } as const
const ID = { type: 'string', minLength: 1 } as const
const TEXT = { type: 'string' } as const
const TEXT_OR_NULL = { type: ['string', 'null'] } as const

/** Every field is there, and no other. */
function exactly(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

function listOf(items: object): object {
  return { type: 'array', items }
}

const COMPONENT_STATUS = {
  enum: ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'],
} as const

const PAGE = exactly({
  id: { type: 'string', pattern: '^[a-z0-9]{12}$' },
  name: { type: 'string', minLength: 1 },
  url: { type: 'string', format: 'uri' },
  time_zone: { type: 'string', pattern: '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$' },
  updated_at: INSTANT,
})

const STATUS = exactly({
  indicator: { enum: ['none', 'minor', 'major', 'critical', 'maintenance'] },
  description: {
    enum: [
      'All Systems Operational',
      'Partially Degraded Service',
      'Minor Service Outage',
      'Partial System Outage',
      'Major Service Outage',
      'Service Under Maintenance',
    ],
  },
})

const COMPONENT_FIELDS = {
  id: ID,
  name: TEXT,
  status: COMPONENT_STATUS,
  created_at: INSTANT,
  updated_at: INSTANT,
  position: { type: 'integer', minimum: 0 },
  description: TEXT_OR_NULL,
  showcase: { type: 'boolean' },
  start_date: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
  group_id: TEXT_OR_NULL,
  page_id: ID,
  only_show_if_degraded: { type: 'boolean' },
}

/** A group names its members; a leaf lacks that key. */
const COMPONENT = {
  oneOf: [
    exactly({ ...COMPONENT_FIELDS, group: { const: false } }),
    exactly({ ...COMPONENT_FIELDS, group: { const: true }, components: listOf(ID) }),
  ],
}

const AFFECTED = exactly({ code: ID, name: TEXT, old_status: COMPONENT_STATUS, new_status: COMPONENT_STATUS })

const INCIDENT_STATUS = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']
const MAINTENANCE_STATUS = ['scheduled', 'in_progress', 'verifying', 'completed']

function updateOf(statuses: readonly string[]): object {
  return exactly({
    id: ID,
    status: { enum: statuses },
    body: TEXT,
    incident_id: ID,
    created_at: INSTANT,
    updated_at: INSTANT,
    display_at: INSTANT,
    affected_components: { anyOf: [{ type: 'array', items: AFFECTED, minItems: 1 }, { type: 'null' }] },
    deliver_notifications: { type: 'boolean' },
    custom_tweet: TEXT_OR_NULL,
    tweet_id: TEXT_OR_NULL,
  })
}

function incidentFields(statuses: readonly string[], impacts: readonly string[]) {
  return {
    id: ID,
    name: TEXT,
    status: { enum: statuses },
    created_at: INSTANT,
    updated_at: INSTANT,
    monitoring_at: INSTANT_OR_NULL,
    resolved_at: INSTANT_OR_NULL,
    impact: { enum: impacts },
    shortlink: { type: 'string', format: 'uri' },
    started_at: INSTANT,
    page_id: ID,
    incident_updates: { ...listOf(updateOf(statuses)), minItems: 1 },
    components: listOf(COMPONENT),
    reminder_intervals: TEXT_OR_NULL,
  }
}

const INCIDENT = exactly(incidentFields(INCIDENT_STATUS, ['none', 'minor', 'major', 'critical']))
const MAINTENANCE = exactly({
  ...incidentFields(MAINTENANCE_STATUS, ['maintenance']),
  scheduled_for: INSTANT,
  scheduled_until: INSTANT,
})

const INCIDENTS = exactly({ page: PAGE, incidents: { ...listOf(INCIDENT), maxItems: 50 } })
const MAINTENANCES = exactly({ page: PAGE, scheduled_maintenances: { ...listOf(MAINTENANCE), maxItems: 50 } })

/** By the file's address. */
export const STATUSPAGE_SCHEMAS: Readonly<Record<string, object>> = {
  'api/v2/summary.json': exactly({
    page: PAGE,
    components: listOf(COMPONENT),
    incidents: listOf(INCIDENT),
    scheduled_maintenances: listOf(MAINTENANCE),
    status: STATUS,
  }),
  'api/v2/status.json': exactly({ page: PAGE, status: STATUS }),
  'api/v2/components.json': exactly({ page: PAGE, components: listOf(COMPONENT) }),
  'api/v2/incidents.json': INCIDENTS,
  'api/v2/incidents/unresolved.json': INCIDENTS,
  'api/v2/scheduled-maintenances.json': MAINTENANCES,
  'api/v2/scheduled-maintenances/upcoming.json': MAINTENANCES,
  'api/v2/scheduled-maintenances/active.json': MAINTENANCES,
}
