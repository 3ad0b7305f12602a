import type {
  PublicActionItem,
  PublicIncident,
  PublicMaintenance,
  PublicPostMortem,
  PublicUpdate,
} from '../domain/publicModel.ts'

/** Public documents as an earlier version of this program stored them: what they lack has its default. */

type Stored<T, New extends keyof T> = Omit<T, New> & Partial<Pick<T, New>>
type StoredUpdate = Stored<PublicUpdate, 'translations' | 'edits' | 'nextUpdateAtMs'>
type StoredIncident = Stored<Omit<PublicIncident, 'updates'>, 'isBackdated'> & {
  readonly updates: readonly StoredUpdate[]
}

/** Only the publisher writes these documents, so that reading one back trusts it. */
export function storedIncident(document: string): PublicIncident {
  const stored = JSON.parse(document) as StoredIncident
  return {
    isBackdated: false,
    ...stored,
    updates: stored.updates.map((update) => ({ translations: {}, edits: [], nextUpdateAtMs: null, ...update })),
  }
}

export function storedMaintenance(document: string): PublicMaintenance {
  return JSON.parse(document) as PublicMaintenance
}

export function storedPostMortem(document: string): PublicPostMortem {
  return JSON.parse(document) as PublicPostMortem
}

export function storedActionItems(document: string): PublicActionItem[] {
  return JSON.parse(document) as PublicActionItem[]
}
