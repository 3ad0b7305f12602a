import type { Context } from 'hono'
import { Hono } from 'hono'
import { CATALOGUE_KINDS, withEntry, withoutEntry } from '../../domain/catalogueEdit.ts'
import type { CatalogueKind } from '../../domain/catalogueEdit.ts'
import type { Organisation } from '../../domain/organisation.ts'
import { database } from '../../storage/database.ts'
import { loadOrganisation } from '../../storage/organisation.ts'
import type { ConfigApplied, ConfigRefusal } from '../configuration.ts'
import { editConfiguration } from '../configuration.ts'
import { latestVersion } from '../../storage/configVersions.ts'
import { errorLine } from '../configText.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { entryFrom, NEW_ENTRY, valuesOf } from './catalogueForms.ts'
import type { CatalogueEntry } from './catalogueForms.ts'
import type { CatalogueEntryView } from './catalogueViews.ts'
import { planView } from './configuration.ts'
import type { ConfigurationPlanView } from './configurationViews.ts'
import { editConflict, seenAs } from './editConflict.ts'
import { readFormValues, valueOf } from './forms.ts'
import { answerPage, byConsole } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { FormState } from './views.ts'

/** Forms for services, teams and environments. Each is an edit of the configuration, and so a version of it. */

const policy = { role: 'admin', scope: 'config:write' } as const
const WORD: Record<CatalogueKind, string> = { services: 'service', teams: 'team', environments: 'environment' }

export function catalogueEditPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  for (const kind of CATALOGUE_KINDS) addKind(routes, render, kind)
  return routes
}

function addKind(routes: Hono<HttpEnv>, render: RenderPage, kind: CatalogueKind): void {
  const base = `/console/catalogue/${kind}`
  const page = async (c: Context<HttpEnv>, known: CatalogueEntry | null, form: FormState, seen: string, status = 200) =>
    answerPage(render, '/console/catalogue-entry', await entryView(c, kind, known, form, seen), status)
  const gone = (c: Context<HttpEnv>) => problem(c, 404, 'unknown', `There is no ${WORD[kind]} with this id.`)

  routes.get(`${base}/new`, allow(policy), (c) => page(c, null, { values: NEW_ENTRY[kind], errors: {} }, ''))

  routes.post(base, allow(policy), async (c) => {
    const values = await readFormValues(c)
    const errors = await save(c, kind, null, values)
    if (errors !== null) return page(c, null, { values, errors }, '', 422)
    return c.redirect(placeOf(kind, valueOf(values, 'id')), 303)
  })

  routes.get(`${base}/:id/edit`, allow(policy), async (c) => {
    const known = await findEntry(c, kind)
    if (known === null) return gone(c)
    return page(c, known, { values: valuesOf(kind, known), errors: {} }, seenAs(known))
  })

  routes.post(`${base}/:id/edit`, allow(policy), async (c) => {
    const known = await findEntry(c, kind)
    if (known === null) return gone(c)
    const values = await readFormValues(c)
    const errors = await save(c, kind, known, values)
    if (errors !== null) return page(c, known, { values, errors }, valueOf(values, 'seen'), 422)
    return c.redirect(placeOf(kind, known.id), 303)
  })

  // Asked for without `confirm`, it says what else would change.
  routes.post(`${base}/:id/remove`, allow(policy), async (c) => {
    const known = await findEntry(c, kind)
    if (known === null) return gone(c)
    const form = await c.req.parseBody()
    const isConfirmed = form['confirm'] === 'yes'
    const seen = typeof form['version'] === 'string' ? Number(form['version']) : Number.NaN
    const options = isConfirmed && Number.isInteger(seen) ? { expectedVersion: seen } : { dryRun: true }
    const note = byConsole(c, `Remove the ${WORD[kind]} ${known.name}`)
    const answer = await editConfiguration(c.env, (present) => withoutEntry(present, kind, known.id), note, options)
    if (answer.ok && !('dryRun' in options)) return c.redirect('/console/catalogue?done=removed', 303)
    return answerPage(
      render,
      '/console/configuration-plan',
      await removalView(c, kind, known, answer),
      answer.ok ? 200 : answer.status,
    )
  })
}

async function removalView(
  c: Context<HttpEnv>,
  kind: CatalogueKind,
  known: CatalogueEntry,
  answer: ConfigApplied | ConfigRefusal,
): Promise<ConfigurationPlanView> {
  const version = answer.ok ? answer.version : await latestVersion(database(c.env.DB))
  return {
    ...(await common(c)),
    section: 'catalogue',
    title: `Remove the ${WORD[kind]} ${known.name}`,
    action: `/console/catalogue/${kind}/${known.id}/remove`,
    button: 'Remove it',
    cancel: kind === 'services' ? `/console/catalogue/services/${known.id}` : '/console/catalogue',
    fields: [['version', String(version)]],
    plan: answer.ok ? planView(answer.plan) : { summary: '', changes: [], tokens: [], removals: [] },
    warning: null,
    errors: answer.ok ? [] : answer.errors.length === 0 ? [answer.detail] : answer.errors.map(errorLine),
  }
}

/** What is wrong, by field; `form` for the whole. Null when it was saved. */
async function save(
  c: Context<HttpEnv>,
  kind: CatalogueKind,
  known: CatalogueEntry | null,
  values: FormState['values'],
): Promise<FormState['errors'] | null> {
  const parsed = entryFrom(kind, values, known)
  if (!parsed.ok) return parsed.errors
  const { entry } = parsed
  const edit = (present: Organisation): Organisation | string => {
    const now = present[kind].find(({ id }) => id === entry.id)
    return conflictOf(kind, known, now, valueOf(values, 'seen')) ?? withKind(present, kind, entry)
  }
  const note = byConsole(c, `${known === null ? 'Add' : 'Change'} the ${WORD[kind]} ${entry.name}`)
  const answer = await editConfiguration(c.env, edit, note)
  if (answer.ok) return null
  if (answer.code === 'conflict') return { [known === null ? 'id' : 'form']: answer.detail }
  return { form: answer.errors.length === 0 ? answer.detail : answer.errors.map(errorLine).join('; ') }
}

function conflictOf(
  kind: CatalogueKind,
  known: CatalogueEntry | null,
  now: CatalogueEntry | undefined,
  seen: string,
): string | null {
  if (known !== null) return editConflict(WORD[kind], now, seen)
  return now === undefined ? null : `There is a ${WORD[kind]} with this id already. Choose another.`
}

function withKind(present: Organisation, kind: CatalogueKind, entry: CatalogueEntry): Organisation {
  // The form of a kind makes entries of that kind.
  return { ...present, [kind]: withEntry<CatalogueEntry>(present[kind], entry) }
}

function placeOf(kind: CatalogueKind, id: string): string {
  return kind === 'services' ? `/console/catalogue/services/${id}?done=saved` : '/console/catalogue?done=saved'
}

async function findEntry(c: Context<HttpEnv>, kind: CatalogueKind): Promise<CatalogueEntry | null> {
  const stored = await loadOrganisation(database(c.env.DB))
  return stored?.organisation[kind].find(({ id }) => id === c.req.param('id')) ?? null
}

async function common(c: Context<HttpEnv>) {
  return { me: meOf(c), nowMs: Date.now(), timeZone: await timeZoneOf(c.env), notice: null }
}

async function entryView(
  c: Context<HttpEnv>,
  kind: CatalogueKind,
  known: CatalogueEntry | null,
  form: FormState,
  seen: string,
): Promise<CatalogueEntryView> {
  const [view, stored] = await Promise.all([common(c), loadOrganisation(database(c.env.DB))])
  const named = (list: readonly { readonly id: string; readonly name: string }[] = []) =>
    list.map(({ id, name }) => ({ id, name }))
  return {
    ...view,
    kind,
    known: known === null ? null : { id: known.id, name: known.name },
    form,
    seen,
    teams: stored?.organisation.teams ?? [],
    people: named(stored?.organisation.responders),
    services: named(stored?.organisation.services).filter(({ id }) => id !== known?.id),
    components: named(stored?.organisation.components),
    policies: named(stored?.organisation.policies),
    connections: named(stored?.organisation.connections),
  }
}
