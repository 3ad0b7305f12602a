import type { Language } from '../domain/language.ts'
import { currentMaintenances, endOf, pastMaintenances, upcomingMaintenances } from '../domain/maintenanceLists.ts'
import { overallStatus } from '../domain/overallStatus.ts'
import { addressIn } from '../domain/publicAddress.ts'
import type {
  PublicActionItem,
  PublicGroupUptime,
  PublicIncident,
  PublicMaintenance,
  PublicModel,
  PublicPage,
  PublicPostMortem,
} from '../domain/publicModel.ts'
import { UPTIME_WORDS } from '../domain/words/uptimeWords.ts'
import { COMPONENT_WORDS } from '../domain/words/componentWords.ts'
import { promisesKept, promisesOf } from '../domain/promises.ts'
import { FRAME_WORDS } from '../domain/words/frameWords.ts'
import { INCIDENT_WORDS } from '../domain/words/incidentWords.ts'
import { MAINTENANCE_WORDS } from '../domain/words/maintenanceWords.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import { headed, listed, phrase, writtenPercent } from '../domain/words/phrase.ts'
import { POST_MORTEM_WORDS } from '../domain/words/postMortemWords.ts'
import { REPORT_WORDS } from '../domain/words/reportWords.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import { THIRD_PARTY_WORDS } from '../domain/words/thirdPartyWords.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'
import { maintenanceEntry, maintenanceParts } from './tellMaintenance.ts'
import { updateNotes } from './updateNotes.ts'
import { utcMinute } from './text.ts'
import { ended, sentence } from './told.ts'
import type { Entry, Part, Told } from './told.ts'

/** What each page of the status page says, for whoever reads no HTML. */

const HISTORY_ON_HOME_DAYS = 14
const HISTORY_DAYS = 90

export function tellHome(model: PublicModel, language: Language): Told {
  const { page, asOfMs } = model
  const words = TELL_WORDS[language]
  const url = addressIn(page, language)
  const links = [
    ...(upcomingMaintenances(model).length === 0
      ? []
      : [{ label: FRAME_WORDS[language].calendar, url: `${url}/calendar.ics` }]),
    { label: words.feed, url: `${url}/history.atom` },
    { label: 'JSON', url: `${page.url}/api/v2/summary.json` },
  ]
  return {
    language,
    title: headed(language, page.name, STATE_WORDS[language].overall[overallStatus(model).description]),
    asOfMs,
    parts: [
      ...homeParts(model, language),
      { kind: 'section', title: words.forPrograms },
      { kind: 'links', rows: links },
    ],
  }
}

/** How everything is, and was lately. */
export function homeParts(model: PublicModel, language: Language): Part[] {
  const { page, asOfMs } = model
  const words = TELL_WORDS[language]
  const recentMs = asOfMs - HISTORY_ON_HOME_DAYS * 24 * 3600 * 1000
  const recent = model.incidents.filter(
    (incident) => incident.resolvedAtMs !== null && incident.resolvedAtMs >= recentMs,
  )
  const upcoming = upcomingMaintenances(model)
  const worked = pastMaintenances(model).filter((maintenance) => (endOf(maintenance) ?? 0) >= recentMs)
  return [
    ...model.activeIncidents.flatMap((incident) => incidentParts(page, incident, asOfMs, language)),
    ...currentMaintenances(model).flatMap((maintenance) => maintenanceParts(page, maintenance, asOfMs, language)),
    ...componentParts(model, language),
    ...thirdPartyParts(model, language),
    ...maintenanceSection(MAINTENANCE_WORDS[language].upcoming, page, upcoming, language),
    { kind: 'section', title: words.resolvedLately(HISTORY_ON_HOME_DAYS) },
    incidentEntries(page, recent, language),
    ...maintenanceSection(words.workedLately(HISTORY_ON_HOME_DAYS), page, worked, language),
  ]
}

export function tellHistory(model: PublicModel, language: Language): Told {
  return {
    language,
    title: TELL_WORDS[language].incidentsOf(model.page.name, HISTORY_DAYS),
    asOfMs: model.asOfMs,
    parts: [
      incidentEntries(model.page, model.incidents, language),
      ...maintenanceSection(MAINTENANCE_WORDS[language].maintenance, model.page, pastMaintenances(model), language),
    ],
  }
}

export function tellMonth(
  page: PublicPage,
  month: string,
  incidents: readonly PublicIncident[],
  maintenances: readonly PublicMaintenance[],
  language: Language,
): Told {
  return {
    language,
    title: TELL_WORDS[language].incidentsOfMonth(page.name, month),
    asOfMs: null,
    parts: [
      incidentEntries(page, incidents, language),
      ...maintenanceSection(MAINTENANCE_WORDS[language].maintenance, page, maintenances, language),
    ],
  }
}

/** Those of no group first, then each group with the figure of all its members together. */
export function tellUptime(model: PublicModel, groups: readonly PublicGroupUptime[], language: Language): Told {
  const row = (name: string, uptimePercent: number) => ({
    figure: language === 'en' ? `${uptimePercent.toFixed(3)} %` : writtenPercent(language, uptimePercent),
    name,
  })
  const rowsOf = (group: string | null) =>
    model.components.filter((each) => each.group === group).map((each) => row(each.name, each.uptimePercent))
  const alone = rowsOf(null)
  return {
    language,
    title: TELL_WORDS[language].uptimeOf(model.page.name, HISTORY_DAYS),
    asOfMs: model.asOfMs,
    parts: [
      ...(alone.length === 0 ? [] : [{ kind: 'figures', rows: alone } as const]),
      ...groups.flatMap(({ name, uptimePercent }): Part[] => [
        { kind: 'section', title: name },
        { kind: 'figures', rows: [...rowsOf(name), row(UPTIME_WORDS[language].together, uptimePercent)] },
      ]),
      { kind: 'section', title: TELL_WORDS[language].howComputed },
      { kind: 'sentence', text: COMPONENT_WORDS[language].formula },
    ],
  }
}

export function tellIncident(page: PublicPage, incident: PublicIncident, asOfMs: number, language: Language): Told {
  const parts = [...incidentParts(page, incident, asOfMs, language), ...promiseParts(incident, asOfMs, language)]
  return { language, title: page.name, asOfMs, parts }
}

export function tellPostMortems({ page, postMortems }: PublicModel, language: Language): Told {
  const rows = postMortems.map(({ id, title, publishedAtMs }): Entry => ({
    when: utcMinute(publishedAtMs).slice(0, 10),
    label: null,
    title,
    url: `${addressIn(page, language)}/post-mortems/${id}`,
  }))
  return {
    language,
    title: TELL_WORDS[language].postMortemsOf(page.name),
    asOfMs: null,
    parts: [
      rows.length === 0 ? { kind: 'sentence', text: POST_MORTEM_WORDS[language].none } : { kind: 'entries', rows },
    ],
  }
}

export function tellPostMortem(
  page: PublicPage,
  postMortem: PublicPostMortem,
  actionItems: readonly PublicActionItem[],
  language: Language,
): Told {
  const words = TELL_WORDS[language]
  const { id, title, publishedAtMs, startedAtMs, resolvedAtMs, services, body } = postMortem
  return {
    language,
    title: words.postMortemOf(page.name),
    asOfMs: null,
    parts: [
      { kind: 'subject', title, url: `${addressIn(page, language)}/post-mortems/${id}` },
      { kind: 'sentence', text: words.published(utcMinute(publishedAtMs)) },
      { kind: 'sentence', text: words.lasted(utcMinute(startedAtMs), utcMinute(resolvedAtMs)) },
      ...(services.length === 0
        ? []
        : [sentence(headed(language, POST_MORTEM_WORDS[language].services, listed(language, services)))]),
      { kind: 'text', body },
      ...actionItemParts(actionItems, language),
    ],
  }
}

function actionItemParts(actionItems: readonly PublicActionItem[], language: Language): Part[] {
  if (actionItems.length === 0) return []
  const rows = actionItems.map(({ done, title, dueOn }) => ({
    isDone: done,
    text: dueOn === '' ? title : `${title}${TELL_WORDS[language].due(dueOn)}`,
  }))
  return [
    { kind: 'section', title: POST_MORTEM_WORDS[language].doing },
    { kind: 'tasks', rows },
  ]
}

function componentParts({ components }: PublicModel, language: Language): Part[] {
  const words = COMPONENT_WORDS[language]
  if (components.length === 0) return [{ kind: 'section', title: words.components }, sentence(words.none)]
  const rows = components.map(({ name, group, status }) => ({
    state: STATE_WORDS[language].component[status],
    name: group === null ? name : `${group} / ${name}`,
  }))
  return [
    { kind: 'section', title: words.components },
    { kind: 'states', rows },
  ]
}

function thirdPartyParts({ thirdParties = [] }: PublicModel, language: Language): Part[] {
  if (thirdParties.length === 0) return []
  const words = THIRD_PARTY_WORDS[language]
  const rows = thirdParties.map(({ name, url, status, sinceMs }) => {
    if (status === null) return { state: words.unknown, name, url }
    const state = STATE_WORDS[language].component[status]
    const isTrouble = status !== 'operational' && sinceMs !== null
    return { state: isTrouble ? `${state} (${words.since} ${utcMinute(sinceMs)})` : state, name, url }
  })
  return [
    { kind: 'section', title: words.title },
    { kind: 'sentence', text: words.about },
    { kind: 'states', rows },
  ]
}

function maintenanceSection(
  title: string,
  page: PublicPage,
  maintenances: readonly PublicMaintenance[],
  language: Language,
): Part[] {
  if (maintenances.length === 0) return []
  return [
    { kind: 'section', title },
    { kind: 'entries', rows: maintenances.map((maintenance) => maintenanceEntry(page, maintenance, language)) },
  ]
}

function incidentEntries(page: PublicPage, incidents: readonly PublicIncident[], language: Language): Part {
  if (incidents.length === 0) return sentence(TELL_WORDS[language].none)
  return {
    kind: 'entries',
    rows: incidents.map(({ id, title, status, createdAtMs }) => ({
      when: utcMinute(createdAtMs),
      label: STATE_WORDS[language].incident[status],
      title,
      url: `${addressIn(page, language)}/incidents/${id}`,
    })),
  }
}

function incidentParts(page: PublicPage, incident: PublicIncident, asOfMs: number, language: Language): Part[] {
  const states = STATE_WORDS[language]
  const words = TELL_WORDS[language]
  const url = addressIn(page, language)
  const { id, title, status, impact, startedAtMs, resolvedAtMs, nextUpdateAtMs, components, updates } = incident
  const facts = [
    [
      states.incident[status],
      states.impact[impact],
      phrase(REPORT_WORDS[language].startedAt, utcMinute(startedAtMs)),
    ].join(words.stop),
    ...(resolvedAtMs === null ? [] : [words.resolvedAt(utcMinute(resolvedAtMs))]),
    ...(nextUpdateAtMs === null ? [] : [nextUpdate(nextUpdateAtMs, asOfMs, language)]),
  ]
  const affected = components.map(({ name, status: state }) => ({ state: states.component[state], name }))
  return [
    { kind: 'subject', title, url: `${url}/incidents/${id}` },
    ...(incident.isBackdated ? [INCIDENT_WORDS[language].backdated] : []).map(sentence),
    ...facts.map(sentence),
    ...(affected.length === 0 ? [] : [{ kind: 'states', rows: affected } as const]),
    ...(incident.hasPostMortem
      ? [
          {
            kind: 'links',
            rows: [{ label: POST_MORTEM_WORDS[language].postMortem, url: `${url}/post-mortems/${id}` }],
          } as const,
        ]
      : []),
    ...updates.map((update): Part => ({
      kind: 'update',
      atMs: update.atMs,
      label: states.incident[update.status],
      notes: updateNotes(update, language),
      body: update.translations[language] ?? update.body,
    })),
  ]
}

/** The promise, and plainly that it is broken once it is. */
function nextUpdate(promisedAtMs: number, asOfMs: number, language: Language): string {
  const time = utcMinute(promisedAtMs)
  return promisedAtMs < asOfMs
    ? ended(phrase(REPORT_WORDS[language].updateLate, time), language)
    : NOTICE_WORDS[language].nextUpdateBy(time)
}

/** Whether updates came when they were promised; of what was written down afterwards nothing can be said. */
function promiseParts(incident: PublicIncident, asOfMs: number, language: Language): Part[] {
  const { kept, due } = promisesKept(incident.isBackdated ? [] : promisesOf(incident, asOfMs))
  if (due === 0) return []
  const words = INCIDENT_WORDS[language]
  return [{ kind: 'section', title: words.promises }, sentence(words.kept(kept, due))]
}
