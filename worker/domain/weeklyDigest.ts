import { isOver } from './maintenance.ts'
import type {
  PublicIncident,
  PublicMaintenance,
  PublicModel,
  PublicOwnChange,
  PublicPage,
  PublicPostMortem,
} from './publicModel.ts'
import type { ReaderFilter } from './readerFilter.ts'
import { filterModel } from './readerFilter.ts'
import { firstInstant, toWallMs } from './wallClock.ts'

/** The week in one mail: on Monday at nine by the page's clocks, and only where there is something to tell. */

const DAY_MS = 24 * 3_600_000
export const WEEK_MS = 7 * DAY_MS
const MONDAY = 1
const HOUR = 9
/** Maintenance that is planned is told this far ahead. */
const AHEAD_MS = 2 * WEEK_MS
const EACH_MAX = 100

export interface Digest {
  readonly page: PublicPage
  readonly fromMs: number
  readonly untilMs: number
  readonly incidents: readonly PublicIncident[]
  readonly maintenances: readonly PublicMaintenance[]
  readonly postMortems: readonly PublicPostMortem[]
  /** Components that changed by themselves, newest first; absent in what was stored before there were any. */
  readonly ownChanges?: readonly PublicOwnChange[]
  /** Older incidents that the post-mortems are about, to choose those by. */
  readonly about: readonly PublicIncident[]
  /** To tell groups by, whoever reads it. */
  readonly components: PublicModel['components']
}

/** The first Monday at nine after this moment, in the page's time zone. */
export function nextDigestMs(timeZone: string, afterMs: number): number {
  const wall = new Date(toWallMs(timeZone, afterMs))
  const days = (MONDAY - wall.getUTCDay() + 7) % 7
  const mondayMs = Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate() + days, HOUR)
  const atMs = firstInstant(timeZone, mondayMs)
  return atMs > afterMs ? atMs : firstInstant(timeZone, mondayMs + WEEK_MS)
}

/**
 * Everything since the digest that was told last, for filters to choose from; of each incident and maintenance the latest
 * words. `toldMs`: when that was; null: there was none.
 */
export function digestOf(model: PublicModel, toldMs: number | null, untilMs: number): Digest {
  // A week by the clocks is an hour longer in autumn, and one that is late tells of more: nothing falls between two.
  const fromMs = toldMs !== null && toldMs > untilMs - 2 * WEEK_MS ? toldMs : untilMs - WEEK_MS
  const inWeek = (atMs: number) => atMs > fromMs && atMs <= untilMs
  const incidents = model.incidents
    .filter(({ updatedAtMs, resolvedAtMs }) => inWeek(updatedAtMs) || resolvedAtMs === null)
    .slice(0, EACH_MAX)
    .map(shortened)
  const postMortems = model.postMortems
    .filter(({ updatedAtMs }) => inWeek(updatedAtMs))
    .slice(0, EACH_MAX)
    .map((postMortem) => ({ ...postMortem, body: '' }))
  const told = new Set(incidents.map(({ id }) => id))
  const behind = new Set(postMortems.map(({ id }) => id))
  return {
    page: model.page,
    fromMs,
    untilMs,
    incidents,
    maintenances: model.maintenances
      .filter(({ updatedAtMs, status, scheduledForMs }) =>
        isOver(status) ? inWeek(updatedAtMs) : scheduledForMs <= untilMs + AHEAD_MS,
      )
      .slice(0, EACH_MAX)
      .map(shortened),
    postMortems,
    ownChanges: model.ownChanges.filter(({ atMs }) => inWeek(atMs)).slice(0, EACH_MAX),
    about: model.incidents.filter(({ id }) => behind.has(id) && !told.has(id)).map(shortened),
    components: model.components.map((component) => ({ ...component, days: [] })),
  }
}

/** What of it one reader wants. */
export function filterDigest(digest: Digest, filter: ReaderFilter): Digest {
  const { about } = digest
  const model = {
    ...digest,
    incidents: [...digest.incidents, ...about],
    activeIncidents: [],
    ownChanges: digest.ownChanges ?? [],
  }
  const { incidents, maintenances, postMortems, ownChanges } = filterModel(model, { ...filter, level: 'everything' })
  const own = incidents.filter((incident) => !about.includes(incident))
  return { ...digest, incidents: own, maintenances, postMortems, ownChanges }
}

const WORDS_MAX = 1_000

/** Its last words, and not more of them than a digest needs. */
function shortened<T extends { readonly updates: readonly { readonly body: string }[] }>(told: T): T {
  const [latest] = told.updates
  if (latest === undefined) return told
  return { ...told, updates: [{ ...latest, body: latest.body.slice(0, WORDS_MAX), edits: [] }] }
}

export function isEmptyDigest({ incidents, maintenances, postMortems, ownChanges = [] }: Digest): boolean {
  return incidents.length + maintenances.length + postMortems.length + ownChanges.length === 0
}
