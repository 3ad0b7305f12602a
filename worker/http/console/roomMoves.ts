import type { Hono } from 'hono'
import { REFUSAL_MESSAGE } from '../../domain/refusal.ts'
import type { HttpEnv } from '../env.ts'
import { moveAlerts } from '../mergeCommand.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { actorOf } from '../room.ts'
import { MoveForm, NEW_INCIDENT, parseForm, readFormValues } from './forms.ts'
import { NOT_OPEN } from './roomActions.ts'
import { answerRoom, noSuchIncident, summaryOf } from './roomForm.ts'
import { incidentOf } from './roomView.ts'

const MESSAGE = {
  nothing_to_move: 'None of these alerts is in this incident any more.',
  same_incident: REFUSAL_MESSAGE.same_incident,
  unknown_incident: NOT_OPEN,
  already_resolved: NOT_OPEN,
} as const

/** Moves chosen alerts to another incident, or splits them off into a new one. */
export function addMoveForm(routes: Hono<HttpEnv>, render: RenderPage): void {
  routes.post(
    '/console/incidents/:id/alerts/move',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => {
      const values = await readFormValues(c)
      const incident = await incidentOf(c)
      if (incident === null) return noSuchIncident(c)
      const refuse = (errors: Record<string, string>, message: string) =>
        answerRoom(c, render, incident, { form: 'alerts-move', values, errors, message }, 422)

      const parsed = parseForm(MoveForm, values)
      if (!parsed.ok) return refuse(parsed.errors, summaryOf(parsed.errors))
      const { fingerprint: fingerprints, to, title, reason } = parsed.data
      const wanted = { fingerprints, to: to === NEW_INCIDENT ? null : to, title: title === '' ? null : title, reason }
      const answer = await moveAlerts(c.env, incident, wanted, actorOf(c.var.principal))
      if (!answer.ok) return refuse({ to: MESSAGE[answer.reason] }, MESSAGE[answer.reason])
      return c.redirect(`/console/incidents/${answer.id}?done=moved#alerts`, 303)
    },
  )
}
