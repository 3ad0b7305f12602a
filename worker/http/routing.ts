import type { Context } from 'hono'
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { AlertSource } from '../domain/alert.ts'
import { Organisation } from '../domain/organisation.ts'
import type { Outcome } from '../domain/replay.ts'
import { RoutingDraft } from '../domain/routingDraft.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseFaults, refuseInvalid } from './problem.ts'
import type { Replayed } from './routingTrial.ts'
import { draftFaults, presentOrganisation, replayRouting, tryRouting } from './routingTrial.ts'

/** Trying routing rules: what one alert, or the alerts of the last days, would come to. Nothing is changed. */

const DIFFERENCES_TOLD_MAX = 500

const { routingRules, ...limits } = Organisation.shape
/** Each is as it is saved when left out. The defaults of the configuration would say something else. */
const Draft = z.object({
  rules: routingRules.unwrap().optional(),
  groupBy: limits.groupBy.unwrap().optional(),
  grouping: limits.grouping.unwrap().optional(),
  flapping: limits.flapping.unwrap().optional(),
  storm: limits.storm.unwrap().optional(),
})
const Labels = z.record(z.string().min(1).max(200), z.string().max(10_000))
const TestBody = Draft.extend({
  alert: z.object({
    labels: Labels,
    annotations: Labels.default({}),
    source: AlertSource.default('alertmanager'),
  }),
})
const ReplayBody = Draft.extend({ days: z.union([z.literal(1), z.literal(7), z.literal(30)]).default(7) })

const Answer = z.record(z.string(), z.unknown())
const testRoute = createRoute({
  method: 'post',
  path: '/api/v1/routing/test',
  summary: 'What would be decided about an alert',
  description:
    'As if it began to fire now: by the rules as they are saved, and by a draft when the body has one. Says what each decision was and why, which incident it would open or join, and who would be paged. Nothing is changed.',
  tags: ['Routing'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  request: { body: { required: true, content: { 'application/json': { schema: TestBody } } } },
  responses: {
    200: {
      description: '`saved`, and `draft` or null',
      content: { 'application/json': { schema: z.object({ saved: Answer, draft: Answer.nullable() }) } },
    },
    404: { description: 'Nothing has been configured yet' },
    422: { description: 'The alert or the draft is not valid; `errors` says where' },
  },
})

const replayRoute = createRoute({
  method: 'post',
  path: '/api/v1/routing/replay',
  summary: 'What a draft would have made of the last days',
  description:
    'Replays the alerts that began in the last 1, 7 or 30 days, at most the latest 20,000, by the rules as they are saved and by the draft; also those that rules, a pause or other alerts kept out of incidents. What silences hid and what people did is not replayed. Nothing is changed.',
  tags: ['Routing'],
  middleware: [allow({ role: 'responder', scope: 'incidents:read' })] as const,
  request: { body: { required: true, content: { 'application/json': { schema: ReplayBody } } } },
  responses: {
    200: { description: 'Both runs, and what differs', content: { 'application/json': { schema: Answer } } },
    404: { description: 'Nothing has been configured yet' },
    422: { description: 'The draft is not valid; `errors` says where' },
  },
})

export const routingRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

routingRoutes.openapi(testRoute, async (c) => {
  const { alert, ...sent } = c.req.valid('json')
  const present = await presentOrganisation(c.env)
  if (present === null) return notConfigured(c)
  const draft = draftFrom(sent, present)
  if (draft !== null) {
    const faults = await faultsInBody(c, present, draft)
    if (faults.length > 0) return refuseFaults(c, faults)
  }
  const { labels, annotations, source } = alert
  const incoming = { labels, annotations, startsAtMs: null, endsAtMs: null, generatorUrl: '' }
  const trial = await tryRouting(c.env, present, { incoming, source, sender: source }, draft)
  if (!trial.ok) return refuseFaults(c, [{ path: 'alert', message: trial.reason }])
  const { saved, draft: drafted } = trial
  return c.json({ saved: { ...saved }, draft: drafted === null ? null : { ...drafted } }, 200)
})

routingRoutes.openapi(replayRoute, async (c) => {
  const { days, ...sent } = c.req.valid('json')
  const present = await presentOrganisation(c.env)
  if (present === null) return notConfigured(c)
  const draft = draftFrom(sent, present) ?? RoutingDraft.parse(present)
  const faults = await faultsInBody(c, present, draft)
  if (faults.length > 0) return refuseFaults(c, faults)
  return c.json(replayAnswer(await replayRouting(c.env, present, draft, days)), 200)
})

function notConfigured(c: Context<HttpEnv>): Response {
  return problem(c, 404, 'not_configured', 'Nothing has been configured yet.')
}

/** Null when the body has none. */
function draftFrom({ rules, ...sent }: z.infer<typeof Draft>, present: Organisation): RoutingDraft | null {
  const given = Object.entries({ routingRules: rules, ...sent }).filter(([, value]) => value !== undefined)
  return given.length === 0 ? null : RoutingDraft.parse({ ...present, ...Object.fromEntries(given) })
}

/** At the places they have in the body. */
async function faultsInBody(c: Context<HttpEnv>, present: Organisation, draft: RoutingDraft) {
  const faults = await draftFaults(c.env, present, draft)
  return faults.map(({ path, message }) => ({ path: path.replace(/^routingRules/, 'rules'), message }))
}

function replayAnswer({ before, after, different, ...rest }: Replayed): Record<string, unknown> {
  const ruleIds = [...new Set([...before.byRule.keys(), ...after.byRule.keys()])]
  const counts = ({ incidents, pages, suppressed }: Replayed['before']) => ({ incidents, pages, suppressed })
  return {
    ...rest,
    before: counts(before),
    after: counts(after),
    rules: ruleIds.map((id) => ({ id, before: before.byRule.get(id) ?? 0, after: after.byRule.get(id) ?? 0 })),
    differing: different.length,
    differences: different.slice(0, DIFFERENCES_TOLD_MAX).map(({ firing, aspects, before: then, after: now }) => ({
      fingerprint: firing.fingerprint,
      labels: firing.labels,
      startsAt: new Date(firing.startsAtMs).toISOString(),
      aspects,
      before: outcome(then),
      after: outcome(now),
    })),
  }
}

function outcome({ serviceId, severity, incident, suppressedBy, policyId, trail }: Outcome) {
  return { service: serviceId, severity, incident, suppressedBy, policy: policyId, trail }
}
