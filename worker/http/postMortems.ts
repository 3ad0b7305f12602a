import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { blameCheck } from '../domain/blameCheck.ts'
import type { BlameFinding } from '../domain/blameCheck.ts'
import type { PostMortem } from '../domain/postMortem.ts'
import { ACTION_ITEM_TYPES, POST_MORTEM_LIMITS } from '../domain/postMortem.ts'
import type { Database } from '../storage/database.ts'
import { database } from '../storage/database.ts'
import type { ListedPostMortem } from '../storage/postMortems.ts'
import { getPostMortem, listPostMortems, releasePostMortem, savePostMortem } from '../storage/postMortems.ts'
import { listResponders } from '../storage/responders.ts'
import type { HttpEnv } from './env.ts'
import { readJson } from './limits.ts'
import { allow } from './policy.ts'
import { invalid, problem, refuseInvalid } from './problem.ts'
import { publishRelease } from './publishPostMortem.ts'
import { ifMatch } from './room.ts'

/** Post-mortems: list, read, edit, publish. */

const Id = z.object({
  id: z
    .string()
    .max(64)
    .openapi({ param: { name: 'id', in: 'path' } }),
})
const Moment = z.iso.datetime().nullable()

const ActionItemAnswer = z.object({
  id: z.string(),
  title: z.string(),
  owner: z.string(),
  dueOn: z.string(),
  type: z.enum(ACTION_ITEM_TYPES),
  done: z.boolean(),
  isPublic: z.boolean(),
})

const FindingAnswer = z.object({
  line: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
  excerpt: z.string(),
  why: z.string(),
  suggestion: z.string(),
})

const ListedAnswer = z
  .object({
    id: z.string().openapi({ description: 'The incident’s.' }),
    title: z.string(),
    services: z.array(z.string()),
    fixedBy: z.string(),
    version: z.number().int(),
    startedAt: z.iso.datetime(),
    resolvedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    publishedAt: Moment,
    publishedVersion: z.number().int().nullable(),
  })
  .openapi('ListedPostMortem')

const PostMortemAnswer = ListedAnswer.extend({
  body: z.string(),
  actionItems: z.array(ActionItemAnswer),
  url: z.string().nullable().openapi({ description: 'Where customers read it; null before it was published.' }),
  findings: z.array(FindingAnswer).openapi({ description: 'Wording that may read as blame. It stops nothing.' }),
}).openapi('PostMortem')

const SaveBody = z
  .object({
    expectedVersion: z.number().int().min(1).optional().openapi({ description: 'The version you saw, or If-Match.' }),
    title: z.string().trim().min(1).max(POST_MORTEM_LIMITS.titleLength).optional(),
    body: z.string().max(POST_MORTEM_LIMITS.bodyLength).optional().openapi({
      description: 'Markdown. A section whose heading ends in “(internal)” is never published.',
    }),
    actionItems: z
      .array(
        z.object({
          id: z.string().min(1).max(64).optional(),
          title: z.string().trim().min(1).max(300),
          owner: z.string().trim().max(120).default(''),
          dueOn: z.union([z.iso.date(), z.literal('')]).default(''),
          type: z.enum(ACTION_ITEM_TYPES).default('process'),
          done: z.boolean().default(false),
          isPublic: z.boolean().default(false),
        }),
      )
      .max(POST_MORTEM_LIMITS.actionItems)
      .optional(),
    fixedBy: z.string().trim().max(POST_MORTEM_LIMITS.fixedByLength).optional(),
  })
  .openapi({ description: 'What is left out stays as it is.' })

/** Read by hand: a publication may come with no body at all, whatever its content type says. */
const PublishBody = z.object({ expectedVersion: z.number().int().min(1).optional() })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/post-mortems',
  summary: 'List post-mortems, newest incident first',
  tags: ['Post-mortems'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: {
    query: z.object({
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'A page of them, and how many there are',
      content: {
        'application/json': { schema: z.object({ postMortems: z.array(ListedAnswer), total: z.number().int() }) },
      },
    },
  },
})

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/post-mortems/{id}',
  summary: 'Read the post-mortem of an incident',
  tags: ['Post-mortems'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: { params: Id },
  responses: {
    200: { description: 'The post-mortem', content: { 'application/json': { schema: PostMortemAnswer } } },
    404: { description: 'The incident has none; a draft is written when it is resolved' },
  },
})

const saveRoute = createRoute({
  method: 'put',
  path: '/api/v1/post-mortems/{id}',
  summary: 'Edit a post-mortem',
  tags: ['Post-mortems'],
  middleware: [allow({ role: 'responder', scope: 'post-mortems:write' })] as const,
  request: { params: Id, body: { required: true, content: { 'application/json': { schema: SaveBody } } } },
  responses: {
    200: { description: 'As stored', content: { 'application/json': { schema: PostMortemAnswer } } },
    404: { description: 'The incident has no post-mortem' },
    409: { description: 'Someone saved another version meanwhile; it comes along as `postMortem`' },
  },
})

const publishRoute = createRoute({
  method: 'post',
  path: '/api/v1/post-mortems/{id}/publish',
  summary: 'Publish a post-mortem',
  description:
    'Puts the present version on the status page, without internal sections, and tells the subscribers who asked for post-mortems. The same version again changes nothing; a later one replaces it. With `If-Match: "7"`, or a body `{"expectedVersion": 7}`, only that version is published.',
  tags: ['Post-mortems'],
  middleware: [allow({ role: 'responder', scope: 'post-mortems:write' })] as const,
  request: { params: Id },
  responses: {
    200: { description: 'Readers have it', content: { 'application/json': { schema: PostMortemAnswer } } },
    202: {
      description: 'It is released, and on its way to readers',
      content: { 'application/json': { schema: PostMortemAnswer } },
    },
    404: { description: 'The incident has no post-mortem' },
    409: { description: 'Someone saved another version meanwhile; it comes along as `postMortem`' },
  },
})

export const postMortemRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const { offset, limit } = c.req.valid('query')
    const { postMortems, total } = await listPostMortems(database(c.env.DB), offset, limit)
    return c.json({ postMortems: postMortems.map(listedAnswer), total }, 200)
  })
  .openapi(readRoute, async (c) => {
    const db = database(c.env.DB)
    const found = await getPostMortem(db, c.req.valid('param').id)
    return found === null ? unknown(c) : c.json(await answerOf(c.env, db, found), 200)
  })
  .openapi(saveRoute, async (c) => {
    const db = database(c.env.DB)
    const { id } = c.req.valid('param')
    const { expectedVersion, ...wanted } = c.req.valid('json')
    const present = await getPostMortem(db, id)
    if (present === null) return unknown(c)
    const content = {
      title: wanted.title ?? present.title,
      body: wanted.body ?? present.body,
      fixedBy: wanted.fixedBy ?? present.fixedBy,
      actionItems:
        wanted.actionItems?.map((item) => ({ ...item, id: item.id ?? crypto.randomUUID() })) ?? present.actionItems,
    }
    const version = expectedVersion ?? ifMatch(c) ?? present.version
    const saved = await savePostMortem(db, id, version, content, Date.now())
    if (saved.ok) return c.json(await answerOf(c.env, db, saved.postMortem), 200)
    return saved.reason === 'not_found' ? unknown(c) : stale(c, await answerOf(c.env, db, saved.present))
  })
  .openapi(publishRoute, async (c) => {
    const db = database(c.env.DB)
    const { id } = c.req.valid('param')
    const present = await getPostMortem(db, id)
    if (present === null) return unknown(c)
    const text = await c.req.text()
    const body = PublishBody.safeParse(text.trim() === '' ? {} : await readJson(c))
    if (!body.success) return invalid(c, body.error)
    const version = body.data.expectedVersion ?? ifMatch(c) ?? present.version
    const released = await releasePostMortem(db, id, version, Date.now())
    if (!released.ok)
      return released.reason === 'not_found' ? unknown(c) : stale(c, await answerOf(c.env, db, released.present))
    const isPublished = await publishRelease(c.env, id)
    const after = (await getPostMortem(db, id)) ?? released.postMortem
    return c.json(await answerOf(c.env, db, after), isPublished ? 200 : 202)
  })

/** What wording to look at twice: the names of responders are known to be people. */
export async function findingsOf(db: Database, text: string): Promise<BlameFinding[]> {
  const people = await listResponders(db)
  return blameCheck(
    text,
    people.map(({ name }) => name),
  )
}

function unknown(c: Parameters<typeof problem>[0]) {
  return problem(c, 404, 'not_found', 'This incident has no post-mortem. A draft is written when it is resolved.')
}

function stale(c: Parameters<typeof problem>[0], present: z.infer<typeof PostMortemAnswer>) {
  return problem(c, 409, 'stale_version', `Someone saved version ${present.version} meanwhile.`, {
    postMortem: present,
  })
}

function listedAnswer(row: Omit<ListedPostMortem, 'openActionItems'>) {
  const iso = (ms: number) => new Date(ms).toISOString()
  const { id, title, services, fixedBy, version, publishedVersion } = row
  return {
    id,
    title,
    services: [...services],
    fixedBy,
    version,
    startedAt: iso(row.startedAtMs),
    resolvedAt: iso(row.resolvedAtMs),
    updatedAt: iso(row.updatedAtMs),
    publishedAt: row.publishedAtMs === null ? null : iso(row.publishedAtMs),
    publishedVersion,
  }
}

async function answerOf(env: Env, db: Database, postMortem: PostMortem): Promise<z.infer<typeof PostMortemAnswer>> {
  const { id, body, actionItems, publishedVersion } = postMortem
  return {
    ...listedAnswer(postMortem),
    body,
    actionItems,
    url: publishedVersion === null ? null : `${env.PUBLIC_URL.replace(/\/+$/, '')}/post-mortems/${id}`,
    findings: await findingsOf(db, body),
  }
}
