import type { Context } from 'hono'
import { z } from 'zod'
import type { Matcher } from '../../domain/matchers.ts'
import { matcherText, parseMatcher } from '../../domain/matchers.ts'
import type { Occurrence, Recurrence } from '../../domain/recurrence.ts'
import { nextOccurrences, recurrenceFault } from '../../domain/recurrence.ts'
import { REPEATS, ruleOf } from '../../domain/repeats.ts'
import type { Silence, WantedSilence } from '../../domain/silence.ts'
import { MATCHERS_MAX, matchersFault } from '../../domain/silence.ts'
import { isBroad } from '../../domain/silenceReach.ts'
import { firstInstant, toWallMs } from '../../domain/wallClock.ts'
import { linearRegexes } from '../../storage/linearRegex.ts'
import type { HttpEnv } from '../env.ts'
import type { FormValues } from './forms.ts'
import { parseForm } from './forms.ts'
import type { SilencePreview } from './silenceViews.ts'
import type { FormState } from './views.ts'

/** The form of a silence: a new one, or a change of one. What it hides is shown before a wide one is made. */

const HOUR_MS = 3_600_000
const OCCURRENCES_SHOWN = 5

export const DURATIONS = [
  { value: '0.5', label: '30 minutes' },
  { value: '1', label: '1 hour' },
  { value: '2', label: '2 hours' },
  { value: '4', label: '4 hours' },
  { value: '8', label: '8 hours' },
  { value: '24', label: '1 day' },
  { value: '72', label: '3 days' },
  { value: '168', label: '1 week' },
  { value: 'until', label: 'Until a certain time' },
] as const

const Moment = z
  .string()
  .regex(/^(\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?)?$/, 'Enter date and time, such as 2026-11-24T09:00, or nothing.')
const NO_DAY = 'Enter a date, such as 2027-01-31, or nothing.'

const SilenceForm = z.object({
  matchers: z.string().min(1, 'Say which alerts are meant.').max(10_000, 'At most 10,000 characters.'),
  hours: z.enum(
    DURATIONS.map(({ value }) => value),
    'Choose how long.',
  ),
  starts: Moment.default(''),
  ends: Moment.default(''),
  timeZone: z.string().max(64, 'At most 64 characters.').default(''),
  repeats: z.enum(['never', ...REPEATS, 'rule'], 'Choose whether it recurs.').default('never'),
  rule: z.string().max(500, 'At most 500 characters.').default(''),
  lastDay: z.union([z.literal('', NO_DAY), z.iso.date(NO_DAY)]).default(''),
  comment: z.string().min(1, 'Say why: others will wonder.').max(2000, 'At most 2,000 characters.'),
  /** The matchers that someone has seen the reach of. */
  confirmed: z.string().max(10_000).default(''),
  action: z.enum(['make', 'check']).catch('make').default('make'),
})

export type SilenceFormAnswer =
  | { readonly made: true; readonly id: string }
  | { readonly made: false; readonly errors: FormState['errors']; readonly preview: SilencePreview | null }

/** Makes the silence, or changes `known`; else what is wrong, or what it would do. */
export async function submitSilence(
  c: Context<HttpEnv>,
  values: FormValues,
  known: Silence | null,
  defaultZone: string,
): Promise<SilenceFormAnswer> {
  const refuse = (errors: FormState['errors']) => ({ made: false, errors, preview: null }) as const
  const form = parseForm(SilenceForm, values)
  if (!form.ok) return refuse(form.errors)
  const { data } = form
  const matchers = matchersFrom(data.matchers)
  if (typeof matchers === 'string') return refuse({ matchers })
  const nowMs = Date.now()
  const times = timesFrom(data, defaultZone, nowMs)
  if ('errors' in times) return refuse(times.errors)

  const { principal } = c.var
  const author = { createdBy: principal.name, authorId: principal.kind === 'responder' ? principal.id : null }
  const content = {
    matchers,
    ...(known === null ? author : { createdBy: known.createdBy, authorId: known.authorId }),
    comment: data.comment,
    annotations: known?.annotations ?? {},
  }
  const fault = matchersFault(content, linearRegexes())
  if (fault !== null) return refuse({ matchers: sentence(fault) })
  const desk = c.env.ALERT_DESK.getByName('main')
  const reach = await desk.reachOf(matchers)
  const broad = isBroad(reach) && data.confirmed !== data.matchers
  if (data.action === 'check' || broad) {
    const { recurrence } = times
    const occurrences: readonly Occurrence[] =
      recurrence === null ? [] : nextOccurrences(recurrence, nowMs, OCCURRENCES_SHOWN)
    return { made: false, errors: {}, preview: { ...reach, broad, occurrences } }
  }

  const answer = await desk.putSilence({ id: known?.id ?? null, ...content, ...times })
  if (answer.ok) return { made: true, id: answer.id }
  if (answer.message.includes('start time must be')) return refuse({ ends: 'It has to end after it begins.' })
  if (answer.message.includes('end time')) return refuse({ starts: 'That time is over already.' })
  if (answer.message.includes('never begins')) return refuse({ repeats: 'By this rule it never begins from now on.' })
  return refuse({ matchers: sentence(answer.message) })
}

/** What these matchers hide of what fires; null when they cannot be read. */
export async function previewOf(env: Env, text: string): Promise<SilencePreview | null> {
  const matchers = matchersFrom(text)
  if (typeof matchers === 'string') return null
  const content = { matchers, createdBy: '', comment: '', annotations: {} }
  if (matchersFault(content, linearRegexes()) !== null) return null
  const reach = await env.ALERT_DESK.getByName('main').reachOf(matchers)
  return { ...reach, broad: isBroad(reach), occurrences: [] }
}

type Times = Pick<WantedSilence, 'startsAtMs' | 'endsAtMs'> & { readonly recurrence: Recurrence | null }

function timesFrom(
  data: z.infer<typeof SilenceForm>,
  defaultZone: string,
  nowMs: number,
): Times | { readonly errors: FormState['errors'] } {
  const timeZone = data.timeZone === '' ? defaultZone : data.timeZone
  const zoneFault = recurrenceFault({ rule: 'FREQ=DAILY', timeZone, startsAtWallMs: 0, durationMs: HOUR_MS })
  if (zoneFault !== null) return { errors: { timeZone: zoneFault } }
  const nowWallMs = Math.floor(toWallMs(timeZone, nowMs) / 60_000) * 60_000
  const startsAtWallMs = data.starts === '' ? nowWallMs : Date.parse(`${data.starts}Z`)
  if (Number.isNaN(startsAtWallMs)) return { errors: { starts: 'There is no such time.' } }
  const isUntil = data.hours === 'until'
  if (isUntil && data.ends === '') return { errors: { ends: 'Say until when, or choose how long.' } }
  const endsAtWallMs = Date.parse(`${data.ends}Z`)
  if (isUntil && Number.isNaN(endsAtWallMs)) return { errors: { ends: 'There is no such time.' } }

  if (data.repeats === 'never') {
    const startsAtMs = data.starts === '' ? nowMs : firstInstant(timeZone, startsAtWallMs)
    const endsAtMs = isUntil ? firstInstant(timeZone, endsAtWallMs) : startsAtMs + Number(data.hours) * HOUR_MS
    return { startsAtMs, endsAtMs, recurrence: null }
  }
  const durationMs = isUntil ? endsAtWallMs - startsAtWallMs : Number(data.hours) * HOUR_MS
  const lastDay = data.lastDay === '' ? null : data.lastDay
  const rule = data.repeats === 'rule' ? data.rule : ruleOf(data.repeats, startsAtWallMs, lastDay)
  const recurrence = { rule, timeZone, startsAtWallMs, durationMs }
  const fault = recurrenceFault(recurrence)
  if (fault === null) return { startsAtMs: nowMs, endsAtMs: nowMs, recurrence }
  if (durationMs <= 0 || fault.startsWith('It lasts')) return { errors: { [isUntil ? 'ends' : 'hours']: fault } }
  return { errors: { [data.repeats === 'rule' ? 'rule' : 'repeats']: fault } }
}

/** The fields of the form for a silence that is there. */
export function valuesOf(silence: Silence, defaultZone: string): FormValues {
  const { matchers, comment, recurrence, startsAtMs, endsAtMs } = silence
  const timeZone = recurrence?.timeZone ?? defaultZone
  const starts = recurrence?.startsAtWallMs ?? toWallMs(timeZone, startsAtMs)
  const ends = recurrence === null ? toWallMs(timeZone, endsAtMs) : starts + recurrence.durationMs
  return {
    matchers: matchers.map(matcherText).join('\n'),
    hours: 'until',
    starts: fieldTime(starts),
    ends: fieldTime(ends),
    timeZone,
    repeats: recurrence === null ? 'never' : 'rule',
    rule: recurrence?.rule ?? '',
    comment,
  }
}

/** To the second where there are some, so that what is sent back is the same moment. */
function fieldTime(wallMs: number): string {
  const text = new Date(wallMs).toISOString()
  return text.slice(17, 19) === '00' ? text.slice(0, 16) : text.slice(0, 19)
}

/** One to a line; a text says what is wrong. */
function matchersFrom(text: string): Matcher[] | string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length > MATCHERS_MAX) return `At most ${MATCHERS_MAX} lines.`
  const matchers: Matcher[] = []
  for (const line of lines) {
    const parsed = parseMatcher(line)
    if (!parsed.ok) return `${sentence(parsed.reason)} Write one to a line, such as service="checkout".`
    matchers.push(parsed.matcher)
  }
  return matchers
}

function sentence(reason: string): string {
  const plain = reason.replace(/^silence invalid: /, '')
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1).replace(/\.$/, '')}.`
}

export function emptyValues(matchers: string, timeZone: string): FormValues {
  return { matchers, hours: '2', timeZone, repeats: 'never', comment: '' }
}
