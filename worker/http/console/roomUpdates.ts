import type { Context } from 'hono'
import type { Hono } from 'hono'
import type { z } from 'zod'
import { decide } from '../../domain/decide.ts'
import { evolve } from '../../domain/evolve.ts'
import type { Incident } from '../../domain/incident.ts'
import type { IncidentCommand } from '../../domain/incidentCommand.ts'
import { REFUSAL_MESSAGE } from '../../domain/refusal.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { REFUSAL_STATUS, actorOf } from '../room.ts'
import { filledTemplate, updateTemplates } from '../updateTemplates.ts'
import type { FormValues } from './forms.ts'
import { NEXT_UPDATE_MINUTES, parseForm, readFormValues } from './forms.ts'
import { answerPage } from './pages.ts'
import { addRoomForm, answerRoom, noSuchIncident, summaryOf } from './roomForm.ts'
import type { Given, WrongFields } from './roomForm.ts'
import { RACING_EVENTS } from './roomSubmit.ts'
import { incidentOf } from './roomView.ts'
import { addUpdateCorrections } from './roomCorrections.ts'
import { TemplateForm, UpdateForm, updateOf } from './updateForm.ts'
import type { UpdateFields } from './updateForm.ts'
import { updatePreview } from './updatePreview.ts'

type PostUpdate = Extract<IncidentCommand, { type: 'post_update' }>

/** Telling others: write, fill in a template, look at it as customers will, keep it for later, or post. */
export function addUpdateForms(routes: Hono<HttpEnv>, render: RenderPage): void {
  addRoomForm(routes, render, {
    path: 'updates',
    schema: UpdateForm,
    racesWith: RACING_EVENTS,
    command: updateCommand,
    anchor: 'main',
    done: whatBecame,
  })

  routes.post(
    '/console/incidents/:id/updates/draft',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) =>
      withForm(c, render, UpdateForm, async (data, values, incident, refuse) => {
        const read = await updateOf(c, data, values)
        if ('errors' in read) return refuse(read.errors)
        const id = data.draft === '' ? crypto.randomUUID() : data.draft
        const command = { type: 'save_draft', id, content: read.content } as const
        const answer = await c.env.INCIDENT_ROOM.getByName(incident.id).submit({
          command,
          by: actorOf(c.var.principal),
        })
        if (!answer.ok) return refuse({ '': REFUSAL_MESSAGE[answer.reason] }, REFUSAL_STATUS[answer.reason])
        return c.redirect(`/console/incidents/${incident.id}?done=draft#pending`, 303)
      }),
  )

  routes.post(
    '/console/incidents/:id/updates/template',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) =>
      withForm(c, render, TemplateForm, async (data, values, incident, refuse) => {
        const template = (await updateTemplates(c.env)).find(({ id }) => id === data.template)
        if (template === undefined) return refuse({ template: 'Choose a template first.' })
        const minutes = NEXT_UPDATE_MINUTES.find((each) => Number(each) === template.nextUpdateMinutes)
        const nextUpdate = data.nextUpdate === '' ? (minutes ?? '') : data.nextUpdate
        const status = data.status === '' ? (template.status ?? '') : data.status
        const read = await updateOf(c, { ...data, status, nextUpdate, when: 'now' }, values)
        if ('errors' in read) return refuse(read.errors)
        const { content } = read
        const { nextUpdateAfterMs: afterMs = null } = content
        const nextUpdateAtMs = content.nextUpdateAtMs ?? (afterMs === null ? null : Date.now() + afterMs)
        const filled = await filledTemplate(c.env, template, incident, { ...content, nextUpdateAtMs })
        if (!filled.ok) return refuse({ template: filled.problem })
        const translated = Object.entries(filled.translations).map(([language, text]) => [
          `translation:${language}`,
          text,
        ])
        const shown = { ...values, body: filled.body, status, nextUpdate, ...Object.fromEntries(translated) }
        return answerRoom(c, render, incident, { form: 'updates', values: shown, errors: {}, message: null })
      }),
  )

  routes.post(
    '/console/incidents/:id/updates/preview',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) =>
      withForm(c, render, UpdateForm, async (data, values, incident, refuse) => {
        const command = await updateCommand({ data, values, incident, c })
        if ('errors' in command) return refuse(command.errors)
        const nowMs = Date.now()
        // As it will be when it is posted, whatever it has to wait for.
        const decision = decide(incident, { ...command, postsAtMs: null }, actorOf(c.var.principal), nowMs)
        if (!decision.ok) return refuse({ '': REFUSAL_MESSAGE[decision.reason] }, REFUSAL_STATUS[decision.reason])
        const after = decision.events.reduce(
          (before: Incident, each) => evolve(before, { ...each, sequence: before.version + 1, atMs: nowMs }),
          incident,
        )
        return answerPage(render, '/console/update-preview', await updatePreview(c, command, after, values, nowMs))
      }),
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

  addUpdateCorrections(routes, render)
}

type Refuse = (errors: WrongFields['errors'], status?: number) => Promise<Response>

/** What all of the composer's buttons have in common: what is wrong is said in the room, with what was typed. */
async function withForm<T>(
  c: Context<HttpEnv>,
  render: RenderPage,
  schema: z.ZodType<T>,
  answer: (data: T, values: FormValues, incident: Incident, refuse: Refuse) => Promise<Response>,
): Promise<Response> {
  const values = await readFormValues(c)
  const incident = await incidentOf(c)
  if (incident === null) return noSuchIncident(c)
  const refuse: Refuse = (errors, status = 422) =>
    answerRoom(c, render, incident, { form: 'updates', values, errors, message: summaryOf(errors) }, status)
  const parsed = parseForm(schema, values)
  return parsed.ok ? answer(parsed.data, values, incident, refuse) : refuse(parsed.errors)
}

async function updateCommand({ data, values, c }: Given<UpdateFields>): Promise<PostUpdate | WrongFields> {
  const read = await updateOf(c, data, values)
  if ('errors' in read) return read
  const id = data.draft === '' ? crypto.randomUUID() : data.draft
  return { type: 'post_update', id, ...read.content, postsAtMs: read.postsAtMs }
}

/** Names what is said of it afterwards. */
function whatBecame({ audience, when }: UpdateFields, { pendingUpdates }: Incident, command: IncidentCommand): string {
  const pending = pendingUpdates.find(({ id }) => 'id' in command && id === command.id)
  if (pending === undefined) return audience === 'public' ? 'public_update' : 'update'
  if (pending.needsRelease) return 'awaits_release'
  return when === 'at' ? 'scheduled' : 'undo_time'
}
