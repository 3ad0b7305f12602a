import type { DescribedChange } from '../../domain/describeChange.ts'
import type { ConsoleView } from './views.ts'

/** What the pages of the configuration are rendered from. */

export type DocumentFormat = 'yaml' | 'json'

export interface VersionRow {
  readonly version: number
  readonly atMs: number
  readonly by: string
  /** By which way, in words. */
  readonly way: string
  readonly message: string | null
  readonly summary: string
}

export interface ConfigurationView extends ConsoleView {
  readonly format: DocumentFormat
  /** As it is, or as it was sent. */
  readonly document: string
  readonly message: string
  readonly errors: readonly string[]
  /** What `document` started from. */
  readonly version: number
  /** Newest first. */
  readonly versions: readonly VersionRow[]
  readonly older: string | null
}

/** What is about to be done, to look at before it is. */
export interface ConfigurationPlanView extends ConsoleView {
  /** Which part of the console it belongs to. */
  readonly section: 'settings' | 'catalogue' | 'status-page'
  readonly title: string
  /** Where the form goes that does it. */
  readonly action: string
  readonly button: string
  readonly cancel: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly plan: PlanView
  /** Someone changed it in the meantime, or more goes than what is configured. */
  readonly warning: string | null
  /** Why it cannot be done. */
  readonly errors: readonly string[]
}

export interface PlanView {
  readonly summary: string
  readonly changes: readonly DescribedChange[]
  readonly tokens: readonly string[]
  readonly removals: readonly string[]
}

export interface ConfigurationVersionView extends ConsoleView {
  readonly version: VersionRow
  /** The version that holds. */
  readonly present: number
  readonly hash: string
  /** Against the version before; null when that is no longer kept. */
  readonly changed: PlanView | null
  /** Against the version that holds. */
  readonly sincePresent: PlanView | null
  readonly yaml: string
}
