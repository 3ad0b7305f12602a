import type { Context } from 'hono'
import { Hono } from 'hono'
import { askStatusPage } from '../../delivery/statuspageSummary.ts'
import { DEPENDENCIES_MAX, missingParts, partsOf, statusIn } from '../../domain/dependency.ts'
import type { Dependency, DependencyPart, KnownDependency } from '../../domain/dependency.ts'
import type { Organisation } from '../../domain/organisation.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import { CONFIGURE, configurableView } from './configurable.ts'
import { ruleInWords } from './componentForms.ts'
import {
  NEW_DEPENDENCY,
  dependencyErrors,
  dependencyValues,
  watchedValues,
  pageAddress,
  partChoices,
  readDependency,
} from './dependencyForm.ts'
import type { DependenciesView, DependencyView, ListedDependency, TriedPage } from './dependencyViews.ts'
import { readFormValues, valueOf } from './forms.ts'
import type { FormValues } from './forms.ts'
import { removeEntry, saveEntry } from './pageEntries.ts'
import { answerPage } from './pages.ts'
import type { FormState } from './views.ts'

/** Third parties: what is known of each, and which are followed. Plain forms; each change is a version of the configuration. */

const BASE = '/console/dependencies'
const NOTICE: Readonly<Record<string, string>> = {
  saved: 'It is saved. Their page is read within seconds, and then every minute.',
  removed: 'It is not followed any more. The versions of the configuration still have it.',
  gone: 'This third party is not there any more.',
}

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const

/** What came of reading their page, with their components. */
type Tried = { readonly told: TriedPage; readonly parts: readonly DependencyPart[] }
type Outcome = { readonly form?: FormState; readonly tried?: Tried | null }

export function dependencyPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, dependency: Dependency | null, outcome: Outcome = {}, status = 200) =>
    answerPage(render, '/console/dependency', await oneView(c, dependency, outcome), status)
  const followed = async (c: Context<HttpEnv>) => (await presentOrganisation(c.env))?.statusPage.dependencies ?? []
  const found = async (c: Context<HttpEnv>) => (await followed(c)).find(({ id }) => id === c.req.param('id')) ?? null
  const gone = (c: Context<HttpEnv>) => c.redirect(`${BASE}?done=gone`, 303)

  routes.get(BASE, allow(LOOK), async (c) => answerPage(render, '/console/dependencies', await listView(c)))
  routes.get(`${BASE}/new`, allow(CONFIGURE), (c) => page(c, null))
  routes.get(`${BASE}/:id`, allow(LOOK), async (c) => {
    const dependency = await found(c)
    return dependency === null ? handleNotFound(c) : page(c, dependency)
  })

  routes.post(BASE, allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    if (isTrial(values)) return tryOut(c, null, values)
    const taken = (await followed(c)).map(({ id }) => id)
    const form = readDependency(values, null, taken)
    if (!form.ok) return refuse(c, null, values, form.errors, 422)
    if (taken.length >= DEPENDENCIES_MAX)
      return refuse(c, null, values, { '': `At most ${DEPENDENCIES_MAX} third parties can be followed.` }, 422)
    const refused = await saveEntry(c, 'dependencies', form.data, null, dependencyErrors)
    if (refused !== null) return refuse(c, null, values, refused.errors, refused.status)
    return c.redirect(`${BASE}/${form.data.id}?done=saved`, 303)
  })

  routes.post(`${BASE}/:id`, allow(CONFIGURE), async (c) => {
    const dependency = await found(c)
    if (dependency === null) return gone(c)
    const values = await readFormValues(c)
    if (isTrial(values)) return tryOut(c, dependency, values)
    const form = readDependency(values, dependency, [])
    if (!form.ok) return refuse(c, dependency, values, form.errors, 422)
    const refused = await saveEntry(c, 'dependencies', form.data, valueOf(values, 'seen'), dependencyErrors)
    if (refused !== null) return refuse(c, dependency, values, refused.errors, refused.status)
    return c.redirect(`${BASE}/${dependency.id}?done=saved`, 303)
  })

  routes.post(`${BASE}/:id/remove`, allow(CONFIGURE), async (c) => {
    const dependency = await found(c)
    if (dependency === null) return gone(c)
    const refused = await removeEntry(c, 'dependencies', dependency)
    if (refused === null) return c.redirect(`${BASE}?done=removed`, 303)
    const { values } = (await oneView(c, dependency, {})).form
    return page(c, dependency, { form: { values, errors: refused.errors } }, refused.status)
  })

  async function tryOut(c: Context<HttpEnv>, dependency: Dependency | null, values: FormValues): Promise<Response> {
    const tried = await readTheirPage(c.env, values)
    const { told } = tried
    const name = valueOf(values, 'name') || (told.ok ? (told.name ?? '') : '')
    const read = { ...values, url: pageAddress(valueOf(values, 'url')), name }
    const errors: Record<string, string> = told.ok ? {} : { url: `It could not be read: ${told.error}.` }
    return page(c, dependency, { form: { values: read, errors }, tried }, told.ok ? 200 : 422)
  }

  /** What was chosen of their components is still there to choose from. */
  async function refuse(
    c: Context<HttpEnv>,
    dependency: Dependency | null,
    values: FormValues,
    errors: Record<string, string>,
    status: number,
  ): Promise<Response> {
    const isRead = valueOf(values, 'tried') === 'yes' && errors['url'] === undefined
    const tried = isRead ? await readTheirPage(c.env, values) : null
    return page(c, dependency, { form: { values, errors }, tried }, status)
  }

  return routes
}

function isTrial(values: FormValues): boolean {
  return valueOf(values, 'do') === 'try'
}

async function readTheirPage(env: Env, values: FormValues): Promise<Tried> {
  const url = pageAddress(valueOf(values, 'url'))
  const failed = (error: string): Tried => ({ told: { ok: false, error }, parts: [] })
  if (!URL.canParse(url)) return failed('this is not an address')
  const outcome = await askStatusPage(url, null, env.PRIVATE_TARGETS).catch((error: unknown) => {
    console.error('A status page could not be tried', error)
    return { kind: 'failed', error: 'it could not be asked' } as const
  })
  if (outcome.kind !== 'read') return failed(outcome.kind === 'failed' ? outcome.error : 'it answered nothing')
  const watches = watchedIn(values)
  const { page, components } = outcome.summary
  const status = statusIn(outcome.summary, watches)
  return {
    told: { ok: true, name: page?.name ?? null, status, partsTotal: components.length },
    parts: partsOf(outcome.summary, watches),
  }
}

function watchedIn(values: FormValues): string[] {
  const others = valueOf(values, 'others').split('\n')
  return [...[values['watches'] ?? []].flat(), ...others].map((each) => each.trim()).filter((each) => each !== '')
}

/** Null: the desk that follows them does not answer. */
async function knownNow(env: Env): Promise<KnownDependency[] | null> {
  const asked = env.COMPONENT_DESK.getByName('main').dependencies('with parts')
  return asked.catch((error: unknown) => {
    console.error('The third parties could not be listed', error)
    return null
  })
}

async function listView(c: Context<HttpEnv>): Promise<DependenciesView> {
  const [view, known, organisation] = await Promise.all([
    configurableView(c, NOTICE),
    knownNow(c.env),
    presentOrganisation(c.env),
  ])
  const dependencies = known?.map((each) => listed(each, organisation)) ?? null
  return { ...view, dependencies, mayAdd: view.mayConfigure && (known?.length ?? 0) < DEPENDENCIES_MAX }
}

/** Their components stay behind: the list does not show them. */
function listed({ dependency, state, status }: KnownDependency, organisation: Organisation | null): ListedDependency {
  const { components = [], services = [], pages = [], statusPage } = organisation ?? {}
  const nameIn = (list: readonly { readonly id: string; readonly name: string }[]) => (id: string) =>
    list.find((each) => each.id === id)?.name ?? id
  return {
    dependency,
    state: { ...state, parts: [] },
    status,
    shownOn: [...(dependency.isShown ? [statusPage?.name ?? 'Status'] : []), ...dependency.pages.map(nameIn(pages))],
    neededBy: [...dependency.components.map(nameIn(components)), ...dependency.services.map(nameIn(services))],
    missing: state.checkedAtMs === null ? [] : missingParts(state.parts, dependency.watches),
  }
}

async function oneView(
  c: Context<HttpEnv>,
  dependency: Dependency | null,
  { form, tried = null }: Outcome,
): Promise<DependencyView> {
  const [view, organisation, known] = await Promise.all([
    configurableView(c, NOTICE),
    presentOrganisation(c.env),
    dependency === null ? null : knownNow(c.env),
  ])
  const { statusPage, pages = [], components = [], services = [] } = organisation ?? {}
  const followed = known?.find((each) => each.dependency.id === dependency?.id)
  const isRead = tried?.told.ok === true
  const parts = isRead ? tried.parts : (followed?.state.parts ?? [])
  const filled = form ?? {
    values: dependency === null ? NEW_DEPENDENCY : dependencyValues(dependency),
    errors: {},
  }
  const watches = watchedIn(filled.values)
  const ownParts = new Map(dependency === null ? [] : [[dependency.id, parts]])
  const named = (list: readonly { readonly id: string; readonly name: string }[]) =>
    list.map(({ id, name }) => ({ id, name }))
  return {
    ...view,
    dependency,
    known: followed === undefined ? null : listed(followed, organisation),
    form: {
      ...filled,
      values: { ...filled.values, ...watchedValues(watches, parts), ...(isRead ? { tried: 'yes' } : {}) },
    },
    tried: tried?.told ?? null,
    parts: partChoices(parts, watches),
    mainPage: statusPage?.name ?? 'Status',
    pages: named(pages),
    components: named(components),
    services: named(services),
    rules: (statusPage?.componentRules ?? []).flatMap((rule, index) =>
      rule.when.dependency?.id === dependency?.id && dependency !== null
        ? [
            {
              path: `/console/component-rules/${index}`,
              words: ruleInWords(rule, services, statusPage?.dependencies, ownParts),
            },
          ]
        : [],
    ),
  }
}
