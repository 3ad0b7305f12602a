import type { Context } from 'hono'
import { Hono } from 'hono'
import type { ComponentRule } from '../../domain/componentRule.ts'
import { sourcesOf } from '../../domain/componentSource.ts'
import type { DependencyPart } from '../../domain/dependency.ts'
import { Slug } from '../../domain/identifiers.ts'
import type { OwnComponentState, RecordedComponentEvent } from '../../domain/ownComponentState.ts'
import { COMPONENT_REFUSAL_MESSAGE, ownStatus } from '../../domain/ownComponentState.ts'
import type { PublicModel } from '../../domain/publicModel.ts'
import { COMPONENT_REFUSAL_STATUS, whyOf } from '../components.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { actorOf } from '../room.ts'
import { presentOrganisation } from '../routingTrial.ts'
import { configurableView } from './configurable.ts'
import { GiveBackForm, SetForm, eventInWords, fieldErrors, ruleInWords } from './componentForms.ts'
import type {
  ComponentChangeRow,
  ComponentView,
  ComponentsView,
  ListedComponent,
  ListedRule,
} from './componentViews.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { instantOf, parseForm, readFormValues } from './forms.ts'
import { answerPage } from './pages.ts'
import { formKey } from './roomSubmit.ts'
import { timeZoneOf } from './roomView.ts'
import type { ConfigurableView, RefusedForm } from './views.ts'

/** The states of components: what readers see, where it comes from, and a human's last word. Plain forms. */

const CHANGES_ON_LIST = 15
const CHANGES_OF_ONE = 100
const NOTICE: Readonly<Record<string, string>> = {
  set: 'The state is set by hand. Rules change nothing of it until that ends.',
  'give-back': 'Rules decide again.',
  saved: 'The rule is saved, and judges what is so from now on.',
  removed: 'The rule was removed. The versions of the configuration still have it.',
  gone: 'This rule is not there any more: someone has changed the rules.',
}

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const
const ACT = { role: 'responder', scope: 'incidents:write' } as const

type Command = Parameters<ReturnType<typeof deskOf>['submit']>[0]['command']

export function componentPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const onePage = async (c: Context<HttpEnv>, refused: RefusedForm | null, status = 200) => {
    const view = await oneView(c, refused)
    return view === null ? handleNotFound(c) : answerPage(render, '/console/component', view, status)
  }

  routes.get('/console/components', allow(LOOK), async (c) =>
    answerPage(render, '/console/components', await listView(c)),
  )

  routes.get('/console/components/:id', allow(LOOK), (c) => onePage(c, null))

  routes.post('/console/components/:id/set', allow(ACT), async (c) => {
    const values = await readFormValues(c)
    const parsed = await setCommand(c, values)
    return parsed.ok
      ? submit(c, 'set', values, parsed.data, onePage)
      : onePage(c, refusedAs('set', values, parsed), 422)
  })

  routes.post('/console/components/:id/give-back', allow(ACT), async (c) => {
    const values = await readFormValues(c)
    const parsed = parseForm(GiveBackForm, values)
    if (!parsed.ok) return onePage(c, refusedAs('give-back', values, parsed), 422)
    const { reason, tells: tellsSubscribers, expectedVersion } = parsed.data
    const command = { type: 'give_back', reason, tellsSubscribers } as const
    return submit(c, 'give-back', values, { command, expectedVersion }, onePage)
  })

  return routes
}

interface Wanted {
  readonly command: Command
  readonly expectedVersion: number | undefined
}

async function setCommand(c: Context<HttpEnv>, values: FormValues): Promise<ParsedForm<Wanted>> {
  const parsed = parseForm(SetForm, values)
  if (!parsed.ok) return parsed
  const { status, reason, until, tells: tellsSubscribers, expectedVersion } = parsed.data
  const untilMs = until === '' ? null : instantOf(until, await timeZoneOf(c.env))
  if (until !== '' && untilMs === null)
    return { ok: false, errors: { until: 'Enter a date and time, or leave it empty.' } }
  return {
    ok: true,
    data: { command: { type: 'set_status', status, reason, untilMs, tellsSubscribers }, expectedVersion },
  }
}

function refusedAs(
  form: string,
  values: FormValues,
  { errors }: { readonly errors: Record<string, string> },
): RefusedForm {
  return { form, values, errors, message: 'Nothing was changed. What is wrong stands beside the fields.' }
}

async function submit(
  c: Context<HttpEnv>,
  form: 'set' | 'give-back',
  values: FormValues,
  { command, expectedVersion }: Wanted,
  onePage: (c: Context<HttpEnv>, refused: RefusedForm, status: number) => Promise<Response>,
): Promise<Response> {
  const component = c.req.param('id') ?? ''
  const answer = await deskOf(c.env).submit({
    component,
    command,
    by: actorOf(c.var.principal),
    expectedVersion,
    idempotencyKey: await formKey(c, values),
  })
  if (answer.ok) return c.redirect(`/console/components/${component}?done=${form}`, 303)
  const { reason } = answer
  const refused = { form, values, errors: fieldErrors(reason), message: COMPONENT_REFUSAL_MESSAGE[reason] }
  return onePage(c, refused, COMPONENT_REFUSAL_STATUS[reason])
}

function deskOf(env: Env) {
  return env.COMPONENT_DESK.getByName('main')
}

export function componentsCommon(c: Context<HttpEnv>): Promise<ConfigurableView> {
  return configurableView(c, NOTICE)
}

async function listView(c: Context<HttpEnv>): Promise<ComponentsView> {
  const desk = deskOf(c.env)
  const [common, listed, log, model, rules] = await Promise.all([
    componentsCommon(c),
    desk.list(),
    desk.log(null, CHANGES_ON_LIST),
    publishedModel(c.env),
    listedRules(c),
  ])
  const names = new Map(listed.map(({ component: { id, name } }) => [id, name]))
  return {
    ...common,
    components: listed.map((each) => listedComponent(each, model)),
    rules,
    changes: log.map((recorded) => changeRow(recorded, names)),
  }
}

async function oneView(c: Context<HttpEnv>, refused: RefusedForm | null): Promise<ComponentView | null> {
  const id = Slug.safeParse(c.req.param('id'))
  if (!id.success) return null
  const desk = deskOf(c.env)
  const listed = await desk.list()
  const found = listed.find(({ component }) => component.id === id.data)
  if (found === undefined) return null
  const [common, log, model, rules, organisation] = await Promise.all([
    componentsCommon(c),
    desk.log(id.data, CHANGES_OF_ONE),
    publishedModel(c.env),
    listedRules(c),
    presentOrganisation(c.env),
  ])
  const { component, state } = found
  return {
    ...common,
    notice: refused === null ? common.notice : null,
    component: listedComponent(found, model),
    byItself: ownStatus(state),
    isHeld: state.word !== null,
    version: state.version,
    rules: rules.filter((rule) => rule.component.id === component.id),
    changes: log.map((recorded) => changeRow(recorded, new Map([[component.id, component.name]]))),
    noticeSeconds: organisation?.statusPage.undo.noticeSeconds ?? 0,
    commandId: crypto.randomUUID(),
    refused,
  }
}

/** Of each third party its components, as far as they are known. */
export async function partsOfAll(env: Env): Promise<ReadonlyMap<string, readonly DependencyPart[]>> {
  try {
    const known = await env.COMPONENT_DESK.getByName('main').dependencies('with parts')
    return new Map(known.map(({ dependency, state }) => [dependency.id, state.parts]))
  } catch (error) {
    console.error('The components of third parties are not known', error)
    return new Map()
  }
}

async function listedRules(c: Context<HttpEnv>): Promise<ListedRule[]> {
  const [organisation, parts] = await Promise.all([presentOrganisation(c.env), partsOfAll(c.env)])
  if (organisation === null) return []
  const { components, services, statusPage } = organisation
  return statusPage.componentRules.map((rule: ComponentRule, index) => {
    const { component: id, status, forMinutes, tellsSubscribers } = rule
    const component = { id, name: components.find((each) => each.id === id)?.name ?? id }
    return {
      index,
      component,
      when: ruleInWords(rule, services, statusPage.dependencies, parts),
      status,
      forMinutes,
      tellsSubscribers,
    }
  })
}

/** Null when it does not answer: what components are by themselves is shown all the same. */
async function publishedModel(env: Env): Promise<PublicModel | null> {
  try {
    return await env.STATUS_PUBLISHER.getByName('main').model()
  } catch (error) {
    console.error('The publisher did not answer the page of components', error)
    return null
  }
}

const NOTHING_TOLD = { activeIncidents: [], maintenances: [] }

function listedComponent(
  listed: {
    readonly component: { readonly id: string; readonly name: string; readonly group: string | null }
    readonly state: OwnComponentState
  },
  model: PublicModel | null,
): ListedComponent {
  const { component, state } = listed
  const shown = model?.components.find(({ id }) => id === component.id)
  return {
    ...component,
    shown: shown === undefined ? null : { status: shown.status, sinceMs: shown.updatedAtMs },
    sources: sourcesOf(state, model ?? NOTHING_TOLD),
  }
}

function changeRow(recorded: RecordedComponentEvent, names: ReadonlyMap<string, string>): ComponentChangeRow {
  const { component: id, atMs, by, from, to, event } = recorded
  return {
    component: { id, name: names.get(id) ?? id },
    atMs,
    by: by.name,
    what: eventInWords(recorded),
    why: whyOf(event),
    from,
    to,
  }
}
