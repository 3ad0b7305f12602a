import type {
  PublicComponentChange,
  PublicIncident,
  PublicMaintenance,
  PublicMaintenanceUpdate,
  PublicPage,
  PublicPostMortem,
  PublicUpdate,
} from './publicModel.ts'
import type { News } from './readerFilter.ts'
import type { Digest } from './weeklyDigest.ts'

/** What subscribers are told, whatever the channel. */

export interface Announcement {
  readonly page: PublicPage
  readonly incident: PublicIncident
  readonly update: PublicUpdate
}

export interface PostMortemAnnouncement {
  readonly page: PublicPage
  readonly postMortem: PublicPostMortem
  /** What its components and impact are known by; null where it is too old. */
  readonly incident?: PublicIncident | null
}

export const MAINTENANCE_NEWS = [
  'scheduled',
  'rescheduled',
  'reminder',
  'started',
  'verifying',
  'completed',
  'cancelled',
  /** Words alone. */
  'updated',
] as const
export type MaintenanceNews = (typeof MAINTENANCE_NEWS)[number]

export interface MaintenanceAnnouncement {
  readonly page: PublicPage
  readonly maintenance: PublicMaintenance
  readonly update: PublicMaintenanceUpdate
  readonly what: MaintenanceNews
}

/** Components changed by themselves, without an incident or a maintenance that says so. */
export interface ComponentsAnnouncement {
  readonly page: PublicPage
  /** Of this change; the same again changes nothing. */
  readonly id: string
  readonly changes: readonly PublicComponentChange[]
  readonly atMs: number
}

/** How subscribers are told in time: not before this moment, so that it can still be taken back. */
export interface Hold {
  readonly notBeforeMs?: number
}

export type Notice =
  | ({ readonly kind: 'update' } & Announcement)
  | ({ readonly kind: 'post_mortem' } & PostMortemAnnouncement)
  | ({ readonly kind: 'maintenance' } & MaintenanceAnnouncement)
  | ({ readonly kind: 'components' } & ComponentsAnnouncement)
  | ({ readonly kind: 'digest' } & Digest)

/** Each of these is told when it happens; the digest is told by the clock. */
export type Announced = Exclude<Notice, { readonly kind: 'digest' }>

/** The name of a notice in the ledger: what is announced under it again is the same notice. */
export function subjectOf(notice: Notice): string {
  switch (notice.kind) {
    case 'update':
      return updateSubject(notice.update.id)
    case 'maintenance':
      return maintenanceSubject(notice)
    case 'components':
      return `components:${notice.id}`
    case 'post_mortem':
      return `post-mortem:${notice.postMortem.id}`
    case 'digest':
      return `digest:${new Date(notice.untilMs).toISOString().slice(0, 10)}`
  }
}

/** A reminder repeats what was told before, and is a notice of its own. */
export function maintenanceSubject({ update, what }: Pick<MaintenanceAnnouncement, 'update' | 'what'>): string {
  return `maintenance:${update.id}${what === 'reminder' ? ':reminder' : ''}`
}

export function updateSubject(updateId: string): string {
  return `update:${updateId}`
}

/** Notices of one thing have it in common. */
export function threadOf(notice: Notice): string {
  switch (notice.kind) {
    case 'update':
      return `incident.${notice.incident.id}`
    case 'post_mortem':
      return `incident.${notice.postMortem.id}`
    case 'maintenance':
      return `maintenance.${notice.maintenance.id}`
    case 'components':
      return `components.${notice.id}`
    case 'digest':
      return `digest.${notice.untilMs}`
  }
}

/** As the console's list of mailings calls it. */
export function titleOf(notice: Notice): string {
  switch (notice.kind) {
    case 'update':
      return notice.incident.title
    case 'maintenance':
      return notice.maintenance.title
    case 'components':
      return notice.changes.map(({ name }) => name).join(', ')
    case 'post_mortem':
      return `Post-mortem: ${notice.postMortem.title}`
    case 'digest':
      return 'Weekly digest'
  }
}

/** The incident that is over with this notice; null: none is. */
export function endedBy(notice: Announced): string | null {
  return notice.kind === 'update' && notice.update.status === 'resolved' ? notice.incident.id : null
}

const MILESTONES: ReadonlySet<MaintenanceNews> = new Set([
  'scheduled',
  'rescheduled',
  'started',
  'completed',
  'cancelled',
])

export function newsOf(notice: Announced): News {
  switch (notice.kind) {
    case 'update':
      return notice
    case 'maintenance': {
      const { maintenance, what } = notice
      const components = [...maintenance.components, ...notice.update.components].map(({ id }) => id)
      return { kind: 'maintenance', components, isMilestone: MILESTONES.has(what) }
    }
    case 'components':
      return notice
    case 'post_mortem':
      return { kind: 'post_mortem', incident: notice.incident ?? null }
  }
}

/** The words of a notice: when they differ from what was announced before, it was edited. */
export function wordsOf(notice: Announced): string {
  switch (notice.kind) {
    case 'update': {
      const { status, body, translations, nextUpdateAtMs, components } = notice.update
      return JSON.stringify([notice.incident.title, status, body, translations, nextUpdateAtMs, components])
    }
    case 'maintenance': {
      const { status, body, translations, components } = notice.update
      return JSON.stringify([notice.maintenance.title, status, body, translations, components])
    }
    // A corrected post-mortem, like a change of components, is told once.
    case 'post_mortem':
    case 'components':
      return ''
  }
}

/** Edits within this time of the first announcement reach subscribers; later ones are on the page only. */
export const CORRECTED_WITHIN_MS = 120_000
