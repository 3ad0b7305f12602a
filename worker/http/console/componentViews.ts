import type { ComponentRule } from '../../domain/componentRule.ts'
import type { ComponentSource } from '../../domain/componentSource.ts'
import type { ComponentStatus } from '../../domain/componentStatus.ts'
import type { ConfigurableView, FormState, RefusedForm } from './views.ts'

/** What the console's pages of components are rendered from. */

export interface ListedComponent {
  readonly id: string
  readonly name: string
  readonly group: string | null
  /** What readers see; null: the publisher did not answer. */
  readonly shown: { readonly status: ComponentStatus; readonly sinceMs: number } | null
  /** Who says something of it, the worst first. */
  readonly sources: readonly ComponentSource[]
}

export interface ComponentChangeRow {
  readonly component: { readonly id: string; readonly name: string }
  readonly atMs: number
  readonly by: string
  readonly what: string
  readonly why: string
  readonly from: ComponentStatus
  readonly to: ComponentStatus
}

export interface ListedRule {
  /** Its place in the configuration. */
  readonly index: number
  readonly component: { readonly id: string; readonly name: string }
  readonly when: string
  readonly status: ComponentStatus
  readonly forMinutes: number
  readonly tellsSubscribers: boolean
}

export interface ComponentsView extends ConfigurableView {
  readonly components: readonly ListedComponent[]
  readonly rules: readonly ListedRule[]
  readonly changes: readonly ComponentChangeRow[]
}

export interface ComponentView extends ConfigurableView {
  readonly component: ListedComponent
  /** By itself, beside incidents and maintenance. */
  readonly byItself: ComponentStatus
  readonly isHeld: boolean
  readonly version: number
  readonly rules: readonly ListedRule[]
  readonly changes: readonly ComponentChangeRow[]
  readonly noticeSeconds: number
  readonly commandId: string
  readonly refused: RefusedForm | null
}

export interface ComponentRuleView extends ConfigurableView {
  /** Null: a new one. */
  readonly rule: ComponentRule | null
  readonly path: string
  readonly form: FormState
  readonly components: readonly { readonly id: string; readonly name: string }[]
  readonly services: readonly { readonly id: string; readonly name: string }[]
  /** Third parties and their components, to choose from. */
  readonly dependencies: readonly DependencyChoices[]
}

/** One third party as a whole, and its components. */
export interface DependencyChoices {
  readonly label: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
}
