import type { ComponentStatus } from '../domain/componentStatus.ts'
import { COMPONENT_STATUSES } from '../domain/componentStatus.ts'
import type { PublicComponent, PublicDay, PublicModel } from '../domain/publicModel.ts'

/**
 * All that is public as one stored file, from which a reader's filter makes its own page, feed or calendar when it is
 * asked for. It is bounded: what is older than fits is left out, as it is out of feeds.
 */

export const STORED_MODEL = 'model.json'

/** In characters of JSON, each. */
const INCIDENTS_MAX = 1_000_000
const MAINTENANCES_MAX = 250_000
const POST_MORTEMS_MAX = 500_000

const DAY_MS = 24 * 3600 * 1000

/** Ninety days of two hundred components are a megabyte when written out. */
interface PackedDays {
  readonly from: string
  /** A digit each: the place in COMPONENT_STATUSES; a dot before the component existed. */
  readonly worst: string
  /** Of the days that were down at all, by their place. */
  readonly down: Readonly<Record<string, number>>
}

type StoredComponent = Omit<PublicComponent, 'days'> & { readonly days: PackedDays }
type StoredModel = Omit<PublicModel, 'components' | 'ownChanges' | 'metrics'> & {
  readonly components: readonly StoredComponent[]
  /** An earlier version of this program wrote none. */
  readonly ownChanges?: PublicModel['ownChanges']
  readonly metrics?: PublicModel['metrics']
}

export function writeModel(model: PublicModel): string {
  const stored: StoredModel = {
    ...model,
    // They stand among the incidents.
    activeIncidents: [],
    components: model.components.map((component) => ({ ...component, days: packed(component.days) })),
    incidents: newestThatFit(model.incidents, INCIDENTS_MAX),
    maintenances: newestThatFit(model.maintenances, MAINTENANCES_MAX),
    postMortems: newestThatFit(model.postMortems, POST_MORTEMS_MAX),
  }
  return JSON.stringify(stored)
}

/** Only `writeModel` writes such a file. */
export function readModel(text: string): PublicModel {
  const stored = JSON.parse(text) as StoredModel
  return {
    ...stored,
    ownChanges: stored.ownChanges ?? [],
    metrics: stored.metrics ?? [],
    components: stored.components.map((component) => ({ ...component, days: unpacked(component.days) })),
    activeIncidents: stored.incidents.filter(({ resolvedAtMs }) => resolvedAtMs === null),
  }
}

function newestThatFit<T>(newestFirst: readonly T[], lengthMax: number): T[] {
  let length = 0
  const kept: T[] = []
  for (const each of newestFirst) {
    length += JSON.stringify(each).length
    if (length > lengthMax) break
    kept.push(each)
  }
  return kept
}

function packed(days: readonly PublicDay[]): PackedDays {
  const down = days.flatMap(({ downSeconds }, i): [string, number][] =>
    downSeconds > 0 ? [[String(i), downSeconds]] : [],
  )
  return {
    from: days[0]?.day ?? '',
    worst: days.map(({ worst }) => (worst === null ? '.' : String(COMPONENT_STATUSES.indexOf(worst)))).join(''),
    down: Object.fromEntries(down),
  }
}

function unpacked({ from, worst, down }: PackedDays): PublicDay[] {
  const firstMs = Date.parse(from)
  return Array.from(worst, (mark, i): PublicDay => ({
    day: new Date(firstMs + i * DAY_MS).toISOString().slice(0, 10),
    worst: statusAt(mark),
    downSeconds: down[String(i)] ?? 0,
  }))
}

function statusAt(mark: string): ComponentStatus | null {
  return COMPONENT_STATUSES[Number(mark)] ?? null
}
