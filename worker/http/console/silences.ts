import type { Context } from 'hono'
import { Hono } from 'hono'
import { alertTitle } from '../../domain/alert.ts'
import { matcherText } from '../../domain/matchers.ts'
import { describeRecurrence } from '../../domain/recurrence.ts'
import type { Silence, SilenceState } from '../../domain/silence.ts'
import { inListOrder, laterOccurrences, silenceState } from '../../domain/silence.ts'
import { warnsAtMs } from '../../domain/silenceReach.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import type { FormValues } from './forms.ts'
import { readFormValues, valueOf } from './forms.ts'
import { noticeOf } from './notice.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import { DURATIONS, emptyValues, previewOf, submitSilence, valuesOf } from './silenceForm.ts'
import type { ListedSilence, SilenceFormView, SilencesView, SilenceView } from './silenceViews.ts'

/** Silences: which there are, making, changing, extending and ending them. Plain forms that need no script. */

const EXPIRED_SHOWN_MAX = 50
const SEARCH_LENGTH_MAX = 200
const LATER_SHOWN = 5
const HIDDEN_SHOWN = 20
const HOUR_MS = 3_600_000
const EXTEND_HOURS = ['1', '4', '24']

const NOTICE: Readonly<Record<string, string>> = {
  made: 'The silence is made.',
  changed: 'The silence is changed.',
  extended: 'The silence is extended.',
  skipped: 'This occurrence is left out. What it hid and still fires is treated as newly firing.',
  ended: 'The silence has ended. What it hid and still fires is treated as newly firing.',
  gone: 'This silence is not there any more.',
}

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const
const ACT = { role: 'responder', scope: 'incidents:write' } as const

export function silencePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const desk = (c: Context<HttpEnv>) => c.env.ALERT_DESK.getByName('main')
  const answerList = async (c: Context<HttpEnv>, form: SilenceFormView, status = 200) =>
    answerPage(render, '/console/silences', await silencesView(c, form), status)

  routes.get('/console/silences', allow(LOOK), async (c) => {
    const matchers = (c.req.query('matchers') ?? '').slice(0, 10_000)
    const preview = c.req.query('check') === undefined ? null : await previewOf(c.env, matchers)
    return answerList(c, { ...formView(emptyValues(matchers, await timeZoneOf(c.env))), preview })
  })

  routes.post('/console/silences', allow(ACT), async (c) => {
    const values = await readFormValues(c)
    const answer = await submitSilence(c, values, null, await timeZoneOf(c.env))
    if (answer.made) return c.redirect('/console/silences?done=made', 303)
    return answerList(c, { ...formView(values), ...answer }, statusOf(answer))
  })

  routes.get('/console/silences/:id', allow(LOOK), async (c) => {
    const silence = await desk(c).silence(c.req.param('id'))
    if (silence === null) return handleNotFound(c)
    const values = valuesOf(silence, await timeZoneOf(c.env))
    return answerPage(render, '/console/silence', await silenceView(c, silence, formView(values)))
  })

  routes.post('/console/silences/:id', allow(ACT), async (c) => {
    const silence = await desk(c).silence(c.req.param('id'))
    if (silence === null) return c.redirect('/console/silences?done=gone', 303)
    const values = await readFormValues(c)
    const answer = await submitSilence(c, values, silence, await timeZoneOf(c.env))
    if (answer.made) return c.redirect(`/console/silences/${answer.id}?done=changed`, 303)
    const view = await silenceView(c, silence, { ...formView(values), ...answer })
    return answerPage(render, '/console/silence', view, statusOf(answer))
  })

  routes.post('/console/silences/:id/extend', allow(ACT), async (c) => {
    const asked = valueOf(await readFormValues(c), 'hours')
    const hours = Number(EXTEND_HOURS.find((each) => each === asked) ?? '1')
    const silence = await desk(c).extendSilence(c.req.param('id'), hours * HOUR_MS, null)
    if (silence === null || silence.endsAtMs <= Date.now()) return c.redirect('/console/silences?done=gone', 303)
    return c.redirect(`/console/silences/${silence.id}?done=extended`, 303)
  })

  routes.post('/console/silences/:id/skip', allow(ACT), async (c) => {
    const silence = await desk(c).skipOccurrence(c.req.param('id'))
    if (silence === null) return c.redirect('/console/silences?done=gone', 303)
    return c.redirect(`/console/silences/${silence.id}?done=skipped`, 303)
  })

  routes.post('/console/silences/:id/expire', allow(ACT), async (c) => {
    const ended = await desk(c).expireSilence(c.req.param('id'))
    return c.redirect(`/console/silences?done=${ended ? 'ended' : 'gone'}`, 303)
  })

  return routes
}

/** What only shows a preview is no refusal. */
function statusOf({ errors }: { readonly errors: Readonly<Record<string, string>> }): number {
  return Object.keys(errors).length === 0 ? 200 : 422
}

function formView(values: FormValues): SilenceFormView {
  return { values, errors: {}, durations: DURATIONS, preview: null }
}

async function silencesView(c: Context<HttpEnv>, form: SilenceFormView): Promise<SilencesView> {
  const desk = c.env.ALERT_DESK.getByName('main')
  const [all, stats, timeZone] = await Promise.all([desk.silencesAndReach(), desk.stats(), timeZoneOf(c.env)])
  const nowMs = Date.now()
  const q = (c.req.query('q') ?? '').trim().slice(0, SEARCH_LENGTH_MAX)
  const hidesNow = new Map(all.map(({ silence, hidesNow: count }) => [silence.id, count]))
  const ordered = inListOrder(
    all.map(({ silence }) => silence),
    nowMs,
  )
    .map((silence) => listed(silence, hidesNow.get(silence.id) ?? 0, nowMs))
    .filter((silence) => fits(silence, q))
  const of = (state: SilenceState) => ordered.filter((silence) => silence.state === state)
  const expired = of('expired')
  return {
    me: meOf(c),
    nowMs,
    timeZone,
    notice: noticeOf(c, NOTICE),
    q,
    silences: { active: of('active'), pending: of('pending'), expired: expired.slice(0, EXPIRED_SHOWN_MAX) },
    expiredMore: Math.max(0, expired.length - EXPIRED_SHOWN_MAX),
    hiddenNow: stats.suppressed,
    form,
  }
}

/** Each word stands somewhere in it. */
function fits({ matchers, createdBy, comment, recurs }: ListedSilence, q: string): boolean {
  const text = [...matchers, createdBy, comment, recurs ?? ''].join('\n').toLowerCase()
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

async function silenceView(c: Context<HttpEnv>, silence: Silence, form: SilenceFormView): Promise<SilenceView> {
  const desk = c.env.ALERT_DESK.getByName('main')
  const nowMs = Date.now()
  const [hidden, timeZone] = await Promise.all([desk.hiddenBy(silence.id, HIDDEN_SHOWN), timeZoneOf(c.env)])
  return {
    me: meOf(c),
    nowMs,
    timeZone,
    notice: noticeOf(c, NOTICE),
    silence: listed(silence, hidden.total, nowMs),
    hidden: hidden.alerts.map((alert) => ({ fingerprint: alert.fingerprint, title: alertTitle(alert) })),
    later: laterOccurrences(silence, LATER_SHOWN),
    form,
  }
}

function listed(silence: Silence, hidesNow: number, nowMs: number): ListedSilence {
  const { id, matchers, createdBy, comment, startsAtMs, endsAtMs, recurrence, hid } = silence
  const state = silenceState(silence, nowMs)
  return {
    id,
    state,
    matchers: matchers.map(matcherText),
    createdBy,
    comment,
    startsAtMs,
    endsAtMs,
    recurs: recurrence === null ? null : describeRecurrence(recurrence),
    hid,
    hidesNow,
    warns: state === 'active' && hidesNow > 0 && warnsAtMs(silence) <= nowMs,
  }
}
