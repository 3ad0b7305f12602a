import type { Context } from 'hono'
import { Hono } from 'hono'
import type { ComponentRule } from '../../domain/componentRule.ts'
import type { ConfigRefusal } from '../configuration.ts'
import { editConfiguration } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import {
  NEW_RULE,
  componentRuleErrors,
  dependencyChoices,
  readComponentRule,
  ruleSeen,
  ruleValues,
} from './componentForms.ts'
import type { ComponentRuleView } from './componentViews.ts'
import { componentsCommon, partsOfAll } from './components.ts'
import { CONFIGURE } from './configurable.ts'
import { readFormValues, valueOf } from './forms.ts'
import { answerPage, byConsole } from './pages.ts'
import type { FormState } from './views.ts'

/**
 * A form for a rule of a component: an edit of the configuration. Rules have no names; one is found by what it was when
 * its form was opened, so that nobody changes another than the one they saw.
 */

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const
const GONE = 'Someone else has changed or removed this rule since you opened the form. Look at the rules again.'

export function componentRulePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, rule: ComponentRule | null, form: FormState, status = 200) => {
    const { components = [], services = [], statusPage } = (await presentOrganisation(c.env)) ?? {}
    const chosen = valueOf(form.values, 'dependency')
    const dependencies = dependencyChoices(statusPage?.dependencies ?? [], await partsOfAll(c.env), chosen)
    const path = rule === null ? '/console/component-rules' : `/console/component-rules/${c.req.param('index')}`
    const view: ComponentRuleView = {
      ...(await componentsCommon(c)),
      rule,
      path,
      form,
      components,
      services,
      dependencies,
    }
    return answerPage(render, '/console/component-rule', view, status)
  }
  const found = async (c: Context<HttpEnv>) =>
    (await presentOrganisation(c.env))?.statusPage.componentRules[Number(c.req.param('index'))] ?? null
  const gone = (c: Context<HttpEnv>) => c.redirect('/console/components?done=gone#rules', 303)

  routes.get('/console/component-rules/new', allow(CONFIGURE), (c) => {
    const values = { ...NEW_RULE, component: (c.req.query('component') ?? '').slice(0, 64) }
    return page(c, null, { values, errors: {} })
  })

  routes.get('/console/component-rules/:index', allow(LOOK), async (c) => {
    const rule = await found(c)
    return rule === null ? gone(c) : page(c, rule, { values: ruleValues(rule), errors: {} })
  })

  routes.post('/console/component-rules', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const form = readComponentRule(values)
    if (!form.ok) return page(c, null, { values, errors: form.errors }, 422)
    const changed = await change(c, null, form.data)
    if (changed === null) return c.redirect('/console/components?done=saved#rules', 303)
    return page(c, null, { values, errors: changed.errors }, changed.status)
  })

  routes.post('/console/component-rules/:index', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const rule = await found(c)
    if (rule === null) return gone(c)
    const form = readComponentRule(values)
    if (!form.ok) return page(c, rule, { values, errors: form.errors }, 422)
    const changed = await change(c, valueOf(values, 'seen'), form.data)
    if (changed === null) return c.redirect('/console/components?done=saved#rules', 303)
    return page(c, rule, { values, errors: changed.errors }, changed.status)
  })

  routes.post('/console/component-rules/:index/remove', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const changed = await change(c, valueOf(values, 'seen'), null)
    return changed === null ? c.redirect('/console/components?done=removed#rules', 303) : gone(c)
  })

  return routes
}

/** `seen`: the rule that `rule` takes the place of; without it `rule` is added, without `rule` it is removed. */
async function change(
  c: Context<HttpEnv>,
  seen: string | null,
  rule: ComponentRule | null,
): Promise<{ readonly status: ConfigRefusal['status']; readonly errors: Record<string, string> } | null> {
  let index = -1
  const answer = await editConfiguration(
    c.env,
    (present) => {
      const { componentRules } = present.statusPage
      index = seen === null ? componentRules.length : componentRules.findIndex((each) => ruleSeen(each) === seen)
      if (index < 0) return GONE
      const changed = componentRules.toSpliced(index, 1, ...(rule === null ? [] : [rule]))
      return { ...present, statusPage: { ...present.statusPage, componentRules: changed } }
    },
    byConsole(c, `${rule === null ? 'Remove' : seen === null ? 'Add' : 'Change'} a rule for components`),
  )
  if (answer.ok) return null
  const errors = answer.errors.length === 0 ? { '': answer.detail } : componentRuleErrors(answer.errors, index)
  return { status: answer.status, errors }
}
