import type { z } from 'zod'
import { Environment, Service, Team } from '../../domain/catalogue.ts'
import type { NamedLink } from '../../domain/catalogue.ts'
import { escalationFrom, policyBySeverity } from '../../domain/catalogueEdit.ts'
import type { CatalogueKind } from '../../domain/catalogueEdit.ts'
import { sameDocument } from '../../domain/configDiff.ts'
import type { Severity } from '../../domain/severity.ts'
import { SEVERITIES } from '../../domain/severity.ts'
import { valueOf } from './forms.ts'
import type { FormValues } from './forms.ts'
import type { FormState } from './views.ts'

/** The fields of a service, a team or an environment, to a form and back. */

export type CatalogueEntry = Service | Team | Environment

export const NEW_ENTRY: Record<CatalogueKind, FormValues> = {
  services: { tier: '3' },
  teams: {},
  environments: {},
}

export function valuesOf(kind: CatalogueKind, entry: CatalogueEntry): FormValues {
  switch (kind) {
    case 'services':
      return serviceValues(Service.parse(entry))
    case 'teams': {
      const { id, name, members } = Team.parse(entry)
      return { id, name, members }
    }
    case 'environments': {
      const { id, name, production } = Environment.parse(entry)
      return { id, name, ...(production ? { production: 'yes' } : {}) }
    }
  }
}

export type EntryForm =
  | { readonly ok: true; readonly entry: CatalogueEntry }
  | { readonly ok: false; readonly errors: FormState['errors'] }

export function entryFrom(kind: CatalogueKind, values: FormValues, known: CatalogueEntry | null): EntryForm {
  const id = known?.id ?? valueOf(values, 'id')
  const name = valueOf(values, 'name')
  switch (kind) {
    case 'services':
      return checked(Service, serviceFrom(values, id, known === null ? null : Service.parse(known)))
    case 'teams':
      return checked(Team, { id, name, members: listOf(values, 'members') })
    case 'environments':
      return checked(Environment, { id, name, production: valueOf(values, 'production') === 'yes' })
  }
}

function serviceValues(service: Service): FormValues {
  const { id, name, description = '', tier, owner = '', users, impact } = service
  return {
    id,
    name,
    description,
    tier: String(tier),
    owner,
    dependsOn: service.dependsOn,
    components: service.components,
    aliases: service.aliases.join('\n'),
    repositories: service.repositories.join('\n'),
    runbooks: service.runbooks.map(linkLine).join('\n'),
    dashboards: service.dashboards.map(linkLine).join('\n'),
    users: users === undefined ? '' : String(users),
    impactConnection: impact?.connection ?? '',
    affectedUsers: impact?.affectedUsers ?? '',
    errorRate: impact?.errorRate ?? '',
    ...Object.fromEntries(
      [...policyBySeverity(service.escalation)].map(([severity, policy]) => [`policy:${severity}`, policy]),
    ),
  }
}

function serviceFrom(values: FormValues, id: string, known: Service | null): unknown {
  const text = (name: string) => valueOf(values, name) || undefined
  const chosen = new Map(
    SEVERITIES.flatMap((severity): [Severity, string][] => {
      const policy = text(`policy:${severity}`)
      return policy === undefined ? [] : [[severity, policy]]
    }),
  )
  // However it was written in the document, while it says the same.
  const isSame = known !== null && sameDocument([...policyBySeverity(known.escalation)], [...chosen])
  const impact = {
    connection: text('impactConnection'),
    affectedUsers: text('affectedUsers'),
    errorRate: text('errorRate'),
  }
  return {
    id,
    name: valueOf(values, 'name'),
    description: text('description'),
    tier: Number(valueOf(values, 'tier')),
    owner: text('owner'),
    dependsOn: inOrderOf(known?.dependsOn, listOf(values, 'dependsOn')),
    components: inOrderOf(known?.components, listOf(values, 'components')),
    aliases: linesOf(values, 'aliases'),
    repositories: linesOf(values, 'repositories'),
    runbooks: linesOf(values, 'runbooks').map(linkFrom),
    dashboards: linesOf(values, 'dashboards').map(linkFrom),
    users: text('users') === undefined ? undefined : Number(text('users')),
    // Without a connection it is refused, not dropped with what was written.
    impact: Object.values(impact).every((value) => value === undefined) ? undefined : impact,
    escalation: isSame ? known.escalation : escalationFrom(chosen),
  }
}

/** Checkboxes know no order: what was there before stays where it was. */
function inOrderOf(before: readonly string[] = [], now: readonly string[]): string[] {
  return [...before.filter((id) => now.includes(id)), ...now.filter((id) => !before.includes(id))]
}

function linkLine({ title, url }: NamedLink): string {
  return `${title} ${url}`
}

/** `Title https://…`; the address alone is its own title. */
function linkFrom(line: string): { title: string; url: string } {
  const [, title = '', url = ''] = /^(.*?)\s*(\S+)$/.exec(line) ?? []
  return { title: title === '' ? url.slice(0, 120) : title, url }
}

function listOf(values: FormValues, name: string): string[] {
  const value = values[name]
  return (typeof value === 'string' ? [value] : [...(value ?? [])]).filter((each) => each !== '')
}

function linesOf(values: FormValues, name: string): string[] {
  return valueOf(values, name)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

const FIELD: Readonly<Record<string, string>> = { impact: 'impactConnection', escalation: 'policy:sev1' }
const SAID: Readonly<Record<string, string>> = {
  name: 'A name of 1 to 120 characters, please.',
  id: 'Use lower-case letters, digits, - and _, and begin with a letter or digit.',
  runbooks: 'One to a line: a title, then an address that starts with http:// or https://.',
  dashboards: 'One to a line: a title, then an address that starts with http:// or https://.',
  'impact.connection': 'Choose the connection that answers these queries.',
  users: 'A whole number above 0, or nothing.',
}

function checked(schema: z.ZodType<CatalogueEntry>, entry: unknown): EntryForm {
  // As the document has it: what is undefined is not there.
  const { data, error } = schema.safeParse(JSON.parse(JSON.stringify(entry)))
  if (data !== undefined) return { ok: true, entry: data }
  const errors: Record<string, string> = {}
  for (const { path, message } of error.issues) {
    const field = String(path[0] ?? 'form')
    errors[FIELD[field] ?? field] ??= SAID[path.join('.')] ?? SAID[field] ?? message
  }
  return { ok: false, errors }
}
