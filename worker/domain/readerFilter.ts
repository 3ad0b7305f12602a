import { z } from 'zod'
import type { ComponentStatus } from './componentStatus.ts'
import { Language } from './language.ts'
import { IMPACT_OF, worstImpact } from './publicIncident.ts'
import type { Impact, PublicComponent, PublicIncident, PublicModel, PublicPostMortem } from './publicModel.ts'
import { IMPACTS } from './publicModel.ts'

/**
 * What a reader wants to see or be told, as one query of a URL. The same filter decides what a page, a feed and the
 * calendar show and which notices a subscriber gets.
 */

export const LEVELS = [
  'everything',
  'start_and_resolve',
  'major_only',
  'weekly_digest',
  'post_mortems_only',
  'maintenance_only',
] as const
export const Level = z.enum(LEVELS)
export type Level = z.infer<typeof Level>

export interface ReaderFilter {
  /** Ids. With `groups`, what touches one of either; without both, everything. */
  readonly components: readonly string[]
  /** Names, as the page shows them. */
  readonly groups: readonly string[]
  /** At least this much; maintenance has none and always passes. */
  readonly impact: Impact
  readonly level: Level
  readonly postMortems: boolean
  /** Null: the page's, or the reader's browser's. */
  readonly language: Language | null
}

const COMPONENTS_MAX = 500
const GROUPS_MAX = 100
const TEXT_LENGTH_MAX = 200

/** The one spelling of a filter: sorted, without repeats, and without what its level makes meaningless. */
export function readerFilter(wanted: Partial<ReaderFilter>): ReaderFilter {
  const level = wanted.level ?? 'everything'
  return {
    components: canonical(wanted.components?.flatMap((id) => id.split(',')) ?? [], COMPONENTS_MAX),
    groups: canonical(wanted.groups ?? [], GROUPS_MAX),
    impact: wanted.impact ?? 'none',
    level,
    postMortems: level === 'post_mortems_only' || (level !== 'maintenance_only' && (wanted.postMortems ?? true)),
    language: wanted.language ?? null,
  }
}

/** Reads `?component=…&group=…&impact=…&level=…&post_mortems=no&lang=…`. What makes no sense counts as not said. */
export function parseFilter(query: URLSearchParams | string): ReaderFilter {
  const said = typeof query === 'string' ? new URLSearchParams(query) : query
  const language = Language.safeParse(said.get('lang')).data ?? null
  return readerFilter({
    components: said.getAll('component'),
    groups: said.getAll('group'),
    impact: IMPACTS.find((impact) => impact === said.get('impact')) ?? 'none',
    level: Level.safeParse(said.get('level')).data ?? 'everything',
    postMortems: said.get('post_mortems') !== 'no',
    language,
  })
}

/** In the one order and without what is anyhow so; empty for no filter at all. */
export function writeFilter(filter: ReaderFilter): string {
  const { components, groups, impact, level, postMortems, language } = readerFilter(filter)
  const query = new URLSearchParams()
  for (const id of components) query.append('component', id)
  for (const name of groups) query.append('group', name)
  if (impact !== 'none') query.set('impact', impact)
  if (level !== 'everything') query.set('level', level)
  if (!postMortems && level !== 'maintenance_only') query.set('post_mortems', 'no')
  if (language !== null) query.set('lang', language)
  return query.toString()
}

/** Whether it lets through less than everything; the language alone does not. */
export function isFiltering(filter: ReaderFilter): boolean {
  return writeFilter({ ...filter, language: null }) !== ''
}

/** The group of a component, null for one without; undefined for one that nobody knows (any more). */
export type GroupOf = (componentId: string) => string | null | undefined

export function groupsOf(components: readonly Pick<PublicComponent, 'id' | 'group'>[]): GroupOf {
  const groups = new Map(components.map(({ id, group }) => [id, group]))
  return (id) => groups.get(id)
}

/** Something that happened, as far as a filter looks at it. */
export type News =
  | { readonly kind: 'update'; readonly incident: PublicIncident; readonly update: { readonly id: string } }
  | { readonly kind: 'maintenance'; readonly components: readonly string[]; readonly isMilestone: boolean }
  | {
      readonly kind: 'components'
      readonly changes: readonly {
        readonly id: string
        readonly from: ComponentStatus
        readonly to: ComponentStatus
      }[]
    }
  /** `incident`: null where it is too old to be known. */
  | { readonly kind: 'post_mortem'; readonly incident: PublicIncident | null }

/** Whether a subscriber with this filter is told of it at once. The digest is told once a week instead. */
export function isToldOf(filter: ReaderFilter, news: News, groupOf: GroupOf): boolean {
  switch (news.kind) {
    case 'update':
      return filter.level !== 'weekly_digest' && tellsUpdate(filter, news.incident, news.update.id, groupOf)
    case 'maintenance':
      return (
        filter.level !== 'weekly_digest' &&
        showsMaintenance(filter, news.components, groupOf) &&
        (filter.level !== 'start_and_resolve' || news.isMilestone)
      )
    case 'components':
      return filter.level !== 'weekly_digest' && news.changes.some((change) => showsChange(filter, change, groupOf))
    case 'post_mortem':
      return filter.level !== 'weekly_digest' && showsPostMortem(filter, news.incident, groupOf)
  }
}

type Filterable = Pick<
  PublicModel,
  'components' | 'incidents' | 'activeIncidents' | 'maintenances' | 'ownChanges' | 'postMortems'
>

/** The page as this filter shows it. The weekly digest shows what the week's mail would choose from: everything. */
export function filterModel<Model extends Filterable>(model: Model, filter: ReaderFilter): Model {
  if (!isFiltering(filter)) return model
  const groupOf = groupsOf(model.components)
  const incidentsById = new Map(model.incidents.map((incident) => [incident.id, incident]))
  const incidents = model.incidents
    .filter((incident) => showsIncident(filter, incident, groupOf))
    .map((incident) => (filter.level === 'start_and_resolve' ? startAndEnd(filter, incident, groupOf) : incident))
  return {
    ...model,
    // They belong to no component, and nobody asked for them.
    thirdParties: [],
    components: model.components.filter(({ id }) => isChosen(filter, [id], groupOf)),
    incidents,
    activeIncidents: incidents.filter(({ resolvedAtMs }) => resolvedAtMs === null),
    maintenances: model.maintenances.filter(({ components }) =>
      showsMaintenance(
        filter,
        components.map(({ id }) => id),
        groupOf,
      ),
    ),
    ownChanges: model.ownChanges.filter((change) => showsChange(filter, change, groupOf)),
    postMortems: model.postMortems.filter((postMortem: PublicPostMortem) =>
      showsPostMortem(filter, incidentsById.get(postMortem.id) ?? null, groupOf),
    ),
  }
}

/** The components an incident touches, or ever touched. */
function touchedBy({ components, updates }: Pick<PublicIncident, 'components' | 'updates'>): string[] {
  return [...new Set([...components, ...updates.flatMap((update) => update.components)].map(({ id }) => id))]
}

/** How bad an incident was at its worst, and what it touched. */
interface Reach {
  readonly impact: Impact
  readonly touched: readonly string[]
}

function showsIncident(filter: ReaderFilter, incident: PublicIncident, groupOf: GroupOf): boolean {
  return concerns(filter, { impact: incident.impact, touched: touchedBy(incident) }, groupOf)
}

function concerns(filter: ReaderFilter, { impact, touched }: Reach, groupOf: GroupOf): boolean {
  if (filter.level === 'post_mortems_only' || filter.level === 'maintenance_only') return false
  return isGraveEnough(filter, impact) && isChosen(filter, touched, groupOf)
}

function showsMaintenance(filter: ReaderFilter, components: readonly string[], groupOf: GroupOf): boolean {
  if (filter.level === 'post_mortems_only' || filter.level === 'major_only') return false
  return isChosen(filter, components, groupOf)
}

function showsChange(
  filter: ReaderFilter,
  { id, from, to }: { readonly id: string; readonly from: ComponentStatus; readonly to: ComponentStatus },
  groupOf: GroupOf,
): boolean {
  if (filter.level === 'post_mortems_only' || filter.level === 'maintenance_only') return false
  if (!isChosen(filter, [id], groupOf)) return false
  const [was, is] = [isBadEnough(filter, from), isBadEnough(filter, to)]
  // Who was told that it broke is told that it works again.
  return filter.level === 'start_and_resolve' ? was !== is : was || is
}

function isBadEnough(filter: ReaderFilter, status: ComponentStatus): boolean {
  return status !== 'operational' && isGraveEnough(filter, IMPACT_OF[status])
}

function showsPostMortem(filter: ReaderFilter, incident: PublicIncident | null, groupOf: GroupOf): boolean {
  if (!filter.postMortems) return false
  return incident === null || (isGraveEnough(filter, incident.impact) && isChosen(filter, touchedBy(incident), groupOf))
}

function isGraveEnough({ impact, level }: ReaderFilter, reached: Impact): boolean {
  const least = Math.max(IMPACTS.indexOf(impact), level === 'major_only' ? IMPACTS.indexOf('major') : 0)
  return IMPACTS.indexOf(reached) >= least
}

/** What names no component, or one that nobody knows the group of, concerns everybody: better once too often. */
function isChosen({ components, groups }: ReaderFilter, touched: readonly string[], groupOf: GroupOf): boolean {
  if (touched.length === 0 || (components.length === 0 && groups.length === 0)) return true
  return touched.some((id) => {
    if (components.includes(id)) return true
    if (groups.length === 0) return false
    const group = groupOf(id)
    return group === undefined || (group !== null && groups.includes(group))
  })
}

function tellsUpdate(filter: ReaderFilter, incident: PublicIncident, updateId: string, groupOf: GroupOf): boolean {
  const isOver = incident.updates.find(({ id }) => id === updateId)?.status === 'resolved'
  if (showsIncident(filter, incident, groupOf))
    return filter.level !== 'start_and_resolve' || isOver || startOf(filter, incident, groupOf) === updateId
  // It was told while it named no component, so that it is over is told as well.
  return isOver && firstConcerning(filter, incident, groupOf) !== undefined
}

/** The update with which it came to be what this filter lets through: it may have been less grave, or elsewhere, before. */
function startOf(filter: ReaderFilter, incident: PublicIncident, groupOf: GroupOf): string | undefined {
  return firstConcerning(filter, incident, groupOf) ?? incident.updates.at(-1)?.id
}

/** The id of the first update by which it concerned whoever has this filter. Thousands of subscribers are asked about. */
function firstConcerning(filter: ReaderFilter, { updates }: PublicIncident, groupOf: GroupOf): string | undefined {
  let impact: Impact = 'none'
  const touched = new Set<string>()
  for (const update of updates.toReversed()) {
    const told = worstImpact([update])
    if (IMPACTS.indexOf(told) > IMPACTS.indexOf(impact)) impact = told
    for (const { id } of update.components) touched.add(id)
    if (concerns(filter, { impact, touched: [...touched] }, groupOf)) return update.id
  }
  return undefined
}

function startAndEnd(filter: ReaderFilter, incident: PublicIncident, groupOf: GroupOf): PublicIncident {
  const start = startOf(filter, incident, groupOf)
  const updates = incident.updates.filter(({ id, status }) => id === start || status === 'resolved')
  return updates.length === incident.updates.length ? incident : { ...incident, updates }
}

function canonical(texts: readonly string[], max: number): string[] {
  const kept = texts
    .map((text) => text.toWellFormed().trim())
    .filter((text) => text !== '' && text.length <= TEXT_LENGTH_MAX)
  return [...new Set(kept)].sort((a, b) => (a < b ? -1 : 1)).slice(0, max)
}
