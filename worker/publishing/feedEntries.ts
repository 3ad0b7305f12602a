import { changedAtMs } from '../domain/changedAt.ts'
import { directionOf } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'
import { addressIn, languageWritten } from '../domain/publicAddress.ts'
import { rescheduledTo } from '../domain/maintenanceLists.ts'
import type {
  PublicIncident,
  PublicMaintenance,
  PublicMaintenanceUpdate,
  PublicModel,
  PublicOwnChange,
  PublicPostMortem,
  PublicUpdate,
  Translations,
} from '../domain/publicModel.ts'
import { parseFilter, writeFilter } from '../domain/readerFilter.ts'
import { FEED_WORDS } from '../domain/words/feedWords.ts'
import { MAIL_WORDS } from '../domain/words/mailWords.ts'
import { MAINTENANCE_WORDS } from '../domain/words/maintenanceWords.ts'
import { headed, phrase } from '../domain/words/phrase.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
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
  readonly about: string
  readonly language: Language
  /** The last change of anything in it; never the clock, or every poll would look new. */
  readonly updatedAtMs: number
  /** Newest first. */
  readonly entries: readonly FeedEntry[]
}

/** What is told, and to whom. */
interface Telling {
  readonly model: PublicModel
  readonly language: Language
  /** Where the pages in this language begin. */
  readonly url: string
}

/** An entry per incident, maintenance and published post-mortem, the last changed first. */
export function historyFeed(model: PublicModel, path: string, query = '', language = model.page.language): Feed {
  const telling = tellingIn(language, model)
  const latest = [
    ...model.incidents.map((incident) => ({ ...incident, entry: () => incidentEntry(telling, incident) })),
    ...model.maintenances.map((maintenance) => ({
      ...maintenance,
      entry: () => maintenanceEntry(telling, maintenance),
    })),
    ...model.postMortems.map((postMortem) => ({ ...postMortem, entry: () => postMortemEntry(telling, postMortem) })),
    ...ownSpells(model.ownChanges).map((spell) => ({
      id: spell.first.changeId,
      updatedAtMs: spell.last.atMs,
      entry: () => spellEntry(telling, spell),
    })),
  ]
    .sort((a, b) => b.updatedAtMs - a.updatedAtMs || (a.id < b.id ? 1 : -1))
    .slice(0, FEED_ENTRIES_MAX)
  const entries = latest.map(({ entry }) => entry())
  return feed(telling, path, query, FEED_WORDS[language].historyFeed(model.page.name), entries)
}

/** An entry per update. Slack and others keep only entries whose date is new and later: no two share one. */
export function updatesFeed(model: PublicModel, path: string, query = '', language = model.page.language): Feed {
  const telling = tellingIn(language, model)
  const oldestFirst = [
    ...model.incidents.flatMap((incident) =>
      incident.updates.map((update) => ({
        ...update,
        entry: (atMs: number) => updateEntry(telling, incident, update, atMs),
      })),
    ),
    ...model.maintenances.flatMap((maintenance) =>
      maintenance.updates.map((update) => ({
        ...update,
        entry: (atMs: number) => maintenanceUpdateEntry(telling, maintenance, update, atMs),
      })),
    ),
    ...model.ownChanges.map((change) => ({
      id: change.changeId,
      atMs: change.atMs,
      entry: (atMs: number) => ownChangeEntry(telling, change, atMs),
    })),
  ].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
  let lastSecond = -1
  const dated = oldestFirst.map(({ atMs, entry }) => {
    lastSecond = Math.max(Math.floor(atMs / 1000), lastSecond + 1)
    return { entry, atMs: lastSecond * 1000 }
  })
  const latest = dated.slice(-FEED_ENTRIES_MAX).toReversed()
  return feed(
    telling,
    path,
    query,
    FEED_WORDS[language].updatesFeed(model.page.name),
    latest.map(({ entry, atMs }) => entry(atMs)),
  )
}

function tellingIn(language: Language, model: PublicModel): Telling {
  return { model, language, url: addressIn(model.page, language) }
}

function feed(
  { model, language, url }: Telling,
  path: string,
  query: string,
  title: string,
  entries: readonly FeedEntry[],
): Feed {
  const { page } = model
  // Another choice or language is another feed; what it has in common with others keeps its ids. The address has the language.
  const told = writeFilter({ ...parseFilter(query), language: null })
  const filter = told === '' ? '' : `?${told}`
  const spoken = url.slice(page.url.length)
  return {
    id: tag(model, `${spoken}/${path.replace(/\.[a-z]+$/, '')}${filter}`),
    title,
    selfUrl: `${url}/${path}${filter}`,
    pageUrl: `${url}/${filter}`,
    author: page.name,
    about: FEED_WORDS[language].aboutFeed(page.name),
    language,
    updatedAtMs: Math.max(...entries.map((entry) => entry.updatedAtMs), entries.length === 0 ? page.updatedAtMs : 0),
    entries: directionOf(language) === 'ltr' ? entries : entries.map((entry) => turned(entry, language)),
  }
}

/** Programs show an entry in their own direction unless it says otherwise. */
function turned(entry: FeedEntry, language: Language): FeedEntry {
  return { ...entry, html: `<div lang="${language}" dir="rtl">\n${entry.html}\n</div>` }
}

function incidentEntry(telling: Telling, incident: PublicIncident): FeedEntry {
  return {
    id: tag(telling.model, `Incident/${incident.id}`),
    title: printable(incident.title),
    link: incidentUrl(telling, incident),
    publishedAtMs: incident.createdAtMs,
    updatedAtMs: incident.updatedAtMs,
    html: incident.updates.map((update) => updateHtml(telling, update)).join('\n'),
  }
}

function updateEntry(
  telling: Telling,
  incident: PublicIncident,
  update: PublicUpdate,
  publishedAtMs: number,
): FeedEntry {
  return {
    id: tag(telling.model, `Update/${update.id}`),
    title: printable(headed(telling.language, STATE_WORDS[telling.language].incident[update.status], incident.title)),
    link: `${incidentUrl(telling, incident)}#${encodeURIComponent(update.id)}`,
    publishedAtMs,
    updatedAtMs: Math.max(publishedAtMs, changedAtMs(update)),
    html: updateHtml(telling, update),
  }
}

/** Dated by when it was announced and last told of, never by when it takes place: a date in the future stays unread. */
function maintenanceEntry(telling: Telling, maintenance: PublicMaintenance): FeedEntry {
  return {
    id: tag(telling.model, `Maintenance/${maintenance.id}`),
    title: printable(headed(telling.language, MAINTENANCE_WORDS[telling.language].maintenance, maintenance.title)),
    link: maintenanceUrl(telling, maintenance),
    publishedAtMs: maintenance.createdAtMs,
    updatedAtMs: maintenance.updatedAtMs,
    html: [
      plannedHtml(telling, maintenance),
      ...maintenance.updates.map((update) => maintenanceUpdateHtml(telling, maintenance, update)),
    ].join('\n'),
  }
}

function maintenanceUpdateEntry(
  telling: Telling,
  maintenance: PublicMaintenance,
  update: PublicMaintenanceUpdate,
  publishedAtMs: number,
): FeedEntry {
  return {
    id: tag(telling.model, `Update/${update.id}`),
    title: printable(headed(telling.language, maintenanceLabel(telling, update), maintenance.title)),
    link: `${maintenanceUrl(telling, maintenance)}#${encodeURIComponent(update.id)}`,
    publishedAtMs,
    updatedAtMs: Math.max(publishedAtMs, changedAtMs(update)),
    html: [plannedHtml(telling, maintenance), maintenanceUpdateHtml(telling, maintenance, update)].join('\n'),
  }
}

function postMortemEntry(telling: Telling, postMortem: PublicPostMortem): FeedEntry {
  return {
    id: tag(telling.model, `PostMortem/${postMortem.id}`),
    title: printable(MAIL_WORDS[telling.language].postMortemOf(postMortem.title)),
    link: `${telling.url}/post-mortems/${postMortem.id}`,
    publishedAtMs: postMortem.publishedAtMs,
    updatedAtMs: postMortem.updatedAtMs,
    html: writtenHtml(telling, { body: postMortem.body, translations: {} }),
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
function spellEntry(telling: Telling, { first, last, changes }: OwnSpell): FeedEntry {
  return {
    id: tag(telling.model, `Component/${first.changeId}`),
    title: printable(headed(telling.language, last.name, STATE_WORDS[telling.language].component[last.to])),
    link: ownChangeUrl(telling, last),
    publishedAtMs: first.atMs,
    updatedAtMs: last.atMs,
    html: changes.map((change) => ownChangeHtml(telling, change)).join('\n'),
  }
}

function ownChangeEntry(telling: Telling, change: PublicOwnChange, publishedAtMs: number): FeedEntry {
  return {
    id: tag(telling.model, `ComponentChange/${change.changeId}`),
    title: printable(headed(telling.language, change.name, STATE_WORDS[telling.language].component[change.to])),
    link: ownChangeUrl(telling, change),
    publishedAtMs,
    updatedAtMs: publishedAtMs,
    html: ownChangeHtml(telling, change),
  }
}

function ownChangeHtml({ language }: Telling, { name, from, to, atMs }: PublicOwnChange): string {
  const { component } = STATE_WORDS[language]
  const said = `<del>${component[from]}</del> <strong>${component[to]}</strong>`
  return `<p><small>${escapeMarkup(utcMinute(atMs))}</small><br>${headed(language, escapeMarkup(name), said)}</p>`
}

function ownChangeUrl(telling: Telling, { id }: PublicOwnChange): string {
  return `${telling.url}/uptime#${encodeURIComponent(id)}`
}

function updateHtml(telling: Telling, update: PublicUpdate): string {
  return saidHtml(telling, STATE_WORDS[telling.language].incident[update.status], update)
}

function maintenanceUpdateHtml(
  telling: Telling,
  maintenance: PublicMaintenance,
  update: PublicMaintenanceUpdate,
): string {
  const { language } = telling
  const said = saidHtml(telling, maintenanceLabel(telling, update), update)
  if (update.rescheduledFrom === null) return said
  const [from, to] = [update.rescheduledFrom, rescheduledTo(maintenance, update)].map((window) =>
    escapeMarkup(utcWindow(window, language)),
  )
  const [before, between, after] = MAINTENANCE_WORDS[language].moved
  return `${said}<p>${before}<del>${from}</del>${between}<strong>${to}</strong>${after}</p>`
}

function maintenanceLabel({ language }: Telling, { status, rescheduledFrom }: PublicMaintenanceUpdate): string {
  const { maintenance, rescheduled } = STATE_WORDS[language]
  return rescheduledFrom === null ? maintenance[status] : rescheduled
}

function plannedHtml({ language }: Telling, maintenance: PublicMaintenance): string {
  const window = `<strong>${escapeMarkup(utcWindow(maintenance, language))}</strong>`
  return `<p>${phrase(MAINTENANCE_WORDS[language].planned, window)}</p>`
}

interface Written {
  readonly body: string
  readonly translations: Translations
}

function saidHtml(telling: Telling, label: string, update: Written & { readonly atMs: number }): string {
  const when = escapeMarkup(utcMinute(update.atMs))
  return `<p><small>${when}</small><br><strong>${label}</strong></p>\n${writtenHtml(telling, update)}`
}

/** In the reader's language where people wrote in it; otherwise marked as what it is in. */
function writtenHtml({ model, language }: Telling, { body, translations }: Written): string {
  const written = languageWritten(model.page)
  if (language === written) return renderMarkdown(body)
  const translated = translations[language]
  if (translated !== undefined) return renderMarkdown(translated)
  return `<div lang="${written}" dir="${directionOf(written)}">\n${renderMarkdown(body)}\n</div>`
}

function incidentUrl(telling: Telling, incident: PublicIncident): string {
  return `${telling.url}/incidents/${incident.id}`
}

function maintenanceUrl(telling: Telling, maintenance: PublicMaintenance): string {
  return `${telling.url}/maintenance/${maintenance.id}`
}

function tag(model: PublicModel, specific: string): string {
  return `tag:${new URL(model.page.url).hostname},2005:${specific}`
}
