import type { Context } from 'hono'
import { Hono } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import type { Labels } from '../../domain/alert.ts'
import { alertTitle } from '../../domain/alert.ts'
import { sameDocument } from '../../domain/configDiff.ts'
import { matcherText } from '../../domain/matchers.ts'
import type { Organisation } from '../../domain/organisation.ts'
import type { Outcome } from '../../domain/replay.ts'
import { RoutingDraft } from '../../domain/routingDraft.ts'
import { latestVersion } from '../../storage/configVersions.ts'
import { database } from '../../storage/database.ts'
import { entryOfFiring, firingsOf } from '../../storage/endedAlerts.ts'
import { alertsSince } from '../../storage/pastAlerts.ts'
import { firingEntry } from '../alertQuery.ts'
import { editConfiguration } from '../configuration.ts'
import { errorLine, placedErrors } from '../configText.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import type { Replayed } from '../routingTrial.ts'
import { draftFaults, presentOrganisation, REPLAY_DAYS, replayRouting, tryRouting } from '../routingTrial.ts'
import { alertFrom, incoming, WAYS } from './benchAlert.ts'
import type { FormValues } from './forms.ts'
import { readFormValues, valueOf } from './forms.ts'
import { answerPage, byConsole } from './pages.ts'
import { READ, routingCommon } from './routingCommon.ts'
import { draftFromText, draftText } from './routingDraftText.ts'
import type { DifferenceView, OutcomeView, ReplayedView, RoutingBenchView, TestedView } from './routingViews.ts'
import type { ConfigurableView } from './views.ts'

/** The test bench: a draft of the rules, what it makes of one alert, and what it would have made of the last days. */

const PICKS_MAX = 40
const DIFFERENCES_SHOWN_MAX = 100

export function routingBenchPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = (view: RoutingBenchView, status = 200) => answerPage(render, '/console/routing-bench', view, status)

  routes.get('/console/routing/bench', allow(READ), async (c) => {
    const present = await presentOrganisation(c.env)
    return page(await benchPage(c, await routingCommon(c), present, RoutingDraft.parse(present ?? {})))
  })

  routes.post('/console/routing/bench', allow(READ), async (c) => {
    const values = await readFormValues(c)
    const present = await presentOrganisation(c.env)
    const common = await routingCommon(c)
    const blank = await benchPage(c, common, present, RoutingDraft.parse(present ?? {}))
    const refuse = (errors: Record<string, string>, status = 422) =>
      page({ ...blank, form: { values, errors } }, status)
    if (present === null) return refuse({ '': 'Nothing has been configured yet. Name the status page first.' })
    const draft = await readDraft(c, valueOf(values, 'draft'), present)
    if (typeof draft === 'string') return refuse({ draft })
    const isDraft = !sameDocument(draft, RoutingDraft.parse(present))
    const view = { ...blank, form: { values, errors: {} } }

    switch (valueOf(values, 'do')) {
      case 'replay': {
        if (!includesRole(c.var.principal.role, 'responder'))
          return refuse({ '': 'A replay needs the role responder.' }, 403)
        const days = REPLAY_DAYS.find((each) => String(each) === valueOf(values, 'days')) ?? 7
        const replayed = await replayRouting(c.env, present, draft, days)
        return page({ ...view, replayed: replayedView(replayed, { ...present, ...draft }, present) })
      }
      case 'save': {
        if (!common.mayConfigure) return refuse({ '': 'Only admins change the rules.' }, 403)
        const expectedVersion = Number(valueOf(values, 'version')) || 0
        const edit = (now: Organisation) => ({ ...now, ...draft })
        const answer = await editConfiguration(c.env, edit, byConsole(c), { expectedVersion })
        if (answer.ok) return c.redirect('/console/routing?done=draft', 303)
        return refuse({ '': answer.detail }, answer.status)
      }
      default: {
        const tested = await testedView(c, values, present, isDraft ? draft : null)
        return typeof tested === 'string' ? refuse({ alert: tested }) : page({ ...view, tested })
      }
    }
  })

  return routes
}

/** The page as it is opened, with a draft to begin with. */
export async function benchPage(
  c: Context<HttpEnv>,
  common: ConfigurableView,
  present: Organisation | null,
  draft: RoutingDraft,
): Promise<RoutingBenchView> {
  const db = database(c.env.DB)
  const [latest, version] = await Promise.all([alertsSince(db, 0, 0, PICKS_MAX), latestVersion(db)])
  const picked = await pickedAlert(c.env, c.req.query('alert') ?? '')
  const alert = picked === null ? '' : labelLines(picked.alert.labels)
  const text = present === null ? '' : draftText(present, draft)
  return {
    ...common,
    form: { values: { draft: text, alert, way: 'labels', days: '7', version: String(version) }, errors: {} },
    picks: latest.map((each) => ({ value: each.fingerprint, label: `${alertTitle(each)} (${each.source})` })),
    ways: WAYS,
    tested: null,
    replayed: null,
  }
}

/** The draft, or what is wrong with it. */
async function readDraft(c: Context<HttpEnv>, text: string, present: Organisation): Promise<RoutingDraft | string> {
  const parsed = draftFromText(text, present)
  if (!parsed.ok) return parsed.errors.map(errorLine).join(' · ')
  const faults = placedErrors(await draftFaults(c.env, present, parsed.draft), parsed.lineOf)
  return faults.length > 0 ? faults.map(errorLine).join(' · ') : parsed.draft
}

async function testedView(
  c: Context<HttpEnv>,
  values: FormValues,
  present: Organisation,
  draft: RoutingDraft | null,
): Promise<TestedView | string> {
  const pasted = await alertOf(c, values)
  if (!pasted.ok) return pasted.message
  const trial = await tryRouting(c.env, present, pasted.wanted, draft)
  if (!trial.ok) return `${trial.reason}.`
  const { labels } = pasted.wanted.incoming
  return { labels, others: pasted.others, saved: trial.saved, draft: trial.draft }
}

/** What is pasted counts more than what is picked. */
async function alertOf(c: Context<HttpEnv>, values: FormValues) {
  const [text, pick] = [valueOf(values, 'alert'), valueOf(values, 'pick')]
  if (text === '' && pick !== '') {
    const picked = await pickedAlert(c.env, pick)
    if (picked === null) return { ok: false as const, message: 'This alert is not kept any more.' }
    const { alert, source } = picked
    const wanted = { incoming: incoming(alert.labels, alert.annotations), source, sender: source }
    return { ok: true as const, wanted, others: 0 }
  }
  return alertFrom(text, valueOf(values, 'way') || 'labels', Date.now())
}

/** However old, as long as it fires or its end is kept. */
async function pickedAlert(env: Env, fingerprint: string) {
  if (!/^[0-9a-f]{16}$/.test(fingerprint)) return null
  const firing = await firingEntry(env, fingerprint)
  if (firing !== null) return firing
  const [last] = await firingsOf(database(env.DB), fingerprint, 1)
  return last === undefined ? null : entryOfFiring(last)
}

function labelLines(labels: Labels): string {
  const lines = Object.entries(labels).map(([name, value]) =>
    matcherText({ name, value, isRegex: false, isEqual: true }),
  )
  return lines.join('\n')
}

function replayedView(replayed: Replayed, drafted: Organisation, present: Organisation): ReplayedView {
  const { before, after, different } = replayed
  const names = new Map([...present.routingRules, ...drafted.routingRules].map(({ id, name }) => [id, name]))
  const figure = (label: string, name: 'incidents' | 'pages' | 'suppressed') => {
    return { label, before: before[name], after: after[name] }
  }
  const { days, alerts, isCapped, sinceMs, tookMs, incidentsInFact, raised, lowered } = replayed
  return {
    days,
    alerts,
    isCapped,
    sinceMs,
    tookMs,
    incidentsInFact,
    raised,
    lowered,
    figures: [
      figure('Incidents', 'incidents'),
      figure('Times people would be paged', 'pages'),
      figure('Alerts without an incident', 'suppressed'),
    ],
    rules: [...names].map(([id, name]) => ({
      name,
      before: before.byRule.get(id) ?? 0,
      after: after.byRule.get(id) ?? 0,
    })),
    differing: different.length,
    different: different
      .slice(0, DIFFERENCES_SHOWN_MAX)
      .map(({ firing, aspects, before: then, after: now }): DifferenceView => {
        return {
          title: alertTitle(firing),
          labels: firing.labels,
          startsAtMs: firing.startsAtMs,
          aspects,
          before: outcomeView(then, present),
          after: outcomeView(now, drafted),
        }
      }),
  }
}

const WITHOUT_INCIDENT = {
  rule: 'suppressed by a rule',
  inhibition: 'hidden by another alert',
  pause: 'over while it waited',
} as const

function outcomeView(outcome: Outcome, { services, policies }: Organisation): OutcomeView {
  const { serviceId, severity, incident, suppressedBy, policyId, trail } = outcome
  return {
    severity,
    service: services.find(({ id }) => id === serviceId)?.name ?? 'no service',
    incident: incident !== null ? 'in an incident' : WITHOUT_INCIDENT[suppressedBy ?? 'pause'],
    pages: policyId === null ? 'nobody' : (policies.find(({ id }) => id === policyId)?.name ?? 'every admin'),
    trail,
  }
}
