import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { database } from '../storage/database.ts'
import { saveFirstAdmin } from '../storage/firstAdmin.ts'
import { hashPassword } from '../storage/passwords.ts'
import { freeResponderId, hasAdmin } from '../storage/responders.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

const Body = z.object({
  admin: z.object({
    email: z.email().max(254),
    name: z.string().trim().min(1).max(120),
    /** Without one, the admin sets it by the link. */
    password: z.string().min(12).max(500).optional(),
  }),
})

const Answer = z.object({
  /** Lets the admin in once, within a day. */
  signInLink: z.url(),
  apiToken: z.string(),
  integrations: z.object({
    alertmanager: z.object({ key: z.string() }),
    pagerduty: z.object({ routingKey: z.string() }),
    opsgenie: z.object({ key: z.string() }),
    github: z.object({ key: z.string(), secret: z.string() }),
    json: z.object({ key: z.string() }),
  }),
})

const route = createRoute({
  method: 'post',
  path: '/api/v1/setup',
  summary: 'Set up a new instance',
  description: 'Makes the first admin, an API token and a key for each kind of sender. Works until there is an admin.',
  tags: ['Set-up'],
  middleware: [allow('setup')] as const,
  request: { body: { required: true, content: { 'application/json': { schema: Body } } } },
  responses: {
    201: { description: 'Everything here is shown once', content: { 'application/json': { schema: Answer } } },
    409: { description: 'There is an admin already' },
  },
})

export const setUpRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
  const { admin } = c.req.valid('json')
  const db = database(c.env.DB)
  const alreadySetUp = () => problem(c, 409, 'already_set_up', 'This instance has an admin; sign in instead.')
  if (await hasAdmin(db)) return alreadySetUp()

  // The keys first, the admin last: until there is one, the whole may be asked for again. What a failed attempt leaves
  // are keys that nobody was told.
  const desk = c.env.ALERT_DESK.getByName('main')
  const alertmanager = await desk.createIntegration({ source: 'alertmanager', name: 'Prometheus' })
  const pagerduty = await desk.createIntegration({ source: 'pagerduty', name: 'PagerDuty events' })
  const opsgenie = await desk.createIntegration({ source: 'opsgenie', name: 'Opsgenie alerts' })
  const github = await desk.createIntegration({ source: 'github', name: 'GitHub' })
  const json = await desk.createIntegration({ source: 'json', name: 'JSON alerts' })
  if (github.secret === undefined) throw new Error('The GitHub integration came without a secret')

  const { email, name, password } = admin
  const passwordHash = password === undefined ? null : await hashPassword(password)
  const id = await freeResponderId(db, email)
  const saved = await saveFirstAdmin(db, { id, email, name, passwordHash }, Date.now())
  if (saved === null) return alreadySetUp()

  const answer: z.infer<typeof Answer> = {
    signInLink: new URL(`/console/set-up/${saved.setUpToken}`, c.env.PUBLIC_URL).href,
    apiToken: saved.apiToken,
    integrations: {
      alertmanager: { key: alertmanager.key },
      pagerduty: { routingKey: pagerduty.key },
      opsgenie: { key: opsgenie.key },
      github: { key: github.key, secret: github.secret },
      json: { key: json.key },
    },
  }
  return c.json(answer, 201)
})
