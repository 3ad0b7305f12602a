import { z } from 'zod'
import { durationText, parseDuration } from '../../domain/duration.ts'
import { Heartbeat } from '../../domain/heartbeat.ts'
import { Severity } from '../../domain/severity.ts'
import type { ConfigRefusal } from '../configuration.ts'
import { seenAs } from './editConflict.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { parseForm } from './forms.ts'
import { slugOf } from './slug.ts'

/** The form of a heartbeat. What it means is checked where the whole configuration is. */

const LENGTH = 'Write a length of time, such as 30 min, 26 h or 7 d.'

const Duration = z.string().max(30, LENGTH).transform(secondsOf)

const Form = z
  .object({
    name: z
      .string()
      .min(1, 'Give it a name: what reports, such as "Nightly backup".')
      .max(120, 'At most 120 characters.'),
    id: z.string().max(64, 'At most 64 characters.').default(''),
    every: z
      .string()
      .max(30, LENGTH)
      .transform((text, context) => (text === '' ? undefined : secondsOf(text, context))),
    cron: z.string().max(100, 'At most 100 characters.').default(''),
    timeZone: z.string().max(64, 'At most 64 characters.').default(''),
    grace: Duration,
    service: z.string().max(64).default(''),
    severity: z.enum(Severity.enum, 'Choose a severity.'),
  })
  .refine(({ every, cron }) => (every === undefined) !== (cron === ''), {
    path: ['every'],
    message: 'Say how often it reports, or at which times: one of the two.',
  })

function secondsOf(text: string, context: z.RefinementCtx): number {
  const seconds = parseDuration(text)
  if (seconds === null) context.addIssue({ code: 'custom', message: LENGTH })
  return seconds ?? 0
}

export const NEW_VALUES: FormValues = { timeZone: 'Etc/UTC', grace: '5 min', severity: 'sev3' }

export function valuesOf(heartbeat: Heartbeat): FormValues {
  const { id, name, everySeconds, cron = '', timeZone, graceSeconds, service = '', severity } = heartbeat
  const every = everySeconds === undefined ? '' : durationText(everySeconds)
  return {
    id,
    name,
    every,
    cron,
    timeZone,
    grace: durationText(graceSeconds),
    service,
    severity,
    seen: seenAs(heartbeat),
  }
}

/** `known` is the heartbeat that is changed: its id stays. */
export function readHeartbeat(values: FormValues, known: Heartbeat | null): ParsedForm<Heartbeat> {
  const form = parseForm(Form, values)
  if (!form.ok) return form
  const { name, id, every, cron, timeZone, grace, service, severity } = form.data
  const { data, error } = Heartbeat.safeParse({
    id: known?.id ?? (id === '' ? slugOf(name, 'heartbeat') : id),
    name,
    severity,
    graceSeconds: grace,
    paused: known?.paused ?? false,
    ...(every === undefined ? { cron } : { everySeconds: every }),
    ...(timeZone === '' ? {} : { timeZone }),
    ...(service === '' ? {} : { service }),
  })
  if (error === undefined) return { ok: true, data }
  const errors: Record<string, string> = {}
  for (const { path, message } of error.issues) errors[fieldOf(String(path[0] ?? ''))] ??= message
  return { ok: false, errors }
}

const FIELD_OF: Readonly<Record<string, string>> = { everySeconds: 'every', graceSeconds: 'grace' }

function fieldOf(name: string): string {
  return FIELD_OF[name] ?? name
}

/** Beside the field it is about, where it is about the heartbeat at `index` of the document. */
export function errorsFrom({ errors: faults, detail }: ConfigRefusal, index: number): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, message } of faults) {
    const [list, at, field = ''] = path.split('.')
    if (list === 'heartbeats' && Number(at) === index && field !== '') errors[fieldOf(field)] ??= message
    else errors[''] ??= path === '' ? message : `${path}: ${message}`
  }
  return faults.length === 0 ? { '': detail } : errors
}
