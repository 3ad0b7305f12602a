import type { MirrorState, PageMirror } from '../../domain/mirror.ts'
import type { PublicComponent } from '../../domain/publicModel.ts'
import type { FailedDelivery, Mailing, Subscriber, SubscriberState, TextUse } from '../../domain/subscriber.ts'

/** What the console's page "Status page" is rendered from. */
export interface StatusPageView {
  /** Who is looking. */
  readonly me: { readonly name: string }
  readonly page: { readonly name: string; readonly url: string; readonly timeZone: string }
  /** Null: the publisher did not answer. */
  readonly published: {
    readonly components: readonly Pick<PublicComponent, 'id' | 'name' | 'group' | 'status' | 'uptimePercent'>[]
    readonly activeIncidents: readonly { readonly id: string; readonly title: string }[]
    /** Files that readers do not have in their present form yet. */
    readonly filesPending: number
    readonly asOfMs: number
    /** Null: none is set up. */
    readonly mirror: MirrorState | null
    /** Of the further pages; null: nobody can say. */
    readonly mirrorsOfPages: readonly PageMirror[] | null
    readonly nowMs: number
  } | null
  /** Null: the subscriber desk did not answer. */
  readonly audience: {
    readonly counts: Readonly<Record<SubscriberState, number>>
    readonly deliveriesWaiting: number
    readonly mailings: readonly (Mailing & { readonly progress: string })[]
    /** Carriers that failed again and again and are left alone for a while. */
    readonly paused: readonly { readonly lane: string; readonly untilMs: number }[]
    /** Of the day, of all pages; null: texts are not set up. */
    readonly texts: TextUse | null
    /** May try again what failed, and stop it. */
    readonly isManager: boolean
    /** Addresses are for managers: others see null. */
    readonly failures: readonly (Omit<FailedDelivery, 'address'> & { readonly address: string | null })[]
    /** Null: not for this role. */
    readonly subscribers: {
      readonly rows: readonly Subscriber[]
      readonly total: number
      readonly offset: number
      readonly pageSize: number
    } | null
  } | null
  readonly notice: string | null
  readonly error: string | null
  /** As a subscriber's address, where it is none. */
  readonly typed: string
}
