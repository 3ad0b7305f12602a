import type { LinkSettings } from '../domain/affectedLink.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import type {
  PublicActionItem,
  PublicIncident,
  PublicMaintenance,
  PublicModel,
  PublicPostMortem,
} from '../domain/publicModel.ts'
import type { PublicMetric } from '../domain/publicMetric.ts'
import type { EvidenceOfComponent } from '../domain/uptimeEvidence.ts'
import type { LookFile } from '../domain/shownLook.ts'
import type { LoggedPublicly } from './logFiles.ts'

/** What the files of a status page are made of. */

export interface PublicSource extends Published {
  readonly model: PublicModel
  /** What the uptime of a component rests on. */
  readonly evidence: (componentId: string) => EvidenceOfComponent | null
  /** What is measured, with its charts. */
  readonly metrics: () => readonly PublicMetric[]
  /** On the main page: the others. */
  readonly pages: readonly PageEntry[]
  readonly links: LinkSettings
  /** Null where a part of the page is shown: a log is whole or none. */
  readonly log: LoggedPublicly | null
  /** Addresses of the page that was here before. */
  readonly redirects: () => readonly { readonly from: string; readonly to: string }[]
  /** The whole past; null where a filter shows a part of it. */
  readonly history: WholeHistory | null
  /** An image of the page that is a file. */
  readonly look: (path: string) => LookFile | null
}

/** Each thing that was published, also those that are too old for the model. */
export interface Published {
  readonly incident: (id: string) => PublicIncident | null
  readonly maintenance: (id: string) => PublicMaintenance | null
  readonly postMortem: (id: string) => PublishedPostMortem | null
}

export interface WholeHistory {
  /** Those with incidents or maintenance, such as 2026-11, the newest first. */
  readonly months: () => readonly string[]
  /** Those that began in it, the newest first. */
  readonly incidentsOf: (month: string) => readonly PublicIncident[]
  /** Those that were over in it, the last first. */
  readonly maintenancesOf: (month: string) => readonly PublicMaintenance[]
  /** However old, the newest first; up to a limit. */
  readonly all: () => readonly PublicIncident[]
  readonly allMaintenances: () => readonly PublicMaintenance[]
}

export interface PublishedPostMortem {
  readonly postMortem: PublicPostMortem
  readonly actionItems: readonly PublicActionItem[]
}
