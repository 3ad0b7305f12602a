import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { UpdateContent } from '../domain/pendingUpdate.ts'
import { UpdateTemplate } from '../domain/updateTemplate.ts'
import type { HttpEnv } from './env.ts'
import { action } from './incidentAction.ts'
import * as body from './incidentCommands.ts'
import { affectedComponents } from './names.ts'
import { allow } from './policy.ts'
import { problem, refuseInvalid } from './problem.ts'
import { refusalProblem, roomOf } from './room.ts'
import { filledTemplate, updateTemplates } from './updateTemplates.ts'

/** What is told to an audience: posted, kept for later, released by a second person, corrected, taken back. */

export const incidentUpdateRoutes = new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })

const listRoute = createRoute({
  method: 'get',
  path: '/api/v1/update-templates',
  summary: 'List the templates for updates',
  description: 'They are part of the configuration, as `statusPage.updateTemplates`.',
  tags: ['Incidents'],
  middleware: [allow({ role: 'viewer', scope: 'incidents:read' })] as const,
  responses: {
    200: {
      description: 'Each with its text, in which {{components}} and the like are filled in',
      content: { 'application/json': { schema: z.object({ templates: z.array(UpdateTemplate) }) } },
    },
  },
})
incidentUpdateRoutes.openapi(listRoute, async (c) => c.json({ templates: [...(await updateTemplates(c.env))] }, 200))

action(incidentUpdateRoutes, {
  path: 'updates',
  summary: 'Post an update to an audience',
  description:
    'A public update is on the status page when the answer comes, and goes to subscribers. It stands in `pendingUpdates` instead when it is scheduled, when the page leaves time to take it back, or when a second person has to release it.',
  body: body.UpdateBody,
  command: async ({ draft, postAt, expectedVersion: _version, ...given }, c) => {
    const content = await contentOf(c, given)
    if (content instanceof Response) return content
    const postsAtMs = postAt === undefined ? null : Date.parse(postAt)
    return { type: 'post_update', id: draft ?? crypto.randomUUID(), ...content, postsAtMs }
  },
})

action(incidentUpdateRoutes, {
  path: 'updates/drafts',
  summary: 'Keep an update as a draft',
  description: 'What was scheduled or waited for its release is a draft again.',
  body: body.DraftBody,
  command: async ({ id, expectedVersion: _version, ...given }, c) => {
    const content = await contentOf(c, given)
    return content instanceof Response ? content : { type: 'save_draft', id: id ?? crypto.randomUUID(), content }
  },
})

action(incidentUpdateRoutes, {
  path: 'updates/{updateId}/discard',
  summary: 'Discard an update that is not posted yet',
  body: body.NothingBody,
  command: (_given, c) => ({ type: 'discard_draft', id: updateIdOf(c) }),
})

action(incidentUpdateRoutes, {
  path: 'updates/{updateId}/release',
  summary: 'Release an update that someone else wrote',
  body: body.NothingBody,
  command: (_given, c) => ({ type: 'release_update', id: updateIdOf(c) }),
})

action(incidentUpdateRoutes, {
  path: 'updates/{updateId}/edit',
  summary: 'Change the words of a public update',
  description: 'Earlier words stay readable on the status page.',
  body: body.EditBody,
  command: async ({ body: text, translations }, c) => {
    const updateId = updateIdOf(c)
    const kept = async () =>
      (await roomOf(c.env, c.req.param('id') ?? '').read())?.updates.find(({ id }) => id === updateId)
    return {
      type: 'edit_update',
      id: crypto.randomUUID(),
      updateId,
      body: text,
      translations: translations ?? (await kept())?.translations ?? {},
    }
  },
})

action(incidentUpdateRoutes, {
  path: 'updates/{updateId}/withdraw',
  summary: 'Take a public update back',
  description:
    'Possible for the latest one, within the page’s time for it (`undo`). What it changed is as before, and who was not told yet is not told.',
  body: body.NothingBody,
  command: (_given, c) => ({ type: 'withdraw_update', updateId: updateIdOf(c) }),
})

function updateIdOf(c: Context<HttpEnv>): string {
  return c.req.param('updateId') ?? ''
}

type Given = Omit<z.infer<typeof body.UpdateBody>, 'draft' | 'postAt' | 'expectedVersion'>

async function contentOf(c: Context<HttpEnv>, given: Given): Promise<UpdateContent | Response> {
  const named = affectedComponents(given.components, await c.env.ALERT_DESK.getByName('main').organisation())
  if (!named.ok) return problem(c, 422, 'unknown_component', named.detail)
  const nextUpdateAtMs = given.nextUpdateAt === undefined ? null : Date.parse(given.nextUpdateAt)
  if (nextUpdateAtMs !== null && nextUpdateAtMs <= Date.now())
    return problem(c, 422, 'next_update_in_the_past', 'nextUpdateAt has to be in the future.')
  const minutes = given.nextUpdateInMinutes ?? null
  const content = {
    audience: given.audience,
    body: given.body ?? '',
    status: given.status ?? null,
    components: named.affected,
    nextUpdateAtMs,
    nextUpdateAfterMs: minutes === null ? null : minutes * 60_000,
    translations: given.translations,
    happenedAtMs: given.happenedAt === undefined ? null : Date.parse(given.happenedAt),
    ...(given.notify === undefined ? {} : { notify: given.notify }),
  }
  return given.template === undefined ? content : withTemplate(c, content, given)
}

/** What the request says itself goes before what the template says. */
async function withTemplate(
  c: Context<HttpEnv>,
  content: UpdateContent,
  given: Given,
): Promise<UpdateContent | Response> {
  const template = (await updateTemplates(c.env)).find(({ id }) => id === given.template)
  if (template === undefined)
    return problem(c, 422, 'unknown_template', `There is no template with the id ${given.template}.`)
  const incident = await roomOf(c.env, c.req.param('id') ?? '').read()
  if (incident === null) return refusalProblem(c, 'unknown_incident', null)
  const { nextUpdateMinutes } = template
  const afterMs = content.nextUpdateAfterMs ?? (nextUpdateMinutes === undefined ? null : nextUpdateMinutes * 60_000)
  const nextUpdateAfterMs = content.nextUpdateAtMs === null ? afterMs : null
  const nextUpdateAtMs = nextUpdateAfterMs === null ? content.nextUpdateAtMs : Date.now() + nextUpdateAfterMs
  const filled = await filledTemplate(c.env, template, incident, { ...content, nextUpdateAtMs })
  if (!filled.ok) return problem(c, 422, 'template_not_filled', filled.problem)
  return {
    ...content,
    nextUpdateAfterMs,
    status: content.status ?? template.status ?? null,
    body: content.body === '' ? filled.body : content.body,
    translations: { ...filled.translations, ...content.translations },
  }
}
