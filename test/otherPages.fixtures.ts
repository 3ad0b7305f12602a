/** What pages of other products answer, as their documentation has it; hostile where people write. */

export const HOSTILE = '<script>alert(1)</script> <b onclick="x">bold</b>\u0007 & ](javascript:alert(1)) \u202e'

const update = (id: string, status: string, at: string, body: string, affected: object[] | null = null) => ({
  id,
  status,
  body,
  incident_id: 'x',
  created_at: at,
  updated_at: at,
  display_at: at,
  affected_components: affected,
  deliver_notifications: true,
  custom_tweet: null,
  tweet_id: null,
})

const PAGE = {
  id: 'abcdefghjkmn',
  name: 'Acme',
  url: 'https://status.acme.example',
  time_zone: 'Etc/UTC',
  updated_at: '2026-01-02T00:00:00.000Z',
}

export const STATUSPAGE: Readonly<Record<string, unknown>> = {
  '/api/v2/components.json': {
    page: PAGE,
    components: [
      { id: 'grp1', name: 'Shop', status: 'operational', group: true, group_id: null, components: ['cmp1'] },
      { id: 'cmp1', name: 'Checkout', status: 'operational', group: false, group_id: 'grp1' },
      { id: 'cmp2', name: 'Warehouse robots', status: 'operational', group: false, group_id: null },
    ],
  },
  '/api/v2/incidents.json': {
    page: PAGE,
    incidents: [
      {
        id: 'open1',
        name: 'Still going on',
        status: 'investigating',
        impact: 'minor',
        started_at: '2026-01-03T00:00:00.000Z',
        incident_updates: [update('u9', 'investigating', '2026-01-03T00:00:00.000Z', 'We look.')],
        components: [],
      },
      {
        id: 'kq7x1m',
        name: `Orders fail ${HOSTILE}`,
        status: 'postmortem',
        impact: 'major',
        started_at: '2026-01-01T10:00:00.000+01:00',
        incident_updates: [
          update('u4', 'postmortem', '2026-01-05T09:00:00.000Z', 'What we learned.'),
          update('u3', 'resolved', '2026-01-01T12:00:00.000Z', 'It is over.', [
            { code: 'cmp1', name: 'Shop - Checkout', old_status: 'partial_outage', new_status: 'operational' },
          ]),
          update(
            'u2',
            'identified',
            '2026-01-01T10:30:00.000Z',
            `See <a href="https://acme.example/x">this</a>.<br />${HOSTILE}`,
          ),
          update('u1', 'investigating', '2026-01-01T10:00:00.000Z', 'We look into it.', [
            { code: 'cmp1', name: 'Shop - Checkout', old_status: 'operational', new_status: 'partial_outage' },
            { code: 'cmp2', name: 'Warehouse robots', old_status: 'operational', new_status: 'major_outage' },
          ]),
        ],
        components: [],
      },
    ],
  },
  '/api/v2/scheduled-maintenances.json': {
    page: PAGE,
    scheduled_maintenances: [
      {
        id: 'maint1',
        name: 'New disks',
        status: 'completed',
        impact: 'maintenance',
        scheduled_for: '2026-01-10T01:00:00.000Z',
        scheduled_until: '2026-01-10T03:00:00.000Z',
        incident_updates: [
          update('m2', 'completed', '2026-01-10T02:40:00.000Z', 'Done.'),
          update('m1', 'scheduled', '2026-01-08T09:00:00.000Z', 'We change disks.'),
        ],
        components: [{ id: 'cmp1' }],
      },
    ],
  },
}

const paged = (data: object[]) => ({
  meta: { pagination: { total: data.length, per_page: 100, current_page: 1, total_pages: 1 } },
  data,
})

export const CACHET_2: Readonly<Record<string, unknown>> = {
  '/api/v1/ping': { data: 'Pong!' },
  '/api/v1/components': paged([{ id: 1, name: 'Checkout', description: '', status: 1, group_id: 1, enabled: true }]),
  '/api/v1/incidents': paged([
    {
      id: 42,
      component_id: 1,
      component_status: 4,
      name: 'Checkout is down',
      status: 4,
      visible: 1,
      message: HOSTILE,
      occurred_at: '2026-01-01 10:00:00',
      created_at: '2026-01-01 10:00:00',
      updated_at: '2026-01-01 12:00:00',
      updates: [{ id: 7, incident_id: 42, status: 2, message: 'A disk is full.', created_at: '2026-01-01 10:30:00' }],
    },
    {
      id: 43,
      name: 'Hidden',
      status: 4,
      visible: 0,
      message: 'x',
      created_at: '2026-01-01 10:00:00',
      updated_at: '2026-01-01 12:00:00',
    },
  ]),
  '/api/v1/schedules': paged([
    {
      id: 5,
      name: 'New disks',
      message: 'Soon.',
      status: 2,
      scheduled_at: '2026-01-10 01:00:00',
      completed_at: '2026-01-10 02:00:00',
      created_at: '2026-01-08 09:00:00',
    },
  ]),
}

const moment = (string: string) => ({ human: 'long ago', string, timezone: 'UTC' })

export const CACHET_3: Readonly<Record<string, unknown>> = {
  '/api/components': {
    data: [
      {
        id: '1',
        type: 'components',
        attributes: { id: 1, name: 'Checkout', status: { human: 'Operational', value: 1 } },
      },
    ],
    links: { next: null },
  },
  '/api/incidents': {
    data: [
      {
        id: '42',
        type: 'incidents',
        attributes: {
          id: 42,
          guid: '0b9e6d0e-1111-4222-8333-444455556666',
          name: 'Checkout is down',
          message: 'We look into it.',
          status: { human: 'Fixed', value: 4 },
          visible: true,
          occurred_at: moment('2026-01-01 10:00:00'),
          created_at: moment('2026-01-01 10:00:00'),
          updated_at: moment('2026-01-01 12:00:00'),
        },
      },
    ],
    links: { next: null },
  },
  '/api/incidents/42/updates': {
    data: [
      {
        id: '7',
        type: 'updates',
        attributes: {
          id: 7,
          status: { human: 'Fixed', value: 4 },
          message: 'It is over.',
          created_at: moment('2026-01-01 11:00:00'),
        },
      },
    ],
  },
  '/api/schedules': { data: [], links: { next: null } },
}

export const UPPTIME: Readonly<Record<string, unknown>> = {
  '.upptimerc.yml':
    'owner: acme\nrepo: status\nsites:\n  - name: Checkout\n    url: https://shop.acme.example\n  - name: Partner API\n    url: https://api.acme.example\n    slug: api\n',
  'issues.json': [
    {
      number: 17,
      title: '🛑 Checkout is down',
      body: 'In [`abc`](https://github.com/acme/status/commit/abc), Checkout (https://shop.acme.example) was **down**:\n- HTTP code: 0',
      created_at: '2026-01-01T10:00:00Z',
      closed_at: '2026-01-01T10:20:00Z',
      labels: [{ name: 'status' }, { name: 'checkout' }],
      comments: 0,
    },
    {
      number: 18,
      title: 'New disks',
      body: '<!--\nstart: 2026-01-10T01:00:00.000Z\nend: 2026-01-10T03:00:00.000Z\nexpectedDown: api\n-->\nWe change disks.',
      created_at: '2026-01-08T09:00:00Z',
      closed_at: '2026-01-10T03:05:00Z',
      labels: [{ name: 'maintenance' }],
      comments: 0,
    },
    { number: 19, title: 'A question', body: '', created_at: '2026-01-01T10:00:00Z', labels: [], comments: 0 },
    {
      number: 20,
      title: '⚠️ Partner API has degraded performance',
      body: '',
      created_at: '2026-01-02T10:00:00Z',
      closed_at: null,
      labels: ['status', 'api'],
      comments: 0,
    },
  ],
}
