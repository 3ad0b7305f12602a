import type { NamedService } from '../../domain/incident.ts'
import type { PlaybookStep } from '../../domain/playbook.ts'

/** What the pages of playbooks are rendered from. */

export interface PlaybooksView {
  readonly me: { readonly name: string }
  readonly notice: string | null
  /** Whether the reader may write them. */
  readonly canEdit: boolean
  readonly playbooks: readonly ListedPlaybook[]
  /** A playbook to start from. */
  readonly example: string
}

export interface ListedPlaybook {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly services: readonly NamedService[]
  readonly steps: readonly Pick<PlaybookStep, 'kind' | 'title'>[]
  /** Why it cannot be run; null when it can. */
  readonly problem: string | null
}

export interface PlaybookView {
  readonly me: { readonly name: string }
  readonly notice: string | null
  readonly canEdit: boolean
  /** Null while it is new. */
  readonly known: { readonly id: string; readonly name: string } | null
  /** As stored, or as sent, so that nothing has to be typed twice. */
  readonly id: string
  readonly yaml: string
  readonly errors: readonly { readonly path: string; readonly message: string }[]
}
