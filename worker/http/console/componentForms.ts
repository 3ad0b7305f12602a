import { z } from 'zod'
import { ComponentRule } from '../../domain/componentRule.ts'
import { COMPONENT_STATUS_LABEL, ComponentStatus } from '../../domain/componentStatus.ts'
import { parseMatcher } from '../../domain/matchers.ts'
import type { ComponentRefusal, RecordedComponentEvent } from '../../domain/ownComponentState.ts'
import { COMPONENT_REASON_LENGTH_MAX, COMPONENT_REFUSAL_MESSAGE } from '../../domain/ownComponentState.ts'
import { Severity } from '../../domain/severity.ts'
import { isPart } from '../../domain/dependency.ts'
import type { Dependency, DependencyPart } from '../../domain/dependency.ts'
import type { Fault } from '../problem.ts'
import type { DependencyChoices } from './componentViews.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { parseForm } from './forms.ts'

/** The forms about components: a state set by hand, one given back, and a rule. */

const ticked = z
  .string()
  .optional()
  .transform((value) => value !== undefined && value !== '')
const reason = z.string().max(COMPONENT_REASON_LENGTH_MAX, `At most ${COMPONENT_REASON_LENGTH_MAX} characters, please.`)
const expectedVersion = z.coerce.number().int().min(0).optional().catch(undefined)

export const SetForm = z.object({
  status: z.enum(ComponentStatus.enum, 'Choose a state.'),
  reason: reason.min(1, COMPONENT_REFUSAL_MESSAGE.reason_needed),
  until: z.string().max(30).default(''),
  tells: ticked,
  expectedVersion,
})
export const GiveBackForm = z.object({ reason: reason.default(''), tells: ticked, expectedVersion })

const FIELD_OF: Partial<Record<ComponentRefusal, string>> = {
  reason_needed: 'reason',
  end_in_the_past: 'until',
  too_far: 'until',
}

/** A refusal beside the field that it is about. */
export function fieldErrors(refusal: ComponentRefusal): Record<string, string> {
  const field = FIELD_OF[refusal]
  return field === undefined ? {} : { [field]: COMPONENT_REFUSAL_MESSAGE[refusal] }
}

const RuleForm = z.object({
  component: z.string().min(1, 'Choose a component.'),
  status: z.enum(ComponentStatus.exclude(['operational']).enum, 'Choose a state.'),
  severity: z.union([z.literal(''), Severity]).default(''),
  service: z.string().max(64).default(''),
  alerts: z.string().max(40_000, 'That is too long.').default(''),
  dependency: z.string().max(300, 'Choose a third party.').default(''),
  atLeast: z.string().default(''),
  forMinutes: z
    .string()
    .regex(/^\d{0,4}$/, 'Write a whole number of minutes, at most 1440.')
    .default(''),
  tells: ticked,
})

export const NEW_RULE: FormValues = {
  status: 'partial_outage',
  atLeast: 'partial_outage',
  forMinutes: '0',
  tells: 'yes',
}

/** What a rule was when its form was opened. */
export function ruleSeen(rule: ComponentRule): string {
  return JSON.stringify(rule)
}

export function ruleValues(rule: ComponentRule): FormValues {
  const { component, status, when, forMinutes, tellsSubscribers } = rule
  return {
    component,
    status,
    severity: when.severity ?? '',
    service: when.service ?? '',
    alerts: (when.alerts ?? []).join('\n'),
    dependency: when.dependency === undefined ? '' : dependencyValue(when.dependency.id, when.dependency.part),
    atLeast: when.dependency?.atLeast ?? 'partial_outage',
    forMinutes: String(forMinutes),
    ...(tellsSubscribers ? { tells: 'yes' } : {}),
    seen: ruleSeen(rule),
  }
}

export function readComponentRule(values: FormValues): ParsedForm<ComponentRule> {
  const form = parseForm(RuleForm, values)
  if (!form.ok) return form
  const { component, status, severity, service, dependency, atLeast, forMinutes, tells } = form.data
  const alerts = form.data.alerts
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const wrong = alerts.findIndex((text) => !parseMatcher(text).ok)
  if (wrong >= 0)
    return {
      ok: false,
      errors: { alerts: `Line ${wrong + 1}: write one matcher to a line, such as severity="critical".` },
    }
  if (severity === '' && service === '' && alerts.length === 0 && dependency === '')
    return { ok: false, errors: { severity: 'Say when the rule holds: fill in at least one of these.' } }
  const { data, error } = ComponentRule.safeParse({
    component,
    status,
    when: {
      ...(severity === '' ? {} : { severity }),
      ...(service === '' ? {} : { service }),
      ...(alerts.length === 0 ? {} : { alerts }),
      ...(dependency === ''
        ? {}
        : { dependency: { ...dependencyOf(dependency), ...(atLeast === '' ? {} : { atLeast }) } }),
    },
    forMinutes: Number(forMinutes),
    tellsSubscribers: tells,
  })
  if (error === undefined) return { ok: true, data }
  return {
    ok: false,
    errors: besideFields(error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))),
  }
}

/** Faults of the rule at `index` of the configuration, beside the fields they are about; others above the form. */
export function componentRuleErrors(faults: readonly Fault[], index: number): Record<string, string> {
  const own = `statusPage.componentRules.${index}.`
  return besideFields(
    faults.map(({ path, message }) =>
      path.startsWith(own) ? { path: path.slice(own.length), message } : { path: '', message: `${path}: ${message}` },
    ),
  )
}

const FIELDS = ['component', 'status', 'severity', 'service', 'alerts', 'dependency', 'forMinutes']

function besideFields(faults: readonly Fault[]): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const { path, message } of faults) {
    const [first = '', second = '', third] = path.split('.')
    const name = first === 'when' ? second : first
    const line = name === 'alerts' && third !== undefined ? `Line ${Number(third) + 1}: ` : ''
    errors[FIELDS.includes(name) ? name : ''] ??= line + message
  }
  return errors
}

/** Ids of third parties have no colon. */
function dependencyValue(id: string, part?: string): string {
  return part === undefined ? id : `${id}:${part}`
}

function dependencyOf(value: string): { readonly id: string; readonly part?: string } {
  const colon = value.indexOf(':')
  return colon < 0 ? { id: value } : { id: value.slice(0, colon), part: value.slice(colon + 1) }
}

/** Those followed, with their components as far as they are known; what is `chosen` is always among them. */
export function dependencyChoices(
  followed: readonly Pick<Dependency, 'id' | 'name' | 'watches'>[],
  partsOf: ReadonlyMap<string, readonly DependencyPart[]>,
  chosen: string,
): DependencyChoices[] {
  const choices = followed.map(({ id, name, watches }) => {
    const whole = watches.length === 0 ? `${name}, the page as a whole` : `${name}, what is followed of it`
    const parts = (partsOf.get(id) ?? []).map((part) => {
      const value = dependencyValue(id, part.id)
      const named = dependencyOf(chosen)
      // The configuration may name it otherwise.
      const isChosen = named.id === id && named.part !== undefined && isPart(part, named.part)
      return { value: isChosen ? chosen : value, label: `${name}: ${part.name}` }
    })
    return { label: name, options: [{ value: id, label: whole }, ...parts] }
  })
  const isThere = choices.some(({ options }) => options.some(({ value }) => value === chosen))
  if (chosen === '' || isThere) return choices
  const { id, part } = dependencyOf(chosen)
  const name = followed.find((each) => each.id === id)?.name ?? id
  return [...choices, { label: 'Not known', options: [{ value: chosen, label: part ? `${name}: ${part}` : name }] }]
}

interface Named {
  readonly id: string
  readonly name: string
}

/** When a rule holds, in words. What nobody knows (any more) is called as the rule calls it. */
export function ruleInWords(
  { when: { severity, service, alerts, dependency } }: ComponentRule,
  services: readonly Named[],
  dependencies: readonly Named[] = [],
  partsOf: ReadonlyMap<string, readonly DependencyPart[]> = new Map(),
): string {
  const nameIn = (list: readonly Named[], id: string) => list.find((each) => each.id === id)?.name ?? id
  const nameOf = (id: string) => nameIn(services, id)
  const partName = (id: string, part: string) => partsOf.get(id)?.find((each) => isPart(each, part))?.name ?? part
  const incident = [
    ...(severity === undefined ? [] : [`at least ${severity}`]),
    ...(service === undefined ? [] : [`about ${nameOf(service)}`]),
  ]
  return [
    ...(incident.length === 0 ? [] : [`an incident ${incident.join(' and ')} is open`]),
    ...(alerts === undefined ? [] : [`an alert fires with ${alerts.join(', ')}`]),
    ...(dependency === undefined
      ? []
      : [
          `${dependency.part === undefined ? '' : `“${partName(dependency.id, dependency.part)}” of `}the third party ${nameIn(dependencies, dependency.id)} is in ${COMPONENT_STATUS_LABEL[dependency.atLeast].toLowerCase()} or worse`,
        ]),
  ].join(', and ')
}

export function eventInWords({ event }: RecordedComponentEvent): string {
  switch (event.type) {
    case 'set_by_hand':
      return 'set by hand'
    case 'given_back':
      return 'given back to the rules'
    case 'word_ended':
      return 'the state set by hand has ended'
    case 'ruled':
      return event.ruled === null ? 'no rule holds any more' : 'by rule'
  }
}
