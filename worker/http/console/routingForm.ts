import { z } from 'zod'
import { durationText, parseDuration } from '../../domain/duration.ts'
import { parseMatcher } from '../../domain/matchers.ts'
import type { Organisation } from '../../domain/organisation.ts'
import type { RuleSettings } from '../../domain/routingRule.ts'
import { Flapping, Grouping, RoutingRule, StormLimit } from '../../domain/routingRule.ts'
import { Severity } from '../../domain/severity.ts'
import type { Fault } from '../problem.ts'
import { seenAs } from './editConflict.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { parseForm } from './forms.ts'
import { freeId } from './slug.ts'

/** The forms of one routing rule, and of the limits around them. What it means is checked where the configuration is. */

const YesNo = z.enum(['', 'yes', 'no']).default('')
const RuleForm = z.object({
  name: z
    .string()
    .min(1, 'Give it a name: what it is for, such as "Staging pages nobody".')
    .max(120, 'At most 120 characters.'),
  matchers: z.string().max(40_000, 'That is too long.').default(''),
  service: z.string().max(64).default(''),
  serviceLabel: z.string().max(100, 'At most 100 characters.').default(''),
  severity: z.union([z.literal(''), Severity]).default(''),
  severityFloor: z.union([z.literal(''), Severity]).default(''),
  groupBy: z.string().max(1200, 'That is too long.').default(''),
  policy: z.string().max(64).default(''),
  page: YesNo,
  suppress: YesNo,
  pause: z.string().max(30, 'Write a length of time, such as 2 min.').default(''),
  enabled: z.string().optional(),
  last: z.string().optional(),
})

export const NEW_RULE: FormValues = { enabled: 'yes' }

export function ruleValues(rule: RoutingRule): FormValues {
  const { name, matchers, set, enabled, last } = rule
  const { service = '', serviceLabel = '', severity = '', severityFloor = '', groupBy = [], policy = '' } = set
  const yesNo = (value: boolean | undefined) => (value === undefined ? '' : value ? 'yes' : 'no')
  return {
    name,
    matchers: matchers.join('\n'),
    service,
    serviceLabel,
    severity,
    severityFloor,
    groupBy: groupBy.join(', '),
    policy,
    page: yesNo(set.page),
    suppress: yesNo(set.suppress),
    pause: set.pauseSeconds === undefined ? '' : durationText(set.pauseSeconds),
    ...(enabled ? { enabled: 'yes' } : {}),
    ...(last ? { last: 'yes' } : {}),
    seen: seenAs(rule),
  }
}

/** `known` is the rule that is changed: its id stays. `taken` are the ids of the others. */
export function readRule(
  values: FormValues,
  known: RoutingRule | null,
  taken: readonly string[],
): ParsedForm<RoutingRule> {
  const form = parseForm(RuleForm, values)
  if (!form.ok) return form
  const { name, service, serviceLabel, severity, severityFloor, policy, page, suppress, pause } = form.data
  const matchers = linesOf(form.data.matchers)
  const wrong = matchers.findIndex((text) => !parseMatcher(text).ok)
  if (wrong >= 0)
    return fault('matchers', `Line ${wrong + 1}: write one matcher to a line, such as severity="critical".`)
  const pauseSeconds = pause === '' ? undefined : parseDuration(pause)
  if (pauseSeconds === null) return fault('pause', 'Write a length of time, such as 90 s or 2 min.')
  const groupBy = namesOf(form.data.groupBy)
  const { data, error } = RoutingRule.safeParse({
    id: known?.id ?? freeId(name, 'rule', taken),
    name,
    enabled: form.data.enabled !== undefined,
    last: form.data.last !== undefined,
    matchers,
    set: {
      ...(service === '' ? {} : { service }),
      ...(serviceLabel === '' ? {} : { serviceLabel }),
      ...(severity === '' ? {} : { severity }),
      ...(severityFloor === '' ? {} : { severityFloor }),
      ...(groupBy.length === 0 ? {} : { groupBy }),
      ...(policy === '' ? {} : { policy }),
      ...(page === '' ? {} : { page: page === 'yes' }),
      ...(suppress === '' ? {} : { suppress: suppress === 'yes' }),
      ...(pauseSeconds === undefined ? {} : { pauseSeconds }),
    },
  })
  if (error === undefined) return { ok: true, data }
  return {
    ok: false,
    errors: besideFields(error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))),
  }
}

/** Faults of the rule at `index` of the document, beside the fields they are about; others are said above the form. */
export function ruleErrors(faults: readonly Fault[], index: number): Record<string, string> {
  const own = `routingRules.${index}.`
  return besideFields(
    faults.map(({ path, message }) =>
      path.startsWith(own)
        ? { path: path.slice(own.length), message }
        : { path: '', message: path === '' ? message : `${path}: ${message}` },
    ),
  )
}

const FIELDS = [
  'name',
  'matchers',
  'service',
  'serviceLabel',
  'severity',
  'severityFloor',
  'groupBy',
  'policy',
] as const

function besideFields(faults: readonly Fault[]): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, message } of faults) {
    const [first = '', second = '', third] = path.split('.')
    const name = first === 'set' ? (second === 'pauseSeconds' ? 'pause' : second) : first
    const field = name === 'pause' || FIELDS.some((each) => each === name) ? name : ''
    const line = first === 'matchers' && second !== '' ? `Line ${Number(second) + 1}: ` : ''
    const entry = name === 'groupBy' && third !== undefined ? `Label ${Number(third) + 1}: ` : ''
    errors[field] ??= `${line}${entry}${message}`
  }
  return errors
}

function fault(field: string, message: string): ParsedForm<never> {
  return { ok: false, errors: { [field]: message } }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function namesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '')
}

const minutes = (max: number, min = 1) => {
  const message = `A whole number of minutes from ${min} to ${max}.`
  return z.coerce.number(message).int(message).min(min, message).max(max, message)
}
const counted = (min: number, max: number) => {
  const message = `A whole number from ${min} to ${max}.`
  return z.coerce.number(message).int(message).min(min, message).max(max, message)
}
const LimitsForm = z.object({
  groupBy: z.string().max(1200, 'That is too long.'),
  windowMinutes: minutes(7 * 24 * 60, 0),
  byDependency: z.string().optional(),
  dependencyWindowMinutes: minutes(24 * 60),
  firings: counted(2, 100),
  firingsWithinMinutes: minutes(24 * 60),
  quietMinutes: minutes(24 * 60),
  incidentsMax: counted(1, 10_000),
  incidentsWithinMinutes: minutes(24 * 60),
})

export type Limits = Pick<Organisation, 'groupBy' | 'grouping' | 'flapping' | 'storm'>

export function limitValues({ groupBy, grouping, flapping, storm }: Limits): FormValues {
  return {
    groupBy: groupBy.join(', '),
    windowMinutes: String(grouping.windowMinutes),
    ...(grouping.byDependency ? { byDependency: 'yes' } : {}),
    dependencyWindowMinutes: String(grouping.dependencyWindowMinutes),
    firings: String(flapping.firings),
    firingsWithinMinutes: String(flapping.withinMinutes),
    quietMinutes: String(flapping.quietMinutes),
    incidentsMax: String(storm.incidentsMax),
    incidentsWithinMinutes: String(storm.withinMinutes),
  }
}

export function readLimits(values: FormValues): ParsedForm<Limits> {
  const form = parseForm(LimitsForm, values)
  if (!form.ok) return form
  const { data } = form
  const groupBy = namesOf(data.groupBy)
  if (groupBy.length === 0) return fault('groupBy', 'Name at least one label, such as alertname.')
  if (groupBy.length > 10) return fault('groupBy', 'At most 10 labels.')
  if (groupBy.some((name) => name.length > 100)) return fault('groupBy', 'A label has at most 100 characters.')
  const { windowMinutes, dependencyWindowMinutes, firings, quietMinutes, incidentsMax } = data
  const byDependency = data.byDependency !== undefined
  return {
    ok: true,
    data: {
      groupBy,
      grouping: Grouping.parse({ windowMinutes, byDependency, dependencyWindowMinutes }),
      flapping: Flapping.parse({ firings, withinMinutes: data.firingsWithinMinutes, quietMinutes }),
      storm: StormLimit.parse({ incidentsMax, withinMinutes: data.incidentsWithinMinutes }),
    },
  }
}

/** What a rule decides, a few words each. */
export function settingsInWords(
  set: RuleSettings,
  { services, policies }: Pick<Organisation, 'services' | 'policies'>,
): string[] {
  const nameOf = (list: readonly { readonly id: string; readonly name: string }[], id: string) =>
    list.find((each) => each.id === id)?.name ?? id
  const { service, serviceLabel, severity, severityFloor, groupBy, policy, page, suppress, pauseSeconds } = set
  return [
    ...(service === undefined ? [] : [`service ${nameOf(services, service)}`]),
    ...(serviceLabel === undefined ? [] : [`service by the label ${serviceLabel}`]),
    ...(severity === undefined ? [] : [`severity ${severity}`]),
    ...(severityFloor === undefined ? [] : [`at least ${severityFloor}`]),
    ...(groupBy === undefined ? [] : [`grouped by ${groupBy.join(', ')}`]),
    ...(policy === undefined ? [] : [`pages ${nameOf(policies, policy)}`]),
    ...(page === undefined ? [] : [page ? 'pages' : 'pages nobody']),
    ...(suppress === undefined ? [] : [suppress ? 'suppressed' : 'not suppressed']),
    ...(pauseSeconds === undefined
      ? []
      : [pauseSeconds === 0 ? 'does not wait' : `waits ${durationText(pauseSeconds)}`]),
  ]
}
