import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Labels } from '../../domain/alert.ts'
import type { Received } from '../../domain/received.ts'
import { FIRES_FOR_MS } from './hook.ts'
import { boundedNotes, cut, firstLink, lengthOf, textOf } from './notes.ts'
import type { Parsed } from './parsed.ts'
import { jsonOf } from './parsed.ts'
import { timeOf } from './timeOf.ts'

/** The shapes of PagerDuty's Events API v2: what an event may be, and the words in which PagerDuty refuses one. */

export type EventAction = 'trigger' | 'acknowledge' | 'resolve'

export interface PagerdutyEvent {
  readonly routingKey: string
  readonly action: EventAction
  /** Null on a trigger that leaves it to us. */
  readonly dedupKey: string | null
  readonly client: string
  readonly clientUrl: string
  readonly links: readonly { readonly href: string; readonly text: string }[]
  readonly images: readonly { readonly src: string; readonly href: string; readonly alt: string }[]
  /** Null unless it is a trigger, the only action that needs one. */
  readonly payload: PagerdutyPayload | null
}

interface PagerdutyPayload {
  readonly summary: string
  readonly source: string
  readonly severity: string
  readonly timestamp: string
  readonly component: string
  readonly group: string
  readonly class: string
  readonly customDetails: unknown
}

type ParsedEvent =
  | { readonly ok: true; readonly event: PagerdutyEvent }
  | { readonly ok: false; readonly errors: readonly string[] }

const ROUTING_KEY_LENGTH = 32
const DEDUP_KEY_LENGTH_MAX = 255
const SUMMARY_LENGTH_MAX = 1024
const LINKS_MAX = 50
const LABEL_LENGTH_MAX = 1000

/** Never throws, whatever `text` is. Every objection is named, as PagerDuty does it. */
export function parseEvent(text: string): ParsedEvent {
  const body = jsonObjectOf(text)
  if (typeof body === 'string') return { ok: false, errors: [body] }

  const errors: string[] = []
  const fields = new Fields(body, '', errors)
  const routingKey = routingKeyOf(fields, errors)
  const action = actionOf(fields.required('event_action'), errors)
  const names = action === 'acknowledge' || action === 'resolve'
  const dedupKey = names ? fields.required('dedup_key') : fields.optional('dedup_key')
  if (lengthOf(dedupKey) > DEDUP_KEY_LENGTH_MAX)
    errors.push(`'dedup_key' is too long (maximum is ${DEDUP_KEY_LENGTH_MAX} characters)`)
  const client = fields.optional('client')
  const clientUrl = fields.optional('client_url')
  const links = fields.list('links').map((link) => ({ href: link.optional('href'), text: link.optional('text') }))
  const images = fields
    .list('images')
    .map((image) => ({ src: image.optional('src'), href: image.optional('href'), alt: image.optional('alt') }))
  const payload = action === 'trigger' ? parsePayload(body['payload'], errors) : null

  if (action === null || errors.length > 0) return { ok: false, errors }
  const event = { routingKey, action, dedupKey: dedupKey === '' ? null : dedupKey, client, clientUrl, links, images }
  return { ok: true, event: { ...event, payload } }
}

/** The body as an object, or what is wrong with it. */
export function jsonObjectOf(text: string): Record<string, unknown> | string {
  const parsed = jsonOf(text)
  if (!parsed.ok) return 'The body is not valid JSON'
  return isObject(parsed.json) ? parsed.json : 'The body is not a JSON object'
}

export function routingKeyOf(fields: Fields, errors: string[]): string {
  const routingKey = fields.required('routing_key')
  if (routingKey === '') return ''
  if (routingKey.length !== ROUTING_KEY_LENGTH)
    errors.push(`Length of 'routing_key' is incorrect (should be ${ROUTING_KEY_LENGTH} characters)`)
  if (/[^0-9A-Za-z]/.test(routingKey)) errors.push("'routing_key' cannot contain non-alphanumeric characters.")
  return routingKey
}

export function summaryOf(payload: Fields, errors: string[]): string {
  const summary = payload.required('summary')
  // Spelt as PagerDuty spells it.
  if (lengthOf(summary) > SUMMARY_LENGTH_MAX)
    errors.push(`'summary' is too long (maiximum is ${SUMMARY_LENGTH_MAX} characters)`)
  return summary
}

function actionOf(text: string, errors: string[]): EventAction | null {
  if (text === 'trigger' || text === 'acknowledge' || text === 'resolve') return text
  if (text !== '')
    errors.push("'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')")
  return null
}

function parsePayload(value: unknown, errors: string[]): PagerdutyPayload | null {
  if (value === undefined || value === null) {
    errors.push("'payload' is missing or blank")
    return null
  }
  if (!isObject(value)) {
    errors.push("'payload' is not an object")
    return null
  }
  const fields = new Fields(value, 'payload.', errors)
  const summary = summaryOf(fields, errors)
  const source = fields.required('source')
  const severity = fields.required('severity')
  if (severity !== '' && !['critical', 'warning', 'error', 'info'].includes(severity))
    errors.push(
      "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
    )
  return {
    summary,
    source,
    severity,
    timestamp: fields.optional('timestamp'),
    component: fields.optional('component'),
    group: fields.optional('group'),
    class: fields.optional('class'),
    customDetails: value['custom_details'] ?? null,
  }
}

/** Reads the fields of one object and notes what is wrong with them. Null is the same as absent. */
export class Fields {
  readonly #of: Readonly<Record<string, unknown>>
  readonly #prefix: string
  readonly #errors: string[]

  constructor(of: Readonly<Record<string, unknown>>, prefix: string, errors: string[]) {
    this.#of = of
    this.#prefix = prefix
    this.#errors = errors
  }

  optional(name: string): string {
    const value = this.#of[name] ?? ''
    if (typeof value === 'string') return value
    this.#errors.push(`'${this.#prefix}${name}' is not a string`)
    return ''
  }

  required(name: string): string {
    const before = this.#errors.length
    const text = this.optional(name)
    if (text.trim() !== '') return text
    if (this.#errors.length === before) this.#errors.push(`'${this.#prefix}${name}' is missing or blank`)
    return ''
  }

  list(name: string): Fields[] {
    const value = this.#of[name] ?? []
    if (!Array.isArray(value) || !value.every(isObject)) {
      this.#errors.push(`'${this.#prefix}${name}' is not a list of objects`)
      return []
    }
    if (value.length > LINKS_MAX) this.#errors.push(`'${this.#prefix}${name}' has more than ${LINKS_MAX} entries`)
    return value.slice(0, LINKS_MAX).map((each, index) => new Fields(each, `${name}[${index}].`, this.#errors))
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What makes two events of one integration the same alert. No label has an empty name, so it is nobody else's. */
export function pagerdutyIdentity(integrationId: string, dedupKey: string): Labels {
  return { '': `pagerduty ${integrationId}`, dedup_key: dedupKey }
}

/** The key that was given to a trigger that came without one: with it, the message says the same when it is read again. */
export const DEDUP_KEY_HEADER = 'x-allclear-dedup-key'

/** An acknowledgement says nothing of an alert, so it has none. */
export function parsePagerduty({ headers, body }: Received, nowMs: number, integrationId: string): Parsed {
  const parsed = parseEvent(body)
  if (!parsed.ok)
    return { ok: false, reason: 'invalid', faults: parsed.errors.map((message) => ({ path: '', message })) }
  const { event } = parsed
  const dedupKey = event.dedupKey ?? headers[DEDUP_KEY_HEADER] ?? ''
  const identity = pagerdutyIdentity(integrationId, dedupKey)
  return { ok: true, alerts: alertOf(event, dedupKey, nowMs).map((alert) => ({ ...alert, identity })) }
}

function alertOf(event: PagerdutyEvent, dedupKey: string, nowMs: number): IncomingAlert[] {
  switch (event.action) {
    case 'acknowledge':
      return []
    case 'resolve': {
      const labels = { dedup_key: dedupKey }
      return [{ labels, annotations: {}, startsAtMs: nowMs, endsAtMs: nowMs, generatorUrl: '' }]
    }
    case 'trigger':
      return event.payload === null ? [] : [triggered(event, event.payload, nowMs)]
  }
}

const NO_KEY = '0'.repeat(ROUTING_KEY_LENGTH)

/** The key of an event that is not valid otherwise; null when it has none that could be one. */
export function routingKeyIn(text: string): string | null {
  const json = jsonObjectOf(text)
  const key = typeof json === 'string' ? null : json['routing_key']
  return typeof key === 'string' && /^[0-9A-Za-z]{32}$/.test(key) ? key : null
}

/** The routing key is a secret, and stands in the body: what is kept has zeros in its place. */
export function withoutRoutingKey(body: string, routingKey: string): string {
  const blanked = body.replaceAll(routingKey, NO_KEY)
  const json: unknown = JSON.parse(blanked)
  // Escapes may hide it.
  return isObject(json) && json['routing_key'] === routingKey
    ? JSON.stringify({ ...json, routing_key: NO_KEY })
    : blanked
}

/** The alert that a trigger reports. */
function triggered(event: PagerdutyEvent, payload: PagerdutyPayload, nowMs: number): IncomingAlert {
  const { client, clientUrl, links, images } = event
  const { summary, source, severity, component, group, timestamp, customDetails } = payload
  const details = isObject(customDetails) ? Object.entries(customDetails) : [['details', customDetails] as const]
  const service = details.find(([name, value]) => name === 'service' && typeof value === 'string')?.[1]
  const labels = {
    alertname: summary,
    service: textOf(service) || component,
    severity,
    source,
    component,
    group,
    class: payload.class,
  }
  return {
    labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, cut(text, LABEL_LENGTH_MAX)])),
    annotations: boundedNotes([
      ['summary', summary],
      ['client', client],
      ['client_url', clientUrl],
      ['timestamp', timestamp],
      ['links', links.map(({ href, text }) => (text === '' ? href : `${text}: ${href}`)).join('\n')],
      ['images', images.map(({ src, href, alt }) => [alt, src, href].filter(Boolean).join(' ')).join('\n')],
      ...details.map(([name, value]) => [OURS.has(name) ? `custom_details.${name}` : name, textOf(value)] as const),
    ]),
    startsAtMs: Math.min(timeOf(timestamp) ?? nowMs, nowMs),
    endsAtMs: nowMs + FIRES_FOR_MS,
    generatorUrl: firstLink(clientUrl, ...links.map(({ href }) => href)),
    firesAnew: true,
  }
}

const OURS: ReadonlySet<string> = new Set(['summary', 'client', 'client_url', 'timestamp', 'links', 'images'])
