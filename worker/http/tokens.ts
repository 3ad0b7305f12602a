import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { AccessRole } from '../domain/actor.ts'
import { createApiToken, listApiTokens, revokeApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { SCOPES, type HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** What a new API token may be; the console's form takes the same. */
export const NewToken = z.object({
  name: z.string().trim().min(1).max(120),
  role: AccessRole,
  scopes: z.array(z.enum(SCOPES)).min(1, 'choose at least one scope').max(SCOPES.length),
})

const Token = z.object({
  id: z.string(),
  name: z.string(),
  role: AccessRole,
  scopes: z.array(z.string()).readonly(),
  createdAtMs: z.number(),
  createdBy: z.string(),
  lastUsedAtMs: z.number().nullable(),
})

// Only whoever may do everything may hand out tokens: no scope, so a token needs `*`.
const ADMIN = { role: 'admin' } as const

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  summary: 'List API tokens',
  description: 'Those that work, newest first, without their secrets.',
  tags: ['API tokens'],
  middleware: [allow(ADMIN)] as const,
  responses: {
    200: {
      description: 'The tokens',
      content: { 'application/json': { schema: z.object({ tokens: z.array(Token) }) } },
    },
  },
})

const createTokenRoute = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  summary: 'Create an API token',
  description: 'The secret is in this answer and nowhere else: only its hash is kept.',
  tags: ['API tokens'],
  middleware: [allow(ADMIN)] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewToken } } } },
  responses: {
    201: {
      description: 'The token with its secret',
      content: { 'application/json': { schema: NewToken.extend({ id: z.string(), secret: z.string() }) } },
    },
    422: { description: 'The token asked for is not valid' },
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  summary: 'Revoke an API token',
  description: 'It stops working everywhere within ten seconds.',
  tags: ['API tokens'],
  middleware: [allow(ADMIN)] as const,
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: { 204: { description: 'Revoked' }, 404: { description: 'No such token, or revoked before' } },
})

export const tokenRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => c.json({ tokens: await listApiTokens(database(c.env.DB)) }, 200))
  .openapi(createTokenRoute, async (c) => {
    const wanted = c.req.valid('json')
    const createdBy = c.var.principal.id
    const { id, secret } = await createApiToken(database(c.env.DB), { ...wanted, createdBy }, Date.now())
    return c.json({ ...wanted, id, secret }, 201)
  })
  .openapi(revokeRoute, async (c) => {
    const revoked = await revokeApiToken(database(c.env.DB), c.req.valid('param').id, Date.now())
    if (!revoked) return problem(c, 404, 'unknown_token', 'There is no such token, or it was revoked before.')
    return c.body(null, 204)
  })
