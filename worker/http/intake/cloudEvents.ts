import { z } from 'zod'
import type { Labels } from '../../domain/alert.ts'
import { oneLine } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import { normaliseAlert } from '../../domain/alertIntake.ts'
import { jsonIn } from '../../domain/jsonText.ts'
import type { Received } from '../../domain/received.ts'
import type { SentChange } from './githubEvents.ts'
import { incomingFromJson, JsonAlertWithin } from './json.ts'
import type { Parsed } from './parsed.ts'
import { faultAt, jsonOf, notParsed } from './parsed.ts'

/** What is made of CloudEvents 1.0 in each of their modes: a CDEvents deployment is a change, an event whose data is an alert is that alert. */

const CloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(500),
  source: z.string().min(1).max(2000),
  type: z.string().min(1).max(500),
  subject: z.string().max(2000).nullish(),
  time: z.iso.datetime({ offset: true }).nullish(),
  data: z.unknown().optional(),
  /** How some programs write data that they hold as bytes. */
  data_base64: z.string().nullish(),
})
type CloudEvent = z.infer<typeof CloudEvent>

type Understood =
  | { readonly kind: 'change'; readonly change: SentChange }
  | { readonly kind: 'alert'; readonly alert: IncomingAlert }
  /** `place` within the event. */
  | { readonly kind: 'invalid'; readonly place: string; readonly why: string }

const UNDERSTOOD =
  'understood are dev.cdevents.service.{deployed,upgraded,rolledback,removed}, and events of any type whose data has a "title" and a "status" or "severity"'

function readCloudEvent(event: CloudEvent, nowMs: number): Understood {
  const deployment = /^dev\.cdevents\.service\.(deployed|upgraded|rolledback|removed)\b/.exec(event.type)?.[1]
  const data = event.data ?? jsonIn(textIn(event.data_base64 ?? ''))
  if (deployment !== undefined) return serviceChange({ ...event, data }, deployment, nowMs)
  if (isAlert(data)) return alertOf({ ...event, data }, nowMs)
  return { kind: 'invalid', place: 'type', why: `${oneLine(event.type, 200)} is not understood; ${UNDERSTOOD}` }
}

/** What is no base64 is no JSON either. */
function textIn(base64: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  } catch {
    return ''
  }
}

/** Of the headers, those that are attributes of an event. */
export const CLOUD_EVENT_HEADERS = ['specversion', 'id', 'source', 'type', 'subject', 'time'].map(
  (name) => `ce-${name}`,
)

const Several = z.array(CloudEvent).max(500)
const One = CloudEvent.transform((event) => [event])

type Mode = 'binary' | 'structured' | 'batch'

function modeOf({ contentType, headers }: Received): Mode | null {
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/cloudevents-batch+json') return 'batch'
  if (mediaType === 'application/cloudevents+json') return 'structured'
  return headers['ce-specversion'] === undefined ? null : 'binary'
}

const NOT_AN_EVENT =
  'Send a CloudEvent: application/cloudevents+json, application/cloudevents-batch+json, or JSON with the headers ce-specversion, ce-id, ce-source and ce-type.'

const NO_DATA = { ok: true, json: undefined } as const

export function parseCloudEvents(
  received: Received,
  nowMs: number,
): Parsed<{ readonly changes: readonly SentChange[] }> {
  const mode = modeOf(received)
  if (mode === null) return { ok: false, reason: 'not_a_cloudevent', faults: [{ path: '', message: NOT_AN_EVENT }] }
  // An event need not have data, which in this mode is the body.
  const parsed = mode === 'binary' && received.body === '' ? NO_DATA : jsonOf(received.body)
  if (!parsed.ok) return parsed
  const events = (mode === 'batch' ? Several : One).safeParse(
    mode === 'binary' ? { ...attributesOf(received), data: parsed.json } : parsed.json,
  )
  if (!events.success) return notParsed(events.error)

  const changes: SentChange[] = []
  const alerts: IncomingAlert[] = []
  for (const [i, event] of events.data.entries()) {
    const understood = readCloudEvent(event, nowMs)
    switch (understood.kind) {
      case 'invalid':
        return faultAt(mode === 'batch' ? `${i}.${understood.place}` : understood.place, understood.why)
      case 'change':
        changes.push(understood.change)
        break
      case 'alert':
        alerts.push(understood.alert)
        break
    }
  }
  return { ok: true, alerts, changes }
}

function attributesOf({ headers }: Received): Record<string, string> {
  const found = CLOUD_EVENT_HEADERS.flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name.replace('ce-', ''), decoded(value)] as const]
  })
  return Object.fromEntries(found)
}

/** Headers carry other than ASCII percent-encoded; what is no encoding stands for itself. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

const Named = z.object({ id: z.string().min(1).max(500), name: z.string().max(500).nullish() })

/** The data of a CloudEvent that carries a CDEvent is the whole CDEvent. */
const ServiceEvent = z.object({
  context: z.object({ timestamp: z.iso.datetime({ offset: true }).nullish() }),
  subject: z.object({
    id: z.string().min(1).max(500),
    content: z.object({ environment: Named.nullish(), artifactId: z.string().max(1000).nullish() }),
  }),
})

const DONE: Readonly<Record<string, string>> = {
  deployed: 'Deployed',
  upgraded: 'Upgraded',
  rolledback: 'Rolled back',
  removed: 'Removed',
}

function serviceChange(event: CloudEvent, done: string, nowMs: number): Understood {
  const data = ServiceEvent.safeParse(event.data)
  if (!data.success) return invalid('data', data.error)
  const { context, subject } = data.data
  const { environment, artifactId } = subject.content
  // CDEvents' own examples call services "service/myapp".
  const name = subject.id.split('/').findLast((part) => part !== '') ?? subject.id
  const time = context.timestamp ?? event.time
  // A clock that runs ahead must not date what has happened after whatever it broke.
  const atMs = time === null || time === undefined ? nowMs : Math.min(Date.parse(time), nowMs)
  const place = environment?.name || environment?.id || null
  const where = place === null ? '' : ` in ${place}`
  return {
    kind: 'change',
    change: {
      identity: [event.source, event.id],
      serviceNames: [name, subject.id],
      environment: place === null ? null : oneLine(place, 100),
      title: oneLine(`${DONE[done] ?? done} ${name}${where}`, 200),
      ref: artifactId ? oneLine(artifactId, 200) : null,
      url: null,
      by: null,
      atMs,
      updatedAtMs: atMs,
      outcome: 'success',
    },
  }
}

function isAlert(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return false
  return 'title' in data && ('status' in data || 'severity' in data)
}

function alertOf(event: CloudEvent, nowMs: number): Understood {
  const data = JsonAlertWithin.safeParse(event.data)
  if (!data.success) return invalid('data', data.error)
  const startsAt = data.data.startsAt ?? event.time
  const sent = incomingFromJson(data.data, nowMs)
  const { key, title } = data.data
  const { source, type, subject } = event
  // Two problems of one subject are two alerts: without a key, whatever tells them apart counts.
  const identity: Labels = key === undefined ? { source, type, subject: subject ?? '', title } : { source, key }
  const alert: IncomingAlert = {
    ...sent,
    identity,
    // A clock that runs ahead must not make an end come before its start.
    ...(startsAt ? { startsAtMs: Math.min(Date.parse(startsAt), nowMs) } : {}),
  }
  // Asked here, so that of a batch with a fault nothing is stored.
  const normalised = normaliseAlert(alert, nowMs)
  return normalised.ok ? { kind: 'alert', alert } : { kind: 'invalid', place: 'data', why: normalised.reason }
}

function invalid(within: string, error: z.ZodError): Understood {
  const [issue] = error.issues
  const place = [within, ...(issue?.path ?? [])].map(String).join('.')
  return { kind: 'invalid', place, why: issue?.message ?? 'not valid' }
}
