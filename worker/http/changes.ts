import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Change } from '../domain/change.ts'
import { CHANGE_OUTCOMES, CHANGE_SOURCES } from '../domain/change.ts'
import type { ChangeFilter } from '../storage/changes.ts'
import { listChanges } from '../storage/changes.ts'
import type { Database } from '../storage/database.ts'
import { database } from '../storage/database.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { refuseInvalid } from './problem.ts'

/** What was changed where, as the hooks of `intake/` took it in. */

const ChangeAnswer = z
  .object({
    id: z.string(),
    source: z.enum(CHANGE_SOURCES),
    services: z.array(z.string()),
    environment: z.string().nullable(),
    title: z.string(),
    ref: z.string().nullable(),
    url: z.string().nullable(),
    by: z.string().nullable(),
    at: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    outcome: z.enum(CHANGE_OUTCOMES),
  })
  .openapi('Change')

/** Where the next page begins: after this change. */
export const After = z
  .string()
  .regex(/^\d{1,15}-[0-9a-f]{32}$/, 'not the `next` of a page')
  .transform((text) => {
    const [updatedAtMs = '', id = ''] = text.split('-')
    return { updatedAtMs: Number(updatedAtMs), id }
  })

const route = createRoute({
  method: 'get',
  path: '/api/v1/changes',
  summary: 'List deployments and other changes, newest first',
  tags: ['Changes'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: {
    query: z.object({
      service: z.string().min(1).max(100).optional(),
      environment: z.string().min(1).max(100).optional(),
      after: After.optional().openapi({ type: 'string', description: 'The `next` of the page before.' }),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
  },
  responses: {
    200: {
      description: 'A page of changes; `next` is null at the end',
      content: {
        'application/json': { schema: z.object({ changes: z.array(ChangeAnswer), next: z.string().nullable() }) },
      },
    },
  },
})

export const changeRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
  const { changes, next } = await changesPage(database(c.env.DB), c.req.valid('query'))
  return c.json({ changes: changes.map(changeAnswer), next }, 200)
})

/** Newest first; `next` is null at the end. */
export async function changesPage(
  db: Database,
  filter: ChangeFilter,
): Promise<{ readonly changes: readonly Change[]; readonly next: string | null }> {
  const changes = await listChanges(db, { ...filter, limit: filter.limit + 1 })
  const page = changes.slice(0, filter.limit)
  const last = page.at(-1)
  return {
    changes: page,
    next: last === undefined || page.length === changes.length ? null : `${last.updatedAtMs}-${last.id}`,
  }
}

function changeAnswer({ atMs, updatedAtMs, services, ...change }: Change): z.infer<typeof ChangeAnswer> {
  return {
    ...change,
    services: [...services],
    at: new Date(atMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
  }
}
