import { affectedBy } from '../worker/domain/affectedLink.ts'
import type { ComponentStatus } from '../worker/domain/componentStatus.ts'
import { groupId } from '../worker/domain/groupId.ts'
import type {
  PublicActionItem,
  PublicComponent,
  PublicDay,
  PublicGroupUptime,
  PublicIncident,
  PublicMaintenance,
  PublicModel,
  PublicPage,
  PublicPostMortem,
  PublicStatus,
  PublicUpdate,
  PublicView,
} from '../worker/domain/publicModel.ts'
import { SUBSCRIPTION_STEPS } from '../worker/domain/publicModel.ts'
import { filterModel, parseFilter } from '../worker/domain/readerFilter.ts'
import { sampleMetric } from './sampleMetric.ts'
import type { PublicMetric } from '../worker/domain/publicMetric.ts'
import type { OwnSubscription } from '../worker/domain/subscriber.ts'
import { uptimeBars, UPTIME_DAYS } from '../worker/domain/uptime.ts'
import type { StateChange } from '../worker/domain/uptime.ts'
import { AS_POSTED } from './samplePublicModel.ts'

/** What real status pages look like on good, bad and hostile days: for the browser tests and the size budget. */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A Tuesday in winter: Berlin is an hour ahead of UTC. */
const NOW_MS = Date.UTC(2026, 10, 24, 14, 2)

const PAGE: PublicPage = {
  id: '5v8k2m9x4q7h',
  name: 'Larkspur Cloud',
  url: 'https://status.larkspur.example',
  timeZone: 'Europe/Berlin',
  supportUrl: 'https://larkspur.example/support',
  language: 'en',
  updatedAtMs: NOW_MS - 4 * MINUTE_MS,
}

const GROUPS: readonly (readonly [group: string | null, names: readonly string[]])[] = [
  [null, ['Website', 'Sign-in']],
  ['API', ['REST API', 'GraphQL API', 'Webhooks', 'Rate limiting', 'API keys', 'Sandbox']],
  ['Compute', ['Frankfurt', 'Dublin', 'Virginia', 'Oregon', 'Singapore', 'Sydney', 'São Paulo', 'Mumbai']],
  ['Data', ['Object storage', 'Managed Postgres', 'Search', 'Backups', 'Exports', 'Analytics']],
  ['Console', ['Dashboard', 'Billing', 'Team settings', 'Audit log']],
  ['Support', ['Tickets', 'Chat', 'Documentation', 'Status mail']],
]

function idOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

/** A past that differs from one component to the next, the same in every run. */
function pastOf(index: number): StateChange[] {
  const troubles: readonly ComponentStatus[] = ['degraded_performance', 'partial_outage', 'major_outage']
  const changes: StateChange[] = []
  for (let daysAgo = 80 - (index % 7) * 3; daysAgo > 3; daysAgo -= 11 + ((index * 5) % 23)) {
    const startMs = NOW_MS - daysAgo * DAY_MS + ((index * 37) % 9) * HOUR_MS
    const status = troubles[(index + daysAgo) % troubles.length] ?? 'partial_outage'
    changes.push({ atMs: startMs, status })
    changes.push({ atMs: startMs + (18 + ((index * 13) % 95)) * MINUTE_MS, status: 'operational' })
  }
  if (index % 9 === 4) {
    changes.push({ atMs: NOW_MS - 2 * DAY_MS, status: 'under_maintenance' })
    changes.push({ atMs: NOW_MS - 2 * DAY_MS + 2 * HOUR_MS, status: 'operational' })
  }
  return changes
}

function components(now: Readonly<Record<string, ComponentStatus>>, isYoung = false): PublicComponent[] {
  let position = 0
  return GROUPS.flatMap(([group, names]) =>
    names.map((name): PublicComponent => {
      const index = position++
      const status = now[name] ?? 'operational'
      const changes = pastOf(index)
      if (status !== 'operational') changes.push({ atMs: NOW_MS - 50 * MINUTE_MS, status })
      const createdAtMs = NOW_MS - (isYoung || name === 'Mumbai' ? 20 : 400) * DAY_MS
      const shown = changes.filter(({ atMs }) => atMs >= createdAtMs)
      return {
        id: idOf(name),
        name,
        description: name === 'Sandbox' ? 'For trying things out. It has no service level.' : null,
        group,
        position: index,
        status,
        createdAtMs,
        updatedAtMs: shown.at(-1)?.atMs ?? createdAtMs,
        ...uptimeBars(shown, createdAtMs, NOW_MS),
      }
    }),
  )
}

interface Told {
  readonly minutesAgo: number
  readonly status: PublicStatus
  readonly body: string
  readonly components?: PublicUpdate['components']
}

function incident(
  facts: Pick<PublicIncident, 'id' | 'title' | 'impact'> & Partial<PublicIncident>,
  oldestFirst: readonly [Told, ...Told[]],
): PublicIncident {
  const updates = oldestFirst.map(({ minutesAgo, status, body, components: changed = [] }, i) => ({
    id: `${facts.id}-${i + 1}`,
    status,
    body,
    atMs: NOW_MS - minutesAgo * MINUTE_MS,
    ...AS_POSTED,
    components: changed,
  }))
  const [first] = oldestFirst
  const last = oldestFirst.at(-1) ?? first
  const timeOf = (status: PublicStatus) => updates.find((update) => update.status === status)?.atMs ?? null
  const startedAtMs = NOW_MS - (first.minutesAgo + 6) * MINUTE_MS
  return {
    status: last.status,
    createdAtMs: NOW_MS - first.minutesAgo * MINUTE_MS,
    updatedAtMs: NOW_MS - last.minutesAgo * MINUTE_MS,
    startedAtMs,
    monitoringAtMs: timeOf('monitoring'),
    resolvedAtMs: timeOf('resolved'),
    nextUpdateAtMs: null,
    components: [],
    updates: updates.toReversed(),
    hasPostMortem: false,
    isBackdated: false,
    ...facts,
  }
}

const CHECKOUT = incident(
  {
    id: '3k9x7m2q5v8h',
    title: 'Requests to the REST API fail in Frankfurt and Dublin',
    impact: 'critical',
    nextUpdateAtMs: NOW_MS + 28 * MINUTE_MS,
    components: [
      { id: 'rest-api', name: 'REST API', status: 'major_outage' },
      { id: 'frankfurt', name: 'Frankfurt', status: 'partial_outage' },
      { id: 'dublin', name: 'Dublin', status: 'partial_outage' },
    ],
  },
  [
    {
      minutesAgo: 51,
      status: 'investigating',
      body: 'About a third of the requests to the REST API in Frankfurt and Dublin end with **503**. We are looking into it.',
      components: [{ id: 'rest-api', name: 'REST API', from: 'operational', to: 'partial_outage' }],
    },
    {
      minutesAgo: 33,
      status: 'investigating',
      body: 'The share has grown: most requests now fail. Requests that were accepted are **not lost**; webhooks are delivered late.\n\nWhat you can do meanwhile:\n\n- point clients at `api-us.larkspur.example`, which works normally\n- keep retries on; every endpoint honours `Idempotency-Key`',
      components: [
        { id: 'rest-api', name: 'REST API', from: 'partial_outage', to: 'major_outage' },
        { id: 'frankfurt', name: 'Frankfurt', from: 'operational', to: 'partial_outage' },
        { id: 'dublin', name: 'Dublin', from: 'operational', to: 'partial_outage' },
      ],
    },
    {
      minutesAgo: 4,
      status: 'identified',
      body: 'A certificate that our load balancers use between regions has expired. We are rolling out a new one, region by region, beginning with Frankfurt.',
    },
  ],
)

/** With all that may stand at an update: edits, a promise kept and one broken, a translation, a word of the machine. */
const EDITED: PublicIncident = {
  ...CHECKOUT,
  hasPostMortem: true,
  updates: CHECKOUT.updates.map((update, i, all): PublicUpdate => {
    const isFirst = i === all.length - 1
    return {
      ...update,
      nextUpdateAtMs: update.atMs + (isFirst ? 15 : 30) * MINUTE_MS,
      translations: isFirst ? {} : { de: 'Die **meisten** Anfragen schlagen derzeit fehl.' },
      edits: isFirst
        ? []
        : [
            { body: 'The share has grown: some requests now fial.', untilMs: update.atMs + MINUTE_MS },
            {
              body: `The share has grown: some requests now fail. ${update.body}`,
              untilMs: update.atMs + 2 * MINUTE_MS,
            },
          ],
      ...(isFirst ? { isAutomatic: true } : {}),
    }
  }),
}

const SEARCH = incident(
  {
    id: '7h2d4w9n6c1z',
    title: 'Search results are up to 20 minutes old',
    impact: 'minor',
    nextUpdateAtMs: NOW_MS - 7 * MINUTE_MS,
    components: [{ id: 'search', name: 'Search', status: 'degraded_performance' }],
  },
  [
    { minutesAgo: 140, status: 'investigating', body: 'New documents show up late in search.' },
    {
      minutesAgo: 97,
      status: 'monitoring',
      body: 'We have added workers. The backlog shrinks by 1,000 documents a minute.',
    },
  ],
)

const STATUS_MAIL = incident({ id: '9m4t6b8r2g5j', title: 'Some invoices were mailed twice', impact: 'none' }, [
  {
    minutesAgo: 300,
    status: 'identified',
    body: 'Nobody was charged twice. We are removing the duplicates from the archive.',
  },
])

const RESOLVED = incident(
  {
    id: '1c7f3p9s5y2k',
    title: 'Virginia: virtual machines start slowly',
    impact: 'major',
    hasPostMortem: true,
    components: [{ id: 'virginia', name: 'Virginia', status: 'operational' }],
  },
  [
    { minutesAgo: 3 * 1440, status: 'investigating', body: 'Starting a machine takes up to ten minutes.' },
    { minutesAgo: 3 * 1440 - 45, status: 'monitoring', body: 'An image cache is filled again.' },
    { minutesAgo: 3 * 1440 - 100, status: 'resolved', body: 'Machines have started within 20 seconds for an hour.' },
  ],
)

const LONG_AGO = incident(
  {
    id: '6j8n1v4x7b3q',
    title: 'Exports stopped over the weekend',
    impact: 'critical',
    components: [{ id: 'exports', name: 'Exports', status: 'operational' }],
  },
  [
    { minutesAgo: 47 * 1440, status: 'investigating', body: 'Exports do not start.' },
    { minutesAgo: 45 * 1440, status: 'resolved', body: 'All exports of the weekend have been made up for.' },
  ],
)

const POST_MORTEM: PublicPostMortem = {
  id: RESOLVED.id,
  title: 'Slow starts in Virginia on 21 November',
  publishedAtMs: NOW_MS - DAY_MS,
  updatedAtMs: NOW_MS - HOUR_MS,
  startedAtMs: RESOLVED.startedAtMs,
  resolvedAtMs: RESOLVED.resolvedAtMs ?? NOW_MS,
  services: ['Compute', 'Image cache'],
  body: `## Summary

For 1 h 46 min, starting a virtual machine in Virginia took up to **ten minutes** instead of 20 seconds. Running machines were not touched.

## What happened

The cache that holds machine images was emptied by a clean-up job. Each start then fetched its image from Frankfurt.

| Time (UTC) | What |
|---|---|
| 13:56 | The clean-up job begins |
| 14:02 | Starts take longer than a minute; an alert pages the engineer on call |
| 14:47 | The cache is filled again |

## What went well

1. The alert came before the first ticket.
2. The runbook named the right dashboard.

## What we did not know

> Why did the job not keep the ten most used images?

Its filter compared \`last_used\` with a time in another zone:

\`\`\`
SELECT id FROM images WHERE last_used < now() - interval '7 days'
\`\`\`
`,
}

const ACTION_ITEMS: readonly PublicActionItem[] = [
  { title: 'Keep the most used images whatever their age', type: 'prevent', dueOn: '2026-11-28', done: true },
  {
    title: 'Page when the cache answers fewer than 80 % of requests',
    type: 'detect',
    dueOn: '2026-12-05',
    done: false,
  },
  { title: 'Let regions fetch images from the nearest neighbour', type: 'mitigate', dueOn: '', done: false },
]

function maintenance(
  facts: Pick<PublicMaintenance, 'id' | 'title' | 'status' | 'scheduledForMs'> & Partial<PublicMaintenance>,
  oldestFirst: readonly Pick<PublicMaintenance['updates'][number], 'atMs' | 'status' | 'body'>[],
): PublicMaintenance {
  const atMs = NOW_MS - 5 * DAY_MS
  return {
    scheduledUntilMs: facts.scheduledForMs + 2 * HOUR_MS,
    createdAtMs: atMs,
    updatedAtMs: oldestFirst.at(-1)?.atMs ?? atMs,
    startedAtMs: null,
    completedAtMs: null,
    sequence: 0,
    components: [{ id: 'backups', name: 'Backups' }],
    updates: oldestFirst
      .map((update, i) => ({
        id: `${facts.id}-${i + 1}`,
        translations: {},
        edits: [],
        components: [],
        rescheduledFrom: null,
        ...update,
      }))
      .toReversed(),
    ...facts,
  }
}

const PLANNED_BODY = 'Backups cannot be restored while we replace **the disks** below them. They are still made.'

const UNDER_WAY = maintenance(
  {
    id: '4d6g8j0m2p4s',
    title: 'New disks for the backups',
    status: 'in_progress',
    scheduledForMs: NOW_MS - HOUR_MS,
    startedAtMs: NOW_MS - HOUR_MS,
  },
  [
    { status: 'scheduled', body: PLANNED_BODY, atMs: NOW_MS - 5 * DAY_MS },
    { status: 'in_progress', body: 'The scheduled maintenance has begun.', atMs: NOW_MS - HOUR_MS },
    { status: 'in_progress', body: 'Half of the disks are replaced.', atMs: NOW_MS - 20 * MINUTE_MS },
  ],
)

const MOVED = maintenance(
  {
    id: '5e7h9k1n3q5t',
    title: 'Database upgrade in Dublin',
    status: 'scheduled',
    scheduledForMs: NOW_MS + 33 * HOUR_MS,
    sequence: 1,
    components: [
      { id: 'dublin', name: 'Dublin' },
      { id: 'managed-postgres', name: 'Managed Postgres' },
    ],
    updates: [
      {
        id: '5e7h9k1n3q5t-2',
        status: 'scheduled',
        body: 'A supplier is late by a day.',
        translations: {},
        edits: [],
        atMs: NOW_MS - HOUR_MS,
        components: [],
        rescheduledFrom: { scheduledForMs: NOW_MS + 9 * HOUR_MS, scheduledUntilMs: NOW_MS + 11 * HOUR_MS },
      },
      {
        id: '5e7h9k1n3q5t-1',
        status: 'scheduled',
        body: 'Each database is away for up to **two minutes**, once.',
        translations: {},
        edits: [],
        atMs: NOW_MS - 5 * DAY_MS,
        components: [],
        rescheduledFrom: null,
      },
    ],
  },
  [],
)

const DONE = maintenance(
  {
    id: '6f8j0m2p4r6v',
    title: 'New certificates',
    status: 'completed',
    scheduledForMs: NOW_MS - 2 * DAY_MS,
    startedAtMs: NOW_MS - 2 * DAY_MS,
    completedAtMs: NOW_MS - 2 * DAY_MS + 95 * MINUTE_MS,
  },
  [
    { status: 'scheduled', body: PLANNED_BODY, atMs: NOW_MS - 5 * DAY_MS },
    { status: 'in_progress', body: 'The scheduled maintenance has begun.', atMs: NOW_MS - 2 * DAY_MS },
    { status: 'verifying', body: 'We are checking the result.', atMs: NOW_MS - 2 * DAY_MS + 80 * MINUTE_MS },
    { status: 'completed', body: 'All done.', atMs: NOW_MS - 2 * DAY_MS + 95 * MINUTE_MS },
  ],
)

const CALLED_OFF = maintenance(
  { id: '7g9k1n3q5s7w', title: 'Move to another rack', status: 'cancelled', scheduledForMs: NOW_MS - DAY_MS },
  [
    { status: 'scheduled', body: PLANNED_BODY, atMs: NOW_MS - 5 * DAY_MS },
    { status: 'cancelled', body: 'The rack stays where it is.', atMs: NOW_MS - 3 * DAY_MS },
  ],
)

/** Ninety minutes after its start, which nobody has given. */
const NOT_BEGUN = maintenance(
  { id: '8h0m2p4r6t8x', title: 'New switches', status: 'scheduled', scheduledForMs: NOW_MS - 90 * MINUTE_MS },
  [{ status: 'scheduled', body: PLANNED_BODY, atMs: NOW_MS - 5 * DAY_MS }],
)

const MAINTENANCES = [MOVED, UNDER_WAY, NOT_BEGUN, CALLED_OFF, DONE]

function model(changes: Partial<PublicModel>): PublicModel {
  const incidents = changes.incidents ?? [RESOLVED, LONG_AGO]
  return {
    page: PAGE,
    components: components({}),
    incidents,
    activeIncidents: incidents.filter(({ resolvedAtMs }) => resolvedAtMs === null),
    maintenances: [],
    ownChanges: [],
    metrics: [],
    postMortems: [POST_MORTEM],
    mirror: { url: 'https://copy.acme-shop.example.com', drilledAtMs: NOW_MS - 6 * 3_600_000, isWhole: true },
    asOfMs: NOW_MS,
    ...changes,
  }
}

/** A page on its first day. */
const EMPTY = model({
  page: { ...PAGE, timeZone: 'Etc/UTC', supportUrl: null },
  components: [],
  incidents: [],
  postMortems: [],
})

const ALL_WELL = model({})

/** Thirty components, ninety days, three active incidents: what the size budget is measured on. */
const THIRD_PARTIES = (['major_outage', 'operational', null] as const).map((status, i) => ({
  id: `third-${i}`,
  name: ['Payments Ltd', 'Mail House', 'Maps & Routes'][i] ?? '',
  url: `https://status.third-${i}.example`,
  status,
  sinceMs: status === null ? null : NOW_MS - (i + 1) * HOUR_MS,
}))

const WORST_DAY = model({
  components: components({
    'REST API': 'major_outage',
    Frankfurt: 'partial_outage',
    Dublin: 'partial_outage',
    Search: 'degraded_performance',
    Backups: 'under_maintenance',
  }),
  incidents: [CHECKOUT, SEARCH, STATUS_MAIL, RESOLVED, LONG_AGO],
  thirdParties: THIRD_PARTIES,
})

/** No incident: only work that was planned. */
const MAINTENANCE_DAY = model({
  components: components({ Backups: 'under_maintenance' }),
  maintenances: MAINTENANCES,
  ownChanges: [],
})

const LONG_WORD = 'Überlastungsfehlerdiagnoseprotokollweiterleitungsdienst'.repeat(4)
const MARKUP = '<img src=x onerror="document.title=\'hacked\'"></title><script>document.title="hacked"</script>'
const RIGHT_TO_LEFT = 'خدمة الدفع لا تعمل حالياً في منطقة Frankfurt'

const HOSTILE_INCIDENT = incident(
  {
    id: '2b5g8k1n4r7t',
    title: `${MARKUP} ${LONG_WORD}`,
    impact: 'critical',
    components: [
      { id: 'long', name: LONG_WORD, status: 'major_outage' },
      { id: 'rtl', name: RIGHT_TO_LEFT, status: 'under_maintenance' },
    ],
  },
  [
    {
      minutesAgo: 30,
      status: 'investigating',
      body: `${MARKUP}\n\n[click](javascript:alert(1)) ![x](https://a.example/x.png)`,
    },
    {
      minutesAgo: 20,
      status: 'identified',
      body: `# ${RIGHT_TO_LEFT}\n\n${RIGHT_TO_LEFT}\n\nThen in English. 🚒🧯👩🏽‍🚒 \u202Egnirts desrever`,
    },
    {
      minutesAgo: 10,
      status: 'monitoring',
      body: `| a | ${LONG_WORD} | c |\n|---|---|---|\n| 1 | ${LONG_WORD} | 3 |\n\n\`\`\`\n${LONG_WORD}\n\`\`\`\n\n${'https://example.com/'.padEnd(400, 'a')}`,
    },
  ],
)

const HOSTILE_MAINTENANCE = maintenance(
  {
    id: '9j1n3q5s7v9y',
    title: `${MARKUP} ${LONG_WORD}`,
    status: 'in_progress',
    scheduledForMs: NOW_MS - HOUR_MS,
    startedAtMs: NOW_MS - HOUR_MS,
    components: [
      { id: 'long', name: LONG_WORD },
      { id: 'rtl', name: RIGHT_TO_LEFT },
    ],
  },
  HOSTILE_INCIDENT.updates.map(({ body, atMs }) => ({ body, atMs, status: 'in_progress' })),
)

/** Every day bad, in turn. */
function badDays(): PublicDay[] {
  const states: readonly ComponentStatus[] = [
    'major_outage',
    'degraded_performance',
    'partial_outage',
    'under_maintenance',
  ]
  return Array.from({ length: UPTIME_DAYS }, (_, i) => ({
    day: new Date(NOW_MS - (UPTIME_DAYS - 1 - i) * DAY_MS).toISOString().slice(0, 10),
    worst: states[i % states.length] ?? 'major_outage',
    downSeconds: 86_400,
  }))
}

function hostileComponent(id: string, name: string, group: string | null, status: ComponentStatus): PublicComponent {
  const dates = { createdAtMs: 0, updatedAtMs: NOW_MS }
  return { id, name, group, status, position: 0, description: MARKUP, days: badDays(), uptimePercent: 0.001, ...dates }
}

/** Texts of any length, direction and intent. */
const HOSTILE = model({
  page: { ...PAGE, name: `${LONG_WORD} 🌩️`, timeZone: 'Pacific/Kiritimati', supportUrl: 'javascript:alert(1)' },
  components: [
    hostileComponent('long', LONG_WORD, null, 'major_outage'),
    hostileComponent('rtl', RIGHT_TO_LEFT, MARKUP, 'under_maintenance'),
  ],
  incidents: [HOSTILE_INCIDENT],
  maintenances: [HOSTILE_MAINTENANCE],
  ownChanges: [],
  postMortems: [{ ...POST_MORTEM, title: `${MARKUP} ${LONG_WORD}`, services: [LONG_WORD, RIGHT_TO_LEFT] }],
})

const CHOICES = GROUPS.flatMap(([group, names]) => names.map((name) => ({ id: idOf(name), name, group })))

const SUBSCRIPTION: OwnSubscription = {
  kind: 'email',
  address: 'alice@example.com',
  state: 'confirmed',
  query: 'component=checkout&group=Data&level=start_and_resolve&lang=de',
  incident: null,
  confirmedAtMs: NOW_MS - 30 * DAY_MS,
}

const MANAGE = {
  view: 'manage',
  page: PAGE,
  components: CHOICES,
  action: '/subscription/token',
  isSaved: false,
} as const

const ENTRANCE = {
  view: 'entrance',
  kind: 'password',
  step: 'ask',
  base: '/pages/club',
  next: '/pages/club/history',
  typed: '',
  notice: null,
} as const

const GROUP_UPTIMES: readonly PublicGroupUptime[] = [
  ...new Set(WORST_DAY.components.flatMap(({ group }) => group ?? [])),
].map((name) => ({ id: groupId(WORST_DAY, name), name, uptimePercent: 99.871, downSeconds: 10_032 }))

const METRICS: readonly PublicMetric[] = [
  sampleMetric(NOW_MS, { component: null }),
  sampleMetric(NOW_MS, { id: 'failed', name: 'Failed requests', unit: '%', decimals: 2, description: null }),
  sampleMetric(NOW_MS, { id: 'orders', name: 'Orders a minute', unit: '', charts: null }),
]

const EMBED = {
  view: 'embed',
  page: PAGE,
  indicator: 'critical',
  description: 'Major Service Outage',
  told: [CHECKOUT, SEARCH].map(({ id, title }) => ({ path: `/incidents/${id}`, title })),
  theme: 'auto',
} as const

function affectedPage(whole: PublicModel, named: readonly string[] = []): PublicView {
  const untilMs = NOW_MS + 30 * DAY_MS
  const claims = { exp: untilMs / 1000, region: 'eu', components: [...named] }
  const audiences = { regions: [{ id: 'eu', name: 'European Union', components: [] }], plans: [] }
  return { view: 'affected', claims: { name: 'Harbour & Sons', untilMs }, ...affectedBy(whole, claims, audiences) }
}

/** Each page in each of its states, by a name for screenshots. */
export const PUBLIC_PAGES: Readonly<Record<string, PublicView>> = {
  'home-empty': { view: 'home', model: EMPTY, query: '' },
  'home-all-well': { view: 'home', model: ALL_WELL, query: '' },
  'home-worst-day': { view: 'home', model: WORST_DAY, query: '' },
  'home-maintenance': { view: 'home', model: MAINTENANCE_DAY, query: '' },
  'home-hostile': { view: 'home', model: HOSTILE, query: '' },
  'uptime-empty': { view: 'uptime', model: EMPTY, groups: [] },
  uptime: { view: 'uptime', model: WORST_DAY, groups: GROUP_UPTIMES },
  'uptime-hostile': { view: 'uptime', model: HOSTILE, groups: [] },
  'history-empty': { view: 'history', model: EMPTY, query: '', months: [] },
  history: { view: 'history', model: WORST_DAY, query: '', months: ['2026-11', '2026-10', '2024-02'] },
  'history-maintenance': {
    view: 'history',
    model: MAINTENANCE_DAY,
    query: '',
    months: ['2026-11', '2026-10', '2024-02'],
  },
  'history-month': {
    view: 'history-month',
    page: PAGE,
    month: '2026-11',
    incidents: [RESOLVED, SEARCH],
    maintenances: [DONE, CALLED_OFF],
  },
  'history-search': { view: 'history-search', page: PAGE },
  'history-hostile': { view: 'history', model: HOSTILE, query: '', months: ['2026-11', '2026-10', '2024-02'] },
  'incident-active': { view: 'incident', page: PAGE, incident: CHECKOUT, actionItems: [], asOfMs: NOW_MS },
  'incident-late': { view: 'incident', page: PAGE, incident: SEARCH, actionItems: [], asOfMs: NOW_MS },
  'incident-resolved': { view: 'incident', page: PAGE, incident: RESOLVED, actionItems: [], asOfMs: NOW_MS },
  'incident-edited': { view: 'incident', page: PAGE, incident: EDITED, actionItems: ACTION_ITEMS, asOfMs: NOW_MS },
  'incident-backdated': {
    view: 'incident',
    page: PAGE,
    incident: { ...RESOLVED, isBackdated: true },
    actionItems: [],
    asOfMs: NOW_MS,
  },
  'incident-hostile': {
    view: 'incident',
    page: HOSTILE.page,
    incident: HOSTILE_INCIDENT,
    actionItems: [],
    asOfMs: NOW_MS,
  },
  'maintenance-moved': { view: 'maintenance', page: PAGE, maintenance: MOVED, asOfMs: NOW_MS },
  'maintenance-in-progress': { view: 'maintenance', page: PAGE, maintenance: UNDER_WAY, asOfMs: NOW_MS },
  'maintenance-late': { view: 'maintenance', page: PAGE, maintenance: NOT_BEGUN, asOfMs: NOW_MS },
  'maintenance-completed': { view: 'maintenance', page: PAGE, maintenance: DONE, asOfMs: NOW_MS },
  'maintenance-cancelled': { view: 'maintenance', page: PAGE, maintenance: CALLED_OFF, asOfMs: NOW_MS },
  'maintenance-hostile': { view: 'maintenance', page: HOSTILE.page, maintenance: HOSTILE_MAINTENANCE, asOfMs: NOW_MS },
  performance: { view: 'performance', model: WORST_DAY, metrics: METRICS },
  'performance-hostile': {
    view: 'performance',
    model: HOSTILE,
    metrics: [
      sampleMetric(NOW_MS, { name: `${MARKUP} ${LONG_WORD}`, unit: MARKUP.slice(0, 20), description: LONG_WORD }),
    ],
  },
  'embed-well': { ...EMBED, indicator: 'none', description: 'All Systems Operational', told: [] },
  embed: EMBED,
  'post-mortems-empty': { view: 'post-mortems', model: EMPTY },
  'post-mortems': { view: 'post-mortems', model: WORST_DAY },
  'post-mortem': {
    view: 'post-mortem',
    page: PAGE,
    postMortem: POST_MORTEM,
    actionItems: ACTION_ITEMS,
    asOfMs: NOW_MS,
  },
  'post-mortem-hostile': {
    view: 'post-mortem',
    page: HOSTILE.page,
    postMortem: {
      ...POST_MORTEM,
      title: `${MARKUP} ${LONG_WORD}`,
      body: HOSTILE_INCIDENT.updates.map(({ body }) => body).join('\n\n'),
    },
    actionItems: [{ title: `${MARKUP} ${LONG_WORD}`, type: 'prevent', dueOn: '', done: false }],
    asOfMs: NOW_MS,
  },
  'home-filtered': {
    view: 'home',
    model: filterModel(WORST_DAY, parseFilter('group=Data&impact=minor')),
    query: 'group=Data&impact=minor',
  },
  'history-filtered': {
    view: 'history',
    months: [],
    model: filterModel(WORST_DAY, parseFilter('level=major_only')),
    query: 'level=major_only',
  },
  subscribe: {
    view: 'subscribe',
    page: PAGE,
    components: CHOICES,
    query: 'group=Data&level=major_only',
    channel: 'email',
    pushPage: 'main',
    smsPrefixes: '+49, +43',
    typed: '',
    notice: null,
  },
  manage: { ...MANAGE, subscription: SUBSCRIPTION },
  'manage-saved': { ...MANAGE, subscription: SUBSCRIPTION, isSaved: true },
  'manage-follow': {
    ...MANAGE,
    subscription: { ...SUBSCRIPTION, query: '', incident: { id: CHECKOUT.id, title: CHECKOUT.title } },
  },
  'manage-left': { ...MANAGE, subscription: { ...SUBSCRIPTION, state: 'unsubscribed' } },
  'manage-request': {
    view: 'manage-request',
    page: PAGE,
    smsPrefixes: '+49, +43',
    channel: 'email',
    typed: '',
    notice: null,
  },
  'manage-request-problem': {
    view: 'manage-request',
    page: PAGE,
    smsPrefixes: null,
    channel: 'slack',
    typed: 'https://example.com/',
    notice: 'That is not an email address. Check it and try again.',
  },
  'follow-problem': {
    view: 'follow',
    page: PAGE,
    incident: CHECKOUT,
    typed: 'ada@example',
    notice: 'That is not an email address. Check it and try again.',
  },
  'subscribe-problem': {
    view: 'subscribe',
    page: PAGE,
    components: [],
    query: '',
    channel: 'slack',
    pushPage: 'main',
    smsPrefixes: null,
    typed: 'https://example.com/',
    notice: 'The address has to look like https://hooks.slack.com/services/…',
  },
  ...Object.fromEntries(
    SUBSCRIPTION_STEPS.map((step): [string, PublicView] => [
      `subscription-${step}`,
      {
        view: 'subscription',
        page: PAGE,
        step,
        secret: step === 'check_webhook' ? `whsec_${'A'.repeat(43)}=` : null,
        action: '/subscribe/confirm/token',
      },
    ]),
  ),
  'entrance-password': ENTRANCE,
  'entrance-password-problem': { ...ENTRANCE, notice: 'That is not the password. Check it and try again.' },
  'entrance-email': { ...ENTRANCE, kind: 'email' },
  'entrance-check-mail': { ...ENTRANCE, kind: 'email', step: 'check_mail' },
  'entrance-open': { ...ENTRANCE, kind: 'email', step: 'open' },
  'entrance-inside': { ...ENTRANCE, step: 'inside' },
  affected: affectedPage(WORST_DAY),
  'affected-maintenance': affectedPage(MAINTENANCE_DAY),
  'affected-not': affectedPage(ALL_WELL),
  'affected-unknown': affectedPage(ALL_WELL, ['gone']),
  'affected-hostile': affectedPage(HOSTILE),
  'affected-wrong': { view: 'affected-ended', page: PAGE, reason: 'wrong' },
  'affected-expired': { view: 'affected-ended', page: PAGE, reason: 'expired' },
  'entrance-staff': { ...ENTRANCE, kind: 'staff' },
}
