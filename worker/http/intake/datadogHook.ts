import { Hono } from 'hono'
import { z } from 'zod'
import { oneLine } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { answerIngested, desk, FIRES_FOR_MS, refuseForNow, unknownKey } from './hook.ts'
import { boundedNotes, cut, firstLink } from './notes.ts'
import type { Parsed } from './parsed.ts'
import { jsonOf, notParsed, receivedOf, refuseMessage } from './parsed.ts'
import { ofTwoLevels } from './twoLevels.ts'

/**
 * `POST /hooks/datadog/:key`: Datadog's Webhooks integration with the payload that docs and console give to paste. What
 * Datadog sends of itself does not say whether a monitor fires or has recovered.
 */
export const datadogHook = new Hono<HttpEnv>().post('/datadog/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  const integration = await desk(c).integrationOf('datadog', key)
  if (integration === null) return unknownKey(c)
  const received = await receivedOf(c)
  const parsed = parseDatadog(received, Date.now(), integration.id)
  if (!parsed.ok) return refuseMessage(c, { source: 'datadog', key, received }, parsed)
  return answerIngested(c, await desk(c).ingest({ source: 'datadog', key, alerts: parsed.alerts, received }))
})

// Datadog tries again after a 5xx, five times.
datadogHook.onError(refuseForNow)

/** A variable that has no value is sent as it is written, as "null" or as nothing. */
function filledIn(value: string | number | null | undefined): string {
  const text = String(value ?? '').trim()
  return /^(\$[A-Z_]+|null|None)$/.test(text) ? '' : text
}

const TEXT_LENGTH_MAX = 100_000
const Text = z.string('must be text').max(TEXT_LENGTH_MAX).nullish().transform(filledIn)
/** Some leave the quotes out around what is a number. */
const Id = z
  .union([z.string().max(TEXT_LENGTH_MAX), z.number()], 'must be text or a number')
  .nullish()
  .transform(filledIn)

const PASTE = 'paste the payload of docs/sources/datadog.md into the webhook'

const DatadogEvent = z.object({
  title: Text.refine((text) => text !== '', `is missing; ${PASTE}`),
  transition: Text.refine(
    (text) => /recovered|triggered|warn|no data|renotify/i.test(text),
    `must be $ALERT_TRANSITION: Triggered, Re-Triggered, Warn, No Data, Renotify or Recovered; ${PASTE}`,
  ),
  /** What a renotification is of, which its transition does not say. */
  alert_type: Text,
  cycle_key: Id,
  aggreg_key: Id,
  alert_id: Id,
  priority: Text,
  message: Text,
  status: Text,
  scope: Text,
  metric: Text,
  query: Text,
  tags: Text,
  hostname: Text,
  link: Text,
  snapshot: Text,
  date: Id,
  org: Text,
})
type DatadogEvent = z.infer<typeof DatadogEvent>

export function parseDatadog({ body }: Received, nowMs: number, integrationId: string): Parsed {
  const parsed = jsonOf(body)
  if (!parsed.ok) return parsed
  const event = DatadogEvent.safeParse(parsed.json)
  return event.success ? { ok: true, alerts: alertsOf(event.data, nowMs, integrationId) } : notParsed(event.error)
}

/** With a priority of its own a monitor is as severe whatever it says. */
function alertsOf(event: DatadogEvent, nowMs: number, integrationId: string): IncomingAlert[] {
  const alert = alertOf(event, nowMs, integrationId)
  if (isPriority(event.priority)) return [alert]
  return ofTwoLevels(alert, isWarning(event), alert.startsAtMs ?? nowMs, nowMs)
}

const TAGS_MAX = 100

function alertOf(event: DatadogEvent, nowMs: number, integrationId: string): IncomingAlert {
  const { transition, priority } = event
  const [scope, tags] = [event.scope, event.tags].map(pairsOf)
  const name = oneLine(titleOf(event.title), 500) || oneLine(event.title, 500)
  const isOver = /recovered/i.test(transition)
  const atMs = Math.min(dateOf(event.date) ?? nowMs, nowMs)
  const labels = new Map<string, string>([
    // The scope names the group that the monitor is about, and so counts more than the monitor's own tags.
    ...[...(tags?.pairs ?? []), ...(scope?.pairs ?? [])].slice(0, TAGS_MAX),
    ['alertname', name],
    ['severity', severityOf(event)],
    ['priority', priority],
    ['hostname', event.hostname],
    ['metric', event.metric],
    ['monitor', event.alert_id],
  ])
  return {
    labels: Object.fromEntries(Array.from(labels, ([label, value]) => [cut(label, 200), cut(value, 1000)])),
    annotations: boundedNotes([
      ['summary', name],
      ['description', event.message],
      ['transition', transition],
      ['status', event.status],
      ['query', event.query],
      ['tags', [...(scope?.words ?? []), ...(tags?.words ?? [])].join(', ')],
      ['snapshot', firstLink(event.snapshot)],
      ['organisation', event.org],
    ]),
    startsAtMs: atMs,
    endsAtMs: isOver ? nowMs : nowMs + FIRES_FOR_MS,
    generatorUrl: firstLink(event.link),
    identity: { '': `datadog ${integrationId}`, alert: identityOf(event, name) },
  }
}

/** A notification's begins with what it reports: "[Triggered on {host:web-1}] CPU is high". */
function titleOf(title: string): string {
  let rest = title
  for (;;) {
    const [tag, report = ''] = /^\[([^\]]*)\]\s*/.exec(rest) ?? []
    if (tag === undefined || !/triggered|recovered|warn|no data/i.test(report)) return rest
    rest = rest.slice(tag.length)
  }
}

/** The cycle goes from the trigger to the recovery of one group of one monitor. */
function identityOf({ cycle_key, aggreg_key, alert_id, scope }: DatadogEvent, name: string): string {
  return cycle_key || aggreg_key || `${alert_id || name} ${scope}`
}

/** The monitor's priority, if it has one; else what its thresholds are called. */
function severityOf(event: DatadogEvent): string {
  if (isPriority(event.priority)) return event.priority.toUpperCase()
  return isWarning(event) ? 'warning' : 'critical'
}

function isPriority(text: string): boolean {
  return /^P[1-5]$/i.test(text)
}

function isWarning({ transition, alert_type }: DatadogEvent): boolean {
  return /warn|no data/i.test(transition) || (/renotify/i.test(transition) && /^warning$/i.test(alert_type))
}

/** `service:checkout,env:prod,important`, with or without spaces and braces. */
function pairsOf(text: string): { pairs: (readonly [string, string])[]; words: string[] } {
  const pairs: (readonly [string, string])[] = []
  const words: string[] = []
  for (const tag of text.replace(/^\{|\}$/g, '').split(',')) {
    const colon = tag.indexOf(':')
    const [name, value] = [tag.slice(0, Math.max(0, colon)).trim(), tag.slice(colon + 1).trim()]
    if (name !== '' && value !== '') pairs.push([name, value])
    else if (tag.trim() !== '') words.push(tag.trim())
  }
  return { pairs, words }
}

/** Milliseconds, or seconds as some of Datadog's events have it. */
function dateOf(text: string): number | null {
  if (!/^\d{9,14}$/.test(text)) return null
  const value = Number(text)
  return value < 100_000_000_000 ? value * 1000 : value
}
