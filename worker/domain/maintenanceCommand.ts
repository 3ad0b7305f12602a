import type { Actor } from './actor.ts'
import type {
  MaintenanceDetails,
  MaintenanceEvent,
  MaintenanceId,
  MaintenanceWindow,
  NamedComponent,
} from './maintenance.ts'
import type { MaintenanceNews } from './notice.ts'
import type { Translations } from './publicModel.ts'

/** What is said to customers with a change, and whether subscribers get it as well. */
export interface Saying {
  /** Names the update: the same again is the same update. */
  readonly updateId: string
  /** Null: a plain sentence says it. */
  readonly body: string | null
  readonly translations: Translations
  readonly tellsSubscribers: boolean
}

export type MaintenanceCommand =
  | ({
      readonly type: 'schedule'
      readonly id: MaintenanceId
      readonly window: MaintenanceWindow
    } & MaintenanceDetails &
      Saying)
  /** While it is under way only its end can move. */
  | ({ readonly type: 'reschedule'; readonly window: MaintenanceWindow } & Saying)
  /** Also back from verifying. */
  | ({ readonly type: 'start' } & Saying)
  | ({ readonly type: 'verify' } & Saying)
  | ({ readonly type: 'complete' } & Saying)
  | ({ readonly type: 'cancel' } & Saying)
  | ({
      readonly type: 'post_update'
      /** Those affected from now on; null: as before. */
      readonly components: readonly NamedComponent[] | null
    } & Saying)
  /** Other words for what was said; what it said before stays to be seen. Nobody is told again. */
  | {
      readonly type: 'edit_update'
      readonly updateId: string
      readonly body: string
      readonly translations: Translations
    }
  | ({ readonly type: 'change_details' } & MaintenanceDetails)
  /** Does what is due by now. */
  | { readonly type: 'run_clock' }

export type MaintenanceEffect =
  | { readonly type: 'publish' }
  | { readonly type: 'announce'; readonly what: MaintenanceNews; readonly updateId: string }

export type MaintenanceDecision =
  | {
      readonly ok: true
      readonly events: readonly { readonly event: MaintenanceEvent; readonly by: Actor }[]
      readonly effects: readonly MaintenanceEffect[]
    }
  | { readonly ok: false; readonly reason: MaintenanceRefusal }

export const MAINTENANCE_REFUSAL_MESSAGE = {
  unknown_maintenance: 'There is no maintenance with this id.',
  already_scheduled: 'A maintenance with this id is there already.',
  already_in_progress: 'The maintenance is already in progress.',
  already_verifying: 'The maintenance is already being verified.',
  already_completed: 'The maintenance is completed. Post an update if there is more to say.',
  already_cancelled: 'The maintenance was cancelled. Schedule another one.',
  not_started: 'The maintenance has not begun yet.',
  already_started: 'The maintenance has begun. Complete it, and say in the update what was not done.',
  components_fixed: 'The maintenance has begun: name other components in an update, so that customers learn when.',
  start_fixed: 'The maintenance has begun, so only its end can be moved.',
  start_in_the_past: 'The start has passed already. Choose a later one.',
  end_in_the_past: 'The end has passed already. Choose a later one.',
  end_before_start: 'It has to end after it starts.',
  too_long: 'A maintenance lasts at most 30 days.',
  too_far: 'A maintenance is scheduled at most two years ahead.',
  same_times: 'It is scheduled for these times already.',
  window_over: 'The time it was scheduled for is over. Reschedule it first.',
  unknown_update: 'There is no update with this id.',
  nothing_to_say: 'An update needs a text.',
  limit_reached: 'This maintenance has reached its limit for such entries.',
  too_many: 'There are too many maintenances that are not over yet.',
  stale_version: 'Someone changed the maintenance in the meantime. Look at its present state and try again.',
  not_due: 'Nothing is due yet.',
} as const

export type MaintenanceRefusal = keyof typeof MAINTENANCE_REFUSAL_MESSAGE
