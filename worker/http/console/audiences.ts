import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import { AUDIENCES_MAX, AUDIENCE_KINDS, Audience } from '../../domain/affectedLink.ts'
import type { AudienceKind } from '../../domain/affectedLink.ts'
import { Slug } from '../../domain/identifiers.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { Fault } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import type { AudienceView } from './affectedLinkViews.ts'
import { seenAs } from './editConflict.ts'
import { parseForm, readFormValues, valueOf } from './forms.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { besideFields, removeEntry, saveEntry } from './pageEntries.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import { freeId } from './slug.ts'
import type { FormState } from './views.ts'

/** Regions and plans of "am I affected" links: which components their customers use. Plain forms, by admins. */

const BASE = '/console/status-page/affected'
const CONFIGURE = { role: 'admin', scope: 'config:write' } as const
const NAME = 'Give it a name, as customers know it.'
const ID = 'Use lower-case letters, digits, - and _, and begin with a letter or digit.'

const Form = z.object({
  name: z.string(NAME).min(1, NAME).max(120, 'At most 120 characters.'),
  id: z
    .string()
    .refine((id) => id === '' || Slug.safeParse(id).success, ID)
    .default(''),
  components: z
    .union([z.array(z.string()), z.string()])
    .default([])
    .transform((value) => [value].flat()),
})

export function audiencePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  for (const kind of AUDIENCE_KINDS) {
    const at = `${BASE}/${kind}`
    const page = async (c: Context<HttpEnv>, audience: Audience | null, form: FormState, status = 200) =>
      answerPage(render, '/console/audience', await viewOf(c, kind, audience, form), status)
    const all = async (c: Context<HttpEnv>) => (await presentOrganisation(c.env))?.statusPage.audiences[kind] ?? []
    const found = async (c: Context<HttpEnv>) => (await all(c)).find(({ id }) => id === c.req.param('id')) ?? null
    const back = (c: Context<HttpEnv>, done: string) => c.redirect(`${BASE}?done=${done}#${kind}`, 303)

    routes.get(`${at}/new`, allow(CONFIGURE), (c) => page(c, null, { values: {}, errors: {} }))
    routes.get(`${at}/:id`, allow(CONFIGURE), async (c) => {
      const audience = await found(c)
      return audience === null ? handleNotFound(c) : page(c, audience, { values: valuesOf(audience), errors: {} })
    })

    routes.post(at, allow(CONFIGURE), async (c) => {
      const values = await readFormValues(c)
      const taken = (await all(c)).map(({ id }) => id)
      const form = readAudience(values, kind, null, taken)
      if (!form.ok) return page(c, null, { values, errors: form.errors }, 422)
      if (taken.length >= AUDIENCES_MAX)
        return page(c, null, { values, errors: { '': `There may be ${AUDIENCES_MAX} ${kind} at most.` } }, 422)
      const refused = await saveEntry(c, kind, form.data, null, audienceErrors)
      if (refused !== null) return page(c, null, { values, errors: refused.errors }, refused.status)
      return back(c, 'saved')
    })

    routes.post(`${at}/:id`, allow(CONFIGURE), async (c) => {
      const audience = await found(c)
      if (audience === null) return back(c, 'gone')
      const values = await readFormValues(c)
      const form = readAudience(values, kind, audience, [])
      if (!form.ok) return page(c, audience, { values, errors: form.errors }, 422)
      const refused = await saveEntry(c, kind, form.data, valueOf(values, 'seen'), audienceErrors)
      if (refused !== null) return page(c, audience, { values, errors: refused.errors }, refused.status)
      return back(c, 'saved')
    })

    routes.post(`${at}/:id/remove`, allow(CONFIGURE), async (c) => {
      const audience = await found(c)
      if (audience === null) return back(c, 'gone')
      const refused = await removeEntry(c, kind, audience)
      if (refused === null) return back(c, 'removed')
      return page(c, audience, { values: valuesOf(audience), errors: refused.errors }, refused.status)
    })
  }
  return routes
}

function valuesOf(audience: Audience): FormValues {
  const { id, name, components } = audience
  return { id, name, components, seen: seenAs(audience) }
}

/** `known` is the one that is changed: links name its id, so that it stays. `taken` are the ids of the others. */
function readAudience(
  values: FormValues,
  kind: AudienceKind,
  known: Audience | null,
  taken: readonly string[],
): ParsedForm<Audience> {
  const form = parseForm(Form, values)
  if (!form.ok) return form
  const { id: wanted, name, components } = form.data
  if (known === null && taken.includes(wanted))
    return { ok: false, errors: { id: 'This id is taken already. Choose another.' } }
  const before = known?.components ?? []
  const { data, error } = Audience.safeParse({
    id: known?.id ?? (wanted === '' ? freeId(name, kind.slice(0, -1), [...taken, 'new']) : wanted),
    name,
    // Checkboxes know no order: what was there before stays where it was.
    components: [
      ...before.filter((each) => components.includes(each)),
      ...components.filter((each) => !before.includes(each)),
    ],
  })
  if (error === undefined)
    return data.id === 'new' ? { ok: false, errors: { id: 'This id is taken. Choose another.' } } : { ok: true, data }
  return {
    ok: false,
    errors: audienceErrors(error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))),
  }
}

function audienceErrors(faults: readonly Fault[]): Record<string, string> {
  return besideFields(faults, ['name', 'id', 'components'])
}

async function viewOf(
  c: Context<HttpEnv>,
  kind: AudienceKind,
  audience: Audience | null,
  form: FormState,
): Promise<AudienceView> {
  const { components = [] } = (await presentOrganisation(c.env)) ?? {}
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone: await timeZoneOf(c.env),
    notice: null,
    kind,
    audience,
    form,
    components: components.map(({ id, name }) => ({ id, name })),
  }
}
