import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { IMPORT_REFUSAL_WORDS, planImport } from '../domain/importPast.ts'
import { PastDocument } from '../domain/pastDocument.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { refuseInvalid } from './problem.ts'

/** Takes over what another status page has told. `npx allclear import` makes the document. */

const What = z.enum(['new', 'changed', 'same'])
const Taken = z.object({ id: z.string(), title: z.string(), what: What })
const Counts = z.object({ new: z.number(), changed: z.number(), same: z.number(), refused: z.number() })

const Answer = z.object({
  dryRun: z.boolean(),
  components: z
    .array(z.object({ code: z.string(), name: z.string(), group: z.string().nullable(), id: z.string().nullable() }))
    .openapi({
      description:
        'Those of the other page. `id`: the one here of the same name; null: there is none, and what was told of it is left out.',
    }),
  incidents: z.array(Taken),
  maintenances: z.array(Taken),
  refused: z.array(
    z.object({ kind: z.string(), code: z.string(), title: z.string(), reason: z.string(), detail: z.string() }),
  ),
  statistics: z.object({
    incidents: Counts,
    maintenances: Counts,
    updates: z.number(),
    redirects: z.object({ new: z.number(), same: z.number() }),
  }),
})

const route = createRoute({
  method: 'post',
  path: '/api/v1/status-page/import',
  summary: 'Take over the past of another status page',
  description:
    'Incidents that are resolved and maintenances that are over become pages here, marked as imported; nobody is notified. Ids are made of the other page’s, so that the same document a second time changes nothing. Their old addresses lead here. With `dryRun=true` nothing is changed.',
  tags: ['Status page'],
  middleware: [allow({ role: 'manager', scope: 'config:write' })] as const,
  request: {
    query: z.object({ dryRun: z.enum(['true', 'false']).default('false') }),
    body: { required: true, content: { 'application/json': { schema: PastDocument } } },
  },
  responses: {
    200: { description: 'What was, or would be, done', content: { 'application/json': { schema: Answer } } },
    422: { description: 'The document is not valid; `errors` says where' },
  },
})

export const importRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
  const dryRun = c.req.valid('query').dryRun === 'true'
  const publisher = c.env.STATUS_PUBLISHER.getByName('main')
  const { components } = await publisher.model()
  const { past, refused, components: matched, updates } = planImport(c.req.valid('json'), components, Date.now())
  const kept = await publisher.importPast(past, dryRun)
  const incidents = past.incidents.map(({ id, title }) => ({ id, title, what: kept.incidents[id] ?? 'same' }))
  const maintenances = past.maintenances.map(({ id, title }) => ({ id, title, what: kept.maintenances[id] ?? 'same' }))
  const countsOf = (
    taken: readonly { readonly what: z.infer<typeof What> }[],
    kind: string,
  ): z.infer<typeof Counts> => ({
    new: taken.filter(({ what }) => what === 'new').length,
    changed: taken.filter(({ what }) => what === 'changed').length,
    same: taken.filter(({ what }) => what === 'same').length,
    refused: refused.filter((thing) => thing.kind === kind).length,
  })
  const answer: z.infer<typeof Answer> = {
    dryRun,
    components: matched.map(({ code, name, group, id }) => ({ code, name, group, id })),
    incidents,
    maintenances,
    refused: refused.map((thing) => ({ ...thing, detail: IMPORT_REFUSAL_WORDS[thing.reason] })),
    statistics: {
      incidents: countsOf(incidents, 'incident'),
      maintenances: countsOf(maintenances, 'maintenance'),
      updates,
      redirects: kept.redirects,
    },
  }
  return c.json(answer, 200)
})
