import type { Language } from '../domain/language.ts'
import { markdownText } from './markdownText.ts'
import { plainText } from './plainText.ts'
import type { PublicSource } from './publicSource.ts'
import { tellMaintenance } from './tellMaintenance.ts'
import {
  tellHistory,
  tellHome,
  tellIncident,
  tellMonth,
  tellPostMortem,
  tellPostMortems,
  tellUptime,
} from './tellPages.ts'
import { tellPerformance } from './tellPerformance.ts'
import type { Told } from './told.ts'
import { groupUptimes } from './uptimeFiles.ts'

/** The pages once more, for whoever reads no HTML: as text for terminals and as Markdown. */

const FORMS = {
  txt: { contentType: 'text/plain; charset=utf-8', write: plainText },
  md: { contentType: 'text/markdown; charset=utf-8', write: markdownText },
} as const

/** Null where there is no such page. */
export function toldFile(
  path: string,
  source: PublicSource,
  language: Language,
): { contentType: string; body: string } | null {
  const [, page, ending] = /^(.+)\.(txt|md)$/.exec(path) ?? []
  if (page === undefined) return null
  const told = toldAt(page, source, language)
  return told && writtenAs(ending === 'md' ? 'md' : 'txt', told)
}

export function writtenAs(form: keyof typeof FORMS, told: Told): { contentType: string; body: string } {
  const { contentType, write } = FORMS[form]
  return { contentType, body: write(told) }
}

function toldAt(page: string, source: PublicSource, language: Language): Told | null {
  const { model } = source
  switch (page) {
    case 'index':
      return tellHome(model, language)
    case 'history':
      return tellHistory(model, language)
    case 'uptime':
      return tellUptime(model, groupUptimes(model, source.evidence), language)
    case 'performance':
      return tellPerformance(model, source.metrics(), language)
    case 'post-mortems':
      return tellPostMortems(model, language)
  }
  const [folder = '', id = '', ...rest] = page.split('/')
  if (rest.length > 0) return null
  switch (folder) {
    case 'history':
      return tellMonthOf(id, source, language)
    case 'incidents': {
      const incident = source.incident(id)
      return incident && tellIncident(model.page, incident, model.asOfMs, language)
    }
    case 'maintenance': {
      const maintenance = source.maintenance(id)
      return maintenance && tellMaintenance(model.page, maintenance, model.asOfMs, language)
    }
    case 'post-mortems': {
      const published = source.postMortem(id)
      return published && tellPostMortem(model.page, published.postMortem, published.actionItems, language)
    }
    default:
      return null
  }
}

function tellMonthOf(month: string, { model, history }: PublicSource, language: Language): Told | null {
  const incidents = history?.incidentsOf(month) ?? []
  const maintenances = history?.maintenancesOf(month) ?? []
  return incidents.length + maintenances.length === 0
    ? null
    : tellMonth(model.page, month, incidents, maintenances, language)
}
