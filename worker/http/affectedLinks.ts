import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { AffectedClaims } from '../domain/affectedLink.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { Slug } from '../domain/identifiers.ts'
import {
  affectedSecret,
  affectedToken,
  endPreviousSecret,
  liveSecretsOf,
  rotateSecret,
} from '../storage/affectedLinks.ts'
import { database } from '../storage/database.ts'
import { furtherPages, placeOfPage } from '../storage/statusPages.ts'
import { pushOrganisation } from './configuration.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** "Am I affected" links: making them, and the secrets by which anyone's backend makes them. */

const DAYS_MAX = 3650
const DAYS = 90
const TAGS = ['Status page']
const MANAGER = { role: 'manager', scope: 'subscribers:write' } as const
// Who has the secret makes links without end: no scope, so a token needs `*`.
const ADMIN = { role: 'admin' } as const

const Page = Slug.default(MAIN_PAGE).openapi({ description: 'Which status page; the main one is `main`.' })

export const NewLink = AffectedClaims.omit({ exp: true }).extend({
  page: Page,
  expiresInDays: z.number().int().min(1).max(DAYS_MAX).default(DAYS),
})
export type NewLink = z.infer<typeof NewLink>

const Link = z.object({ url: z.url(), token: z.string(), expiresAt: z.iso.datetime() })
const Secret = z.object({ number: z.number().int(), secret: z.string() })
const Secrets = z.object({ current: Secret, previous: Secret.nullable() })

const linkRoute = createRoute({
  method: 'post',
  path: '/api/v1/status-page/affected-links',
  summary: 'Make an "am I affected" link',
  description: 'It shows its reader the part of the status page that it names, without a login.',
  tags: TAGS,
  middleware: [allow(MANAGER)] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewLink } } } },
  responses: {
    201: { description: 'The link', content: { 'application/json': { schema: Link } } },
    404: { description: 'There is no such status page' },
    422: { description: 'What the link should say is not valid' },
  },
})

const secretsRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-page/affected-secrets',
  summary: 'The secrets that links are signed with',
  tags: TAGS,
  middleware: [allow(ADMIN)] as const,
  request: { query: z.object({ page: Page }) },
  responses: {
    200: { description: 'Those that hold', content: { 'application/json': { schema: Secrets } } },
    404: { description: 'There is no such status page' },
  },
})

const changeRoute = (what: 'rotate' | 'end-previous', summary: string, description: string) =>
  createRoute({
    method: 'post',
    path: `/api/v1/status-page/affected-secrets/${what}`,
    summary,
    description,
    tags: TAGS,
    middleware: [allow(ADMIN)] as const,
    request: { body: { required: true, content: { 'application/json': { schema: z.object({ page: Page }) } } } },
    responses: {
      200: { description: 'Those that hold now', content: { 'application/json': { schema: Secrets } } },
      404: { description: 'There is no such status page' },
    },
  })

export const affectedLinkRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(linkRoute, async (c) => {
    const wanted = c.req.valid('json')
    if (!(await isPage(c.env, wanted.page))) return unknownPage(c)
    return c.json(await makeLink(c.env, wanted, Date.now()), 201)
  })
  .openapi(secretsRoute, async (c) => {
    const { page } = c.req.valid('query')
    return (await isPage(c.env, page)) ? c.json(await secretsOf(c.env, page), 200) : unknownPage(c)
  })
  .openapi(
    changeRoute('rotate', 'Change the secret', 'The one before goes on to hold; one older than that does not.'),
    async (c) => {
      const { page } = c.req.valid('json')
      if (!(await isPage(c.env, page))) return unknownPage(c)
      await changeSecret(c.env, page, 'rotate')
      return c.json(await secretsOf(c.env, page), 200)
    },
  )
  .openapi(
    changeRoute('end-previous', 'End the secret before', 'Links that were made with it hold no longer.'),
    async (c) => {
      const { page } = c.req.valid('json')
      if (!(await isPage(c.env, page))) return unknownPage(c)
      await changeSecret(c.env, page, 'end')
      return c.json(await secretsOf(c.env, page), 200)
    },
  )

function unknownPage(c: Parameters<typeof problem>[0]) {
  return problem(c, 404, 'unknown_page', 'There is no status page of this id.')
}

async function isPage(env: Env, id: string): Promise<boolean> {
  return id === MAIN_PAGE || (await furtherPages(env.PUBLIC_FILES)).some((each) => each.id === id)
}

export async function makeLink(env: Env, wanted: NewLink, nowMs: number): Promise<z.infer<typeof Link>> {
  const { page, expiresInDays, ...claims } = wanted
  const { current } = await liveSecretsOf(database(env.DB), page)
  const exp = Math.floor(nowMs / 1000) + expiresInDays * 86_400
  const token = await affectedToken(await affectedSecret(env.MASTER_KEY, page, current), { exp, ...claims })
  const { url } = await placeOfPage(env.PUBLIC_FILES, env.PUBLIC_URL, page)
  return { url: `${url}/affected/${token}`, token, expiresAt: new Date(exp * 1000).toISOString() }
}

export async function secretsOf(env: Env, page: string): Promise<z.infer<typeof Secrets>> {
  const { current, previous } = await liveSecretsOf(database(env.DB), page)
  const secret = async (number: number) => ({ number, secret: await affectedSecret(env.MASTER_KEY, page, number) })
  return { current: await secret(current), previous: previous === null ? null : await secret(previous) }
}

export async function changeSecret(env: Env, page: string, what: 'rotate' | 'end'): Promise<void> {
  if (what === 'rotate') await rotateSecret(database(env.DB), page)
  else await endPreviousSecret(database(env.DB), page)
  // It is on disk: should the publisher not answer now, the cron brings it within a minute.
  await pushOrganisation(env).catch((error: unknown) => console.error('The secrets of links wait for the cron', error))
}
