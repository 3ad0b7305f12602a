import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Person } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { Slug } from '../domain/identifiers.ts'
import type { PlaybookStep } from '../domain/playbook.ts'
import { database } from '../storage/database.ts'
import type { Database } from '../storage/database.ts'
import { hashKey } from '../storage/masterKey.ts'
import { loadOrganisation, savePlaybook } from '../storage/organisation.ts'
import { findPlaybook, listPlaybooks } from '../storage/playbooks.ts'
import { playbookIn } from './configFaults.ts'
import { refusalFor } from './configuration.ts'
import type { HttpEnv } from './env.ts'
import { playbookFromYaml } from './playbookYaml.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { actorOf } from './room.ts'

const PlaybookAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    services: z.array(z.string()),
    yaml: z.string(),
  })
  .openapi('Playbook')

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/playbooks',
  summary: 'List playbooks',
  tags: ['Playbooks'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  responses: {
    200: {
      description: 'All of them',
      content: { 'application/json': { schema: z.object({ playbooks: z.array(PlaybookAnswer) }) } },
    },
  },
})

const saveRoute = createRoute({
  method: 'put',
  path: '/api/v1/playbooks/{id}',
  summary: 'Add or replace a playbook',
  tags: ['Playbooks'],
  middleware: [allow({ role: 'manager', scope: 'config:write' })] as const,
  request: {
    params: z.object({ id: Slug.openapi({ param: { name: 'id', in: 'path' } }) }),
    body: {
      required: true,
      content: { 'application/json': { schema: z.object({ yaml: z.string().min(1).max(50_000) }) } },
    },
  },
  responses: {
    200: { description: 'As stored', content: { 'application/json': { schema: PlaybookAnswer } } },
    422: {
      description: 'The YAML is not a playbook, or names what the configuration does not have; `errors` says where',
    },
  },
})

export const playbookRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(listRoute, async (c) => {
    const stored = await listPlaybooks(database(c.env.DB))
    return c.json({ playbooks: stored.flatMap(({ id, yaml }) => answerOf(id, yaml) ?? []) }, 200)
  })
  .openapi(saveRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { yaml } = c.req.valid('json')
    const db = database(c.env.DB)
    const parsed = playbookIn((await loadOrganisation(db))?.organisation ?? null, yaml)
    if (!parsed.ok) {
      const [first] = parsed.errors
      const detail = first === undefined ? 'This is not a playbook.' : `${first.path} ${first.message}`.trim()
      return problem(c, 422, 'invalid_playbook', detail, { errors: parsed.errors })
    }
    const note = { by: actorOf(c.var.principal), source: 'api', message: null } as const
    const saved = await savePlaybook(db, { id, yaml }, note, Date.now())
    if (!saved.ok) {
      const { status, code, detail } = refusalFor(saved)
      return problem(c, status, code, detail)
    }
    const { name, description, services } = parsed.playbook
    return c.json({ id, name, description, services, yaml }, 200)
  })

function answerOf(id: string, yaml: string): z.infer<typeof PlaybookAnswer> | null {
  const parsed = playbookFromYaml(yaml)
  if (!parsed.ok) return null
  const { name, description, services } = parsed.playbook
  return { id, name, description, services, yaml }
}

/** The command that starts a playbook; null when there is none of this id. The steps are kept as they are now. */
export async function startRunCommand(
  db: Database,
  playbookId: string,
  requestedBy: Person,
): Promise<Extract<IncidentCommand, { type: 'start_run' }> | null> {
  const stored = await findPlaybook(db, playbookId)
  const parsed = stored === null ? null : playbookFromYaml(stored.yaml)
  if (parsed === null || !parsed.ok) return null
  const steps = await Promise.all(
    parsed.playbook.steps.map(async (definition) => ({ definition, planHash: await planHashOf(definition) })),
  )
  const { name } = parsed.playbook
  return { type: 'start_run', runId: crypto.randomUUID(), playbookId, name, requestedBy, steps }
}

/** An approval names this, so that it cannot approve something other than what was shown. */
function planHashOf(step: PlaybookStep): Promise<string> {
  return hashKey(JSON.stringify(step))
}
