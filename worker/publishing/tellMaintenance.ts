import type { Language } from '../domain/language.ts'
import { endOf, lateness, rescheduledTo } from '../domain/maintenanceLists.ts'
import { addressIn } from '../domain/publicAddress.ts'
import type { PublicMaintenance, PublicPage } from '../domain/publicModel.ts'
import { MAINTENANCE_WORDS } from '../domain/words/maintenanceWords.ts'
import { listed, phrase } from '../domain/words/phrase.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import { TELL_WORDS } from '../domain/words/tellWords.ts'
import { oneLine, utcMinute, utcWindow } from './text.ts'
import { updateNotes } from './updateNotes.ts'
import { ended } from './told.ts'
import type { Entry, Part, Told } from './told.ts'

/** What is said of maintenance, by itself and on the pages that show it. */

export function tellMaintenance(
  page: PublicPage,
  maintenance: PublicMaintenance,
  asOfMs: number,
  language: Language,
): Told {
  return { language, title: page.name, asOfMs, parts: maintenanceParts(page, maintenance, asOfMs, language) }
}

export function maintenanceEntry(page: PublicPage, maintenance: PublicMaintenance, language: Language): Entry {
  const { id, title, status, scheduledForMs } = maintenance
  return {
    when: utcMinute(endOf(maintenance) ?? scheduledForMs),
    label: STATE_WORDS[language].maintenance[status],
    title,
    url: `${addressIn(page, language)}/maintenance/${id}`,
  }
}

export function maintenanceParts(
  page: PublicPage,
  maintenance: PublicMaintenance,
  asOfMs: number,
  language: Language,
): Part[] {
  const words = MAINTENANCE_WORDS[language]
  const told = TELL_WORDS[language]
  const states = STATE_WORDS[language]
  const [before, between, after] = words.moved
  const { id, title, status, startedAtMs, completedAtMs, components, updates } = maintenance
  const late = lateness(maintenance, asOfMs)
  const facts = [
    ended(
      `${states.maintenance[status]}${told.stop}${phrase(words.planned, utcWindow(maintenance, language))}`,
      language,
    ),
    ...(late === 'start' ? [words.notBegun] : late === 'end' ? [words.tooLong] : []),
    ...(startedAtMs === null ? [] : [told.began(utcMinute(startedAtMs))]),
    ...(completedAtMs === null ? [] : [told.completed(utcMinute(completedAtMs))]),
    ...(components.length === 0
      ? []
      : [
          told.affects(
            listed(
              language,
              components.map(({ name }) => oneLine(name)),
            ),
          ),
        ]),
  ]
  return [
    { kind: 'subject', title, url: `${addressIn(page, language)}/maintenance/${id}` },
    ...facts.map((text): Part => ({ kind: 'sentence', text })),
    ...updates.map((update): Part => ({
      kind: 'update',
      atMs: update.atMs,
      label: update.rescheduledFrom === null ? states.maintenance[update.status] : states.rescheduled,
      notes: [
        ...(update.rescheduledFrom === null
          ? []
          : [
              ended(
                `${before}${utcWindow(update.rescheduledFrom, language)}${between}${utcWindow(rescheduledTo(maintenance, update), language)}${after}`,
                language,
              ),
            ]),
        ...updateNotes(update, language),
      ],
      body: update.translations[language] ?? update.body,
    })),
  ]
}
