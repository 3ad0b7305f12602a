import type { Environment, Service, Team } from '../../domain/catalogue.ts'
import type { CatalogueKind } from '../../domain/catalogueEdit.ts'
import type { Change } from '../../domain/change.ts'
import type { Person } from '../../domain/incident.ts'
import type { ServiceDrawing } from '../../domain/serviceDrawing.ts'
import type { Severity } from '../../domain/severity.ts'
import type { PolicyView } from './onCallViews.ts'
import type { ConsoleView, FormState, ListedIncident } from './views.ts'

/** What the pages of the catalogue are rendered from. */

export interface Named {
  readonly id: string
  readonly name: string
}

/** How a service is right now. */
export interface ServiceState {
  readonly openIncidents: number
  /** The worst of them; null when there is none. */
  readonly worst: Severity | null
}

export interface ServiceRow extends Named {
  readonly tier: number
  readonly state: ServiceState
  readonly dependsOn: readonly Named[]
  readonly dependants: readonly Named[]
  readonly components: readonly Named[]
}

export interface CatalogueView extends ConsoleView {
  readonly canEdit: boolean
  /** By team, the last group without one; within it by tier. */
  readonly groups: readonly {
    readonly team: (Named & { readonly members: readonly Person[] }) | null
    readonly services: readonly ServiceRow[]
  }[]
  readonly environments: readonly Environment[]
  readonly drawing: ServiceDrawing
  /** By id, for what the drawing shows. */
  readonly services: Readonly<Record<string, ServiceRow>>
  readonly componentNames: Readonly<Record<string, string>>
}

export interface FiringAlert {
  readonly fingerprint: string
  readonly incidentId: string
  readonly title: string
  readonly startsAtMs: number
}

export interface ServiceView extends ConsoleView {
  readonly canEdit: boolean
  readonly service: Service
  readonly row: ServiceRow
  readonly owner: (Named & { readonly members: readonly Person[] }) | null
  readonly policies: readonly PolicyView[]
  readonly incidents: readonly ListedIncident[]
  readonly changes: readonly Change[]
  readonly alerts: readonly FiringAlert[]
  readonly alertsCutOff: boolean
}

/** The form for one thing of the catalogue. */
export interface CatalogueEntryView extends ConsoleView {
  readonly kind: CatalogueKind
  /** Null: a new one. */
  readonly known: Named | null
  readonly form: FormState
  /** What it was like when the form was opened, so that nobody is written over. */
  readonly seen: string
  /** What can be chosen. */
  readonly teams: readonly Team[]
  readonly people: readonly Person[]
  readonly services: readonly Named[]
  readonly components: readonly Named[]
  readonly policies: readonly Named[]
  readonly connections: readonly Named[]
}
