import type { Context } from 'hono'
import type { Alert } from '../../domain/alert.ts'
import { normaliseAlert } from '../../domain/alertIntake.ts'
import type { Integration } from '../../domain/integration.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import type { SentChange } from './githubEvents.ts'
import { GITHUB_EVENTS, readGithubEvent } from './githubEvents.ts'
import { desk } from './hook.ts'
import { parseMapped } from './json.ts'
import { createdAlert, errorsOf, NewAlert } from './opsgenieWire.ts'
import type { Parsed } from './parsed.ts'
import { faultAt, jsonOf, notParsed, reasonText } from './parsed.ts'
import { parseChangeEvent, sentChange } from './pagerdutyChange.ts'
import { PARSERS } from './parsers.ts'
import { storeChanges } from './storeChanges.ts'

/**
 * Reads a message again that a sender sent once, or a test message, the way its hook would: to show what it would
 * become, or to take it in for real in the name of its integration.
 */

type Read = Parsed<{ readonly changes: readonly SentChange[] }>

async function read(
  c: Context<HttpEnv>,
  { id, source }: Integration,
  received: Received,
  nowMs: number,
): Promise<Read> {
  if (source === 'json') {
    const [mapping] = await desk(c).mappings(id)
    return withoutChanges(await parseMapped(received, mapping?.expression ?? '', nowMs))
  }
  if (source === 'github') return readGithub(received)
  if (source === 'opsgenie') return readOpsgenie(received, nowMs)
  const parse = Object.entries(PARSERS).find(([name]) => name === source)?.[1]
  if (parse === undefined) return faultAt('', 'Messages of this kind cannot be read again.')
  const parsed = withoutChanges(parse(received, nowMs, id))
  // What is no event may be one of PagerDuty's change events.
  const change = source === 'pagerduty' && !parsed.ok ? parseChangeEvent(received.body) : null
  return change?.ok === true ? { ok: true, alerts: [], changes: [sentChange(change.event, id, nowMs)] } : parsed
}

/** CloudEvents bring both. */
function withoutChanges(parsed: Parsed & { readonly changes?: readonly SentChange[] }): Read {
  return parsed.ok ? { ...parsed, changes: parsed.changes ?? [] } : parsed
}

function readGithub({ headers, body }: Received): Read {
  const name = GITHUB_EVENTS.find((event) => event === headers['x-github-event'])
  const json = jsonOf(body)
  if (!json.ok) return json
  if (name === undefined) return faultAt('', `Only ${GITHUB_EVENTS.join(', ')} say anything of a change.`)
  const event = readGithubEvent(name, json.json)
  switch (event.kind) {
    case 'change':
      return { ok: true, alerts: [], changes: [event.change] }
    case 'ignored':
      return faultAt('', event.why)
    case 'invalid':
      return notParsed(event.error)
  }
}

function readOpsgenie({ body }: Received, nowMs: number): Read {
  const json = jsonOf(body)
  if (!json.ok) return json
  const parsed = NewAlert.safeParse(json.json)
  if (parsed.success) return { ok: true, alerts: [createdAlert(parsed.data, nowMs)], changes: [] }
  const faults = Object.entries(errorsOf(parsed.error)).map(([path, message]) => ({ path, message }))
  return { ok: false, reason: 'invalid', faults }
}

export type WouldBecome =
  | { readonly ok: true; readonly alerts: readonly Alert[]; readonly changes: readonly string[] }
  | { readonly ok: false; readonly reason: string }

/** Changes nothing. */
export async function wouldBecome(
  c: Context<HttpEnv>,
  integration: Integration,
  received: Received,
  nowMs: number,
): Promise<WouldBecome> {
  return shownAs(await read(c, integration, received, nowMs), nowMs)
}

/** What a mapping that is not saved yet would make of it. */
export async function mappedWith(expression: string, received: Received, nowMs: number): Promise<WouldBecome> {
  return shownAs(withoutChanges(await parseMapped(received, expression, nowMs)), nowMs)
}

function shownAs(parsed: Read, nowMs: number): WouldBecome {
  if (!parsed.ok) return { ok: false, reason: reasonText(parsed) }
  const alerts: Alert[] = []
  for (const incoming of parsed.alerts) {
    const normalised = normaliseAlert(incoming, nowMs)
    if (!normalised.ok) return { ok: false, reason: normalised.reason }
    alerts.push(normalised.alert)
  }
  return { ok: true, alerts, changes: parsed.changes.map(({ title }) => title) }
}

export type TakenIn =
  | { readonly ok: true; readonly accepted: number; readonly changes: number; readonly incidentIds: readonly string[] }
  | { readonly ok: false; readonly reason: string }

const REVOKED = 'This integration was revoked.'

/** The same as if its sender had sent it now, but for who is said to have sent it. */
export async function takeIn(
  c: Context<HttpEnv>,
  integration: Integration,
  received: Received,
  nowMs: number,
): Promise<TakenIn> {
  const { id: integrationId, name, source, revokedAtMs } = integration
  if (revokedAtMs !== null) return { ok: false, reason: REVOKED }
  const from = { source, integrationId, by: c.var.principal.name, received } as const
  const parsed = await read(c, integration, received, nowMs)
  if (!parsed.ok) {
    const reason = reasonText(parsed)
    await desk(c).keepMessage({ ...from, refused: reason })
    return { ok: false, reason }
  }
  const { alerts, changes } = parsed
  if (changes.length > 0) {
    await storeChanges(c, source === 'github' || source === 'pagerduty' ? source : 'cloudevents', changes)
    if (alerts.length === 0) await desk(c).keepMessage({ ...from, changes: changes.length })
  }
  if (alerts.length === 0) return { ok: true, accepted: 0, changes: changes.length, incidentIds: [] }
  if (source === 'opsgenie') return takeOpsgenie(c, { id: integrationId, name }, received, nowMs)
  if (source === 'github') throw new Error('GitHub brought an alert')
  const answer = await desk(c).ingest({ ...from, source, alerts })
  if (!answer.ok) return { ok: false, reason: REVOKED }
  const { accepted, incidentIds, invalid, turnedAway } = answer
  if (turnedAway > 0) return { ok: false, reason: 'Too many alerts are firing; new ones are not taken.' }
  if (accepted === 0 && invalid.length > 0) return { ok: false, reason: [...new Set(invalid)].join('; ') }
  return { ok: true, accepted, changes: changes.length, incidentIds }
}

/** Opsgenie's API gives an alert names of its own as well. */
async function takeOpsgenie(
  c: Context<HttpEnv>,
  integration: { readonly id: string; readonly name: string },
  received: Received,
  nowMs: number,
): Promise<TakenIn> {
  const data = NewAlert.parse(JSON.parse(received.body))
  const alias = data.alias.trim() || crypto.randomUUID()
  const by = { kind: 'system', name: integration.name } as const
  const created = await desk(c).createOpsgenieAlert({
    alert: createdAlert(data, nowMs),
    alias,
    body: received.body,
    note: '',
    integration,
    by,
    received,
    sentBy: c.var.principal.name,
  })
  if (!created.ok) return { ok: false, reason: created.reason }
  const found = await desk(c).findOpsgenieAlert({ type: 'alias', value: alias })
  const incidentIds = found === null || found.incidentId === '' ? [] : [found.incidentId]
  return { ok: true, accepted: 1, changes: 0, incidentIds }
}
