import { z } from 'zod'
import type { Affected } from './affectedLink.ts'
import type { Appearance } from './appearance.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { PageAccess } from './furtherPage.ts'
import type { Language } from './language.ts'
import type { PublicMirror } from './mirror.ts'
import type { OverallStatus } from './overallStatus.ts'
import type { ImportSource } from './pastDocument.ts'
import type { ActionItem } from './postMortem.ts'
import type { MetricLine, PublicMetric } from './publicMetric.ts'
import type { OwnSubscription } from './subscriber.ts'

/**
 * All that the public may see, field by field. Pages, feeds and JSON are functions of this and of nothing else,
 * so nothing internal can leak: nothing internal is in it.
 */

export const PUBLIC_STATUSES = ['investigating', 'identified', 'monitoring', 'resolved'] as const
export const PublicStatus = z.enum(PUBLIC_STATUSES)
export type PublicStatus = z.infer<typeof PublicStatus>

export const IMPACTS = ['none', 'minor', 'major', 'critical'] as const
export type Impact = (typeof IMPACTS)[number]

export interface PublicComponentChange {
  readonly id: string
  readonly name: string
  readonly from: ComponentStatus
  readonly to: ComponentStatus
}

/** What an update said before it was edited. */
export interface PublicEdit {
  readonly body: string
  /** When other words took the place of these. */
  readonly untilMs: number
}

/** What people wrote, in other languages than the page's. */
export type Translations = Readonly<Partial<Record<Language, string>>>

export interface PublicUpdate {
  readonly id: string
  readonly status: PublicStatus
  /** Markdown as written; readers get it rendered with raw HTML off. */
  readonly body: string
  readonly translations: Translations
  /** Earlier wordings, oldest first. */
  readonly edits: readonly PublicEdit[]
  readonly atMs: number
  /** The promise that this update gave; null: none. */
  readonly nextUpdateAtMs: number | null
  readonly components: readonly PublicComponentChange[]
  /** The system said it by itself; absent in what was stored before: a person did. */
  readonly isAutomatic?: boolean
}

export interface PublicIncident {
  readonly id: string
  readonly title: string
  readonly status: PublicStatus
  readonly impact: Impact
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly startedAtMs: number
  readonly monitoringAtMs: number | null
  readonly resolvedAtMs: number | null
  readonly nextUpdateAtMs: number | null
  /** The state of each component this incident touches, now. */
  readonly components: readonly { readonly id: string; readonly name: string; readonly status: ComponentStatus }[]
  /** Newest first. */
  readonly updates: readonly PublicUpdate[]
  readonly hasPostMortem: boolean
  /** Told after the fact: its times are what people say they were. */
  readonly isBackdated: boolean
  /** The product of the page that told it, where it was not told here. */
  readonly importedFrom?: ImportSource
}

export const MAINTENANCE_STATUSES = ['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled'] as const
export const MaintenanceStatus = z.enum(MAINTENANCE_STATUSES)
export type MaintenanceStatus = z.infer<typeof MaintenanceStatus>

export interface PublicMaintenanceUpdate extends Omit<PublicUpdate, 'status' | 'nextUpdateAtMs'> {
  readonly status: MaintenanceStatus
  /** Set where it was moved: the times that held before. */
  readonly rescheduledFrom: { readonly scheduledForMs: number; readonly scheduledUntilMs: number } | null
}

export interface PublicMaintenance {
  readonly id: string
  readonly title: string
  readonly status: MaintenanceStatus
  readonly scheduledForMs: number
  readonly scheduledUntilMs: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** When it really began and ended. */
  readonly startedAtMs: number | null
  readonly completedAtMs: number | null
  /** Grows with each change of its times or its cancellation, as calendars count (RFC 5545, SEQUENCE). */
  readonly sequence: number
  readonly components: readonly { readonly id: string; readonly name: string }[]
  /** Newest first. */
  readonly updates: readonly PublicMaintenanceUpdate[]
  /** The product of the page that told it, where it was not told here. */
  readonly importedFrom?: ImportSource
}

/** One day of a component's bar. */
export interface PublicDay {
  /** ISO date, such as 2026-11-24. */
  readonly day: string
  /** The worst state of the day; null before the component existed. */
  readonly worst: ComponentStatus | null
  readonly downSeconds: number
}

export interface PublicComponent {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly group: string | null
  readonly position: number
  readonly status: ComponentStatus
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Ninety days, oldest first, the last is today. */
  readonly days: readonly PublicDay[]
  /** Share of the last ninety days it was not down, 0–100; see `uptime.ts` for the formula. */
  readonly uptimePercent: number
}

/** The uptime of a group's members together; see `uptimeEvidence.ts` for the formula. */
export interface PublicGroupUptime {
  /** As in Statuspage's JSON. */
  readonly id: string
  readonly name: string
  readonly uptimePercent: number
  readonly downSeconds: number
}

/** A component changed by itself: no incident and no maintenance says so. */
export interface PublicOwnChange extends PublicComponentChange {
  /** Of the change; the component's is `id`. */
  readonly changeId: string
  readonly atMs: number
}

export interface PublicPostMortem {
  readonly id: string
  readonly title: string
  readonly publishedAtMs: number
  readonly updatedAtMs: number
  /** Markdown, as its authors released it. */
  readonly body: string
  readonly startedAtMs: number
  readonly resolvedAtMs: number
  readonly services: readonly string[]
}

/** What is shown of an action item that its team made public; who owns it stays inside. */
export interface PublicActionItem {
  readonly title: string
  readonly type: ActionItem['type']
  /** ISO date; empty while nobody has set one. */
  readonly dueOn: string
  readonly done: boolean
}

export interface PublicPage {
  /** Twelve characters, stable for the life of the instance. */
  readonly id: string
  readonly name: string
  /** No trailing slash. */
  readonly url: string
  readonly timeZone: string
  readonly supportUrl: string | null
  /** Of whatever Allclear says, and as long as `writtenIn` is absent of what people write on it. */
  readonly language: Language
  /** In which people write, where that is another: updates are written once, for all status pages. */
  readonly writtenIn?: Language
  /** Absent: as it comes. */
  readonly appearance?: Appearance | undefined
  /** Whether there are charts of metrics; absent: none. */
  readonly hasPerformance?: boolean
  /** Whether only some may read it; absent: everyone may. */
  readonly isPrivate?: boolean
  /** When anything last changed. */
  readonly updatedAtMs: number
}

/** What its own status page says of what we rely on. */
export interface PublicThirdParty {
  readonly id: string
  readonly name: string
  readonly url: string
  /** Null: not known, or not any more. */
  readonly status: ComponentStatus | null
  readonly sinceMs: number | null
  /** Set where it is also a component in Statuspage's JSON. */
  readonly component?: { readonly createdAtMs: number }
}

/** Everything the status page is made of. */
export interface PublicModel {
  readonly page: PublicPage
  readonly components: readonly PublicComponent[]
  /** Not resolved, newest first. */
  readonly activeIncidents: readonly PublicIncident[]
  /** All of the last ninety days and the unresolved, newest first. */
  readonly incidents: readonly PublicIncident[]
  /** Upcoming, current and those of the last ninety days, the latest `scheduledForMs` first. */
  readonly maintenances: readonly PublicMaintenance[]
  /** Of the last ninety days, newest first. */
  readonly ownChanges: readonly PublicOwnChange[]
  /** Newest first. */
  readonly postMortems: readonly PublicPostMortem[]
  /** What is measured, as the home page says it. */
  readonly metrics: readonly MetricLine[]
  /** Pages of others, where the owner shows them; absent: none. */
  readonly thirdParties?: readonly PublicThirdParty[]
  /** The copy on a second host; null without one. */
  readonly mirror: PublicMirror | null
  /** When this was put together: the "as of" stamp. */
  readonly asOfMs: number
}

/** What an Astro page gets as its request body: exactly what it shows. */
export type PublicView =
  /** `query`: the reader's filter that the model went through; empty for the whole page. */
  | { readonly view: 'home'; readonly model: PublicModel; readonly query: string }
  | {
      readonly view: 'history'
      readonly model: PublicModel
      readonly query: string
      /** All that have incidents or maintenance, also those that are too old for the model; the newest first. */
      readonly months: readonly string[]
    }
  | {
      readonly view: 'history-month'
      readonly page: PublicPage
      readonly month: string
      readonly incidents: readonly PublicIncident[]
      readonly maintenances: readonly PublicMaintenance[]
    }
  /** With gaps for what is searched and what is found. */
  | { readonly view: 'history-search'; readonly page: PublicPage }
  | { readonly view: 'uptime'; readonly model: PublicModel; readonly groups: readonly PublicGroupUptime[] }
  | {
      readonly view: 'incident'
      readonly page: PublicPage
      readonly incident: PublicIncident
      /** Of its post-mortem. */
      readonly actionItems: readonly PublicActionItem[]
      readonly asOfMs: number
    }
  | {
      readonly view: 'maintenance'
      readonly page: PublicPage
      readonly maintenance: PublicMaintenance
      readonly asOfMs: number
    }
  /** For frames on other people's pages. */
  | {
      readonly view: 'embed'
      readonly page: PublicPage
      readonly indicator: OverallStatus['indicator']
      readonly description: OverallStatus['description']
      /** What goes on now, the newest incident first. */
      readonly told: readonly { readonly path: string; readonly title: string }[]
      /** Auto: as the reader's system wants it. */
      readonly theme: 'auto' | 'light' | 'dark'
    }
  | { readonly view: 'performance'; readonly model: PublicModel; readonly metrics: readonly PublicMetric[] }
  /** For whoever has a signed link: the part of the page that it names. */
  | ({
      readonly view: 'affected'
      readonly claims: { readonly name: string | null; readonly untilMs: number }
    } & Affected)
  | { readonly view: 'affected-ended'; readonly page: PublicPage; readonly reason: 'wrong' | 'expired' }
  | { readonly view: 'post-mortems'; readonly model: PublicModel }
  | {
      readonly view: 'post-mortem'
      readonly page: PublicPage
      readonly postMortem: PublicPostMortem
      readonly actionItems: readonly PublicActionItem[]
      readonly asOfMs: number
    }
  | {
      readonly view: 'subscribe'
      readonly page: PublicPage
      readonly components: readonly ComponentChoice[]
      /** What is chosen already, as the query of a URL. */
      readonly query: string
      /** The page whose notifications a browser can have; null: they are not offered. */
      readonly pushPage: string | null
      /** Of the numbers that texts may go to; null: texts are not offered. */
      readonly smsPrefixes: string | null
      /** The way to be told that is chosen already. */
      readonly channel: 'email' | 'sms' | 'webhook' | 'slack' | 'discord' | 'teams'
      /** As its address, where something is wrong. */
      readonly typed: string
      readonly notice: string | null
    }
  | {
      readonly view: 'manage'
      readonly page: PublicPage
      readonly components: readonly ComponentChoice[]
      readonly subscription: OwnSubscription
      /** Where the forms go, inside the status page. */
      readonly action: string
      readonly isSaved: boolean
    }
  | {
      readonly view: 'manage-request'
      readonly page: PublicPage
      /** As at `subscribe`. */
      readonly smsPrefixes: string | null
      readonly channel: Extract<PublicView, { view: 'subscribe' }>['channel']
      readonly typed: string
      readonly notice: string | null
    }
  | {
      readonly view: 'follow'
      readonly page: PublicPage
      readonly incident: Pick<PublicIncident, 'id' | 'title'>
      /** What is wrong with the address, and the address itself. */
      readonly notice: string
      readonly typed: string
    }
  | {
      readonly view: 'subscription'
      readonly page: PublicPage
      readonly step: SubscriptionStep
      /** Of the webhook that was just subscribed; null everywhere else. */
      readonly secret: string | null
      readonly action: string
    }
  | {
      /** Before a private page: it says nothing of the page but how to come in. */
      readonly view: 'entrance'
      readonly kind: PageAccess['kind']
      readonly step: EntranceStep
      /** What stands before the page's paths. */
      readonly base: string
      /** Where somebody was going. */
      readonly next: string
      /** As the address for mail, where something is wrong. */
      readonly typed: string
      readonly notice: string | null
    }

/** Where somebody is on the way into a private page. */
export type EntranceStep = 'ask' | 'check_mail' | 'open' | 'inside'

/** To choose from; nothing chosen means all. */
export interface ComponentChoice {
  readonly id: string
  readonly name: string
  readonly group: string | null
}

/** Where someone is on the way in or out. */
export const SUBSCRIPTION_STEPS = [
  'check_mail',
  'check_phone',
  'check_webhook',
  'check_chat',
  'link_sent',
  'phone_later',
  'confirm',
  'confirmed',
  'link_expired',
  'unsubscribe',
  'unsubscribed',
  'erased',
  'not_followed',
] as const
export type SubscriptionStep = (typeof SUBSCRIPTION_STEPS)[number]
