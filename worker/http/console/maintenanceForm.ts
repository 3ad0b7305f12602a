import type { Context } from 'hono'
import { z } from 'zod'
import { windowFault } from '../../domain/decideMaintenance.ts'
import { Slug } from '../../domain/identifiers.ts'
import type { MaintenanceDetails, MaintenanceWindow, NamedComponent } from '../../domain/maintenance.ts'
import type { MaintenanceRefusal, Saying } from '../../domain/maintenanceCommand.ts'
import { MAINTENANCE_REFUSAL_MESSAGE } from '../../domain/maintenanceCommand.ts'
import { toWallMs } from '../../domain/wallClock.ts'
import type { HttpEnv } from '../env.ts'
import { affectedComponents } from '../names.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { instantOf } from './forms.ts'

/** The forms about maintenance: their fields, limits, and what is said where one is not right. */

const MINUTE_MS = 60_000

const needed = (max: number, message: string) =>
  z.string(message).min(1, message).max(max, `At most ${max} characters, please.`)
const optional = (max: number) => z.string().max(max, `At most ${max} characters, please.`).default('')
const ticked = z
  .string()
  .optional()
  .transform((value) => value !== undefined && value !== '')
const Components = z
  .union([z.array(z.string()), z.string()])
  .default([])
  .transform((value) => (typeof value === 'string' ? (value === '' ? [] : [value]) : value))
  .pipe(z.array(Slug).max(50, 'At most 50 components, please.'))

const DETAILS = {
  title: needed(200, 'Give it a title: what is done, in a few words.'),
  components: Components,
  startsByItself: ticked,
  endsByItself: ticked,
  remind: z
    .string()
    .regex(/^\d{0,5}$/, 'Choose one of these.')
    .default(''),
  note: optional(5000),
}
const TIMES = {
  starts: needed(30, 'Say when it starts.'),
  ends: needed(30, 'Say when it ends.'),
}
const tells = ticked
const expectedVersion = z.coerce.number().int().min(1).optional().catch(undefined)

export const ScheduleForm = z.object({
  ...DETAILS,
  ...TIMES,
  body: needed(10_000, 'Say what it means to customers.'),
  tells,
})
export const MoveForm = z.object({ body: optional(10_000), tells, expectedVersion })
export const RescheduleForm = z.object({ ...TIMES, body: optional(10_000), tells, expectedVersion })
export const PostForm = z.object({
  body: needed(10_000, 'Write what you want to say.'),
  components: Components,
  tells,
  expectedVersion,
})
export const EditForm = z.object({ body: needed(10_000, 'An update needs a text.'), expectedVersion })
export const DetailsForm = z.object({ ...DETAILS, expectedVersion })

/** A new one, as the form first shows it: tomorrow at a full hour, for two hours. */
export function newValues(nowMs: number, timeZone: string): FormValues {
  const wallMs = Math.ceil(toWallMs(timeZone, nowMs) / (60 * MINUTE_MS)) * 60 * MINUTE_MS + 24 * 60 * MINUTE_MS
  return {
    starts: fieldTime(wallMs),
    ends: fieldTime(wallMs + 120 * MINUTE_MS),
    startsByItself: 'yes',
    endsByItself: 'yes',
    remind: '1440',
    tells: 'yes',
  }
}

function fieldTime(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 16)
}

/** The times of a form, read in the page's zone; where they are wrong, which field it is. */
export function windowOf(
  { starts, ends }: { readonly starts: string; readonly ends: string },
  timeZone: string,
  nowMs: number,
  /** Set where it has begun: its start is not asked for again. */
  known: MaintenanceWindow | null = null,
): ParsedForm<MaintenanceWindow> {
  const scheduledForMs = known?.scheduledForMs ?? instantOf(starts, timeZone)
  if (scheduledForMs === null) return { ok: false, errors: { starts: 'Enter a date and time.' } }
  const scheduledUntilMs = instantOf(ends, timeZone)
  if (scheduledUntilMs === null) return { ok: false, errors: { ends: 'Enter a date and time.' } }
  const window = { scheduledForMs, scheduledUntilMs }
  const fault = known === null ? windowFault(window, nowMs) : null
  return fault === null ? { ok: true, data: window } : { ok: false, errors: errorsOf(fault) }
}

const FIELD_OF: Partial<Record<MaintenanceRefusal, string>> = {
  start_in_the_past: 'starts',
  too_far: 'starts',
  end_in_the_past: 'ends',
  end_before_start: 'ends',
  too_long: 'ends',
  same_times: 'ends',
  nothing_to_say: 'body',
}

/** A refusal beside the field that it is about; without one, by the form. */
export function errorsOf(reason: MaintenanceRefusal): Record<string, string> {
  const field = FIELD_OF[reason]
  return field === undefined ? {} : { [field]: MAINTENANCE_REFUSAL_MESSAGE[reason] }
}

export function sayingOf({
  body,
  tells: tellsSubscribers,
}: {
  readonly body: string
  readonly tells: boolean
}): Saying {
  return { updateId: crypto.randomUUID(), body: body === '' ? null : body, translations: {}, tellsSubscribers }
}

export async function detailsOf(
  c: Context<HttpEnv>,
  data: Pick<z.infer<typeof DetailsForm>, keyof typeof DETAILS>,
  known: readonly NamedComponent[],
): Promise<ParsedForm<MaintenanceDetails>> {
  const components = await componentsOf(c, data.components, known)
  if (!components.ok) return components
  const { title, startsByItself, endsByItself, remind, note } = data
  const remindBeforeMs = remind === '' ? null : Number(remind) * MINUTE_MS
  return {
    ok: true,
    data: { title, startsByItself, endsByItself, remindBeforeMs, note, components: components.data },
  }
}

/** Those it has already keep their names, also where the status page no longer has them. */
export async function componentsOf(
  c: Context<HttpEnv>,
  ids: readonly string[],
  known: readonly NamedComponent[],
): Promise<ParsedForm<NamedComponent[]>> {
  const wanted = new Set(ids)
  const kept = known.filter(({ id }) => wanted.has(id))
  const others = [...wanted].filter((id) => !kept.some((component) => component.id === id))
  const named = affectedComponents(others, await c.env.ALERT_DESK.getByName('main').organisation())
  if (!named.ok) return { ok: false, errors: { components: named.detail } }
  return { ok: true, data: [...kept, ...named.affected.map(({ id, name }) => ({ id, name }))] }
}
