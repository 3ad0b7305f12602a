import type { Context } from 'hono'
import { z } from 'zod'
import { ComponentStatus } from '../../domain/componentStatus.ts'
import { IncidentId, Slug } from '../../domain/identifiers.ts'
import { ROLES, VERDICTS } from '../../domain/incident.ts'
import { Severity } from '../../domain/severity.ts'
import { firstInstant } from '../../domain/wallClock.ts'
import type { HttpEnv } from '../env.ts'
import type { FormState } from './views.ts'

/** The console's forms about incidents: their fields, limits, and what is said where one is not right. */

export type FormValues = FormState['values']

/** Every field of a posted form, trimmed; files are left out. */
export async function readFormValues(c: Context<HttpEnv>): Promise<FormValues> {
  const form = await c.req.parseBody({ all: true })
  const values: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(form)) {
    if (typeof value === 'string') values[name] = plain(value)
    else if (Array.isArray(value)) values[name] = value.filter((each) => typeof each === 'string').map(plain)
  }
  return values
}

/** Browsers send line ends as CR LF. */
function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trim()
}

export type ParsedForm<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly errors: Record<string, string> }

/** The first message for each field. */
export function parseForm<T>(schema: z.ZodType<T>, values: FormValues): ParsedForm<T> {
  const { data, error } = schema.safeParse(values)
  if (error === undefined) return { ok: true, data }
  const errors: Record<string, string> = {}
  for (const { path, message } of error.issues) errors[String(path[0] ?? '')] ??= message
  return { ok: false, errors }
}

export function valueOf(values: FormValues, name: string): string {
  const value = values[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}

/** The moment a `datetime-local` field of this zone means; null when it is none. */
export function instantOf(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return null
  const wallMs = Date.parse(`${text}Z`)
  return Number.isNaN(wallMs) ? null : firstInstant(timeZone, wallMs)
}

const needed = (max: number, message: string) =>
  z.string(message).min(1, message).max(max, `At most ${max} characters, please.`)
export const optional = (max: number) => z.string().max(max, `At most ${max} characters, please.`).default('')
const list = z
  .union([z.array(z.string()), z.string()])
  .default([])
  .transform((value) => (typeof value === 'string' ? (value === '' ? [] : [value]) : value))
const Reason = needed(500, 'Say why in a few words: others read it in the timeline.')
const Owner = z.union([z.literal(''), Slug]).default('')

const expectedVersion = z.coerce.number().int().min(1).optional().catch(undefined)

export const OpenForm = z.object({
  title: needed(200, 'Give it a title: what is wrong, in a few words.'),
  publicTitle: optional(200),
  severity: z.enum(Severity.enum, 'Choose a severity.'),
  services: list.pipe(z.array(Slug).max(20, 'At most 20 services, please.')),
  components: list.pipe(z.array(Slug).max(50, 'At most 50 components, please.')),
  summary: optional(5000),
  startedAt: optional(30),
  backdated: z.enum(['', 'yes']).default(''),
})

export const NEXT_UPDATE_MINUTES = ['15', '30', '60'] as const

export const AcknowledgeForm = z.object({})
export const PhaseForm = z.object({
  to: z.enum(['investigating', 'identified', 'monitoring'], 'Choose a state.'),
  expectedVersion,
})
export const SeverityForm = z.object({
  severity: z.enum(Severity.enum, 'Choose a severity.'),
  reason: Reason,
  expectedVersion,
})
export const MergeForm = z.object({
  into: z.string('Choose an incident.').refine((id) => IncidentId.safeParse(id).success, 'Choose an incident.'),
  reason: Reason,
  expectedVersion,
})
export const NEW_INCIDENT = 'new'
export const MoveForm = z.object({
  fingerprint: list.pipe(
    z
      .array(z.string().regex(/^[0-9a-f]{16}$/))
      .min(1, 'Choose the alerts to move.')
      .max(1000, 'At most 1,000 alerts at once, please.'),
  ),
  to: z.union([z.literal(NEW_INCIDENT), IncidentId], 'Choose where they belong.'),
  title: optional(200),
  reason: Reason,
})
export const ResolveForm = z.object({
  reason: needed(2000, 'Say what fixed it: the post-mortem starts from this.'),
  publicBody: optional(10_000),
  expectedVersion,
})
export const StartForm = z.object({
  startedAt: needed(30, 'Enter a date and time.'),
  reason: Reason,
  expectedVersion,
})
export const TitleForm = z.object({
  title: needed(200, 'The incident needs a title.'),
  publicTitle: needed(200, 'Customers need a title too.'),
  expectedVersion,
})
export const ComponentsForm = z.object({ expectedVersion })
export const RoleForm = z.object({ role: z.enum(ROLES), responder: Slug })
export const ReleaseRoleForm = z.object({ role: z.enum(ROLES) })
export const TaskForm = z.object({ title: needed(300, 'Say what has to be done.'), owner: Owner })
export const TaskChangeForm = z.object({ owner: Owner, done: z.enum(['yes', 'no']) })
export const HypothesisForm = z.object({ statement: needed(1000, 'Say what you suspect.'), owner: Owner })
export const VerdictForm = z.object({ verdict: z.enum(VERDICTS), note: optional(1000) })

const Address = z
  .url({ protocol: /^https?$/, error: 'Enter an address that starts with http:// or https://.' })
  .max(2000, 'At most 2,000 characters, please.')
export const ProbeForm = z.object({ url: Address })
export const QueryForm = z.object({ url: Address, query: needed(2000, 'Enter a query, such as up == 0.') })

export const RunForm = z.object({ playbookId: z.string('Choose a playbook.').pipe(Slug) })
export const ApprovalForm = z.object({ planHash: z.string().max(100), decision: z.enum(['approve', 'decline']) })
export const AnswerForm = z.object({ answer: needed(2000, 'Write an answer.') })
export const CancelForm = z.object({})

const COMPONENT_FIELD = 'component:'
const COMPONENTS_MAX = 50

/** The components a form names as `component:<id>`, with the states chosen; those left alone are not in it. */
export function chosenComponents(values: FormValues): ParsedForm<{ id: string; status: ComponentStatus }[]> {
  const chosen: { id: string; status: ComponentStatus }[] = []
  for (const name of Object.keys(values)) {
    if (!name.startsWith(COMPONENT_FIELD)) continue
    const value = valueOf(values, name)
    if (value === '') continue
    const status = ComponentStatus.safeParse(value)
    if (!status.success) return { ok: false, errors: { components: 'Choose one of the states.' } }
    chosen.push({ id: name.slice(COMPONENT_FIELD.length), status: status.data })
  }
  if (chosen.length > COMPONENTS_MAX)
    return { ok: false, errors: { components: `At most ${COMPONENTS_MAX} components at once, please.` } }
  return { ok: true, data: chosen }
}
