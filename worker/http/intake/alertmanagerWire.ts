import type { Alert, Labels } from '../../domain/alert.ts'
import { byCodePoint } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import type { Suppression } from '../../domain/suppression.ts'
import { parseAlertmanagerWebhook } from './alertmanagerWebhook.ts'
import type { Parsed } from './parsed.ts'
import { faultAt } from './parsed.ts'

/**
 * The shapes of Alertmanager's HTTP API v2, as Alertmanager itself reads and writes them. Two kinds of error: the
 * request is not understood (`{code, message}`), or it is understood and refused (a bare JSON string).
 */

export interface RequestFault {
  readonly status: 400 | 413 | 415 | 422
  readonly code: number
  readonly message: string
}

export type ParsedAlerts =
  | { readonly ok: true; readonly alerts: readonly IncomingAlert[] }
  | { readonly ok: false; readonly fault: RequestFault }

export const ALERTS_A_CALL_MAX = 10_000

/** Reads a body by the rules of Alertmanager's own decoder. Never throws, whatever `text` is. */
export function parseAlerts(text: string): ParsedAlerts {
  if (text.trim() === '') return missing('alerts in body is required')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    return malformed(error instanceof Error ? error.message : 'it is not JSON')
  }
  if (body === null) return { ok: true, alerts: [] }
  if (!Array.isArray(body)) return malformed(`the body is ${kindOf(body)}, not an array of alerts`)
  if (body.length > ALERTS_A_CALL_MAX) {
    const message = `${body.length} alerts in one call; at most ${ALERTS_A_CALL_MAX} are taken`
    return { ok: false, fault: { status: 413, code: 413, message } }
  }
  const alerts: IncomingAlert[] = []
  for (const [index, each] of body.entries()) {
    const parsed = parseAlert(each, index)
    if (!parsed.ok) return parsed
    alerts.push(parsed.alert)
  }
  return { ok: true, alerts }
}

/** A message of either kind by which an Alertmanager's alerts come: the API's list, or the webhook's object. */
export function parseAlertmanager(received: Received, nowMs: number): Parsed {
  if (!/^\s*(\[|null)/.test(received.body)) return parseAlertmanagerWebhook(received, nowMs)
  const parsed = parseAlerts(received.body)
  return parsed.ok ? parsed : faultAt('', parsed.fault.message)
}

type ParsedAlert =
  | { readonly ok: true; readonly alert: IncomingAlert }
  | { readonly ok: false; readonly fault: RequestFault }

function parseAlert(value: unknown, index: number): ParsedAlert {
  if (value === null) return missing(`${index} in body is required`)
  if (typeof value !== 'object' || Array.isArray(value))
    return malformed(`alert ${index} is ${kindOf(value)}, not an object`)
  const fields: Readonly<Record<string, unknown>> = { ...value }

  const labels = parseLabels(fields['labels'], `alert ${index}: labels`)
  if (typeof labels === 'string') return malformed(labels)
  if (labels === null) return missing(`${index}.labels in body is required`)
  const annotations = parseLabels(fields['annotations'], `alert ${index}: annotations`)
  if (typeof annotations === 'string') return malformed(annotations)

  const startsAtMs = parseTime(fields['startsAt'], `alert ${index}: startsAt`)
  if (typeof startsAtMs === 'string') return malformed(startsAtMs)
  const endsAtMs = parseTime(fields['endsAt'], `alert ${index}: endsAt`)
  if (typeof endsAtMs === 'string') return malformed(endsAtMs)

  const url = fields['generatorURL'] ?? ''
  if (typeof url !== 'string') return malformed(`alert ${index}: generatorURL is ${kindOf(url)}, not a string`)
  if (url !== '' && !url.startsWith('/') && !URL.canParse(url)) {
    const message = `${index}.generatorURL in body must be of type uri: ${JSON.stringify(url.slice(0, 200))}`
    return { ok: false, fault: { status: 422, code: 601, message } }
  }
  // It becomes a link in the console, where only a web address has a place.
  const generatorUrl = /^https?:/i.test(url) ? url : ''
  return { ok: true, alert: { labels, annotations: annotations ?? {}, startsAtMs, endsAtMs, generatorUrl } }
}

/** Null when absent; a string says what is wrong. As in Go, a null value is an empty one. */
export function parseLabels(value: unknown, where: string): Labels | null | string {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object' || Array.isArray(value)) return `${where} is ${kindOf(value)}, not an object`
  // Nearly always: copying each set would cost as much as reading the JSON.
  if (areTexts(value)) return value
  const entries: [string, string][] = []
  for (const [name, text] of Object.entries(value)) {
    if (text !== null && typeof text !== 'string')
      return `${where}: the value of ${JSON.stringify(name.slice(0, 100))} is ${kindOf(text)}, not a string`
    entries.push([name, text ?? ''])
  }
  return Object.fromEntries(entries)
}

function areTexts(value: object): value is Labels {
  return Object.values(value).every((text) => typeof text === 'string')
}

const TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)([Zz]|[+-]\d\d:?\d\d)?$/

/** Null when absent, or Go's zero time; a string says what is wrong. */
export function parseTime(value: unknown, where: string): number | null | string {
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string') return `${where} is ${kindOf(value)}, not a string`
  const form = TIME.exec(value)
  const atMs = form === null ? Number.NaN : Date.parse(`${form[1]}T${form[2]}${form[3]?.toUpperCase() ?? 'Z'}`)
  if (Number.isNaN(atMs)) return `${where}: cannot parse ${JSON.stringify(value.slice(0, 100))} as a time`
  return value.startsWith('0001-') ? null : atMs
}

function malformed(why: string): { readonly ok: false; readonly fault: RequestFault } {
  return { ok: false, fault: { status: 400, code: 400, message: `parsing alerts body from "" failed, because ${why}` } }
}

function missing(message: string): { readonly ok: false; readonly fault: RequestFault } {
  return { ok: false, fault: { status: 422, code: 602, message } }
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

export const RECEIVER = 'allclear'

export interface GettableAlert {
  readonly annotations: Labels
  readonly endsAt: string
  readonly fingerprint: string
  readonly receivers: readonly { readonly name: string }[]
  readonly startsAt: string
  readonly status: {
    readonly inhibitedBy: readonly string[]
    readonly mutedBy: readonly string[]
    readonly silencedBy: readonly string[]
    readonly state: 'active' | 'suppressed'
  }
  readonly updatedAt: string
  readonly generatorURL?: string
  readonly labels: Labels
}

/** An alert with what suppresses it, if anything does. */
export interface JudgedAlert extends Suppression {
  readonly alert: Alert
}

export function gettableAlert({ alert, silencedBy, inhibitedBy }: JudgedAlert): GettableAlert {
  const state = silencedBy.length > 0 || inhibitedBy.length > 0 ? 'suppressed' : 'active'
  return {
    annotations: alert.annotations,
    endsAt: timeText(alert.endsAtMs),
    fingerprint: alert.fingerprint,
    receivers: [{ name: RECEIVER }],
    startsAt: timeText(alert.startsAtMs),
    status: { inhibitedBy, mutedBy: [], silencedBy, state },
    updatedAt: timeText(alert.updatedAtMs),
    ...(alert.generatorUrl === '' ? {} : { generatorURL: alert.generatorUrl }),
    labels: alert.labels,
  }
}

export function timeText(atMs: number): string {
  return new Date(atMs).toISOString()
}

export interface AlertGroup {
  readonly alerts: readonly GettableAlert[]
  readonly labels: Labels
  readonly receiver: { readonly name: string }
}

/** By the values of the labels that incidents are grouped by; a label that an alert lacks is left out. */
export function alertGroups(alerts: readonly JudgedAlert[], groupBy: readonly string[]): AlertGroup[] {
  const groups = new Map<string, { labels: Labels; alerts: GettableAlert[] }>()
  for (const judged of alerts) {
    const pairs = groupBy.flatMap((name) => {
      const value = judged.alert.labels[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    const key = JSON.stringify(pairs)
    const group = groups.get(key) ?? { labels: Object.fromEntries(pairs), alerts: [] }
    group.alerts.push(gettableAlert(judged))
    groups.set(key, group)
  }
  return [...groups]
    .toSorted(([a], [b]) => byCodePoint(a, b))
    .map(([, group]) => ({ ...group, receiver: { name: RECEIVER } }))
}

/** amtool parses this before every command. */
export function statusOf(groupBy: readonly string[], upSinceMs: number) {
  // amtool refuses the whole configuration for one name that is no identifier.
  const names = groupBy.filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  const original = [
    'global:',
    '  resolve_timeout: 5m',
    'route:',
    `  receiver: ${RECEIVER}`,
    ...(names.length > 0 ? ['  group_by:', ...names.map((name) => `  - ${name}`)] : []),
    'receivers:',
    `- name: ${RECEIVER}`,
    '',
  ].join('\n')
  return {
    cluster: { peers: [], status: 'disabled' },
    config: { original },
    uptime: timeText(upSinceMs),
    versionInfo: {
      branch: 'allclear',
      buildDate: '',
      buildUser: '',
      goVersion: '',
      revision: '',
      version: '0.27.0',
    },
  }
}
