import type { KnownDependency } from '../../domain/dependency.ts'
import type { Me } from './views.ts'

/** What the console's page of third parties is rendered from. */
export interface DependenciesView {
  readonly me: Me
  readonly timeZone: string
  readonly nowMs: number
  /** Null: the desk that follows them did not answer. */
  readonly dependencies: readonly KnownDependency[] | null
}
