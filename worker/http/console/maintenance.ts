import type { Context } from 'hono'
import { Hono } from 'hono'
import type { z } from 'zod'
import { describeMaintenanceEvent } from '../../domain/describeMaintenanceEvent.ts'
import type { Maintenance } from '../../domain/maintenance.ts'
import { isUnderWay } from '../../domain/maintenance.ts'
import type { MaintenanceCommand } from '../../domain/maintenanceCommand.ts'
import { MAINTENANCE_REFUSAL_MESSAGE } from '../../domain/maintenanceCommand.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import type { HttpEnv } from '../env.ts'
import { MAINTENANCE_REFUSAL_STATUS, maintenanceDeskOf, readMaintenance, submitMaintenance } from '../maintenance.ts'
import { After, maintenanceIdFor } from '../maintenances.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { parseForm, readFormValues } from './forms.ts'
import {
  DetailsForm,
  EditForm,
  MoveForm,
  PostForm,
  RescheduleForm,
  ScheduleForm,
  componentsOf,
  detailsOf,
  errorsOf,
  newValues,
  sayingOf,
  windowOf,
} from './maintenanceForm.ts'
import type { MaintenanceView, MaintenancesView, NewMaintenanceView } from './maintenanceViews.ts'
import { noticeOf } from './notice.ts'
import { answerPage } from './pages.ts'
import { formKey } from './roomSubmit.ts'
import { meOf, timeZoneOf } from './roomView.ts'
import type { FormState, RefusedForm } from './views.ts'

/** Maintenance: what is planned, planning it, and carrying it through. Plain forms that need no script. */

const PAST_A_PAGE = 25

const NOTICE: Readonly<Record<string, string>> = {
  scheduled: 'The maintenance is scheduled: it is on the status page and in the calendar.',
  start: 'The maintenance is in progress. Its components are under maintenance.',
  verify: 'The maintenance is being verified.',
  complete: 'The maintenance is completed. Its components are back.',
  cancel: 'The maintenance is cancelled.',
  reschedule: 'The maintenance is moved.',
  updates: 'The update is on the status page.',
  edit: 'The update says it in other words now. What it said before stays to be seen.',
  details: 'The details are changed.',
}

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const
const ACT = { role: 'responder', scope: 'incidents:write' } as const

export function maintenancePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const newPage = async (c: Context<HttpEnv>, form: FormState | null, status = 200) =>
    answerPage(render, '/console/new-maintenance', await newView(c, form), status)

  routes.get('/console/maintenance', allow(LOOK), async (c) =>
    answerPage(render, '/console/maintenances', await listView(c)),
  )

  routes.get('/console/maintenance/new', allow(ACT), (c) => newPage(c, null))

  routes.post('/console/maintenance', allow(ACT), async (c) => {
    const values = await readFormValues(c)
    const key = await formKey(c, values)
    const command = await scheduleCommand(c, values, key)
    if (!command.ok) return newPage(c, { values, errors: command.errors }, 422)
    const answer = await submitMaintenance(c, command.data.id, command.data, { idempotencyKey: key })
    if (answer.ok) return c.redirect(`/console/maintenance/${answer.maintenance.id}?done=scheduled`, 303)
    const errors = { '': MAINTENANCE_REFUSAL_MESSAGE[answer.reason], ...errorsOf(answer.reason) }
    return newPage(c, { values, errors }, MAINTENANCE_REFUSAL_STATUS[answer.reason])
  })

  routes.get('/console/maintenance/:id', allow(LOOK), (c) => answerOne(c, render, c.req.param('id'), null))

  for (const type of ['start', 'verify', 'complete', 'cancel'] as const)
    addForm(routes, render, type, MoveForm, (data) => ok({ type, ...sayingOf(data) }))

  addForm(routes, render, 'reschedule', RescheduleForm, async (data, c, maintenance) => {
    const known = isUnderWay(maintenance.status) ? maintenance : null
    const window = windowOf(data, await timeZoneOf(c.env), Date.now(), known)
    return window.ok ? ok({ type: 'reschedule', window: window.data, ...sayingOf(data) }) : window
  })

  addForm(routes, render, 'updates', PostForm, async (data, c, maintenance) => {
    const components = await componentsOf(c, data.components, maintenance.components)
    return components.ok ? ok({ type: 'post_update', components: components.data, ...sayingOf(data) }) : components
  })

  addForm(routes, render, 'details', DetailsForm, async (data, c, { components }) => {
    const details = await detailsOf(c, data, components)
    return details.ok ? ok({ type: 'change_details', ...details.data }) : details
  })

  addForm(routes, render, 'updates/:update/edit', EditForm, ({ body }, c, { updates }) => {
    const updateId = c.req.param('update') ?? ''
    const before = updates.find(({ id }) => id === updateId)
    // What others wrote in other languages says something else now.
    const translations = before?.body === body ? before.translations : {}
    return ok({ type: 'edit_update', updateId, body, translations })
  })

  return routes
}

function ok<T>(data: T): { readonly ok: true; readonly data: T } {
  return { ok: true, data }
}

/** A form of the page of one: it is carried out, or shown again with what was typed and what is wrong. */
function addForm<Data extends { readonly expectedVersion?: number | undefined }>(
  routes: Hono<HttpEnv>,
  render: RenderPage,
  path: string,
  schema: z.ZodType<Data>,
  commandOf: (
    data: Data,
    c: Context<HttpEnv>,
    maintenance: Maintenance,
  ) => ParsedForm<MaintenanceCommand> | Promise<ParsedForm<MaintenanceCommand>>,
): void {
  routes.post(`/console/maintenance/:id/${path}`, allow(ACT), async (c) => {
    const id = c.req.param('id') ?? ''
    const found = await readMaintenance(c, id)
    if (found === null) return handleNotFound(c)
    const values = await readFormValues(c)
    const form = path.replace(':update', c.req.param('update') ?? '')
    const refuse = (errors: FormState['errors'], message: string, status: number) =>
      answerOne(c, render, id, { form, values, errors, message }, status)

    const parsed = parseForm(schema, values)
    if (!parsed.ok) return refuse(parsed.errors, summaryOf(parsed.errors), 422)
    const command = await commandOf(parsed.data, c, found.maintenance)
    if (!command.ok) return refuse(command.errors, summaryOf(command.errors), 422)
    const { expectedVersion } = parsed.data
    const answer = await submitMaintenance(c, id, command.data, {
      expectedVersion,
      idempotencyKey: await formKey(c, values),
    })
    if (!answer.ok)
      return refuse(
        errorsOf(answer.reason),
        MAINTENANCE_REFUSAL_MESSAGE[answer.reason],
        MAINTENANCE_REFUSAL_STATUS[answer.reason],
      )
    const done = path.endsWith('/edit') ? 'edit' : path
    return c.redirect(`/console/maintenance/${id}?done=${done}`, 303)
  })
}

function summaryOf(errors: FormState['errors']): string {
  return `Nothing was sent. ${Object.values(errors).join(' ')}`
}

async function scheduleCommand(
  c: Context<HttpEnv>,
  values: FormValues,
  key: string | undefined,
): Promise<ParsedForm<Extract<MaintenanceCommand, { type: 'schedule' }>>> {
  const parsed = parseForm(ScheduleForm, values)
  if (!parsed.ok) return parsed
  const [details, window] = [
    await detailsOf(c, parsed.data, []),
    windowOf(parsed.data, await timeZoneOf(c.env), Date.now()),
  ]
  if (!window.ok) return window
  if (!details.ok) return details
  const id = await maintenanceIdFor(key)
  return ok({ type: 'schedule', id, window: window.data, ...details.data, ...sayingOf(parsed.data) })
}

async function common(c: Context<HttpEnv>) {
  const { timeZone, language } = await publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL)
  return {
    me: meOf(c),
    nowMs: Date.now(),
    timeZone,
    language,
    notice: noticeOf(c, NOTICE),
  }
}

async function listView(c: Context<HttpEnv>): Promise<MaintenancesView> {
  const desk = maintenanceDeskOf(c.env)
  const after = After.safeParse(c.req.query('after'))
  const [open, past] = await Promise.all([
    after.success ? [] : desk.open(),
    desk.past(after.success ? after.data : null, PAST_A_PAGE + 1),
  ])
  const last = past.length > PAST_A_PAGE ? past[PAST_A_PAGE - 1] : undefined
  return {
    ...(await common(c)),
    current: open.filter(({ status }) => isUnderWay(status)),
    upcoming: open.filter(({ status }) => status === 'scheduled'),
    past: past.slice(0, PAST_A_PAGE),
    older: last === undefined ? null : `/console/maintenance?after=${last.scheduledForMs}-${last.id}`,
    isOlder: after.success,
  }
}

async function newView(c: Context<HttpEnv>, form: FormState | null): Promise<NewMaintenanceView> {
  const view = await common(c)
  return {
    ...view,
    components: await componentsToChoose(c),
    form: form ?? { values: newValues(view.nowMs, view.timeZone), errors: {} },
    commandId: crypto.randomUUID(),
  }
}

async function answerOne(
  c: Context<HttpEnv>,
  render: RenderPage,
  id: string,
  refused: RefusedForm | null,
  status = 200,
): Promise<Response> {
  const found = await readMaintenance(c, id)
  if (found === null) return handleNotFound(c)
  const view: MaintenanceView = {
    ...(await common(c)),
    maintenance: found.maintenance,
    log: found.events
      .map(({ atMs, by, event }) => ({ atMs, by: by.name, what: describeMaintenanceEvent(event) }))
      .toReversed(),
    components: await componentsToChoose(c),
    publicUrl: `${c.env.PUBLIC_URL.replace(/\/+$/, '')}/maintenance/${id}`,
    commandId: crypto.randomUUID(),
    refused,
  }
  return answerPage(render, '/console/maintenance', refused === null ? view : { ...view, notice: null }, status)
}

async function componentsToChoose(c: Context<HttpEnv>) {
  const { components } = await c.env.ALERT_DESK.getByName('main').organisation()
  return components.map(({ id, name }) => ({ id, name }))
}
