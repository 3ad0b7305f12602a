import type { Matcher } from '../../domain/matchers.ts'
import type { Silence, SilenceState, WantedSilence } from '../../domain/silence.ts'
import { silenceState } from '../../domain/silence.ts'
import type { RequestFault } from './alertmanagerWire.ts'
import { kindOf, parseLabels, parseTime, timeText } from './alertmanagerWire.ts'

/** Silences in the shapes of Alertmanager's HTTP API v2; statuses, codes and texts are those of Alertmanager 0.25. */

export type ParsedSilence =
  | { readonly ok: true; readonly silence: WantedSilence }
  | { readonly ok: false; readonly fault: RequestFault }

/** Never throws, whatever `text` is. */
export function parseSilence(text: string): ParsedSilence {
  if (text.trim() === '') return refused(602, 'silence in body is required')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    return malformed(error instanceof Error ? error.message : 'it is not JSON')
  }
  if (body !== null && (typeof body !== 'object' || Array.isArray(body)))
    return malformed(`the body is ${kindOf(body)}, not an object`)
  const fields = new Map<string, unknown>(Object.entries(body ?? {}))

  for (const name of ['id', 'comment', 'createdBy'] as const) {
    const value = fields.get(name) ?? null
    if (value !== null && typeof value !== 'string') return malformed(`${name} is ${kindOf(value)}, not a string`)
  }
  const startsAtMs = parseTime(fields.get('startsAt'), 'startsAt')
  if (typeof startsAtMs === 'string') return malformed(startsAtMs)
  const endsAtMs = parseTime(fields.get('endsAt'), 'endsAt')
  if (typeof endsAtMs === 'string') return malformed(endsAtMs)
  const annotations = parseLabels(fields.get('annotations'), 'annotations')
  if (typeof annotations === 'string') return malformed(annotations)
  const matchers = fields.get('matchers') ?? null
  if (matchers !== null && !Array.isArray(matchers)) return malformed(`matchers is ${kindOf(matchers)}, not an array`)

  const { id, comment, createdBy } = Object.fromEntries(fields)
  // Alertmanager names the first that is missing, in this order.
  if (typeof comment !== 'string') return refused(602, 'comment in body is required')
  if (typeof createdBy !== 'string') return refused(602, 'createdBy in body is required')
  if (endsAtMs === null) return refused(602, 'endsAt in body is required')
  if (matchers === null) return refused(602, 'matchers in body is required')
  if (matchers.length === 0) return refused(612, 'matchers in body should have at least 1 items')
  const parsed: Matcher[] = []
  for (const [index, each] of matchers.entries()) {
    const matcher = parseSilenceMatcher(each, index)
    if ('ok' in matcher) return matcher
    parsed.push(matcher)
  }
  if (startsAtMs === null) return refused(602, 'startsAt in body is required')
  const wantedId = typeof id === 'string' && id !== '' ? id : null
  const times = { startsAtMs, endsAtMs }
  return {
    ok: true,
    silence: { id: wantedId, matchers: parsed, ...times, createdBy, comment, annotations: annotations ?? {} },
  }
}

function parseSilenceMatcher(value: unknown, index: number): Matcher | (ParsedSilence & { readonly ok: false }) {
  const where = `matchers.${index}`
  if (value === null) return refused(602, `${where} in body is required`)
  if (typeof value !== 'object' || Array.isArray(value)) return malformed(`${where} is ${kindOf(value)}, not an object`)
  const fields = new Map<string, unknown>(Object.entries(value))
  const isRegex = fields.get('isRegex') ?? null
  const isEqual = fields.get('isEqual') ?? true
  const name = fields.get('name') ?? null
  const text = fields.get('value') ?? null
  for (const flag of [isRegex, isEqual])
    if (flag !== null && typeof flag !== 'boolean') return malformed(`${where} has ${kindOf(flag)} for a boolean`)
  for (const each of [name, text])
    if (each !== null && typeof each !== 'string') return malformed(`${where} has ${kindOf(each)} for a string`)
  if (typeof isRegex !== 'boolean') return refused(602, `${where}.isRegex in body is required`)
  if (typeof name !== 'string') return refused(602, `${where}.name in body is required`)
  if (typeof text !== 'string') return refused(602, `${where}.value in body is required`)
  return { name, value: text, isRegex, isEqual: isEqual === true }
}

function malformed(why: string) {
  const message = `parsing silence body from "" failed, because ${why}`
  return { ok: false, fault: { status: 400, code: 400, message } } as const
}

function refused(code: number, message: string) {
  return { ok: false, fault: { status: 422, code, message } } as const
}

export interface GettableSilence {
  readonly id: string
  readonly status: { readonly state: SilenceState }
  readonly updatedAt: string
  readonly comment: string
  readonly createdBy: string
  readonly endsAt: string
  readonly matchers: readonly Matcher[]
  readonly startsAt: string
  readonly annotations: Silence['annotations']
}

export function gettableSilence(silence: Silence, nowMs: number): GettableSilence {
  const { id, comment, createdBy, matchers, annotations } = silence
  return {
    id,
    status: { state: silenceState(silence, nowMs) },
    updatedAt: timeText(silence.updatedAtMs),
    comment,
    createdBy,
    endsAt: timeText(silence.endsAtMs),
    matchers,
    startsAt: timeText(silence.startsAtMs),
    annotations,
  }
}
