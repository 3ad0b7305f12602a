import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { includesRole } from '../../domain/actor.ts'
import { AUDIENCE_KINDS, NO_LINK_SETTINGS, everybodys } from '../../domain/affectedLink.ts'
import { MAIN_PAGE } from '../../domain/furtherPage.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import { furtherPages } from '../../storage/statusPages.ts'
import { NewLink, changeSecret, makeLink, secretsOf } from '../affectedLinks.ts'
import type { HttpEnv } from '../env.ts'
import { allow, includesScope } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import type { AffectedLinksView } from './affectedLinkViews.ts'
import { readFormValues, valueOf } from './forms.ts'
import type { FormValues } from './forms.ts'
import { noticeOf } from './notice.ts'
import { answerPage } from './pages.ts'

/** The console's page of "am I affected" links: makes one, and shows the secret by which others do. */

const MANAGER = { role: 'manager', scope: 'subscribers:write' } as const
const ADMIN = { role: 'admin' } as const
const PATH = '/console/status-page/affected'

const MANY = z.array(z.string())

/** The fields as the API takes them. */
function linkOf(values: FormValues) {
  const said = (name: string) => {
    const text = valueOf(values, name)
    return text === '' ? undefined : text
  }
  const many = (name: string) => MANY.parse([values[name] ?? []].flat())
  return NewLink.safeParse({
    page: said('page'),
    name: said('name'),
    region: said('region'),
    plan: said('plan'),
    components: many('components'),
    groups: many('groups'),
    expiresInDays: Number(valueOf(values, 'expiresInDays')),
  })
}

const NOTICE: Readonly<Record<string, string>> = {
  rotated: 'There is a new secret. Links made with the one before still hold.',
  ended: 'Links made with the secret before hold no longer.',
  saved: 'It is saved. Links show it from now on, also those that are out already.',
  removed: 'It is removed. The versions of the configuration still have it.',
  gone: 'It is not there any more: someone has removed it.',
}

export function affectedLinkPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get(PATH, allow(MANAGER), async (c) => {
    const values = { page: c.req.query('page') ?? MAIN_PAGE, expiresInDays: '90' }
    return answerPage(render, '/console/affected-links', await viewOf(c, values, {}, null))
  })

  routes.post(PATH, allow(MANAGER), async (c) => {
    const values = await readFormValues(c)
    const { data, error } = linkOf(values)
    if (error !== undefined) {
      const errors = Object.fromEntries(error.issues.map(({ path, message }) => [String(path[0] ?? ''), message]))
      return answerPage(render, '/console/affected-links', await viewOf(c, values, errors, null), 422)
    }
    const link = await makeLink(c.env, data, Date.now())
    return answerPage(render, '/console/affected-links', await viewOf(c, values, {}, link))
  })

  for (const [what, done] of [
    ['rotate', 'rotated'],
    ['end', 'ended'],
  ] as const)
    routes.post(`${PATH}/${what}`, allow(ADMIN), async (c) => {
      const values = await readFormValues(c)
      const page = typeof values['page'] === 'string' ? values['page'].slice(0, 64) : MAIN_PAGE
      await changeSecret(c.env, page, what)
      return c.redirect(`${PATH}?page=${encodeURIComponent(page)}&done=${done}`, 303)
    })

  return routes
}

async function viewOf(
  c: Context<HttpEnv>,
  values: FormValues,
  errors: Readonly<Record<string, string>>,
  made: AffectedLinksView['made'],
): Promise<AffectedLinksView> {
  const { PUBLIC_FILES: bucket, PUBLIC_URL } = c.env
  const [main, further, organisation] = await Promise.all([
    publishedPage(bucket, PUBLIC_URL),
    furtherPages(bucket),
    presentOrganisation(c.env),
  ])
  const pages = [{ id: MAIN_PAGE, name: main.name }, ...further.map(({ id, name }) => ({ id, name }))]
  const page = pages.find(({ id }) => id === values['page'])?.id ?? MAIN_PAGE
  const { components = [], statusPage } = organisation ?? {}
  const isAdmin = includesRole(c.var.principal.role, 'admin')
  const namesOf = (ids: readonly string[]) => ids.map((id) => components.find((each) => each.id === id)?.name ?? id)
  const { audiences = NO_LINK_SETTINGS.audiences } = statusPage ?? {}
  return {
    me: { name: c.var.principal.name },
    page,
    pages,
    regions: audiences.regions.map(({ id, name }) => ({ id, name })),
    plans: audiences.plans.map(({ id, name }) => ({ id, name })),
    audiences: AUDIENCE_KINDS.map((kind) => ({
      kind,
      entries: audiences[kind].map(({ id, name, components: ids }) => ({ id, name, components: namesOf(ids) })),
      everybodys: everybodys(audiences[kind], components).map(({ name }) => name),
    })),
    mayConfigure: isAdmin && includesScope(c.var.principal, 'config:write'),
    components: components.map(({ id, name }) => ({ id, name })),
    groups: [...new Set(components.flatMap(({ group }) => group ?? []))].map((name) => ({ id: name, name })),
    form: { values, errors },
    made,
    secrets: isAdmin ? await secretsOf(c.env, page) : null,
    notice: noticeOf(c, NOTICE),
  }
}
