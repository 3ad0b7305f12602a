import type { Labels } from '../../domain/alert.ts'
import type { ReplayedAspect } from '../../domain/replay.ts'
import type { Severity } from '../../domain/severity.ts'
import type { TrailStep } from '../../domain/trail.ts'
import type { NamedThing, ReplayDays, ShownTrial } from '../routingTrial.ts'
import type { ConfigurableView, FormState } from './views.ts'

/** What the pages of routing rules are rendered from. */

export interface RoutingView extends ConfigurableView {
  readonly rules: readonly ListedRule[]
  /** Over how many days it is counted what each decided. */
  readonly countedDays: number
  /** Grouping, flapping and the storm limit. */
  readonly limits: FormState
}

export interface ListedRule {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly last: boolean
  readonly matchers: readonly string[]
  /** What it decides, in words. */
  readonly sets: readonly string[]
  readonly decided: number
  readonly warning: string | null
}

export interface RoutingRuleView extends ConfigurableView {
  /** Null for a new one. */
  readonly rule: NamedThing | null
  readonly form: FormState
  readonly services: readonly NamedThing[]
  readonly policies: readonly NamedThing[]
}

export interface RoutingBenchView extends ConfigurableView {
  readonly form: FormState
  /** Alerts of late, to pick one. */
  readonly picks: readonly { readonly value: string; readonly label: string }[]
  readonly ways: readonly { readonly value: string; readonly label: string }[]
  readonly tested: TestedView | null
  readonly replayed: ReplayedView | null
}

export interface TestedView {
  readonly labels: Labels
  /** How many more the message held, which were not tested. */
  readonly others: number
  readonly saved: ShownTrial
  /** Null when the draft is what is saved. */
  readonly draft: ShownTrial | null
}

export interface ReplayedView {
  readonly days: ReplayDays
  readonly alerts: number
  readonly isCapped: boolean
  readonly sinceMs: number
  readonly tookMs: number
  /** One line a figure: by the saved rules, and by the draft. */
  readonly figures: readonly { readonly label: string; readonly before: number; readonly after: number }[]
  readonly incidentsInFact: number
  readonly raised: number
  readonly lowered: number
  readonly rules: readonly { readonly name: string; readonly before: number; readonly after: number }[]
  readonly differing: number
  readonly different: readonly DifferenceView[]
}

export interface DifferenceView {
  readonly title: string
  readonly labels: Labels
  readonly startsAtMs: number
  readonly aspects: readonly ReplayedAspect[]
  readonly before: OutcomeView
  readonly after: OutcomeView
}

export interface OutcomeView {
  readonly severity: Severity
  readonly service: string
  readonly incident: string
  readonly pages: string
  readonly trail: readonly TrailStep[]
}
