import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Organisation } from '../../domain/organisation.ts'
import { RoutingDraft } from '../../domain/routingDraft.ts'
import type { RoutingRule } from '../../domain/routingRule.ts'
import { routingWarnings } from '../../domain/routingWarnings.ts'
import type { ConfigRefusal } from '../configuration.ts'
import { editConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import { CONFIGURE } from './configurable.ts'
import type { FormValues } from './forms.ts'
import { editConflict } from './editConflict.ts'
import { readFormValues, valueOf } from './forms.ts'
import { answerPage, byConsole } from './pages.ts'
import { benchPage } from './routingBench.ts'
import { READ, routingCommon } from './routingCommon.ts'
import { limitValues, NEW_RULE, readLimits, readRule, ruleErrors, ruleValues, settingsInWords } from './routingForm.ts'
import type { RoutingRuleView, RoutingView } from './routingViews.ts'
import type { FormState } from './views.ts'

/** Routing rules in their order, and the limits around them: plain forms that need no script. */

const COUNTED_DAYS = 7

export function routingPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const listPage = async (c: Context<HttpEnv>, limits: FormState | null = null, status = 200) =>
    answerPage(render, '/console/routing', await routingView(c, limits), status)
  const rulePage = async (c: Context<HttpEnv>, rule: RoutingRule | null, form: FormState, status = 200) => {
    const { services = [], policies = [] } = (await presentOrganisation(c.env)) ?? {}
    const view: RoutingRuleView = { ...(await routingCommon(c)), rule, form, services, policies }
    return answerPage(render, '/console/routing-rule', view, status)
  }
  const found = async (c: Context<HttpEnv>, id: string) =>
    (await presentOrganisation(c.env))?.routingRules.find((rule) => rule.id === id) ?? null
  const gone = (c: Context<HttpEnv>) => c.redirect('/console/routing?done=gone', 303)

  routes.get('/console/routing', allow(READ), (c) => listPage(c))
  routes.get('/console/routing/rules/new', allow(CONFIGURE), (c) => rulePage(c, null, { values: NEW_RULE, errors: {} }))
  routes.get('/console/routing/rules/:id', allow(READ), async (c) => {
    const rule = await found(c, c.req.param('id'))
    return rule === null ? handleNotFound(c) : rulePage(c, rule, { values: ruleValues(rule), errors: {} })
  })

  routes.post('/console/routing/rules', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const { routingRules = [] } = (await presentOrganisation(c.env)) ?? {}
    const form = readRule(
      values,
      null,
      routingRules.map(({ id }) => id),
    )
    if (!form.ok) return rulePage(c, null, { values, errors: form.errors }, 422)
    let index = -1
    const refusal = await changeRules(c, (rules) => {
      index = rules.length
      return [...rules, form.data]
    })
    if (refusal === null) return c.redirect(`/console/routing?done=saved#${form.data.id}`, 303)
    return rulePage(c, null, { values, errors: refusedErrors(refusal, index) }, refusal.status)
  })

  routes.post('/console/routing/rules/:id', allow(CONFIGURE), async (c) => {
    const id = c.req.param('id')
    const rule = await found(c, id)
    if (rule === null) return gone(c)
    const values = await readFormValues(c)
    const form = readRule(values, rule, [])
    if (!form.ok) return rulePage(c, rule, { values, errors: form.errors }, 422)
    let index = -1
    const refusal = await changeRules(c, (rules) => {
      index = rules.findIndex((each) => each.id === id)
      return editConflict('rule', rules[index], valueOf(values, 'seen')) ?? rules.with(index, form.data)
    })
    if (refusal === null) return c.redirect(`/console/routing?done=saved#${id}`, 303)
    return rulePage(c, rule, { values, errors: refusedErrors(refusal, index) }, refusal.status)
  })

  /** The rule of the form as a draft: it stands where it would, and nothing is saved. */
  routes.post('/console/routing/try-rule', allow(READ), async (c) => {
    const values = await readFormValues(c)
    const present = await presentOrganisation(c.env)
    const rules = present?.routingRules ?? []
    const known = rules.find(({ id }) => id === values['id']) ?? null
    const form = readRule(
      values,
      known,
      rules.map(({ id }) => id),
    )
    if (!form.ok) return rulePage(c, known, { values, errors: form.errors }, 422)
    const routingRules =
      known === null ? [...rules, form.data] : rules.map((each) => (each.id === known.id ? form.data : each))
    const draft = RoutingDraft.parse({ ...present, routingRules })
    return answerPage(render, '/console/routing-bench', await benchPage(c, await routingCommon(c), present, draft))
  })

  for (const [action, done, change] of RULE_ACTIONS)
    routes.post(`/console/routing/rules/:id/${action}`, allow(CONFIGURE), async (c) => {
      const id = c.req.param('id')
      const refusal = await changeRules(c, (rules) =>
        rules.some((rule) => rule.id === id) ? change(rules, id) : 'There is no rule with this id.',
      )
      if (refusal?.code === 'conflict') return gone(c)
      if (refusal !== null) return listPage(c, { values: {}, errors: { '': refusal.detail } }, refusal.status)
      return c.redirect(`/console/routing?done=${done}${done === 'removed' ? '' : `#${id}`}`, 303)
    })

  routes.post('/console/routing/limits', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const form = readLimits(values)
    if (!form.ok) return listPage(c, { values, errors: form.errors }, 422)
    const answer = await editConfiguration(c.env, (present) => ({ ...present, ...form.data }), byConsole(c))
    if (answer.ok) return c.redirect('/console/routing?done=limits#limits', 303)
    return listPage(c, { values, errors: { '': answer.detail } }, answer.status)
  })

  return routes
}

type ChangeRules = (rules: readonly RoutingRule[], id: string) => RoutingRule[]

const RULE_ACTIONS: readonly (readonly [action: string, done: string, change: ChangeRules])[] = [
  ['enable', 'enabled', (rules, id) => rules.map((rule) => (rule.id === id ? { ...rule, enabled: true } : rule))],
  ['disable', 'disabled', (rules, id) => rules.map((rule) => (rule.id === id ? { ...rule, enabled: false } : rule))],
  ['remove', 'removed', (rules, id) => rules.filter((rule) => rule.id !== id)],
  ['up', 'moved', (rules, id) => moved(rules, id, -1)],
  ['down', 'moved', (rules, id) => moved(rules, id, 1)],
]

/** What stands at an end already stays there. */
function moved(rules: readonly RoutingRule[], id: string, by: 1 | -1): RoutingRule[] {
  const from = rules.findIndex((rule) => rule.id === id)
  const [rule, other] = [rules[from], rules[from + by]]
  if (rule === undefined || other === undefined) return [...rules]
  return rules.with(from, other).with(from + by, rule)
}

/** Through the one door for the configuration; null when it is done. */
async function changeRules(
  c: Context<HttpEnv>,
  change: (rules: readonly RoutingRule[]) => RoutingRule[] | string,
): Promise<ConfigRefusal | null> {
  const edit = (present: Organisation) => {
    const routingRules = change(present.routingRules)
    return typeof routingRules === 'string' ? routingRules : { ...present, routingRules }
  }
  const answer = await editConfiguration(c.env, edit, byConsole(c))
  return answer.ok ? null : answer
}

function refusedErrors({ errors, detail }: ConfigRefusal, index: number): Record<string, string> {
  return errors.length === 0 ? { '': detail } : ruleErrors(errors, index)
}

const NOTHING_DRAFTED = RoutingDraft.parse({})

async function routingView(c: Context<HttpEnv>, limits: FormState | null): Promise<RoutingView> {
  const [present, counts, common] = await Promise.all([
    presentOrganisation(c.env),
    c.env.ALERT_DESK.getByName('main').ruleCounts(),
    routingCommon(c),
  ])
  const { services = [], policies = [] } = present ?? {}
  const { routingRules, ...kept } = present ?? NOTHING_DRAFTED
  const warnings = new Map(routingWarnings(routingRules).map(({ ruleId, text }) => [ruleId, text]))
  const known: FormValues = limitValues(kept)
  return {
    ...common,
    countedDays: COUNTED_DAYS,
    rules: routingRules.map(({ id, name, enabled, last, matchers, set }) => ({
      id,
      name,
      enabled,
      last,
      matchers,
      sets: settingsInWords(set, { services, policies }),
      decided: counts[id] ?? 0,
      warning: warnings.get(id) ?? null,
    })),
    limits:
      limits === null || Object.keys(limits.values).length === 0
        ? { values: known, errors: limits?.errors ?? {} }
        : limits,
  }
}
