import { COMPONENT_STATUS_LABEL } from '../domain/componentStatus.ts'
import { rescheduledTo } from '../domain/maintenanceLists.ts'
import type {
  PublicIncident,
  PublicMaintenance,
  PublicMaintenanceUpdate,
  PublicModel,
  PublicOwnChange,
  PublicPostMortem,
  PublicUpdate,
} from '../domain/publicModel.ts'
import { PUBLIC_STATUS_LABEL, maintenanceUpdateLabel } from '../domain/publicWords.ts'
import { renderMarkdown } from './markdown.ts'
import { escapeMarkup, printable, utcMinute, utcWindow } from './text.ts'

/** One entry, whatever the format it is written in. */
export interface FeedEntry {
  /** A tag URI that never changes. */
  readonly id: string
  readonly title: string
  readonly link: string
  readonly publishedAtMs: number
  readonly updatedAtMs: number
  readonly html: string
}

export const FEED_ENTRIES_MAX = 50

export interface Feed {
  readonly id: string
  readonly title: string
  /** Where the feed itself is. */
  readonly selfUrl: string
  /** The page it tells of. */
  readonly pageUrl: string
  readonly author: string
  /** The last change of anything in it; never the clock, or every poll would look new. */
  readonly updatedAtMs: number
  /** Newest first. */
  readonly entries: readonly FeedEntry[]
}

/** An entry per incident, maintenance and published post-mortem, the last changed first. */
export function historyFeed(model: PublicModel, path: string, query = ''): Feed {
  const latest = [
    ...model.incidents.map((incident) => ({ ...incident, entry: () => incidentEntry(model, incident) })),
    ...model.maintenances.map((maintenance) => ({ ...maintenance, entry: () => maintenanceEntry(model, maintenance) })),
    ...model.postMortems.map((postMortem) => ({ ...postMortem, entry: () => postMortemEntry(model, postMortem) })),
    ...ownSpells(model.ownChanges).map((spell) => ({
      id: spell.first.changeId,
      updatedAtMs: spell.last.atMs,
      entry: () => spellEntry(model, spell),
    })),
  ]
    .sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.id < b.id ? 1 : -1))
    .slice(0, FEED_ENTRIES_MAX)
  const entries = latest.map(({ entry }) => entry())
  return feed(model, path, query, 'History', entries)
}

/** An entry per update. Slack and others keep only entries whose date is new and later: no two share one. */
export function updatesFeed(model: PublicModel, path: string, query = ''): Feed {
  const oldestFirst = [
    ...model.incidents.flatMap((incident) =>
      incident.updates.map((update) => ({
        ...update,
        entry: (atMs: number) => updateEntry(model, incident, update, atMs),
      })),
    ),
    ...model.maintenances.flatMap((maintenance) =>
      maintenance.updates.map((update) => ({
        ...update,
        entry: (atMs: number) => maintenanceUpdateEntry(model, maintenance, update, atMs),
      })),
    ),
    ...model.ownChanges.map((change) => ({
      id: change.changeId,
      atMs: change.atMs,
      entry: (atMs: number) => ownChangeEntry(model, change, atMs),
    })),
  ].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
  let lastSecond = -1
  const dated = oldestFirst.map(({ atMs, entry }) => {
    lastSecond = Math.max(Math.floor(atMs / 1000), lastSecond + 1)
    return { entry, atMs: lastSecond * 1000 }
  })
  const latest = dated.slice(-FEED_ENTRIES_MAX).toReversed()
  return feed(
    model,
    path,
    query,
    'Updates',
    latest.map(({ entry, atMs }) => entry(atMs)),
  )
}

function feed(model: PublicModel, path: string, query: string, subject: string, entries: readonly FeedEntry[]): Feed {
  const { page } = model
  // A filtered feed is another feed; what it has in common with others keeps its ids.
  const filter = query === '' ? '' : `?${query}`
  return {
    id: tag(model, `/${path.replace(/\.[a-z]+$/, '')}${filter}`),
    title: `${page.name} – ${subject}`,
    selfUrl: `${page.url}/${path}${filter}`,
    pageUrl: `${page.url}/${filter}`,
    author: page.name,
    updatedAtMs: Math.max(...entries.map((entry) => entry.updatedAtMs), entries.length === 0 ? page.updatedAtMs : 0),
    entries,
  }
}

function incidentEntry(model: PublicModel, incident: PublicIncident): FeedEntry {
  return {
    id: tag(model, `Incident/${incident.id}`),
    title: printable(incident.title),
    link: incidentUrl(model, incident),
    publishedAtMs: incident.createdAtMs,
    updatedAtMs: incident.updatedAtMs,
    html: incident.updates.map((update) => updateHtml(update)).join('\n'),
  }
}

function updateEntry(
  model: PublicModel,
  incident: PublicIncident,
  update: PublicUpdate,
  publishedAtMs: number,
): FeedEntry {
  return {
    id: tag(model, `Update/${update.id}`),
    title: printable(`${PUBLIC_STATUS_LABEL[update.status]}: ${incident.title}`),
    link: `${incidentUrl(model, incident)}#${encodeURIComponent(update.id)}`,
    publishedAtMs,
    updatedAtMs: publishedAtMs,
    html: updateHtml(update),
  }
}

/** Dated by when it was announced and last told of, never by when it takes place: a date in the future stays unread. */
function maintenanceEntry(model: PublicModel, maintenance: PublicMaintenance): FeedEntry {
  return {
    id: tag(model, `Maintenance/${maintenance.id}`),
    title: printable(`Maintenance: ${maintenance.title}`),
    link: maintenanceUrl(model, maintenance),
    publishedAtMs: maintenance.createdAtMs,
    updatedAtMs: maintenance.updatedAtMs,
    html: [
      `<p>Scheduled for <strong>${escapeMarkup(utcWindow(maintenance))}</strong></p>`,
      ...maintenance.updates.map((update) => maintenanceUpdateHtml(maintenance, update)),
    ].join('\n'),
  }
}

function maintenanceUpdateEntry(
  model: PublicModel,
  maintenance: PublicMaintenance,
  update: PublicMaintenanceUpdate,
  publishedAtMs: number,
): FeedEntry {
  return {
    id: tag(model, `Update/${update.id}`),
    title: printable(`${maintenanceUpdateLabel(update)}: ${maintenance.title}`),
    link: `${maintenanceUrl(model, maintenance)}#${encodeURIComponent(update.id)}`,
    publishedAtMs,
    updatedAtMs: publishedAtMs,
    html: [
      `<p>Scheduled for <strong>${escapeMarkup(utcWindow(maintenance))}</strong></p>`,
      maintenanceUpdateHtml(maintenance, update),
    ].join('\n'),
  }
}

function postMortemEntry(model: PublicModel, postMortem: PublicPostMortem): FeedEntry {
  return {
    id: tag(model, `PostMortem/${postMortem.id}`),
    title: printable(`Post-mortem: ${postMortem.title}`),
    link: `${model.page.url}/post-mortems/${postMortem.id}`,
    publishedAtMs: postMortem.publishedAtMs,
    updatedAtMs: postMortem.updatedAtMs,
    html: renderMarkdown(postMortem.body),
  }
}

/** From the moment a component was no longer what it should be until it was again. */
interface OwnSpell {
  readonly first: PublicOwnChange
  readonly last: PublicOwnChange
  /** Newest first. */
  readonly changes: readonly PublicOwnChange[]
}

function ownSpells(newestFirst: readonly PublicOwnChange[]): OwnSpell[] {
  const spells: PublicOwnChange[][] = []
  const open = new Map<string, PublicOwnChange[]>()
  for (const change of newestFirst.toReversed()) {
    const known = open.get(change.id)
    if (known === undefined) spells.push([change])
    else known.unshift(change)
    const spell = known ?? spells.at(-1)
    if (change.to === 'operational' || spell === undefined) open.delete(change.id)
    else open.set(change.id, spell)
  }
  return spells.flatMap((changes) => {
    const [first, last] = [changes.at(-1), changes[0]]
    return first === undefined || last === undefined ? [] : [{ first, last, changes }]
  })
}

/** One component that had trouble, or was worked on, without an incident; its last state is in the title. */
function spellEntry(model: PublicModel, { first, last, changes }: OwnSpell): FeedEntry {
  return {
    id: tag(model, `Component/${first.changeId}`),
    title: printable(`${last.name}: ${COMPONENT_STATUS_LABEL[last.to]}`),
    link: ownChangeUrl(model, last),
    publishedAtMs: first.atMs,
    updatedAtMs: last.atMs,
    html: changes.map(ownChangeHtml).join('\n'),
  }
}

function ownChangeEntry(model: PublicModel, change: PublicOwnChange, publishedAtMs: number): FeedEntry {
  return {
    id: tag(model, `ComponentChange/${change.changeId}`),
    title: printable(`${change.name}: ${COMPONENT_STATUS_LABEL[change.to]}`),
    link: ownChangeUrl(model, change),
    publishedAtMs,
    updatedAtMs: publishedAtMs,
    html: ownChangeHtml(change),
  }
}

function ownChangeHtml({ name, from, to, atMs }: PublicOwnChange): string {
  const said = `<del>${COMPONENT_STATUS_LABEL[from]}</del> <strong>${COMPONENT_STATUS_LABEL[to]}</strong>`
  return `<p><small>${escapeMarkup(utcMinute(atMs))}</small><br>${escapeMarkup(name)}: ${said}</p>`
}

function ownChangeUrl(model: PublicModel, { id }: PublicOwnChange): string {
  return `${model.page.url}/uptime#${encodeURIComponent(id)}`
}

function updateHtml({ status, atMs, body }: PublicUpdate): string {
  return saidHtml(PUBLIC_STATUS_LABEL[status], atMs, body)
}

function maintenanceUpdateHtml(maintenance: PublicMaintenance, update: PublicMaintenanceUpdate): string {
  const { atMs, body, rescheduledFrom } = update
  const said = saidHtml(maintenanceUpdateLabel(update), atMs, body)
  if (rescheduledFrom === null) return said
  const [from, to] = [utcWindow(rescheduledFrom), utcWindow(rescheduledTo(maintenance, update))]
  return `${said}<p>From <del>${escapeMarkup(from)}</del> to <strong>${escapeMarkup(to)}</strong></p>`
}

function saidHtml(label: string, atMs: number, body: string): string {
  return `<p><small>${escapeMarkup(utcMinute(atMs))}</small><br><strong>${label}</strong></p>\n${renderMarkdown(body)}`
}

function incidentUrl(model: PublicModel, incident: PublicIncident): string {
  return `${model.page.url}/incidents/${incident.id}`
}

function maintenanceUrl(model: PublicModel, maintenance: PublicMaintenance): string {
  return `${model.page.url}/maintenance/${maintenance.id}`
}

function tag(model: PublicModel, specific: string): string {
  return `tag:${new URL(model.page.url).hostname},2005:${specific}`
}
