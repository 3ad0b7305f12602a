import type { Alert, AlertSource } from './alert.ts'
import type { InvalidAlert, StoredAlert } from './alertIntake.ts'
import type { FlapChanges, FlapRecord } from './flapping.ts'
import type { Gathering, GroupingView, Opened, Placement } from './grouping.ts'
import type { IncidentId } from './identifiers.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import type { ServiceGraph } from './serviceGraph.ts'
import type { Severity } from './severity.ts'
import type { HeldAlert, HeldChanges, Suppression } from './suppression.ts'
import type { TrailStep } from './trail.ts'
import type { Judge, Judgement } from './triage.ts'

/** What the AlertDesk knows, what it judges by, and what it does with a batch. The functions are beside this file. */

/** What the desk knows before the batch. */
export interface DeskView extends GroupingView {
  /** Null unless the alert is firing. */
  readonly firing: (fingerprint: string) => StoredAlert | null
  /** Null unless the alert fires suppressed: without an incident. */
  readonly held: (fingerprint: string) => HeldAlert | null
  /** With those that are suppressed. */
  readonly firingCount: number
  /** What keeps an alert that is here since then from opening or joining an incident now; null: nothing. */
  readonly suppressedBy: (alert: Alert, judgement: () => Judgement, heldSinceMs: number) => Suppression | null
  readonly flaps: (fingerprint: string) => FlapRecord | null
}

/** What alerts are judged by. */
export interface Judging {
  readonly organisation: OrganisationForAlerts
  readonly judge: Judge
  readonly graph: ServiceGraph
}

/** The last state of one alert within one incident. */
export interface AlertRecord {
  readonly alert: Alert
  readonly source: AlertSource
  readonly incidentId: IncidentId
  readonly serviceId: string | null
  readonly severity: Severity
  /** Null while it fires. */
  readonly endedAtMs: number | null
  /** How it came into the incident; null: as it is stored. */
  readonly trail: readonly TrailStep[] | null
}

export interface BatchPlan extends HeldChanges, FlapChanges {
  /** Who sent it: an integration, or a source. */
  readonly sender: string
  /** To write: one record for each alert and incident that changed. */
  readonly records: readonly AlertRecord[]
  /** Unchanged but for when they end: kept in memory, never written. */
  readonly repeats: readonly Alert[]
  /** Incidents that did not exist before. */
  readonly opened: readonly Opened[]
  /** By incident: the groups and services that came into it. */
  readonly placements: ReadonlyMap<IncidentId, Placement>
  /** Open incidents that turn out to be one. */
  readonly gatherings: readonly Gathering[]
  /** By incident: what fires in it that did not before. */
  readonly joined: ReadonlyMap<IncidentId, readonly JoinedAlert[]>
  /** By incident: what has stopped firing in it. */
  readonly cleared: ReadonlyMap<IncidentId, readonly Alert[]>
  readonly accepted: number
  readonly invalid: readonly InvalidAlert[]
  /** New alerts turned away because too many fire already; known ones never are. */
  readonly turnedAway: number
}

export interface JoinedAlert {
  readonly alert: Alert
  readonly judgement: Judgement
}

export const NOTHING_PLANNED: Omit<BatchPlan, 'sender'> = {
  records: [],
  repeats: [],
  held: [],
  heldRepeats: [],
  dropped: [],
  flaps: new Map(),
  flapsToWrite: new Set(),
  opened: [],
  placements: new Map(),
  gatherings: [],
  joined: new Map(),
  cleared: new Map(),
  accepted: 0,
  invalid: [],
  turnedAway: 0,
}
