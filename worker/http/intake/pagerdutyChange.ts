import { oneLine } from '../../domain/alert.ts'
import type { SentChange } from './githubEvents.ts'
import { firstLink, textOf } from './notes.ts'
import { Fields, isObject, jsonObjectOf, routingKeyOf, summaryOf } from './pagerdutyWire.ts'
import { timeOf } from './timeOf.ts'

/** PagerDuty's change events: a deployment, a merge, a setting. They never notify anyone. */

interface ChangeEvent {
  readonly routingKey: string
  readonly summary: string
  readonly source: string
  readonly timestamp: string
  readonly customDetails: unknown
  readonly links: readonly { readonly href: string; readonly text: string }[]
}

type ParsedChange =
  | { readonly ok: true; readonly event: ChangeEvent }
  | { readonly ok: false; readonly errors: readonly string[] }

/** Never throws, whatever `text` is. */
export function parseChangeEvent(text: string): ParsedChange {
  const body = jsonObjectOf(text)
  if (typeof body === 'string') return { ok: false, errors: [body] }
  const errors: string[] = []
  const fields = new Fields(body, '', errors)
  const routingKey = routingKeyOf(fields, errors)
  const links = fields.list('links').map((link) => ({ href: link.optional('href'), text: link.optional('text') }))
  const payload = body['payload'] ?? null
  if (payload === null) errors.push("'payload' is missing or blank")
  else if (!isObject(payload)) errors.push("'payload' is not an object")
  if (!isObject(payload)) return { ok: false, errors }

  const of = new Fields(payload, 'payload.', errors)
  const summary = summaryOf(of, errors)
  const event = { routingKey, summary, source: of.optional('source'), timestamp: of.optional('timestamp'), links }
  if (errors.length > 0) return { ok: false, errors }
  return { ok: true, event: { ...event, customDetails: payload['custom_details'] ?? null } }
}

/** A retry is the same change again; without a timestamp, one that says the same within the same minute. */
export function sentChange(event: ChangeEvent, integrationId: string, nowMs: number): SentChange {
  const { summary, source, timestamp, links, customDetails } = event
  const details = new Map(isObject(customDetails) ? Object.entries(customDetails) : [])
  const detail = (...names: readonly string[]) =>
    names.map((name) => oneLine(textOf(details.get(name)), 200)).find((text) => text !== '') ?? null
  const saidMs = timeOf(timestamp)
  const atMs = Math.min(saidMs ?? nowMs, nowMs)
  const when = saidMs === null ? `minute ${Math.floor(nowMs / 60_000)}` : String(saidMs)
  const service = detail('service', 'component')
  return {
    identity: [integrationId, when, summary, source, JSON.stringify(customDetails), JSON.stringify(links)],
    serviceNames: [...(service === null ? [] : [service]), source],
    environment: detail('environment', 'env')?.slice(0, 100) ?? null,
    title: oneLine(summary, 200),
    ref: detail('revision', 'version', 'commit', 'sha', 'ref', 'build_number'),
    url: firstLink(...links.map(({ href }) => href)) || null,
    by: detail('user', 'author', 'by'),
    atMs,
    updatedAtMs: atMs,
    outcome: 'success',
  }
}
