import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import type { DependenciesView } from './dependencyViews.ts'
import { answerPage } from './pages.ts'
import { meOf, timeZoneOf } from './roomView.ts'

/** The console's page of third parties: what is known of each, and since when. They are part of the configuration. */

export function dependencyPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/dependencies', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const asked = c.env.COMPONENT_DESK.getByName('main').dependencies()
    const dependencies = await asked.catch((error: unknown) => {
      console.error('The third parties could not be listed', error)
      return null
    })
    const view: DependenciesView = {
      me: meOf(c),
      timeZone: await timeZoneOf(c.env),
      nowMs: Date.now(),
      dependencies,
    }
    return answerPage(render, '/console/dependencies', view)
  })

  return routes
}
