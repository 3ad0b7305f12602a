import { z } from 'zod'
import type { Labels } from '../../domain/alert.ts'
import { AlertSource } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import { parseMatcher } from '../../domain/matchers.ts'
import type { Received } from '../../domain/received.ts'
import type { WantedTrial } from '../../domain/tryAlert.ts'
import { reasonText } from '../intake/parsed.ts'
import { PARSERS } from '../intake/parsers.ts'
import { SENTRY_RESOURCE } from '../intake/sentryMessage.ts'

/** An alert as someone pastes it: labels one to a line, JSON, or a message of one of the sources. */

export const WAYS = [
  { value: 'labels', label: 'Labels, one to a line, or JSON' },
  // A mail is kept as what was read of it, which nobody has at hand to paste.
  ...Object.keys(PARSERS).flatMap((source) =>
    source === 'email' ? [] : [{ value: source, label: `A message of ${source}` }],
  ),
]

const Texts = z.record(z.string().min(1).max(200), z.string().max(10_000))
const Both = z.object({ labels: Texts, annotations: Texts.default({}) })

export type PastedAlert =
  | { readonly ok: true; readonly wanted: WantedTrial; readonly others: number }
  | { readonly ok: false; readonly message: string }

export function alertFrom(text: string, way: string, nowMs: number): PastedAlert {
  if (text === '') return refused('Paste an alert, or pick one of the latest.')
  if (way === 'labels') return /^\s*\{/.test(text) ? fromJson(text) : fromLines(text)
  const entry = Object.entries(PARSERS).find(([source]) => source === way)
  if (entry === undefined) return refused('Choose how it is written.')
  const parsed = entry[1](receivedAs(way, text), nowMs, 'bench')
  if (!parsed.ok) return refused(reasonText(parsed))
  const [first, ...others] = parsed.alerts
  if (first === undefined) return refused('There is no alert in this message.')
  return taken(first, AlertSource.catch('json').parse(way), others.length)
}

/** Some messages are told apart by what is not in their body: it is guessed from what they hold. */
function receivedAs(way: string, text: string): Received {
  if (way === 'cloudevents') {
    const isBatch = /^\s*\[/.test(text)
    return { contentType: `application/cloudevents${isBatch ? '-batch' : ''}+json`, headers: {}, body: text }
  }
  if (way !== 'sentry') return { contentType: 'application/json', headers: {}, body: text }
  const kind = SENTRY_KINDS.find(({ field }) => text.includes(`"${field}"`))?.resource
  const headers = kind === undefined ? {} : { [SENTRY_RESOURCE]: kind }
  return { contentType: 'application/json', headers, body: text }
}

const SENTRY_KINDS = [
  { field: 'metric_alert', resource: 'metric_alert' },
  { field: 'triggered_rule', resource: 'event_alert' },
  { field: 'issue', resource: 'issue' },
] as const

function fromJson(text: string): PastedAlert {
  try {
    const json: unknown = JSON.parse(text)
    const both = Both.safeParse(json)
    if (both.success) return taken(incoming(both.data.labels, both.data.annotations))
    const flat = Texts.safeParse(json)
    if (flat.success) return taken(incoming(flat.data, {}))
    return refused('Write an object of labels, or one with "labels" and "annotations"; all values are texts.')
  } catch (error) {
    return refused(`This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}.`)
  }
}

function fromLines(text: string): PastedAlert {
  const labels: Record<string, string> = {}
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const parsed = parseMatcher(line)
    if (!parsed.ok || parsed.matcher.isRegex || !parsed.matcher.isEqual)
      return refused(`Line ${i + 1}: write a label as name="value".`)
    labels[parsed.matcher.name] = parsed.matcher.value
  }
  return taken(incoming(labels, {}))
}

export function incoming(labels: Labels, annotations: Labels): IncomingAlert {
  return { labels, annotations, startsAtMs: null, endsAtMs: null, generatorUrl: '' }
}

function taken(alert: IncomingAlert, source: AlertSource = 'alertmanager', others = 0): PastedAlert {
  return { ok: true, wanted: { incoming: alert, source, sender: source }, others }
}

function refused(message: string): PastedAlert {
  return { ok: false, message }
}
