import type { Context } from 'hono'
import { Hono } from 'hono'
import { StatusPage } from '../../domain/statusPage.ts'
import type { UpdateTemplate } from '../../domain/updateTemplate.ts'
import { TEMPLATES_MAX, TEMPLATE_LENGTH_MAX, TEMPLATE_VARIABLES } from '../../domain/updateTemplate.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import { CONFIGURE, mayConfigure } from './configurable.ts'
import { parseForm, readFormValues, valueOf } from './forms.ts'
import { noticeOf } from './notice.ts'
import { changeStatusPage, removeEntry, saveEntry } from './pageEntries.ts'
import { answerPage } from './pages.ts'
import { meOf } from './roomView.ts'
import { filledExample, readTemplate, templateErrors, templateFacts, templateValues } from './updateTemplateForm.ts'
import { UpdateRulesForm, updateRulesErrors, updateRulesValues, withUpdateRules } from './updateRulesForm.ts'
import type { UpdateTemplateView, UpdateTemplatesView } from './updateTemplateViews.ts'
import type { FormState } from './views.ts'

/** Templates for updates: plain forms, and a preview with the blanks filled in that saves nothing. */

const BASE = '/console/update-templates'
const NOTICE: Readonly<Record<string, string>> = {
  rules: 'It is saved, and holds from the next update on.',
  saved: 'The template is saved: the composer of updates has it.',
  removed: 'The template was removed. The versions of the configuration still have it.',
  gone: 'This template is not there any more.',
}

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const

export function updateTemplatePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (
    c: Context<HttpEnv>,
    template: UpdateTemplate | null,
    form: FormState,
    { preview = null, status = 200 }: { preview?: UpdateTemplateView['preview']; status?: number } = {},
  ) => {
    const blanks = Object.entries(TEMPLATE_VARIABLES)
    const view: UpdateTemplateView = {
      ...(await common(c)),
      template,
      form,
      preview,
      blanks,
      lengthMax: TEMPLATE_LENGTH_MAX,
    }
    return answerPage(render, '/console/update-template', view, status)
  }
  const known = async (c: Context<HttpEnv>) => (await presentOrganisation(c.env))?.statusPage.updateTemplates ?? []
  const found = async (c: Context<HttpEnv>) => (await known(c)).find(({ id }) => id === c.req.param('id')) ?? null
  const gone = (c: Context<HttpEnv>) => c.redirect(`${BASE}?done=gone`, 303)

  const list = async (c: Context<HttpEnv>, refused: FormState | null, status = 200) => {
    const statusPage = (await presentOrganisation(c.env))?.statusPage ?? StatusPage.parse({ name: 'Status' })
    const templates = statusPage.updateTemplates.map((template) => {
      const { id, name, text } = template
      return { id, name, text, facts: templateFacts(template) }
    })
    const rules = refused ?? { values: updateRulesValues(statusPage), errors: {} }
    const view: UpdateTemplatesView = { ...(await common(c)), templates, rules }
    return answerPage(render, '/console/update-templates', view, status)
  }

  routes.get(BASE, allow(LOOK), (c) => list(c, null))

  routes.post(`${BASE}/rules`, allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const form = parseForm(UpdateRulesForm, values)
    if (!form.ok) return list(c, { values, errors: form.errors }, 422)
    const edit = (present: StatusPage) => withUpdateRules(present, form.data)
    const refused = await changeStatusPage(c, edit, 'Change how updates go out', updateRulesErrors)
    if (refused !== null) return list(c, { values, errors: refused.errors }, refused.status)
    return c.redirect(`${BASE}?done=rules#rules`, 303)
  })

  routes.get(`${BASE}/new`, allow(CONFIGURE), (c) => page(c, null, { values: {}, errors: {} }))

  /** The form as it was filled in, with its blanks filled in. */
  routes.post(`${BASE}/preview`, allow(LOOK), async (c) => {
    const values = await readFormValues(c)
    const template = (await known(c)).find(({ id }) => id === values['id']) ?? null
    const form = readTemplate(values, template, [])
    if (!form.ok) return page(c, template, { values, errors: form.errors }, { status: 422 })
    return page(c, template, { values, errors: {} }, { preview: await exampleOf(c, form.data) })
  })

  routes.get(`${BASE}/:id`, allow(LOOK), async (c) => {
    const template = await found(c)
    if (template === null) return handleNotFound(c)
    return page(
      c,
      template,
      { values: templateValues(template), errors: {} },
      { preview: await exampleOf(c, template) },
    )
  })

  routes.post(BASE, allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const templates = await known(c)
    const form = readTemplate(
      values,
      null,
      templates.map(({ id }) => id),
    )
    if (!form.ok) return page(c, null, { values, errors: form.errors }, { status: 422 })
    if (templates.length >= TEMPLATES_MAX)
      return page(
        c,
        null,
        { values, errors: { '': `There may be ${TEMPLATES_MAX} templates at most.` } },
        { status: 422 },
      )
    const refused = await saveEntry(c, 'updateTemplates', form.data, null, templateErrors)
    if (refused !== null) return page(c, null, { values, errors: refused.errors }, { status: refused.status })
    return c.redirect(`${BASE}/${form.data.id}?done=saved`, 303)
  })

  routes.post(`${BASE}/:id`, allow(CONFIGURE), async (c) => {
    const template = await found(c)
    if (template === null) return gone(c)
    const values = await readFormValues(c)
    const form = readTemplate(values, template, [])
    if (!form.ok) return page(c, template, { values, errors: form.errors }, { status: 422 })
    const refused = await saveEntry(c, 'updateTemplates', form.data, valueOf(values, 'seen'), templateErrors)
    if (refused !== null) return page(c, template, { values, errors: refused.errors }, { status: refused.status })
    return c.redirect(`${BASE}/${template.id}?done=saved`, 303)
  })

  routes.post(`${BASE}/:id/remove`, allow(CONFIGURE), async (c) => {
    const template = await found(c)
    if (template === null) return gone(c)
    const refused = await removeEntry(c, 'updateTemplates', template)
    if (refused === null) return c.redirect(`${BASE}?done=removed`, 303)
    return page(c, template, { values: templateValues(template), errors: refused.errors }, { status: refused.status })
  })

  return routes
}

async function exampleOf(c: Context<HttpEnv>, template: UpdateTemplate) {
  const [page, organisation] = await Promise.all([
    publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL),
    presentOrganisation(c.env),
  ])
  const nowMs = Date.now()
  const nextMs = nowMs + (template.nextUpdateMinutes ?? 30) * 60_000
  const moments = { startedAtMs: nowMs, nextUpdateAtMs: nextMs }
  return filledExample(template, page, organisation?.components ?? [], moments)
}

async function common(c: Context<HttpEnv>) {
  const { timeZone, language } = await publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL)
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    pageLanguage: language,
    notice: noticeOf(c, NOTICE),
    mayConfigure: mayConfigure(c),
  }
}
