import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { MirrorDrill, MirrorState } from '../domain/mirror.ts'
import { NOTHING_MIRRORED, isDrillOld } from '../domain/mirror.ts'
import type { HttpEnv } from './env.ts'
import { drillMirrors, pageMirrors } from './pageMirrors.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'

/** The copy of the status page on a second host, for programs. */

const TAGS = ['Status page']

const Time = z.iso.datetime().nullable()
const Drill = z.object({
  at: z.iso.datetime(),
  whole: z.boolean().openapi({ description: 'The copy opens alone, and every file is the one that was sent.' }),
  filesChecked: z.number().int(),
  filesTotal: z.number().int(),
  faults: z.array(z.string()),
})
const State = z.object({
  url: z.string().nullable().openapi({ description: 'Where readers open it, if MIRROR_PUBLIC_URL says so.' }),
  filesMirrored: z.number().int(),
  filesPending: z.number().int(),
  waitingSince: Time,
  completeAt: Time,
  failure: z.string().nullable().openapi({ description: 'Why the last attempt failed; it is repeated.' }),
  lastDrill: Drill.nullable(),
  drillIsOld: z.boolean(),
  filesToRemove: z
    .number()
    .int()
    .openapi({ description: 'Of a page that is private or gone: files that the mirror still has. It is repeated.' }),
  removingSince: Time,
})
const PageState = State.extend({
  page: z.string(),
  answers: z.boolean().openapi({ description: 'False: its publisher does not say how it is.' }),
})
const States = State.extend({
  pages: z.array(PageState).openapi({
    description:
      'The further pages that have a copy, or have one that is being taken away; the rest is the main page’s.',
  }),
})

const stateRoute = createRoute({
  method: 'get',
  path: '/api/v1/status-page/mirror',
  summary: 'How far the mirror is',
  tags: TAGS,
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  responses: {
    200: { description: 'Its state', content: { 'application/json': { schema: States } } },
    404: { description: 'No mirror is set up' },
  },
})

const drillRoute = createRoute({
  method: 'post',
  path: '/api/v1/status-page/mirror/drill',
  summary: 'Try whether the mirror opens alone',
  description:
    'Brings what waits, then reads the copy and nothing else: its manifest, the sums of its files (300 a time, and others the next time), and that its pages need nothing from elsewhere. The date becomes public. All pages are tried; the answer is of all together, and paths name whose file it is.',
  tags: TAGS,
  middleware: [allow({ role: 'manager', scope: 'config:write' })] as const,
  responses: {
    200: { description: 'What was found', content: { 'application/json': { schema: Drill } } },
    404: { description: 'No mirror is set up' },
  },
})

const NONE = 'No mirror is set up: MIRROR_URL is empty. See docs/mirror-and-export.md.'

export const mirrorRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
  .openapi(stateRoute, async (c) => {
    const { mirror } = await c.env.STATUS_PUBLISHER.getByName('main').stats()
    if (mirror === null) return problem(c, 404, 'no_mirror', NONE)
    const pages = (await pageMirrors(c.env)).map(({ page, state }) => ({
      page,
      answers: state !== null,
      ...stateAnswer(state ?? NOTHING_MIRRORED, Date.now()),
    }))
    return c.json({ ...stateAnswer(mirror, Date.now()), pages }, 200)
  })
  .openapi(drillRoute, async (c) => {
    const drill = await drillMirrors(c.env)
    if (drill === null) return problem(c, 404, 'no_mirror', NONE)
    return c.json(drillAnswer(drill), 200)
  })

function stateAnswer(state: MirrorState, nowMs: number): z.infer<typeof State> {
  const { publicUrl, filesMirrored, filesPending, waitingSinceMs, completeAtMs, failure, drill } = state
  const { filesLeaving, leavingSinceMs } = state
  return {
    url: publicUrl === null ? null : `${publicUrl}/index.html`,
    filesMirrored,
    filesPending,
    waitingSince: iso(waitingSinceMs),
    completeAt: iso(completeAtMs),
    failure,
    lastDrill: drill === null ? null : drillAnswer(drill),
    drillIsOld: isDrillOld(drill, nowMs),
    filesToRemove: filesLeaving,
    removingSince: iso(leavingSinceMs),
  }
}

function drillAnswer({ atMs, filesChecked, filesTotal, faults }: MirrorDrill): z.infer<typeof Drill> {
  return { at: new Date(atMs).toISOString(), whole: faults.length === 0, filesChecked, filesTotal, faults: [...faults] }
}

function iso(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
