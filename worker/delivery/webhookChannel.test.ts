import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readerFilter } from '../domain/readerFilter.ts'
import { AT_MS, sampleIncident } from '../../test/samplePublicModel.ts'
import {
  COMPONENTS,
  CONFIRMATION,
  MAINTENANCE,
  NOTICES,
  PAGE,
  POST_MORTEM,
  UPDATE,
  hostileUpdate,
  messageOf,
} from './channelMessage.fixtures.ts'
import type { Message } from './sender.ts'
import { webhookBodies } from './statuspageWebhook.ts'
import { deliverWebhook } from './webhookChannel.ts'

const STATUS_PAGE = {
  id: PAGE.id,
  url: PAGE.url,
  status: { indicator: 'major', description: 'Partial System Outage' },
} as const
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

const At = z.iso.datetime()
const AtOrNull = At.nullable()
const Head = {
  meta: z.strictObject({ unsubscribe: z.url(), documentation: z.url(), generated_at: At }),
  page: z.strictObject({ id: z.string(), status_indicator: z.string(), status_description: z.string() }),
}
const Status = z.enum(['operational', 'under_maintenance', 'degraded_performance', 'partial_outage', 'major_outage'])
const IncidentStatus = z.enum([
  'investigating',
  'identified',
  'monitoring',
  'resolved',
  'postmortem',
  'scheduled',
  'in_progress',
  'verifying',
  'completed',
])
/** Every field that Statuspage's own documentation shows, and `affected_components`, which it has sent since. */
const IncidentBody = z.strictObject({
  ...Head,
  incident: z.strictObject({
    backfilled: z.boolean(),
    created_at: At,
    impact: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
    impact_override: z.null(),
    monitoring_at: AtOrNull,
    postmortem_body: z.string().nullable(),
    postmortem_body_last_updated_at: AtOrNull,
    postmortem_ignored: z.boolean(),
    postmortem_notified_subscribers: z.boolean(),
    postmortem_notified_twitter: z.boolean(),
    postmortem_published_at: AtOrNull,
    resolved_at: AtOrNull,
    scheduled_auto_transition: z.boolean(),
    scheduled_for: AtOrNull,
    scheduled_remind_prior: z.boolean(),
    scheduled_reminded_at: AtOrNull,
    scheduled_until: AtOrNull,
    shortlink: z.url(),
    status: IncidentStatus,
    updated_at: At,
    id: z.string(),
    organization_id: z.string(),
    incident_updates: z.array(
      z.strictObject({
        body: z.string(),
        created_at: At,
        display_at: At,
        status: IncidentStatus,
        twitter_updated_at: z.null(),
        updated_at: At,
        wants_twitter_update: z.boolean(),
        id: z.string(),
        incident_id: z.string(),
        affected_components: z
          .array(z.strictObject({ code: z.string(), name: z.string(), old_status: Status, new_status: Status }))
          .nullable(),
      }),
    ),
    name: z.string(),
  }),
})
const ComponentBody = z.strictObject({
  ...Head,
  component_update: z.strictObject({
    created_at: At,
    new_status: Status,
    old_status: Status,
    id: z.string(),
    component_id: z.string(),
  }),
  component: z.strictObject({ created_at: At, id: z.string(), name: z.string(), status: Status }),
})

function bodies(content: Parameters<typeof webhookBodies>[0], changes: Partial<Message> = {}) {
  const { links, filter, nowMs } = messageOf(content, changes)
  return webhookBodies(content, { page: STATUS_PAGE, links, filter, nowMs })
}

describe('Statuspage’s bodies', () => {
  it.each(Object.entries(NOTICES))('hold every field of %s', (_, notice) => {
    const all = bodies(notice)
    for (const { part, json } of all) (part === '' ? IncidentBody : ComponentBody).parse(json)
    expect(all).toMatchSnapshot()
  })

  it('hold it for a post-mortem whose incident is known, and for hostile texts', () => {
    IncidentBody.parse(bodies({ ...POST_MORTEM, incident: sampleIncident() })[0]?.json)
    for (const { part, json } of bodies(hostileUpdate())) (part === '' ? IncidentBody : ComponentBody).parse(json)
  })

  it('a cancelled maintenance is one of Statuspage’s states', () => {
    const cancelled = { ...MAINTENANCE.update, status: 'cancelled' } as const
    const notice = {
      ...MAINTENANCE,
      what: 'cancelled',
      update: cancelled,
      maintenance: { ...MAINTENANCE.maintenance, status: 'cancelled', updates: [cancelled] },
    } as const
    expect(IncidentBody.parse(bodies(notice)[0]?.json).incident.status).toBe('completed')
  })

  it('tell of the components that were chosen', () => {
    const parts = (filter: Message['filter']) => bodies(COMPONENTS, { filter }).map(({ part }) => part)
    expect(parts(readerFilter({}))).toEqual(['checkout', 'docs'])
    expect(parts(readerFilter({ components: ['docs'] }))).toEqual(['docs'])
    expect(parts(readerFilter({ components: ['docs'], groups: ['Shop'] }))).toEqual(['checkout', 'docs'])
  })
})

describe('deliverWebhook', () => {
  interface Sent {
    readonly headers: Headers
    readonly json: Record<string, unknown>
  }

  async function deliver(content: Message['content'], answers: readonly (() => Response)[]) {
    const sent: Sent[] = []
    const outcome = await deliverWebhook(
      { kind: 'webhook', url: 'https://hooks.example/status', secret: SECRET },
      messageOf(content),
      STATUS_PAGE,
      {
        privateTargets: '',
        fetch: async (url, init) => {
          const request = new Request(url, init)
          sent.push({ headers: request.headers, json: JSON.parse(await request.text()) })
          return answers[sent.length - 1]?.() ?? new Response(null, { status: 204 })
        },
      },
    )
    return { outcome, sent }
  }

  it('sends the incident, then each component, each signed under an id of its own', async () => {
    const { outcome, sent } = await deliver(UPDATE, [])
    expect(outcome).toMatchObject({ ok: true })
    expect(sent.map(({ json }) => Object.keys(json).at(-1))).toEqual(['incident', 'component'])
    expect(sent.map(({ headers }) => headers.get('webhook-id'))).toEqual([
      'msg_update_update-2_subscriber-1',
      'msg_update_update-2_subscriber-1_checkout',
    ])
    for (const { headers } of sent) {
      expect(headers.get('webhook-timestamp')).toBe(String(AT_MS / 1000))
      expect(headers.get('webhook-signature')).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
    }
  })

  it('goes no further than the first that fails', async () => {
    const { outcome, sent } = await deliver(UPDATE, [() => new Response(null, { status: 503 })])
    expect(outcome).toMatchObject({ kind: 'temporary' })
    expect(sent).toHaveLength(1)
  })

  it('is told by 410 that nothing more is wanted; by 404 only that this did not arrive', async () => {
    const gone = await deliver(UPDATE, [() => new Response(null, { status: 410 })])
    expect(gone.outcome).toMatchObject({ kind: 'permanent', recipientRefused: true })
    const missing = await deliver(UPDATE, [() => new Response(null, { status: 404 })])
    expect(missing.outcome).not.toHaveProperty('recipientRefused')
  })

  it.each([
    ['the challenge alone', () => new Response('token-1\n'), true],
    ['the challenge as JSON', () => Response.json({ challenge: 'token-1' }), true],
    ['nothing', () => new Response(null, { status: 204 }), false],
    ['another challenge', () => Response.json({ challenge: 'token-2' }), false],
    ['the challenge with an error', () => new Response('token-1', { status: 500 }), false],
  ])('a request that is answered with %s', async (_, answer, confirms) => {
    const { outcome, sent } = await deliver(CONFIRMATION, [answer])
    expect('confirms' in outcome).toBe(confirms)
    expect(sent[0]?.json['confirmation']).toEqual({
      challenge: 'token-1',
      confirm_url: CONFIRMATION.confirmUrl,
      incident_name: null,
    })
  })

  it('what only sends back what it got agrees to nothing', async () => {
    let echo = ''
    const outcome = await deliverWebhook(
      { kind: 'webhook', url: 'https://echo.example/', secret: SECRET },
      messageOf(CONFIRMATION),
      STATUS_PAGE,
      {
        privateTargets: '',
        fetch: async (url, init) => {
          echo = await new Request(url, init).text()
          return new Response(JSON.stringify({ data: echo, json: JSON.parse(echo) }))
        },
      },
    )
    expect(outcome).toEqual({ ok: true, receipt: 'HTTP 200' })
    expect(echo).toContain('token-1')
  })
})
