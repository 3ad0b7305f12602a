import type { Context } from 'hono'
import type { Hono } from 'hono'
import { decide } from '../../domain/decide.ts'
import { evolve } from '../../domain/evolve.ts'
import type { Incident } from '../../domain/incident.ts'
import type { IncidentCommand } from '../../domain/incidentCommand.ts'
import { publicIncidentFrom } from '../../domain/publicIncident.ts'
import { REFUSAL_MESSAGE } from '../../domain/refusal.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import type { HttpEnv } from '../env.ts'
import { affectedComponents } from '../names.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { REFUSAL_STATUS, actorOf } from '../room.ts'
import type { FormValues } from './forms.ts'
import { UpdateForm, chosenComponents, instantOf, parseForm, readFormValues } from './forms.ts'
import { answerPage } from './pages.ts'
import { addRoomForm, answerRoom, noSuchIncident, summaryOf } from './roomForm.ts'
import type { Given, WrongFields } from './roomForm.ts'
import { RACING_EVENTS } from './roomSubmit.ts'
import { incidentOf, meOf, timeZoneOf } from './roomView.ts'
import type { UpdatePreviewView } from './views.ts'

type PostUpdate = Extract<IncidentCommand, { type: 'post_update' }>

const MINUTE_MS = 60_000

/** Telling others: write, look at it as customers will, go back or post. */
export function addUpdateForms(routes: Hono<HttpEnv>, render: RenderPage): void {
  addRoomForm(routes, render, {
    path: 'updates',
    schema: UpdateForm,
    racesWith: RACING_EVENTS,
    command: updateCommand,
    anchor: 'timeline',
    done: ({ audience }) => (audience === 'public' ? 'public_update' : 'update'),
  })

  routes.post(
    '/console/incidents/:id/updates/preview',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => {
      const values = await readFormValues(c)
      const incident = await incidentOf(c)
      if (incident === null) return noSuchIncident(c)
      const refuse = (message: string, errors: WrongFields['errors'], status: number) =>
        answerRoom(c, render, incident, { form: 'updates', values, errors, message }, status)

      const parsed = parseForm(UpdateForm, values)
      if (!parsed.ok) return refuse(summaryOf(parsed.errors), parsed.errors, 422)
      const command = await updateCommand({ data: parsed.data, values, incident, c })
      if ('errors' in command) return refuse(summaryOf(command.errors), command.errors, 422)

      const nowMs = Date.now()
      const decision = decide(incident, command, actorOf(c.var.principal), nowMs)
      if (!decision.ok) return refuse(REFUSAL_MESSAGE[decision.reason], {}, REFUSAL_STATUS[decision.reason])
      const after = decision.events.reduce(
        (before: Incident, each) => evolve(before, { ...each, sequence: before.version + 1, atMs: nowMs }),
        incident,
      )
      return answerPage(render, '/console/update-preview', await previewView(c, command, after, values, nowMs))
    },
  )

  routes.post(
    '/console/incidents/:id/updates/edit',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => {
      const values = await readFormValues(c)
      const incident = await incidentOf(c)
      if (incident === null) return noSuchIncident(c)
      return answerRoom(c, render, incident, { form: 'updates', values, errors: {}, message: null })
    },
  )
}

async function updateCommand({
  data,
  values,
  c,
}: Given<ReturnType<typeof UpdateForm.parse>>): Promise<PostUpdate | WrongFields> {
  const chosen = chosenComponents(values)
  if (!chosen.ok) return chosen
  const named = affectedComponents(chosen.data, await c.env.ALERT_DESK.getByName('main').organisation())
  if (!named.ok) return { errors: { components: named.detail } }

  const nowMs = Date.now()
  let nextUpdateAtMs: number | null = null
  if (data.nextUpdate === 'at') {
    nextUpdateAtMs = instantOf(data.nextUpdateAt, await timeZoneOf(c.env))
    if (nextUpdateAtMs === null) return { errors: { nextUpdateAt: 'Enter the date and time of the next update.' } }
    if (nextUpdateAtMs <= nowMs) return { errors: { nextUpdateAt: 'The next update has to be in the future.' } }
  } else if (data.nextUpdate !== '') nextUpdateAtMs = nowMs + Number(data.nextUpdate) * MINUTE_MS

  return {
    type: 'post_update',
    id: crypto.randomUUID(),
    audience: data.audience,
    body: data.body,
    status: data.status === '' ? null : data.status,
    components: named.affected,
    nextUpdateAtMs,
  }
}

async function previewView(
  c: Context<HttpEnv>,
  command: PostUpdate,
  after: Incident,
  values: FormValues,
  nowMs: number,
): Promise<UpdatePreviewView> {
  const update = after.updates.findLast(({ id }) => id === command.id)
  if (update === undefined) throw new Error('An accepted update is among the updates')
  const { name, timeZone } = await publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL)
  return {
    me: meOf(c),
    nowMs,
    timeZone,
    notice: null,
    incidentId: after.id,
    incidentTitle: after.title,
    statusPageName: name,
    incident: command.audience === 'public' ? publicIncidentFrom(after) : null,
    update,
    fields: Object.entries(values).flatMap(([field, value]) =>
      (typeof value === 'string' ? [value] : value).map((each) => [field, each] as const),
    ),
  }
}
