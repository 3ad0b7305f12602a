import type { Context } from 'hono'
import { Hono } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import type { Person } from '../../domain/incident.ts'
import type { EscalationPolicy, Organisation, Override } from '../../domain/organisation.ts'
import { OVERRIDE_REFUSAL_MESSAGE } from '../../domain/override.ts'
import { rotaOf } from '../../domain/rota.ts'
import { onCallAt } from '../../domain/schedule.ts'
import { firstInstant, lastInstant } from '../../domain/wallClock.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import { overridesFrom, removeOverride } from '../../storage/overrides.ts'
import type { HttpEnv } from '../env.ts'
import { UPCOMING_MS, takeOver } from '../onCall.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { noticeOf } from './notice.ts'
import type { OnCallView, OverrideForm, PolicyView, RotaView } from './onCallViews.ts'
import { answerPage, readForm } from './pages.ts'

/** The console's page "On call": plain forms that need no script. */

const NOTICE: Readonly<Record<string, string>> = {
  made: 'The override is in place.',
  'taken-back': 'The override was taken back.',
  gone: 'This override is gone already.',
}

export function onCallPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/on-call', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const notice = noticeOf(c, NOTICE)
    return answerPage(render, '/console/on-call', await onCallView(c, { notice }))
  })

  routes.post('/console/on-call/overrides', allow({ role: 'responder', scope: 'incidents:write' }), async (c) => {
    const field = await readForm(c)
    const form = {
      scheduleId: field('schedule'),
      responderId: field('responder'),
      startsAt: field('starts').slice(0, 30),
      endsAt: field('ends').slice(0, 30),
    }
    const message = await makeOverride(c, form)
    if (message === null) return c.redirect('/console/on-call?done=made', 303)
    return answerPage(render, '/console/on-call', await onCallView(c, { refused: { ...form, message } }), 422)
  })

  routes.post(
    '/console/on-call/overrides/:id/remove',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => {
      const removed = await removeOverride(database(c.env.DB), c.req.param('id'))
      return c.redirect(`/console/on-call?done=${removed ? 'taken-back' : 'gone'}`, 303)
    },
  )

  return routes
}

/** The reason for a refusal, or null when it was made. Times are wall-clock times of the schedule's zone. */
async function makeOverride(c: Context<HttpEnv>, form: Omit<OverrideForm, 'message'>): Promise<string | null> {
  const db = database(c.env.DB)
  const stored = await loadOrganisation(db)
  const schedule = stored?.organisation.schedules.find(({ id }) => id === form.scheduleId)
  if (schedule === undefined) return OVERRIDE_REFUSAL_MESSAGE.unknown_schedule
  const startsWallMs = wallMsOf(form.startsAt)
  const endsWallMs = wallMsOf(form.endsAt)
  if (startsWallMs === null || endsWallMs === null)
    return 'Enter both times as date and time, such as 2026-11-24T09:00.'
  const wanted = {
    scheduleId: schedule.id,
    responderId: form.responderId,
    startsAtMs: firstInstant(schedule.timeZone, startsWallMs),
    endsAtMs: lastInstant(schedule.timeZone, endsWallMs),
  }
  const answer = await takeOver(db, wanted, Date.now())
  return answer.ok ? null : OVERRIDE_REFUSAL_MESSAGE[answer.reason]
}

async function onCallView(
  c: Context<HttpEnv>,
  { refused = null, notice = null }: Partial<Pick<OnCallView, 'refused' | 'notice'>>,
): Promise<OnCallView> {
  const nowMs = Date.now()
  const db = database(c.env.DB)
  const [stored, overrides] = await Promise.all([loadOrganisation(db), overridesFrom(db, nowMs)])
  const organisation = stored?.organisation
  return {
    me: { name: c.var.principal.name },
    nowMs,
    canChange: includesRole(c.var.principal.role, 'responder'),
    rotas: organisation === undefined ? [] : rotaViews(organisation, overrides, nowMs),
    people: organisation?.responders.map(({ id, name }) => ({ id, name })) ?? [],
    policies: organisation?.policies.map((policy) => policyView(policy, organisation, overrides, nowMs)) ?? [],
    refused,
    notice,
  }
}

function rotaViews(organisation: Organisation, overrides: readonly Override[], nowMs: number): RotaView[] {
  return organisation.schedules.map((schedule) => ({
    ...rotaOf(schedule, overrides, organisation.responders, nowMs, nowMs + UPCOMING_MS),
    overrides: overrides
      .filter(({ scheduleId }) => scheduleId === schedule.id)
      .map(({ id, responderId, startsAtMs, endsAtMs }) => ({
        id,
        person: personOf(organisation, responderId),
        startsAtMs,
        endsAtMs,
      })),
  }))
}

export function policyView(
  policy: EscalationPolicy,
  organisation: Organisation,
  overrides: readonly Override[],
  nowMs: number,
): PolicyView {
  let afterSeconds = 0
  const steps = policy.steps.map(({ targets, waitSeconds }) => {
    const step = { afterSeconds, targets: targets.map((target) => namedTarget(target, organisation, overrides, nowMs)) }
    afterSeconds += waitSeconds
    return step
  })
  return {
    id: policy.id,
    name: policy.name,
    steps,
    lastWaitSeconds: policy.steps.at(-1)?.waitSeconds ?? 0,
    repeats: policy.repeats,
    usedBy: organisation.services.flatMap((service) => {
      const severities = service.escalation
        .filter((entry) => entry.policy === policy.id)
        .flatMap((entry) => entry.severities)
      return severities.length === 0 ? [] : [{ service: service.name, severities }]
    }),
  }
}

function namedTarget(
  target: EscalationPolicy['steps'][number]['targets'][number],
  organisation: Organisation,
  overrides: readonly Override[],
  nowMs: number,
): { readonly name: string; readonly via: string | null } {
  const schedule = organisation.schedules.find(({ id }) => target.kind === 'schedule' && id === target.id)
  if (schedule === undefined) return { name: personOf(organisation, target.id).name, via: null }
  return { name: personOf(organisation, onCallAt(schedule, overrides, nowMs)).name, via: schedule.name }
}

function personOf(organisation: Organisation, id: string): Person {
  return { id, name: organisation.responders.find((each) => each.id === id)?.name ?? id }
}

/** What a `datetime-local` field sends. */
function wallMsOf(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null
  const wallMs = Date.parse(`${text}Z`)
  return Number.isNaN(wallMs) ? null : wallMs
}
