import { z } from '@hono/zod-openapi'
import { ALERT_SOURCES } from '../domain/alert.ts'
import type { FiringEntry, InboxEntry, InboxPage, InboxQuery } from '../domain/alertInbox.ts'
import { compileFilter, FIRING_STATES, INBOX_GROUPS, INBOX_SORTS } from '../domain/alertInbox.ts'
import { parseMatchers } from '../domain/matcherList.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { database } from '../storage/database.ts'
import type { EndedCursor, EndedEntry } from '../storage/endedAlerts.ts'
import { listEnded } from '../storage/endedAlerts.ts'
import { linearRegexes } from '../storage/linearRegex.ts'

/** What is asked of the alerts, in the console and by the API alike. */

export const INBOX_STATES = ['firing', ...FIRING_STATES, 'ended'] as const

const Text = (max: number) => z.string().trim().max(max)

export const AlertQuery = z.object({
  state: z.enum(INBOX_STATES).default('firing').openapi({
    description: '`firing` is all that fires: `active` in an incident, `suppressed` or `paused` without one.',
  }),
  severity: z.enum(SEVERITIES).optional(),
  service: Text(64)
    .optional()
    .openapi({ description: 'The id of a service; `-` for alerts of no configured service.' }),
  source: z.enum(ALERT_SOURCES).optional(),
  matchers: Text(4_000)
    .default('')
    .openapi({ description: 'As Alertmanager writes them: `service="checkout", severity=~"critical|page"`.' }),
  q: Text(200).default('').openapi({ description: 'Words, each somewhere in the labels or annotations.' }),
  silence: Text(64).optional().openapi({ description: 'Only what this silence hides.' }),
  incident: Text(64).optional(),
  group: z.enum(INBOX_GROUPS).default('none'),
  sort: z.enum(INBOX_SORTS).default('newest'),
  after: z
    .string()
    .regex(/^(\d{1,6}|\d{1,15}\.[a-z0-9]{1,40}\.[0-9a-f]{16})$/, 'not the `next` of a page')
    .optional()
    .openapi({ description: 'The `next` of the page before.' }),
})
export type AlertQuery = z.infer<typeof AlertQuery>

export type FoundAlerts =
  | { readonly ok: true; readonly state: 'firing'; readonly page: InboxPage; readonly next: string | null }
  | {
      readonly ok: true
      readonly state: 'ended'
      readonly entries: readonly EndedEntry[]
      readonly next: string | null
    }
  | { readonly ok: false; readonly reason: string }

/** Also what fires, as the desk takes it; a text says what is wrong with the matchers. */
export function inboxQuery(asked: AlertQuery, limit: number): InboxQuery | string {
  const parsed = parseMatchers(asked.matchers, linearRegexes())
  if (!parsed.ok) return parsed.reason
  const { state, severity, service, source, q, silence, incident, group, sort, after } = asked
  return {
    severities: severity === undefined ? [] : [severity],
    services: service === undefined || service === '' ? [] : [service === '-' ? '' : service],
    sources: source === undefined ? [] : [source],
    matchers: parsed.matchers,
    text: q,
    fingerprints: [],
    states: FIRING_STATES.filter((each) => each === state),
    silence: silence === undefined || silence === '' ? null : silence,
    incident: incident === undefined || incident === '' ? null : incident,
    groupBy: group,
    sort,
    offset: after === undefined || after.includes('.') ? 0 : Number(after),
    limit,
  }
}

export async function findAlerts(env: Env, asked: AlertQuery, limit: number): Promise<FoundAlerts> {
  const query = inboxQuery(asked, limit)
  if (typeof query === 'string') return { ok: false, reason: query }
  if (asked.state !== 'ended') {
    const page = await env.ALERT_DESK.getByName('main').searchAlerts(query)
    const end = query.offset + page.entries.length
    return { ok: true, state: 'firing', page, next: end < page.total ? String(end) : null }
  }
  const fits = compileFilter(query, linearRegexes())
  const { entries, next } = await listEnded(
    database(env.DB),
    cursorFrom(asked.after),
    (entry: InboxEntry) => fits(entry) && (query.incident === null || entry.incidentId === query.incident),
    limit,
  )
  return { ok: true, state: 'ended', entries, next: next === null ? null : cursorText(next) }
}

/** One that fires; null when it does not. */
export async function firingEntry(env: Env, fingerprint: string): Promise<FiringEntry | null> {
  const query = inboxQuery(AlertQuery.parse({}), 1)
  if (typeof query === 'string') return null
  const page = await env.ALERT_DESK.getByName('main').searchAlerts({ ...query, fingerprints: [fingerprint] })
  return page.entries[0] ?? null
}

function cursorText({ endedAtMs, incidentId, fingerprint }: EndedCursor): string {
  return `${endedAtMs}.${incidentId}.${fingerprint}`
}

function cursorFrom(text: string | undefined): EndedCursor | null {
  const [endedAtMs, incidentId, fingerprint] = (text ?? '').split('.')
  if (endedAtMs === undefined || incidentId === undefined || fingerprint === undefined) return null
  return { endedAtMs: Number(endedAtMs), incidentId, fingerprint }
}
