import { z } from 'zod'
import type { Alert } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Incident } from '../../domain/incident.ts'
import { FIRES_FOR_MS } from './hook.ts'
import { boundedNotes, cut, firstLink, lengthOf } from './notes.ts'

/** The shapes of Opsgenie's Alert API: what it takes, and how it shows an alert and a request. */

const STRING = 'should be a string'

/** Text that may be absent. */
function text(lengthMax: number) {
  return atMost(z.string(STRING), lengthMax)
    .nullish()
    .transform((value) => value ?? '')
}

function atMost<Schema extends z.ZodType<string>>(schema: Schema, lengthMax: number): Schema {
  const error = `should not be longer than ${lengthMax} characters`
  return schema.refine((value) => lengthOf(value) <= lengthMax, { error })
}

const DETAILS_LENGTH_MAX = 8000

const Details = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()], STRING))
  .nullish()
  .transform((details) => Object.entries(details ?? {}).map(([name, value]) => [name, String(value ?? '')] as const))
  .refine(
    (details) => details.reduce((sum, [name, value]) => sum + name.length + value.length, 0) <= DETAILS_LENGTH_MAX,
    {
      error: `should not be longer than ${DETAILS_LENGTH_MAX} characters`,
    },
  )

const Responder = z
  .looseObject({
    type: z.string(STRING).nullish(),
    id: z.string(STRING).nullish(),
    name: z.string(STRING).nullish(),
    username: z.string(STRING).nullish(),
  })
  .refine(({ id, name, username }) => Boolean(id || name || username), { error: 'id or name should be provided' })

const NO_MESSAGE = 'Message can not be empty.'
const NO_NOTE = 'Note can not be empty.'
const NOTE_LENGTH_MAX = 25_000
const Action = { user: text(100), source: text(100), note: text(NOTE_LENGTH_MAX) }

/** `POST /v2/alerts`. What it has no place for is passed over, as Opsgenie does it. */
export const NewAlert = z.looseObject({
  ...Action,
  message: atMost(z.string(NO_MESSAGE).trim().min(1, NO_MESSAGE), 130),
  alias: text(512),
  description: text(15_000),
  responders: z.array(Responder, 'should be a list').max(50, 'should not have more than 50 items').nullish(),
  tags: z
    .array(z.string(STRING).max(50, 'should not be longer than 50 characters'), 'should be a list')
    .max(20, 'should not have more than 20 items')
    .nullish(),
  actions: z.array(z.string(STRING).max(50), 'should be a list').max(10).nullish(),
  details: Details,
  entity: text(512),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5'], 'should be one of [ P1, P2, P3, P4, P5 ]').nullish(),
})
export type NewAlert = z.infer<typeof NewAlert>

/** Close, acknowledge and add a note; only a note has to say something. */
export const AlertAction = z.looseObject(Action)
export const AlertNote = z.looseObject({
  ...Action,
  note: atMost(z.string(NO_NOTE).trim().min(1, NO_NOTE), NOTE_LENGTH_MAX),
})

/** Incidents know neither of these; what was asked for, and that it was not done, is noted where people look. */
export const AlertUnacknowledge = AlertAction.transform(({ note, ...rest }) => ({
  ...rest,
  note: noted('Asked to take the acknowledgement back. It stands, and nobody is paged again.', note),
}))
const NO_TIME = 'should be a date and time of ISO 8601'
export const AlertSnooze = z
  .looseObject({ ...Action, endTime: z.iso.datetime({ offset: true, error: NO_TIME }) })
  .transform(({ note, endTime, ...rest }) => ({
    ...rest,
    note: noted(`Asked to snooze the alert until ${timeText(Date.parse(endTime))}. Paging goes on as before.`, note),
  }))

function noted(asked: string, note: string): string {
  return cut(note.trim() === '' ? asked : `${asked}\n\n${note}`, NOTE_LENGTH_MAX)
}

/** What is wrong, by field, in the words of the first objection to it. */
export function errorsOf(error: Pick<z.ZodError, 'issues'>): Record<string, string> {
  const errors = new Map<string, string>()
  for (const { path, message } of error.issues.slice(0, 50)) {
    const field = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
    const name = field.replace(/^\./, '') || 'body'
    if (!errors.has(name)) errors.set(name, message)
  }
  return Object.fromEntries(errors)
}

/**
 * The alert that a request creates. Its details are labels, for that is what Alertmanager and others put there. A
 * priority that was chosen counts more than a severity among them.
 */
export function createdAlert(body: NewAlert, nowMs: number): IncomingAlert {
  const { message, description, details, entity, source, user, responders, tags, actions } = body
  const chosen = body.priority ?? null
  const known = new Map(details.filter(([name]) => name !== ''))
  if (chosen !== null) known.delete('severity')
  const labels = new Map([['alertname', message], ...known])
  labels.set('priority', chosen ?? 'P3')
  if (!SERVICE_LABELS.some((name) => labels.has(name))) labels.set('service', entity)
  for (const [name, value] of [
    ['entity', entity],
    ['source', source],
  ] as const)
    if (!labels.has(name)) labels.set(name, value)
  const who = (responders ?? []).map(({ type, id, name, username }) => `${type ?? 'team'} ${name || username || id}`)
  return {
    labels: Object.fromEntries([...labels].slice(0, LABELS_MAX).map(([name, value]) => [name, cut(value, 1000)])),
    annotations: boundedNotes([
      ['summary', message],
      ['description', description],
      ['tags', (tags ?? []).join(', ')],
      ['responders', who.join(', ')],
      ['actions', (actions ?? []).join(', ')],
      ['user', user],
      ['severity', chosen === null ? '' : (new Map(details).get('severity') ?? '')],
    ]),
    startsAtMs: nowMs,
    endsAtMs: nowMs + FIRES_FOR_MS,
    generatorUrl: firstLink(source),
    firesAnew: true,
  }
}

const SERVICE_LABELS = ['service', 'job', 'app'] as const
const LABELS_MAX = 150

/** What the desk knows of an alert. */
export interface FoundAlert {
  readonly id: string
  readonly tiny: number
  readonly alias: string
  readonly isOpen: boolean
  readonly integration: { readonly id: string; readonly name: string }
  /** As it was sent, in JSON. */
  readonly body: string
  readonly alert: Pick<Alert, 'updatedAtMs'> | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** `data` of GET /v2/alerts/{id}. Allclear counts no repeats and knows no read marks, so those fields are absent. */
export function shownAlert(found: FoundAlert, incident: Incident | null) {
  const body = NewAlert.parse(JSON.parse(found.body))
  const { alert, isOpen, integration } = found
  const acknowledgement = incident?.times.acknowledgedAtMs ?? null
  return {
    id: found.id,
    tinyId: String(found.tiny),
    alias: found.alias,
    message: body.message,
    status: isOpen ? 'open' : 'closed',
    acknowledged: acknowledgement !== null,
    snoozed: false,
    tags: body.tags ?? [],
    lastOccurredAt: timeText((isOpen ? alert?.updatedAtMs : undefined) ?? found.createdAtMs),
    createdAt: timeText(found.createdAtMs),
    updatedAt: timeText(found.updatedAtMs),
    source: body.source,
    owner: '',
    priority: body.priority ?? 'P3',
    responders: body.responders ?? [],
    integration: { id: integration.id, name: integration.name, type: 'API' },
    actions: body.actions ?? [],
    entity: body.entity,
    description: body.description,
    details: Object.fromEntries(body.details),
  }
}

/** What the desk knows of a request. */
interface FoundRequest {
  readonly action: string
  readonly isSuccess: boolean
  readonly status: string
  readonly alertId: string
  readonly alias: string
  readonly integrationId: string
  readonly atMs: number
}

/** `data` of GET /v2/alerts/requests/{requestId}. */
export function shownRequest({ action, isSuccess, status, alertId, alias, integrationId, atMs }: FoundRequest) {
  const processedAt = timeText(atMs)
  return { success: isSuccess, action, processedAt, integrationId, isSuccess, status, alertId, alias }
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString()
}
