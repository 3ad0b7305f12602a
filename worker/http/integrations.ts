import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { IntegrationSource } from '../domain/integration.ts'
import type { HttpEnv } from './env.ts'
import { EXPRESSION_LENGTH_MAX, expressionFault } from './intake/jsonMapping.ts'
import { faultText } from './intake/json.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** What a new integration may be; the console's form takes the same. */
export const NewIntegration = z.object({ source: IntegrationSource, name: z.string().trim().min(1).max(120) })

// Whoever may hand out keys may do everything: no scope, so a token needs `*`.
const ADMIN = { role: 'admin' } as const

const Key = z.object({
  id: z.string(),
  /** How the key begins. */
  hint: z.string(),
  createdAtMs: z.number(),
  createdBy: z.string(),
  lastUsedAtMs: z.number().nullable(),
  revokedAtMs: z.number().nullable(),
})
const Integration = z.object({
  id: z.string(),
  source: IntegrationSource,
  name: z.string(),
  createdAtMs: z.number(),
  revokedAtMs: z.number().nullable(),
  keys: z.array(Key).readonly(),
  /** Messages that are kept as received. */
  kept: z.object({ taken: z.number(), refused: z.number(), lastAtMs: z.number().nullable() }),
})
const NewKey = z.object({
  keyId: z.string(),
  key: z.string(),
  /** GitHub, Grafana and Sentry: what they sign with. */
  secret: z.string().optional(),
})
const Mapping = z.object({
  /** JSONata; empty for the plain form. */
  expression: z.string().max(EXPRESSION_LENGTH_MAX),
  /** The version the change was made to; 0: there was none. */
  expectedVersion: z.number().int().min(0),
})

const IdParam = z.object({ id: z.string().min(1).max(64) })
const KeyParams = IdParam.extend({ keyId: z.string().min(1).max(64) })
const tags = ['Integrations']
const json = <T extends z.ZodType>(description: string, schema: T) => ({
  description,
  content: { 'application/json': { schema } },
})
const NONE = { description: 'No such integration, or it was revoked' }

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/integrations',
  summary: 'List integrations',
  description: 'With their keys, when each was last used, and how many of their messages are kept. Oldest first.',
  tags,
  middleware: [allow({ role: 'responder' })] as const,
  responses: { 200: json('The integrations', z.object({ integrations: z.array(Integration) })) },
})

const addRoute = createRoute({
  method: 'post',
  path: '/api/v1/integrations',
  summary: 'Create an integration',
  description: 'Its key is in this answer and nowhere else: only its hash is kept.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { body: { required: true, content: { 'application/json': { schema: NewIntegration } } } },
  responses: {
    201: json('The integration with its key', NewIntegration.extend({ id: z.string(), ...NewKey.shape })),
    422: { description: 'The integration asked for is not valid' },
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/api/v1/integrations/{id}',
  summary: 'Revoke an integration',
  description: 'All of its keys stop working at once.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam },
  responses: { 204: { description: 'Revoked' }, 404: NONE },
})

const addKeyRoute = createRoute({
  method: 'post',
  path: '/api/v1/integrations/{id}/keys',
  summary: 'Make a second key',
  description: 'Both work until one is revoked, so that a sender can be changed over without a gap.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam },
  responses: { 201: json('The new key', NewKey), 404: NONE, 409: { description: 'Two keys work already' } },
})

const revokeKeyRoute = createRoute({
  method: 'delete',
  path: '/api/v1/integrations/{id}/keys/{keyId}',
  summary: 'Revoke a key',
  description: 'It stops working at once.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: KeyParams },
  responses: { 204: { description: 'Revoked' }, 404: { description: 'No such key, or revoked before' } },
})

const mappingRoute = createRoute({
  method: 'put',
  path: '/api/v1/integrations/{id}/mapping',
  summary: 'Save the mapping of a JSON integration',
  description: 'A JSONata expression that makes alerts in the plain form of messages of any form.',
  tags,
  middleware: [allow(ADMIN)] as const,
  request: { params: IdParam, body: { required: true, content: { 'application/json': { schema: Mapping } } } },
  responses: {
    200: json('The version it is now', z.object({ version: z.number() })),
    404: NONE,
    409: { description: 'Someone else has saved one in between' },
    422: { description: 'The expression is not valid' },
  },
})

export const integrationRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const integrations = await desk(c.env).integrations()
    return c.json({ integrations: [...integrations] }, 200)
  })
  .openapi(addRoute, async (c) => {
    const wanted = c.req.valid('json')
    const made = await desk(c.env).createIntegration({ ...wanted, by: c.var.principal.name })
    return c.json({ ...wanted, ...made }, 201)
  })
  .openapi(revokeRoute, async (c) => {
    const revoked = await desk(c.env).revokeIntegration(c.req.valid('param').id)
    return revoked ? c.body(null, 204) : unknownIntegration(c)
  })
  .openapi(addKeyRoute, async (c) => {
    const { id: integrationId } = c.req.valid('param')
    const added = await desk(c.env).addIntegrationKey({ integrationId, by: c.var.principal.name })
    if (added.ok) {
      const { keyId, key, secret } = added
      return c.json(secret === undefined ? { keyId, key } : { keyId, key, secret }, 201)
    }
    if (added.reason === 'two_keys') return problem(c, 409, 'two_keys', TWO_KEYS)
    return unknownIntegration(c)
  })
  .openapi(revokeKeyRoute, async (c) => {
    const { id, keyId } = c.req.valid('param')
    if (await desk(c.env).revokeIntegrationKey(id, keyId)) return c.body(null, 204)
    return problem(c, 404, 'unknown_key', 'There is no such key, or it was revoked before.')
  })
  .openapi(mappingRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { expression, expectedVersion } = c.req.valid('json')
    const integration = await desk(c.env).integration(id)
    if (integration === null || integration.source !== 'json') return unknownIntegration(c)
    const fault = expression === '' ? null : expressionFault(expression)
    if (fault !== null) return problem(c, 422, 'invalid_mapping', faultText(fault))
    const version = await desk(c.env).saveMapping(id, { expression, expectedVersion, by: c.var.principal.name })
    if (version === null) return problem(c, 409, 'saved_in_between', SAVED_IN_BETWEEN)
    return c.json({ version }, 200)
  })

export const TWO_KEYS = 'Two keys work already. Revoke the one that is not used any more first.'
export const SAVED_IN_BETWEEN = 'Someone else has saved the mapping in between. Look at theirs, then save again.'

function desk(env: Env) {
  return env.ALERT_DESK.getByName('main')
}

function unknownIntegration(c: Parameters<typeof problem>[0]): Response {
  return problem(c, 404, 'unknown_integration', 'There is no such integration, or it was revoked.')
}
