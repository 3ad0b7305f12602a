import type { Context } from 'hono'
import type { Hono } from 'hono'
import { z } from 'zod'
import type { IncidentUpdate } from '../../domain/incident.ts'
import { LANGUAGES } from '../../domain/language.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import type { FormValues } from './forms.ts'
import { parseForm, readFormValues } from './forms.ts'
import { answerPage } from './pages.ts'
import { addRoomForm, noSuchIncident, summaryOf } from './roomForm.ts'
import { submitForm } from './roomSubmit.ts'
import { incidentOf, meOf, timeZoneOf } from './roomView.ts'
import { translationsOf } from './updateForm.ts'
import type { UpdateEditView } from './views.ts'

/** What can be done with an update that is written: release or discard it, take it back, change its words. */

const Nothing = z.object({})

const EditForm = z.object({
  body: z
    .string('Write what it is to say.')
    .min(1, 'Write what it is to say.')
    .max(10_000, 'At most 10,000 characters, please.'),
})

export function addUpdateCorrections(routes: Hono<HttpEnv>, render: RenderPage): void {
  addRoomForm(routes, render, {
    path: 'updates/:updateId/discard',
    schema: Nothing,
    command: ({ c }) => ({ type: 'discard_draft', id: updateIdOf(c) }),
    anchor: 'main',
    done: () => 'discarded',
  })
  addRoomForm(routes, render, {
    path: 'updates/:updateId/release',
    schema: Nothing,
    command: ({ c }) => ({ type: 'release_update', id: updateIdOf(c) }),
    anchor: 'main',
    done: () => 'released_update',
  })
  addRoomForm(routes, render, {
    path: 'updates/:updateId/withdraw',
    schema: Nothing,
    command: ({ c }) => ({ type: 'withdraw_update', updateId: updateIdOf(c) }),
    anchor: 'main',
    done: () => 'withdrawn',
  })

  routes.get(
    '/console/incidents/:id/updates/:updateId',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => answerEdit(c, render, null, {}, null),
  )

  routes.post(
    '/console/incidents/:id/updates/:updateId',
    allow({ role: 'responder', scope: 'incidents:write' }),
    async (c) => {
      const values = await readFormValues(c)
      const incident = await incidentOf(c)
      if (incident === null) return noSuchIncident(c)
      const parsed = parseForm(EditForm, values)
      if (!parsed.ok) return answerEdit(c, render, values, parsed.errors, summaryOf(parsed.errors), 422)
      const translations = translationsOf(values)
      if ('errors' in translations)
        return answerEdit(c, render, values, translations.errors, summaryOf(translations.errors), 422)
      // First it is shown what changes.
      if (values['confirmed'] !== 'yes') return answerEdit(c, render, values, {}, null)
      const { body } = parsed.data
      const updateId = updateIdOf(c)
      const command = {
        type: 'edit_update',
        id: crypto.randomUUID(),
        updateId,
        body,
        translations: translations.given,
      } as const
      const answer = await submitForm(c, incident.id, values, command)
      if (!answer.ok) return answerEdit(c, render, values, {}, answer.message, answer.status)
      const waits = answer.incident.pendingUpdates.some(({ id }) => id === command.id)
      return c.redirect(`/console/incidents/${incident.id}?done=${waits ? 'awaits_release' : 'edited'}#timeline`, 303)
    },
  )
}

async function answerEdit(
  c: Context<HttpEnv>,
  render: RenderPage,
  values: FormValues | null,
  errors: UpdateEditView['form']['errors'],
  message: string | null,
  status = 200,
): Promise<Response> {
  const incident = await incidentOf(c)
  if (incident === null) return noSuchIncident(c)
  const update = incident.updates.find(({ id, audience }) => id === updateIdOf(c) && audience === 'public')
  // It was taken back, or there never was one: the room shows what there is.
  if (update === undefined) return c.redirect(`/console/incidents/${incident.id}`, 303)
  const [timeZone, page] = await Promise.all([timeZoneOf(c.env), publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL)])
  const view: UpdateEditView = {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    notice: null,
    incidentId: incident.id,
    incidentTitle: incident.title,
    update,
    pageLanguage: page.language,
    form: { values: values ?? valuesOf(update), errors },
    message,
    /** Null: it is to be edited; else it is to be confirmed. */
    isToConfirm: values !== null && message === null,
    commandId: crypto.randomUUID(),
  }
  return answerPage(render, '/console/update-edit', view, status)
}

function valuesOf({ body, translations = {} }: IncidentUpdate): FormValues {
  const others = LANGUAGES.map((language) => [`translation:${language}`, translations[language] ?? ''])
  return { body, ...Object.fromEntries(others) }
}

function updateIdOf(c: Context<HttpEnv>): string {
  return c.req.param('updateId') ?? ''
}
