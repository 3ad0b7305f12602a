import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { BounceReport } from '../domain/returnedMail.ts'
import { allDesks } from './desks.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { takeReturnedMail } from './returnedMail.ts'

/** What mail servers and providers say of addresses, for programs that hear it first. */

const REPORTS_MAX = 1000
const TAGS = ['Subscribers']
const MANAGER = { role: 'manager', scope: 'subscribers:write' } as const

const bouncesRoute = createRoute({
  method: 'post',
  path: '/api/v1/subscribers/bounces',
  summary: 'Report addresses that refuse mail, and complaints',
  description:
    'An address that bounced for good, or whose reader complained, gets nothing more. A bounce that may pass ' +
    '(`permanent: false`) changes nothing. As `message/rfc822`, the body is the report itself as mail servers send it ' +
    '(RFC 3464, RFC 5965).',
  tags: TAGS,
  middleware: [allow(MANAGER)] as const,
  request: {
    body: {
      // Required, a report as a mail would be asked for JSON as well.
      required: false,
      content: {
        'application/json': { schema: z.object({ reports: z.array(BounceReport).min(1).max(REPORTS_MAX) }) },
        'message/rfc822': { schema: z.string() },
      },
    },
  },
  responses: {
    200: {
      description: 'How many subscribers get nothing more',
      content: { 'application/json': { schema: z.object({ suppressed: z.number().int() }) } },
    },
    422: { description: 'Not a list of reports, or a mail that is no report about one of ours' },
  },
})

export const bounceRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid }).openapi(
  bouncesRoute,
  async (c) => {
    if (/^message\/rfc822\b/i.test(c.req.header('Content-Type') ?? '')) {
      const answer = await takeReturnedMail(c.env, await c.req.arrayBuffer(), Date.now())
      if (answer === 'no_report') return problem(c, 422, 'no_report', 'This is no report about a mail of ours.')
      return c.json({ suppressed: answer === 'suppressed' ? 1 : 0 }, 200)
    }
    const body = c.req.valid('json')
    if (typeof body === 'string' || !Object.hasOwn(body, 'reports'))
      return problem(c, 422, 'no_report', 'Send a list of reports as JSON.')
    const { reports } = body
    const desks = await allDesks(c.env)
    const answers = await Promise.all(desks.map(async (desk) => desk.reportBounces(reports)))
    return c.json({ suppressed: answers.reduce((sum, { suppressed }) => sum + suppressed, 0) }, 200)
  },
)
