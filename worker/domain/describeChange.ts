import type { ConfigChange, FieldChange } from './configDiff.ts'

/** A change of the configuration in words, for the console and the command line alike. */

export interface DescribedChange {
  readonly what: ConfigChange['what']
  /** `service checkout (Checkout)`. */
  readonly title: string
  /** Field by field. */
  readonly details: readonly string[]
}

const WORD: Readonly<Record<string, string>> = {
  statusPage: 'status page',
  pages: 'further status page',
  groupBy: 'labels that group alerts',
  inhibitRules: 'inhibition rules',
  storm: 'storm limit',
  routingRules: 'routing rule',
  environments: 'environment',
  teams: 'team',
  responders: 'person',
  components: 'component',
  services: 'service',
  heartbeats: 'heartbeat',
  schedules: 'schedule',
  policies: 'escalation policy',
  playbooks: 'playbook',
  connections: 'connection',
}

const VALUE_LENGTH_MAX = 120

export function describeChange(change: ConfigChange): DescribedChange {
  const { what, kind, id, name } = change
  const word = WORD[kind] ?? kind
  const named = name === null || name === id ? '' : ` (${name})`
  const title = id === null ? word : `${word} ${id}${named}`
  if (what === 'changed') return { what, title, details: change.fields.map(describeField) }
  return { what, title, details: what === 'moved' ? [`from place ${change.from} to ${change.to}`] : [] }
}

/** Names what is gone afterwards: nobody should find that out later. */
export function removalsIn(changes: readonly ConfigChange[]): string[] {
  return changes.filter(({ what }) => what === 'removed').map((change) => describeChange(change).title)
}

export function describeToken({ connection, what }: { connection: string; what: 'set' | 'taken_away' }): string {
  return what === 'set'
    ? `the token of connection ${connection} is set`
    : `the token of connection ${connection} is taken away`
}

function describeField(field: FieldChange): string {
  if (field.what === 'moved') return `${field.path}: from place ${field.from} to ${field.to}`
  const path = field.path === '' ? '' : `${field.path}: `
  if (!('before' in field)) return `${path}${valueText(field.after)} (new)`
  if (!('after' in field)) return `${path}${valueText(field.before)} (gone)`
  return `${path}${valueText(field.before)} → ${valueText(field.after)}`
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length <= VALUE_LENGTH_MAX ? text : `${text.slice(0, VALUE_LENGTH_MAX)}…`
}
