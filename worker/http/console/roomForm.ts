import type { Context } from 'hono'
import type { Hono } from 'hono'
import type { z } from 'zod'
import type { Incident } from '../../domain/incident.ts'
import type { IncidentCommand } from '../../domain/incidentCommand.ts'
import type { IncidentEvent } from '../../domain/incidentEvent.ts'
import { REFUSAL_MESSAGE } from '../../domain/refusal.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import type { FormValues } from './forms.ts'
import { parseForm, readFormValues, valueOf } from './forms.ts'
import { answerPage } from './pages.ts'
import { submitForm } from './roomSubmit.ts'
import { incidentOf, roomView } from './roomView.ts'
import type { RefusedForm } from './views.ts'

/** What all forms of the incident room have in common: one command each, and the room again when it is refused. */

/** What is wrong with a form that its schema cannot know, by field. */
export interface WrongFields {
  readonly errors: Readonly<Record<string, string>>
}

export interface Given<T> {
  readonly data: T
  readonly values: FormValues
  readonly incident: Incident
  readonly c: Context<HttpEnv>
}

export interface RoomForm<T> {
  /** Below the incident's address, such as `tasks/:taskId`. */
  readonly path: string
  readonly schema: z.ZodType<T>
  /** What others may have done meanwhile that its sender has to see first. */
  readonly racesWith?: readonly IncidentEvent['type'][]
  readonly command: (given: Given<T>) => IncidentCommand | WrongFields | Promise<IncidentCommand | WrongFields>
  /** The part of the room to go back to. */
  readonly anchor: string
  /** Names the message that says what was done. */
  readonly done: (data: T, after: Incident, command: IncidentCommand) => string
}

/** Registers `POST /console/incidents/:id/<path>`. */
export function addRoomForm<T>(routes: Hono<HttpEnv>, render: RenderPage, form: RoomForm<T>): void {
  routes.post(
    `/console/incidents/:id/${form.path}`,
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => {
      const values = await readFormValues(c)
      const incident = await incidentOf(c)
      if (incident === null) return noSuchIncident(c)
      const name = formName(c, form.path)
      const wrong = ({ errors }: WrongFields) =>
        answerRoom(c, render, incident, { form: name, values, errors, message: summaryOf(errors) }, 422)

      const parsed = parseForm(form.schema, values)
      if (!parsed.ok) return wrong(parsed)
      const command = await form.command({ data: parsed.data, values, incident, c })
      if ('errors' in command) return wrong(command)

      const expectedVersion = Number(valueOf(values, 'expectedVersion'))
      const races = form.racesWith && {
        expectedVersion: Number.isSafeInteger(expectedVersion) && expectedVersion > 0 ? expectedVersion : undefined,
        events: form.racesWith,
      }
      const answer = await submitForm(c, incident.id, values, command, races)
      if (answer.ok)
        return c.redirect(
          `/console/incidents/${incident.id}?done=${form.done(parsed.data, answer.incident, command)}#${form.anchor}`,
          303,
        )
      if (answer.incident === null) return noSuchIncident(c)
      const refused = { form: name, values, errors: {}, message: answer.message }
      return answerRoom(c, render, answer.incident, refused, answer.status)
    },
  )
}

export async function answerRoom(
  c: Context<HttpEnv>,
  render: RenderPage,
  incident: Incident,
  refused: RefusedForm | null,
  status = 200,
): Promise<Response> {
  return answerPage(render, '/console/incident', await roomView(c, incident, refused), status)
}

export function noSuchIncident(c: Context<HttpEnv>): Response {
  return problem(c, 404, 'unknown_incident', REFUSAL_MESSAGE.unknown_incident)
}

/** `tasks/:taskId` of the task 7 is the form `tasks-7`: each form on the page has a name of its own. */
function formName(c: Context<HttpEnv>, path: string): string {
  return path
    .split('/')
    .map((part) => (part.startsWith(':') ? (c.req.param(part.slice(1)) ?? '') : part))
    .join('-')
}

export function summaryOf(errors: WrongFields['errors']): string {
  const messages = Object.values(errors)
  return `Not sent yet. ${messages.slice(0, 3).join(' ')}`
}
