import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { danglingInPlaybook, danglingReferences } from '../domain/danglingReference.ts'
import type { DanglingReference } from '../domain/danglingReference.ts'
import { compileRule } from '../domain/inhibition.ts'
import { Organisation, OrganisationForAlerts } from '../domain/organisation.ts'
import { addressesWithToken } from '../storage/connections.ts'
import { cronFault } from '../storage/cronTimes.ts'
import { database } from '../storage/database.ts'
import type { Database } from '../storage/database.ts'
import { compileLinearRegex } from '../storage/linearRegex.ts'
import { onCallPlan } from '../storage/onCall.ts'
import { loadOrganisation, saveOrganisation } from '../storage/organisation.ts'
import type { StoredOrganisation } from '../storage/organisation.ts'
import { listResponders } from '../storage/responders.ts'
import type { HttpEnv } from './env.ts'
import { playbookFromYaml } from './playbookYaml.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** The whole configuration as one document. */

const ERRORS_SHOWN_MAX = 50

const readRoute = createRoute({
  method: 'get',
  path: '/api/v1/config',
  summary: 'The configuration',
  description: 'Everything that POST takes, without the tokens of connections. Its responders are everyone there is.',
  tags: ['Configuration'],
  middleware: [allow({ role: 'admin', scope: 'config:write' })] as const,
  responses: {
    200: { description: 'The document', content: { 'application/json': { schema: Organisation } } },
    404: { description: 'Nothing has been configured yet' },
  },
})

const replaceRoute = createRoute({
  method: 'post',
  path: '/api/v1/config',
  summary: 'Replace the configuration',
  description:
    'The document becomes the configuration: components, services, schedules, policies, playbooks and connections that it does not name are removed. Responders are only added or changed, never removed. A connection without `bearerToken` keeps the one it has; an empty one takes it away.',
  tags: ['Configuration'],
  middleware: [allow({ role: 'admin', scope: 'config:write' })] as const,
  request: { body: { required: true, content: { 'application/json': { schema: Organisation } } } },
  responses: {
    200: { description: 'As stored', content: { 'application/json': { schema: Organisation } } },
    409: { description: 'An email address belongs to someone else, or no admin would be left' },
    422: { description: 'The document is not valid, or names what it does not have; `errors` says where' },
  },
})

export const configRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(readRoute, async (c) => {
    const stored = await loadOrganisation(database(c.env.DB))
    if (stored === null) return problem(c, 404, 'not_configured', 'Nothing has been configured yet.')
    return c.json(stored.organisation, 200)
  })
  .openapi(replaceRoute, async (c) => {
    const db = database(c.env.DB)
    const wanted = c.req.valid('json')
    const errors = await faultsOf(db, wanted)
    const [first] = errors
    if (first !== undefined) {
      const detail = `${first.path}: ${first.message}`
      return problem(c, 422, 'invalid', detail, { errors: errors.slice(0, ERRORS_SHOWN_MAX) })
    }

    const saved = await saveOrganisation(db, c.env.MASTER_KEY, wanted, Date.now())
    if (!saved.ok) {
      switch (saved.reason) {
        case 'email_taken':
          return problem(c, 409, 'email_taken', `The address ${saved.email} belongs to someone else already.`)
        case 'last_admin':
          return problem(c, 409, 'last_admin', 'No admin would be left. Give someone the role before you take it here.')
      }
    }

    const stored = await loadOrganisation(db)
    if (stored === null) throw new Error('The configuration was saved and is not there')
    // It is on disk: should an object not answer now, the cron brings it the configuration within a minute.
    await push(c.env, stored).catch((error: unknown) => console.error('The configuration waits for the cron', error))
    return c.json(stored.organisation, 200)
  })

/** Brings the objects the configuration as it is stored. They write nothing when it is what they have. */
export async function pushOrganisation(env: Env): Promise<void> {
  const stored = await loadOrganisation(database(env.DB))
  if (stored !== null) await push(env, stored)
}

async function push(env: Env, { publicId, organisation }: StoredOrganisation): Promise<void> {
  const { statusPage, components } = organisation
  const { name, timeZone, supportUrl = null } = statusPage
  await Promise.all([
    env.ALERT_DESK.getByName('main').useOrganisation(OrganisationForAlerts.parse(organisation)),
    pushOnCallPlan(env),
    env.HEARTBEAT_DESK.getByName('main').useHeartbeats(organisation.heartbeats),
    env.STATUS_PUBLISHER.getByName('main').useStatusPage({
      page: { publicId, name, timeZone, supportUrl },
      components,
    }),
  ])
}

/** For the time when D1 does not answer and someone has to be paged all the same. */
async function pushOnCallPlan(env: Env): Promise<void> {
  const plan = await onCallPlan(database(env.DB), Date.now())
  await env.ALERT_DESK.getByName('main').useOnCallPlan(plan)
}

/** What the schema cannot see: references, playbooks, and tokens that would go to another host. */
async function faultsOf(db: Database, wanted: Organisation): Promise<DanglingReference[]> {
  const emails = new Set(wanted.responders.map(({ email }) => email.toLowerCase()))
  // Someone known by email takes the id that the document gives them.
  const staying = (await listResponders(db)).filter(({ email }) => !emails.has(email.toLowerCase()))
  const withToken = await addressesWithToken(
    db,
    wanted.connections.map(({ id }) => id),
  )
  return [
    ...danglingReferences(
      wanted,
      staying.map(({ id }) => id),
    ),
    ...wanted.inhibitRules.flatMap((rule, i) => {
      try {
        compileRule(rule, compileLinearRegex)
        return []
      } catch (error) {
        return [{ path: `inhibitRules.${i}`, message: error instanceof Error ? error.message : 'not a regex' }]
      }
    }),
    ...wanted.heartbeats.flatMap(({ cron, timeZone }, i) => {
      const fault = cron === undefined ? null : cronFault(cron, timeZone, Date.now())
      return fault === null ? [] : [{ path: `heartbeats.${i}.cron`, message: fault }]
    }),
    ...wanted.playbooks.flatMap(({ yaml }, i) => {
      const answer = playbookFromYaml(yaml)
      const errors = answer.ok ? danglingInPlaybook(answer.playbook, wanted) : answer.errors
      return errors.map(({ path, message }) => ({
        path: `playbooks.${i}.yaml`,
        message: path === '' ? message : `${path}: ${message}`,
      }))
    }),
    ...wanted.connections.flatMap(({ id, url, bearerToken }, i) => {
      const known = withToken.get(id)
      if (known === undefined || bearerToken !== undefined || new URL(known).origin === new URL(url).origin) return []
      // Else whoever may configure could have a token sent to an address of their own, and so read it.
      return [
        { path: `connections.${i}.bearerToken`, message: 'the host has changed, so the token has to be sent again' },
      ]
    }),
  ]
}
