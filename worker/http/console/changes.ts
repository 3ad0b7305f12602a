import { Hono } from 'hono'
import { database } from '../../storage/database.ts'
import { After, changesPage } from '../changes.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import type { ChangesView } from './changeViews.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'

/** What was changed where, for whoever looks for a cause. */

const CHANGES_A_PAGE = 50
const SERVICE_LENGTH_MAX = 100

export function changePages(render: RenderPage): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get('/console/changes', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const service = (c.req.query('service') ?? '').trim().toLowerCase().slice(0, SERVICE_LENGTH_MAX)
    // An address that someone has cut short shows the first page.
    const after = After.safeParse(c.req.query('after')).data
    const [page, organisation, timeZone] = await Promise.all([
      changesPage(database(c.env.DB), { service: service || undefined, after, limit: CHANGES_A_PAGE }),
      c.env.ALERT_DESK.getByName('main').organisation(),
      timeZoneOf(c.env),
    ])
    const known = organisation.services.map(({ id, name }) => ({ id, name }))
    const view: ChangesView = {
      me: meOf(c),
      nowMs: Date.now(),
      timeZone,
      notice: null,
      service,
      services:
        service === '' || known.some(({ id }) => id === service) ? known : [...known, { id: service, name: service }],
      changes: page.changes,
      isLaterPage: after !== undefined,
      older:
        page.next === null ? null : `/console/changes?${new URLSearchParams({ service, after: page.next }).toString()}`,
    }
    return answerPage(render, '/console/changes', view)
  })
}
