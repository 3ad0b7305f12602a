import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { FurtherPage } from '../domain/furtherPage.ts'
import { Slug } from '../domain/identifiers.ts'
import { urlOfPage } from '../domain/pageDirectory.ts'
import { database } from '../storage/database.ts'
import { FEED_KEYS_MAX, feedKeysOf, findPagePassword } from '../storage/pageAccess.ts'
import { ChangeQuery, PlanAnswer, VERSION_HEADER, changeConfigBy } from './config.ts'
import { editConfiguration } from './configuration.ts'
import { refusalOfPassword } from './console/signIn.ts'
import type { HttpEnv } from './env.ts'
import {
  findPage,
  furtherPagesOf,
  listedPage,
  makeFeedKey,
  setPagePassword,
  signOutReaders,
  takeFeedKey,
  withPage,
  withoutPage,
} from './pageSettings.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** Status pages beside the main one, for programs: each change is a version of the configuration. */

const ADMIN = { role: 'admin', scope: 'config:write' } as const
const tags = ['Status pages']
const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
})
const NONE = { description: 'There is no such status page' }
const IdParam = z.object({ id: Slug })

export const KeyName = z.string().trim().min(1).max(120)
const Key = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
})
const Listed = z.object({
  id: z.string(),
  name: z.string(),
  url: z.url(),
  access: z.enum(['public', 'password', 'email', 'staff']),
  components: z.array(z.string()).readonly(),
  state: z.object({ filesPending: z.number(), activeIncidents: z.number() }).nullable(),
})
const Whole = FurtherPage.extend({
  url: z.url(),
  /** Whether one was set; of another kind of page it opens nothing. */
  hasPassword: z.boolean(),
})

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-pages',
  summary: 'Status pages beside the main one',
  tags,
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  responses: { 200: json('The pages', z.object({ pages: z.array(Listed) })) },
})
const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-pages/{id}',
  summary: 'One status page',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam },
  responses: { 200: json('The page as it is configured', Whole), 404: NONE },
})
const changed = {
  200: json('The page; with `dryRun` what would change', z.union([FurtherPage, PlanAnswer])),
  409: { description: 'There is one with this id already, or the configuration has moved on' },
  422: { description: 'The page is not valid; `errors` says where' },
}
const addRoute = createRoute({
  method: 'post',
  path: '/api/v1/status-pages',
  summary: 'Add a status page',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { query: ChangeQuery, body: { required: true, content: { 'application/json': { schema: FurtherPage } } } },
  responses: changed,
})
const changeRoute = createRoute({
  method: 'put',
  path: '/api/v1/status-pages/{id}',
  summary: 'Change a status page',
  description: 'What is left out has its default again.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: {
    params: IdParam,
    query: ChangeQuery,
    body: { required: true, content: { 'application/json': { schema: FurtherPage.omit({ id: true }) } } },
  },
  responses: { ...changed, 404: NONE },
})
const removeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/status-pages/{id}',
  summary: 'Remove a status page',
  description: 'Its files, its subscribers with all that is kept of them, its password and its keys are deleted.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam, query: ChangeQuery },
  responses: { 200: json('With `dryRun`: what would change', PlanAnswer), 204: { description: 'Gone' }, 404: NONE },
})
const passwordRoute = createRoute({
  method: 'put',
  path: '/api/v1/status-pages/{id}/password',
  summary: 'Set the password of a status page',
  description: 'Everyone who came in by the one before has to come in again.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: {
    params: IdParam,
    body: { required: true, content: { 'application/json': { schema: z.object({ password: z.string().max(500) }) } } },
  },
  responses: { 204: { description: 'Set' }, 404: NONE, 422: { description: 'Too short, or too simple' } },
})
const signOutRoute = createRoute({
  method: 'delete',
  path: '/api/v1/status-pages/{id}/readers',
  summary: 'Sign out every reader of a status page',
  description: 'Links that were mailed and not used yet stop working as well. Keys of feeds go on.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam },
  responses: { 204: { description: 'Done' }, 404: NONE },
})
const keysRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-pages/{id}/feed-keys',
  summary: 'Keys by which programs read a private status page',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam },
  responses: { 200: json('The keys, oldest first', z.object({ keys: z.array(Key) })), 404: NONE },
})
const addKeyRoute = createRoute({
  method: 'post',
  path: '/api/v1/status-pages/{id}/feed-keys',
  summary: 'Make a key of feeds',
  description: 'It is in this answer and nowhere else: only its hash is kept. Send it as `?key=` or as Bearer.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: {
    params: IdParam,
    body: { required: true, content: { 'application/json': { schema: z.object({ name: KeyName }) } } },
  },
  responses: {
    201: json('The key', z.object({ id: z.string(), key: z.string() })),
    404: NONE,
    409: { description: `A page has at most ${FEED_KEYS_MAX}` },
  },
})
const revokeKeyRoute = createRoute({
  method: 'delete',
  path: '/api/v1/status-pages/{id}/feed-keys/{keyId}',
  summary: 'Revoke a key of feeds',
  description: 'It opens nothing a second later.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam.extend({ keyId: z.string().max(64) }) },
  responses: { 204: { description: 'Revoked' }, 404: { description: 'No such page or key' } },
})

type Problem = Parameters<typeof problem>[0]
const noPage = (c: Problem) =>
  problem(c, 404, 'unknown_status_page', 'There is no such status page beside the main one.')

export const statusPageRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const pages = await furtherPagesOf(database(c.env.DB))
    return c.json({ pages: await Promise.all(pages.map((page) => listedPage(c.env, page))) }, 200)
  })
  .openapi(readRoute, async (c) => {
    const db = database(c.env.DB)
    const page = await findPage(db, c.req.valid('param').id)
    if (page === null) return noPage(c)
    const hasPassword = (await findPagePassword(db, page.id)) !== null
    return c.json({ ...page, url: urlOfPage(page, c.env.PUBLIC_URL), hasPassword }, 200)
  })
  .openapi(addRoute, async (c) => {
    const page = c.req.valid('json')
    return changeConfigBy(
      c,
      (...how) =>
        editConfiguration(
          c.env,
          (present) =>
            present.pages.some(({ id }) => id === page.id)
              ? `There is a status page with the id ${page.id} already.`
              : withPage(present, page),
          ...how,
        ),
      `Add the status page ${page.name}`,
      { answer: ({ version }) => c.json(page, 200, versionHeaders(version)) },
    )
  })
  .openapi(changeRoute, async (c) => {
    const { id } = c.req.valid('param')
    if ((await findPage(database(c.env.DB), id)) === null) return noPage(c)
    const page: FurtherPage = { id, ...c.req.valid('json') }
    return changeConfigBy(
      c,
      (...how) => editConfiguration(c.env, (present) => withPage(present, page), ...how),
      `Change the status page ${page.name}`,
      { answer: ({ version }) => c.json(page, 200, versionHeaders(version)) },
    )
  })
  .openapi(removeRoute, async (c) => {
    const page = await findPage(database(c.env.DB), c.req.valid('param').id)
    if (page === null) return noPage(c)
    return changeConfigBy(
      c,
      (...how) => editConfiguration(c.env, (present) => withoutPage(present, page.id), ...how),
      `Remove the status page ${page.name}`,
      { answer: ({ version }) => c.body(null, 204, versionHeaders(version)) },
    )
  })
  .openapi(passwordRoute, async (c) => {
    const { id } = c.req.valid('param')
    if ((await findPage(database(c.env.DB), id)) === null) return noPage(c)
    const { password } = c.req.valid('json')
    const refusal = refusalOfPassword(password)
    if (refusal !== null) return problem(c, 422, 'password_refused', refusal)
    await setPagePassword(c.env, id, password)
    return c.body(null, 204)
  })
  .openapi(signOutRoute, async (c) => {
    const { id } = c.req.valid('param')
    if ((await findPage(database(c.env.DB), id)) === null) return noPage(c)
    await signOutReaders(c.env, id)
    return c.body(null, 204)
  })
  .openapi(keysRoute, async (c) => {
    const db = database(c.env.DB)
    const { id } = c.req.valid('param')
    if ((await findPage(db, id)) === null) return noPage(c)
    const keys = (await feedKeysOf(db, id)).map(({ id: keyId, name, createdAtMs, lastUsedAtMs }) => ({
      id: keyId,
      name,
      createdAt: new Date(createdAtMs).toISOString(),
      lastUsedAt: lastUsedAtMs === null ? null : new Date(lastUsedAtMs).toISOString(),
    }))
    return c.json({ keys }, 200)
  })
  .openapi(addKeyRoute, async (c) => {
    const { id } = c.req.valid('param')
    if ((await findPage(database(c.env.DB), id)) === null) return noPage(c)
    const made = await makeFeedKey(c.env, id, c.req.valid('json').name)
    if (made === null)
      return problem(c, 409, 'too_many_keys', `A page has at most ${FEED_KEYS_MAX} keys. Revoke one first.`)
    return c.json(made, 201)
  })
  .openapi(revokeKeyRoute, async (c) => {
    const { id, keyId } = c.req.valid('param')
    const isGone = await takeFeedKey(c.env, id, keyId)
    return isGone ? c.body(null, 204) : problem(c, 404, 'unknown_key', 'There is no such key.')
  })

function versionHeaders(version: number): Record<string, string> {
  return { ETag: `"${version}"`, [VERSION_HEADER]: String(version) }
}
