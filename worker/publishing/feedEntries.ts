import type { PublicIncident, PublicModel, PublicPostMortem, PublicUpdate } from '../domain/publicModel.ts'
import { PUBLIC_STATUS_LABEL } from '../domain/publicWords.ts'
import { renderMarkdown } from './markdown.ts'
import { escapeMarkup, printable, utcMinute } from './text.ts'

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

/** An entry per incident and per published post-mortem, the last changed first. */
export function historyFeed(model: PublicModel, path: string): Feed {
  const latest = [
    ...model.incidents.map((incident) => ({ ...incident, entry: () => incidentEntry(model, incident) })),
    ...model.postMortems.map((postMortem) => ({ ...postMortem, entry: () => postMortemEntry(model, postMortem) })),
  ]
    .sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.id < b.id ? 1 : -1))
    .slice(0, FEED_ENTRIES_MAX)
  const entries = latest.map(({ entry }) => entry())
  return feed(model, path, 'History', entries)
}

/** An entry per update. Slack and others keep only entries whose date is new and later: no two share one. */
export function updatesFeed(model: PublicModel, path: string): Feed {
  const oldestFirst = model.incidents
    .flatMap((incident) => incident.updates.map((update) => ({ incident, update })))
    .sort((a, b) => a.update.atMs - b.update.atMs || (a.update.id < b.update.id ? -1 : 1))
  let lastSecond = -1
  const dated = oldestFirst.map((told) => {
    lastSecond = Math.max(Math.floor(told.update.atMs / 1000), lastSecond + 1)
    return { ...told, atMs: lastSecond * 1000 }
  })
  const latest = dated.slice(-FEED_ENTRIES_MAX).toReversed()
  const entries = latest.map(({ incident, update, atMs }) => updateEntry(model, incident, update, atMs))
  return feed(model, path, 'Updates', entries)
}

function feed(model: PublicModel, path: string, subject: string, entries: readonly FeedEntry[]): Feed {
  const { page } = model
  return {
    id: tag(model, `/${path.replace(/\.[a-z]+$/, '')}`),
    title: `${page.name} – ${subject}`,
    selfUrl: `${page.url}/${path}`,
    pageUrl: `${page.url}/`,
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

function updateHtml(update: PublicUpdate): string {
  const status = PUBLIC_STATUS_LABEL[update.status]
  return `<p><small>${escapeMarkup(utcMinute(update.atMs))}</small><br><strong>${status}</strong></p>\n${renderMarkdown(update.body)}`
}

function incidentUrl(model: PublicModel, incident: PublicIncident): string {
  return `${model.page.url}/incidents/${incident.id}`
}

function tag(model: PublicModel, specific: string): string {
  return `tag:${new URL(model.page.url).hostname},2005:${specific}`
}
