import type { Person } from '../../domain/incident.ts'
import type { Rota } from '../../domain/rota.ts'
import type { Severity } from '../../domain/severity.ts'

/** What the page "On call" is rendered from. */
export interface OnCallView {
  readonly me: { readonly name: string }
  readonly nowMs: number
  /** Whether the reader may make and take back overrides. */
  readonly canChange: boolean
  readonly rotas: readonly RotaView[]
  readonly people: readonly Person[]
  readonly policies: readonly PolicyView[]
  /** Why the last attempt to make an override was refused. */
  readonly refused: OverrideForm | null
  /** What was just done. */
  readonly notice: string | null
}

export interface RotaView extends Rota {
  readonly overrides: readonly {
    readonly id: string
    readonly person: Person
    readonly startsAtMs: number
    readonly endsAtMs: number
  }[]
}

export interface PolicyView {
  readonly id: string
  readonly name: string
  readonly steps: readonly {
    readonly targets: readonly { readonly name: string; readonly via: string | null }[]
    /** From the first page to this step, in the first round. */
    readonly afterSeconds: number
  }[]
  /** How long the last step has before the policy starts over or gives up. */
  readonly lastWaitSeconds: number
  readonly repeats: number
  readonly usedBy: readonly { readonly service: string; readonly severities: readonly Severity[] }[]
}

/** As it was sent, so that nothing has to be typed twice. */
export interface OverrideForm {
  readonly scheduleId: string
  readonly responderId: string
  readonly startsAt: string
  readonly endsAt: string
  readonly message: string
}
