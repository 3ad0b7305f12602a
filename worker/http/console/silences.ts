import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import { matcherText, parseMatcher } from '../../domain/matchers.ts'
import type { Matcher } from '../../domain/matchers.ts'
import type { Silence, SilenceState } from '../../domain/silence.ts'
import { inListOrder, MATCHERS_MAX, silenceState } from '../../domain/silence.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { instantOf, parseForm, readFormValues, valueOf } from './forms.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { ListedSilence, SilencesView } from './silenceViews.ts'
import type { FormState } from './views.ts'

/** Silences: which there are, making one and ending one. Plain forms that need no script. */

const EXPIRED_SHOWN_MAX = 50
const HOUR_MS = 3_600_000

const DURATIONS = [
  { value: '0.5', label: '30 minutes' },
  { value: '1', label: '1 hour' },
  { value: '2', label: '2 hours' },
  { value: '4', label: '4 hours' },
  { value: '8', label: '8 hours' },
  { value: '24', label: '1 day' },
  { value: '72', label: '3 days' },
  { value: '168', label: '1 week' },
] as const

const NOTICE: Readonly<Record<string, string>> = {
  made: 'The silence is made.',
  ended: 'The silence has ended. What it hid and still fires is treated as newly firing.',
  gone: 'This silence is not there any more.',
}

const NewSilence = z.object({
  matchers: z.string().min(1, 'Say which alerts are meant.').max(10_000, 'At most 10,000 characters.'),
  hours: z.enum(
    DURATIONS.map(({ value }) => value),
    'Choose how long.',
  ),
  starts: z.string().max(30).default(''),
  comment: z.string().min(1, 'Say why: others will wonder.').max(2000, 'At most 2,000 characters.'),
})

export function silencePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, form: FormState, status = 200) =>
    answerPage(render, '/console/silences', await silencesView(c, form), status)

  routes.get('/console/silences', allow({ role: 'viewer', scope: 'incidents:read' }), (c) => {
    const matchers = (c.req.query('matchers') ?? '').slice(0, 10_000)
    return page(c, { values: { matchers, hours: '2' }, errors: {} })
  })

  routes.post('/console/silences', allow({ role: 'responder', scope: 'incidents:write' }), async (c) => {
    const values = await readFormValues(c)
    const errors = await makeSilence(c, values)
    return errors === null ? c.redirect('/console/silences?done=made', 303) : page(c, { values, errors }, 422)
  })

  routes.post('/console/silences/:id/expire', allow({ role: 'responder', scope: 'incidents:write' }), async (c) => {
    const ended = await c.env.ALERT_DESK.getByName('main').expireSilence(c.req.param('id'))
    return c.redirect(`/console/silences?done=${ended ? 'ended' : 'gone'}`, 303)
  })

  return routes
}

/** What is wrong, by field; null when it was made. */
async function makeSilence(c: Context<HttpEnv>, values: FormState['values']): Promise<FormState['errors'] | null> {
  const form = parseForm(NewSilence, values)
  if (!form.ok) return form.errors
  const matchers = matchersFrom(form.data.matchers)
  if (typeof matchers === 'string') return { matchers }
  const nowMs = Date.now()
  const startsAtMs = form.data.starts === '' ? nowMs : instantOf(valueOf(values, 'starts'), await timeZoneOf(c.env))
  if (startsAtMs === null) return { starts: 'Enter date and time, such as 2026-11-24T09:00, or nothing for now.' }
  const answer = await c.env.ALERT_DESK.getByName('main').putSilence({
    id: null,
    matchers,
    startsAtMs,
    endsAtMs: startsAtMs + Number(form.data.hours) * HOUR_MS,
    createdBy: c.var.principal.name,
    comment: form.data.comment,
    annotations: {},
  })
  if (answer.ok) return null
  if (answer.message.includes('end time')) return { starts: 'That time is over already.' }
  return { matchers: sentence(answer.message) }
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
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`
}

async function silencesView(c: Context<HttpEnv>, form: FormState): Promise<SilencesView> {
  const desk = c.env.ALERT_DESK.getByName('main')
  const [all, stats, timeZone] = await Promise.all([desk.silences(), desk.stats(), timeZoneOf(c.env)])
  const nowMs = Date.now()
  const ordered = inListOrder(all, nowMs)
  const of = (state: SilenceState) => ordered.filter((each) => silenceState(each, nowMs) === state).map(listed)
  const expired = of('expired')
  return {
    me: meOf(c),
    nowMs,
    timeZone,
    notice: NOTICE[c.req.query('done') ?? ''] ?? null,
    silences: { active: of('active'), pending: of('pending'), expired: expired.slice(0, EXPIRED_SHOWN_MAX) },
    expiredMore: Math.max(0, expired.length - EXPIRED_SHOWN_MAX),
    hiddenNow: stats.suppressed,
    form,
    durations: DURATIONS,
  }
}

function listed({ id, matchers, createdBy, comment, startsAtMs, endsAtMs, hid }: Silence): ListedSilence {
  return { id, matchers: matchers.map(matcherText), createdBy, comment, startsAtMs, endsAtMs, hid }
}
