import type { Language } from '../../domain/language.ts'
import type { Maintenance, NamedComponent } from '../../domain/maintenance.ts'
import type { ConsoleView, FormState, RefusedForm } from './views.ts'

/** What the console's pages of maintenances are rendered from. */

export interface MaintenancesView extends ConsoleView {
  /** Being worked on or verified. */
  readonly current: readonly Maintenance[]
  /** The next first. */
  readonly upcoming: readonly Maintenance[]
  /** The latest first. */
  readonly past: readonly Maintenance[]
  /** The address of the next page of past ones; null at the end. */
  readonly older: string | null
  /** A later page, which shows only past ones. */
  readonly isOlder: boolean
}

export interface NewMaintenanceView extends ConsoleView {
  readonly components: readonly NamedComponent[]
  readonly form: FormState
  readonly commandId: string
}

export interface MaintenanceView extends ConsoleView {
  readonly maintenance: Maintenance
  /** Newest first. */
  readonly log: readonly { readonly atMs: number; readonly by: string; readonly what: string }[]
  readonly components: readonly NamedComponent[]
  /** In which sentences are said that nobody writes. */
  readonly language: Language
  /** Where customers see it. */
  readonly publicUrl: string
  readonly commandId: string
  readonly refused: RefusedForm | null
}
