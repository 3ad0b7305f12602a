import type { Json } from './canonicalJson.ts'
import type { RecordedOwnChange } from './ownChanges.ts'
import type {
  PublicActionItem,
  PublicIncident,
  PublicMaintenance,
  PublicMaintenanceUpdate,
  PublicPostMortem,
  PublicUpdate,
} from './publicModel.ts'

/**
 * What was said in public, statement by statement: each becomes an entry of the public log. The content of a statement is
 * the very object that stands in the page's JSON, so that anyone can compare the two.
 */

export const STATEMENT_KINDS = [
  'incident_titled',
  'incident_withdrawn',
  'update_posted',
  'update_edited',
  'update_withdrawn',
  'maintenance_planned',
  'maintenance_changed',
  'maintenance_update_posted',
  'maintenance_update_edited',
  'maintenance_update_withdrawn',
  'component_changed',
  'post_mortem_published',
  'post_mortem_changed',
] as const
export type StatementKind = (typeof STATEMENT_KINDS)[number]

export interface Statement {
  readonly kind: StatementKind
  /** What it is about, by kind of thing: ids. */
  readonly subject: Readonly<Record<string, string>>
  /** Null: it was taken back. */
  readonly content: Json
}

/** All that was said of it was taken back. */
export function incidentWithdrawal({ id, updates }: PublicIncident): Statement[] {
  return [
    ...updates.map((update): Statement => ({
      kind: 'update_withdrawn',
      subject: { incident: id, update: update.id },
      content: null,
    })),
    { kind: 'incident_withdrawn', subject: { incident: id }, content: null },
  ]
}

export function incidentStatements(before: PublicIncident | null, after: PublicIncident): Statement[] {
  const titled: Statement[] =
    before?.title === after.title
      ? []
      : [{ kind: 'incident_titled', subject: { incident: after.id }, content: incidentTitle(after) }]
  const told = updateStatements(
    before?.updates ?? [],
    after.updates,
    (update: PublicUpdate) => updateContent(after.id, update),
    { posted: 'update_posted', edited: 'update_edited', withdrawn: 'update_withdrawn' },
    { incident: after.id },
  )
  return [...titled, ...told]
}

export function maintenanceStatements(before: PublicMaintenance | null, after: PublicMaintenance): Statement[] {
  const subject = { maintenance: after.id }
  const plan = maintenancePlan(after)
  const planned: Statement[] =
    before === null
      ? [{ kind: 'maintenance_planned', subject, content: plan }]
      : JSON.stringify(maintenancePlan(before)) === JSON.stringify(plan)
        ? []
        : [{ kind: 'maintenance_changed', subject, content: plan }]
  const told = updateStatements(
    before?.updates ?? [],
    after.updates,
    (update: PublicMaintenanceUpdate) => maintenanceUpdateContent(after.id, update),
    {
      posted: 'maintenance_update_posted',
      edited: 'maintenance_update_edited',
      withdrawn: 'maintenance_update_withdrawn',
    },
    subject,
  )
  return [...planned, ...told]
}

export function postMortemStatements(
  before: { readonly postMortem: PublicPostMortem; readonly actionItems: readonly PublicActionItem[] } | null,
  after: { readonly postMortem: PublicPostMortem; readonly actionItems: readonly PublicActionItem[] },
): Statement[] {
  const content = postMortemContent(after.postMortem, after.actionItems)
  const subject = { post_mortem: after.postMortem.id }
  if (before === null) return [{ kind: 'post_mortem_published', subject, content }]
  const was = postMortemContent(before.postMortem, before.actionItems)
  return JSON.stringify(was) === JSON.stringify(content) ? [] : [{ kind: 'post_mortem_changed', subject, content }]
}

/** From then on the component was this by itself; there is nothing on the page to compare it with but its evidence. */
export function componentStatements(changes: readonly RecordedOwnChange[]): Statement[] {
  return changes.map(({ component, atMs, status }) => ({
    kind: 'component_changed',
    subject: { component },
    content: { component, status, at: new Date(atMs).toISOString() },
  }))
}

/** What a statement is the latest word on, such as `incident:abc/update:u1`. */
export function statementOf({
  kind,
  subject,
}: {
  readonly kind: string
  readonly subject: Statement['subject']
}): string {
  const about = Object.entries(subject).map(([thing, id]) => `${thing}:${id}`)
  if (kind === 'incident_titled' || kind === 'incident_withdrawn') return [...about, 'title'].join('/')
  if (kind === 'maintenance_planned' || kind === 'maintenance_changed') return [...about, 'plan'].join('/')
  return about.join('/')
}

export function incidentTitle({ id, title }: Pick<PublicIncident, 'id' | 'title'>): Json {
  return { incident: id, title }
}

export function updateContent(incidentId: string, update: PublicUpdate): Json {
  return {
    incident: incidentId,
    ...wording(update),
    status: update.status,
    next_update_at: isoOrNull(update.nextUpdateAtMs),
  }
}

export function maintenancePlan(maintenance: PublicMaintenance): Json {
  const { id, title, status, scheduledForMs, scheduledUntilMs, components } = maintenance
  return {
    maintenance: id,
    title,
    status,
    scheduled_for: iso(scheduledForMs),
    scheduled_until: iso(scheduledUntilMs),
    components: components.map((component) => component.id),
  }
}

export function maintenanceUpdateContent(maintenanceId: string, update: PublicMaintenanceUpdate): Json {
  return { maintenance: maintenanceId, ...wording(update), status: update.status }
}

export function postMortemContent(postMortem: PublicPostMortem, actionItems: readonly PublicActionItem[]): Json {
  const { id, title, body, startedAtMs, resolvedAtMs, services } = postMortem
  return {
    post_mortem: id,
    title,
    body,
    started_at: iso(startedAtMs),
    resolved_at: iso(resolvedAtMs),
    services,
    action_items: actionItems.map((item) => ({
      title: item.title,
      type: item.type,
      due_on: item.dueOn,
      done: item.done,
    })),
  }
}

function wording({ id, body, translations, atMs, components }: Omit<PublicUpdate, 'status' | 'nextUpdateAtMs'>) {
  return {
    update: id,
    at: iso(atMs),
    body,
    translations: Object.fromEntries(
      Object.entries(translations).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])),
    ),
    components: components.map((change) => ({ component: change.id, from: change.from, to: change.to })),
  }
}

/** Of two lists that are newest first; the oldest statement comes first. */
function updateStatements<Update extends { readonly id: string }>(
  before: readonly Update[],
  after: readonly Update[],
  contentOf: (update: Update) => Json,
  kinds: Readonly<Record<'posted' | 'edited' | 'withdrawn', StatementKind>>,
  about: Readonly<Record<string, string>>,
): Statement[] {
  const earlier = new Map(before.map((update) => [update.id, JSON.stringify(contentOf(update))]))
  const present = new Set(after.map(({ id }) => id))
  const withdrawn = before
    .filter(({ id }) => !present.has(id))
    .map(({ id }): Statement => ({ kind: kinds.withdrawn, subject: { ...about, update: id }, content: null }))
  const told = after.toReversed().flatMap((update): Statement[] => {
    const content = contentOf(update)
    const was = earlier.get(update.id)
    if (was === JSON.stringify(content)) return []
    return [
      { kind: was === undefined ? kinds.posted : kinds.edited, subject: { ...about, update: update.id }, content },
    ]
  })
  return [...withdrawn, ...told]
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs)
}
