import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { addStateForms, addTeamForms, addToolForms } from './roomActions.ts'
import { addMoveForm } from './roomMoves.ts'
import { answerRoom, noSuchIncident } from './roomForm.ts'
import { addUpdateForms } from './roomUpdates.ts'
import { incidentOf } from './roomView.ts'

/** The incident room: one page, and a plain form for each thing a responder can do in it. */
export function roomPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/incidents/:id', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const incident = await incidentOf(c)
    return incident === null ? noSuchIncident(c) : answerRoom(c, render, incident, null)
  })

  addUpdateForms(routes, render)
  addStateForms(routes, render)
  addTeamForms(routes, render)
  addToolForms(routes, render)
  addMoveForm(routes, render)

  // A form that was refused stands at its own address; who loads that again wants the room.
  routes.get('/console/incidents/:id/:form{.+}', allow({ role: 'viewer', scope: 'incidents:read' }), (c) =>
    c.redirect(`/console/incidents/${encodeURIComponent(c.req.param('id'))}`, 303),
  )
  return routes
}
