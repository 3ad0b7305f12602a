import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { CONFIG_SOURCES } from '../../db/schema.ts'
import { Actor } from '../domain/actor.ts'
import { Organisation } from '../domain/organisation.ts'
import type { ListedVersion } from '../storage/configVersions.ts'
import { findVersion, listVersions } from '../storage/configVersions.ts'
import { database } from '../storage/database.ts'
import { ChangeQuery, changeConfigBy, documentAnswer, PlanAnswer } from './config.ts'
import { planOf, restoreConfiguration } from './configuration.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { invalid, problem, refuseInvalid } from './problem.ts'

/** The states that the configuration had: which, when and by whom, how they differ, and going back to one. */

const VersionAnswer = z
  .object({
    version: z.number().int(),
    at: z.iso.datetime(),
    by: Actor,
    source: z.enum(CONFIG_SOURCES),
    message: z.string().nullable(),
    summary: z.string().openapi({ description: 'How it differs from the version before.' }),
    hash: z.string().openapi({ description: 'SHA-256 of the document, in hex.' }),
  })
  .openapi('ConfigurationVersion')

const ListQuery = z.object({
  before: z.coerce.number().int().min(1).max(1e9).optional().openapi({ description: 'The `next` of the page before.' }),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
const DiffQuery = z.object({
  from: z.coerce
    .number()
    .int()
    .min(0)
    .max(1e9)
    .optional()
    .openapi({ description: 'The version before it, when left out; 0 is before there was any.' }),
})

export const configVersionRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
const policy = { role: 'admin', scope: 'config:write' } as const
const PATH = '/api/v1/config/versions'
const { openAPIRegistry: registry } = configVersionRoutes
const params = z.object({ version: z.string() })
const absent = { 404: { description: 'There is no such version, or no longer: the last 500 are kept' } }

registry.registerPath({
  method: 'get',
  path: PATH,
  summary: 'List the versions of the configuration, newest first',
  tags: ['Configuration'],
  request: { query: ListQuery },
  responses: {
    200: {
      description: 'A page of versions; `next` is null at the end',
      content: {
        'application/json': {
          schema: z.object({ versions: z.array(VersionAnswer), next: z.number().int().nullable() }),
        },
      },
    },
  },
})
configVersionRoutes.get(PATH, allow(policy), async (c) => {
  const query = ListQuery.safeParse(c.req.query())
  if (!query.success) return invalid(c, query.error)
  const { before, limit } = query.data
  const found = await listVersions(database(c.env.DB), before, limit + 1)
  const page = found.slice(0, limit)
  return c.json({
    versions: page.map(versionAnswer),
    next: found.length > limit ? (page.at(-1)?.version ?? null) : null,
  })
})

registry.registerPath({
  method: 'get',
  path: `${PATH}/{version}`,
  summary: 'One version of the configuration',
  description: 'The document as it was, as JSON or YAML.',
  tags: ['Configuration'],
  request: { params },
  responses: {
    200: {
      description: 'The document',
      content: { 'application/json': { schema: Organisation }, 'application/yaml': { schema: z.string() } },
    },
    ...absent,
  },
})
configVersionRoutes.get(`${PATH}/:version`, allow(policy), async (c) => {
  const found = await versionOf(c)
  return found === null ? unknownVersion(c) : documentAnswer(c, found.organisation, found.version)
})

registry.registerPath({
  method: 'get',
  path: `${PATH}/{version}/diff`,
  summary: 'What a version changed',
  tags: ['Configuration'],
  request: { params, query: DiffQuery },
  responses: {
    200: {
      description: 'From the version `from` to this one',
      content: { 'application/json': { schema: PlanAnswer } },
    },
    ...absent,
  },
})
configVersionRoutes.get(`${PATH}/:version/diff`, allow(policy), async (c) => {
  const query = DiffQuery.safeParse(c.req.query())
  if (!query.success) return invalid(c, query.error)
  const to = await versionOf(c)
  if (to === null) return unknownVersion(c)
  const from = query.data.from ?? to.version - 1
  const before = from === 0 ? null : await findVersion(database(c.env.DB), from)
  if (before === null && from !== 0) return unknownVersion(c)
  return c.json(planOf(from, before?.organisation ?? null, to.organisation))
})

registry.registerPath({
  method: 'post',
  path: `${PATH}/{version}/restore`,
  summary: 'Go back to a version of the configuration',
  description:
    'Makes its document the configuration, as a new version. People stay as they are, and connections keep the tokens they have.',
  tags: ['Configuration'],
  request: { params, query: ChangeQuery },
  responses: {
    200: {
      description: 'As stored; with `dryRun` what would change',
      content: { 'application/json': { schema: z.union([Organisation, PlanAnswer]) } },
    },
    409: { description: 'It has moved on' },
    422: { description: 'It names people who are no longer here, or a connection’s token would go to another host' },
    ...absent,
  },
})
configVersionRoutes.post(`${PATH}/:version/restore`, allow(policy), async (c) => {
  const found = await versionOf(c)
  if (found === null) return unknownVersion(c)
  const { organisation, version } = found
  return changeConfigBy(c, (...how) => restoreConfiguration(c.env, organisation, ...how), `Back to version ${version}`)
})

async function versionOf(c: Context<HttpEnv>) {
  const number = /^\d{1,9}$/.test(c.req.param('version') ?? '') ? Number(c.req.param('version')) : 0
  return findVersion(database(c.env.DB), number)
}

function unknownVersion(c: Context<HttpEnv>): Response {
  return problem(c, 404, 'unknown_version', 'There is no such version of the configuration, or it is no longer kept.')
}

function versionAnswer({ atMs, ...version }: ListedVersion): z.infer<typeof VersionAnswer> {
  return { ...version, at: new Date(atMs).toISOString() }
}
