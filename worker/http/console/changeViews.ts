import type { Change } from '../../domain/change.ts'
import type { NamedService } from '../../domain/incident.ts'
import type { ConsoleView } from './views.ts'

/** What the page of changes is rendered from. */
export interface ChangesView extends ConsoleView {
  /** Empty: of every service. */
  readonly service: string
  /** To choose from. */
  readonly services: readonly NamedService[]
  readonly changes: readonly Change[]
  readonly isLaterPage: boolean
  /** The address of the next page. */
  readonly older: string | null
}
