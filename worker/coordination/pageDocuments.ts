import type { ShownThirdParty } from '../domain/dependency.ts'
import { incidentThrough, maintenanceThrough, postMortemThrough } from '../domain/pageLens.ts'
import type { PublicIncident, PublicMaintenance } from '../domain/publicModel.ts'
import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import {
  componentStatements,
  incidentStatements,
  incidentWithdrawal,
  maintenanceStatements,
  postMortemStatements,
} from '../domain/publicStatement.ts'
import type { Statement } from '../domain/publicStatement.ts'
import { UPTIME_DAYS } from '../domain/uptime.ts'
import { pathsTouchedBy, translationsOf } from '../publishing/publicPaths.ts'
import type { PublicChange } from '../publishing/publicPaths.ts'
import type { Published, PublishedPostMortem } from '../publishing/publicSource.ts'
import type { OwnPlace } from './ownPlace.ts'
import type { ChartsDocument } from './publishedMetrics.ts'
import { allThirdPartiesIn, putThirdParties } from './publishedThirdParties.ts'
import { LATER, TRANSLATED, URGENT } from './urgency.ts'
import type { PublicStore } from './publicStore.ts'

/** What the main page shows, as the others get it. */
export interface PublishedDocuments {
  readonly incidents: readonly { readonly version: number; readonly incident: PublicIncident }[]
  readonly maintenances: readonly { readonly version: number; readonly maintenance: PublicMaintenance }[]
  readonly postMortems: readonly PublishedPostMortem[]
  readonly states: readonly RecordedOwnChange[]
  /** Of every page. */
  readonly thirdParties: readonly ShownThirdParty[]
  readonly charts: readonly ChartsDocument[]
}

const DAY_MS = 24 * 3600 * 1000

/** A change, and what the public log says of it. */
export interface Said {
  readonly statements: readonly Statement[]
  readonly change: PublicChange
}

/** What of all that is public a page has: the main one everything, another what its lens lets through. */
export class PageDocuments {
  readonly #store: PublicStore
  readonly #sql: SqlStorage
  readonly #kv: SyncKvStorage
  readonly #place: OwnPlace

  constructor(store: PublicStore, storage: DurableObjectStorage, place: OwnPlace) {
    this.#store = store
    this.#sql = storage.sql
    this.#kv = storage.kv
    this.#place = place
  }

  /** Null: it changes nothing. */
  putIncident(version: number, incident: PublicIncident): Said | null {
    const { id } = incident
    const told = this.#published.incident(id)
    const { lens } = this.#place
    const shown = lens === null ? incident : incidentThrough(lens, incident)
    const isNew =
      shown === null
        ? this.#store.remove('incidents', id, Date.now(), version)
        : this.#store.putIncident(version, shown)
    return isNew ? this.#saidOfIncident(id, told) : null
  }

  /** Null: it was not there. */
  removeIncident(id: string): Said | null {
    const told = this.#published.incident(id)
    return this.#store.remove('incidents', id, Date.now()) ? this.#saidOfIncident(id, told) : null
  }

  /** Null: it changes nothing. */
  putMaintenance(version: number, maintenance: PublicMaintenance): Said | null {
    const { id } = maintenance
    const told = this.#published.maintenance(id)
    const { lens } = this.#place
    const shown = lens === null ? maintenance : maintenanceThrough(lens, maintenance)
    const isNew =
      shown === null
        ? this.#store.remove('maintenances', id, Date.now(), version)
        : this.#store.maintenances.put(version, shown)
    if (!isNew) return null
    return {
      statements: shown === null ? [] : maintenanceStatements(told, shown),
      change: {
        kind: 'maintenance',
        id,
        months: this.#store.history.monthsOfMaintenance(told, shown),
        componentIds: componentsIn(shown ?? told),
      },
    }
  }

  /** A page shows the post-mortem of an incident that it shows. Null: it changes nothing. */
  putPostMortem({ postMortem, actionItems }: PublishedPostMortem): Said | null {
    const { id } = postMortem
    const { isMain } = this.#place
    if (!isMain && this.#published.incident(id) === null) return null
    const told = this.#published.postMortem(id)
    const shown = isMain ? postMortem : postMortemThrough(postMortem)
    if (!this.#store.putPostMortem(shown, actionItems)) return null
    return {
      statements: postMortemStatements(told, { postMortem: shown, actionItems }),
      change: { kind: 'post_mortem', id },
    }
  }

  /** Null: they were all there. */
  putStates(changes: readonly RecordedOwnChange[]): Said | null {
    const added = this.#addStates(changes)
    if (added.length === 0) return null
    return {
      statements: componentStatements(added),
      change: { kind: 'components', componentIds: added.map(({ component }) => component) },
    }
  }

  /** They are not ours to report, so the public log says nothing of them. Null: readers of this page have it already. */
  putThirdParties(all: readonly ShownThirdParty[]): Said | null {
    const change = putThirdParties(this.#kv, all, this.#place.pageId)
    return change && { statements: [], change }
  }

  #addStates(changes: readonly RecordedOwnChange[]): RecordedOwnChange[] {
    const { lens } = this.#place
    return this.#store.states.put(
      lens === null ? changes : changes.filter(({ component }) => lens.components.includes(component)),
    )
  }

  #saidOfIncident(id: string, told: PublicIncident | null): Said {
    const shown = this.#published.incident(id)
    const months = this.#store.history.monthsOf(told, shown)
    const change = { kind: 'incident', id, months, componentIds: componentsIn(shown ?? told) } as const
    if (shown !== null) return { statements: incidentStatements(told, shown), change }
    this.#dropPostMortem(id)
    return { statements: told === null ? [] : incidentWithdrawal(told), change }
  }

  /** A further page has none whose incident it does not show; on the main page it stays. */
  #dropPostMortem(id: string): void {
    if (this.#place.isMain || !this.#store.removePostMortem(id)) return
    const paths = pathsTouchedBy({ kind: 'post_mortem', id })
    this.#store.markStale(paths, URGENT)
    this.#store.markStale(translationsOf(paths, this.#store.language), TRANSLATED)
  }

  get #published(): Published {
    return this.#store.published
  }

  /** Whether this version of an incident is the last that was heard of. */
  isLatest(version: number, incidentId: string): boolean {
    return this.#versionOf(incidentId) === version
  }

  /** The whole past, also what is too old for the model. */
  all(nowMs: number): PublishedDocuments {
    const { history, maintenances, states, metrics } = this.#store
    return {
      incidents: history.all().map((incident) => ({ version: this.#versionOf(incident.id), incident })),
      maintenances: maintenances.all().map((maintenance) => ({
        version: maintenances.versionOf(maintenance.id),
        maintenance,
      })),
      postMortems: this.#idsIn('post_mortems').flatMap((id) => this.#published.postMortem(id) ?? []),
      states: states.since(nowMs - UPTIME_DAYS * DAY_MS),
      thirdParties: allThirdPartiesIn(this.#kv),
      charts: metrics.documents(),
    }
  }

  /** What lies there of things that are not shown any more goes at once; all that is shown is looked at behind it. */
  lookAtAll(nowMs: number): void {
    const paths = pathsTouchedBy({
      ...this.#store.everything(nowMs),
      incidentIds: this.#idsIn('incidents'),
      maintenanceIds: this.#idsIn('maintenances'),
      postMortemIds: this.#idsIn('post_mortems'),
    })
    const translated = translationsOf(paths, this.#store.language)
    const shown = new Set([...paths, ...translated])
    const gone = this.#store.writtenPaths().filter((path) => !shown.has(path))
    this.#store.markStale(gone, URGENT)
    this.#store.markStale(paths, LATER)
    this.#store.markStale(translated, TRANSLATED)
  }

  /** Takes the main page's documents in the place of its own. What this page says by that. */
  replace({ incidents, maintenances, postMortems, states, thirdParties, charts }: PublishedDocuments): Statement[] {
    const { published } = this.#store
    const incidentIds = new Set([...incidents.map(({ incident }) => incident.id), ...this.#idsIn('incidents')])
    const told = {
      incidents: new Map([...incidentIds].map((id) => [id, published.incident(id)])),
      maintenances: new Map(maintenances.map(({ maintenance: { id } }) => [id, published.maintenance(id)])),
      postMortems: new Map(postMortems.map(({ postMortem: { id } }) => [id, published.postMortem(id)])),
    }
    const heldStates = new Set(this.#store.states.since(0).map(({ sequence }) => sequence))
    for (const table of ['incidents', 'maintenances', 'post_mortems', 'own_states'])
      this.#sql.exec(`DELETE FROM ${table}`)
    for (const { version, incident } of incidents) this.putIncident(version, incident)
    for (const { version, maintenance } of maintenances) this.putMaintenance(version, maintenance)
    for (const postMortem of postMortems) this.putPostMortem(postMortem)
    const shownStates = this.#addStates(states)
    this.putThirdParties(thirdParties)
    this.#store.metrics.take(charts)
    return [
      ...componentStatements(shownStates.filter(({ sequence }) => !heldStates.has(sequence))),
      ...[...told.incidents].flatMap(([id, before]) => {
        const shown = published.incident(id)
        if (shown !== null) return incidentStatements(before, shown)
        return before === null ? [] : incidentWithdrawal(before)
      }),
      ...[...told.maintenances].flatMap(([id, before]) => {
        const shown = published.maintenance(id)
        return shown === null ? [] : maintenanceStatements(before, shown)
      }),
      ...[...told.postMortems].flatMap(([id, before]) => {
        const shown = published.postMortem(id)
        return shown === null ? [] : postMortemStatements(before, shown)
      }),
    ]
  }

  #idsIn(table: 'incidents' | 'maintenances' | 'post_mortems'): string[] {
    const rows = this.#sql.exec<{ id: string }>(`SELECT id FROM ${table}`).toArray()
    return rows.map(({ id }) => id)
  }

  #versionOf(incidentId: string): number {
    const [row] = this.#sql
      .exec<{ version: number }>('SELECT version FROM incidents WHERE id = ?', incidentId)
      .toArray()
    return row?.version ?? 0
  }
}

interface Touching {
  readonly components: readonly { readonly id: string }[]
  readonly updates: readonly { readonly components: readonly { readonly id: string }[] }[]
}

/** Those it touches, or ever touched. */
function componentsIn(document: Touching | null): string[] {
  if (document === null) return []
  const { components, updates } = document
  return [...components, ...updates.flatMap((update) => update.components)].map(({ id }) => id)
}
