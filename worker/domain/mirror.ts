/** The copy of the status page on a second host: how far it is, and when it was last proven to open alone. */

export interface MirrorDrill {
  readonly atMs: number
  readonly filesChecked: number
  readonly filesTotal: number
  /** For people; none: the copy is whole. */
  readonly faults: readonly string[]
}

export interface MirrorState {
  /** Where readers open it; null while nobody has said. */
  readonly publicUrl: string | null
  /** Files that the mirror does not have in their present form yet. */
  readonly filesPending: number
  /** Since when the oldest of them waits; null when none does. */
  readonly waitingSinceMs: number | null
  readonly filesMirrored: number
  /** When it last had everything. */
  readonly completeAtMs: number | null
  /** Why the last attempt failed; null when it did not. */
  readonly failure: string | null
  readonly drill: MirrorDrill | null
  /** Of a page that is private or gone: files that have yet to be taken from the mirror. */
  readonly filesLeaving: number
  /** Since when; null when none has to go. */
  readonly leavingSinceMs: number | null
}

export const NOTHING_MIRRORED: MirrorState = {
  publicUrl: null,
  filesPending: 0,
  waitingSinceMs: null,
  filesMirrored: 0,
  completeAtMs: null,
  failure: null,
  drill: null,
  filesLeaving: 0,
  leavingSinceMs: null,
}

/** Of one of the further pages. */
export interface PageMirror {
  readonly page: string
  /** Null: its publisher does not answer. */
  readonly state: MirrorState | null
}

/** What everyone may know of it. */
export interface PublicMirror {
  /** Where readers open it; null where they cannot. */
  readonly url: string | null
  readonly drilledAtMs: number | null
  readonly isWhole: boolean
}

export const DRILL_EVERY_MS = 24 * 3600 * 1000
/** After one that found something. */
export const DRILL_AGAIN_MS = 3600 * 1000
/** A copy that nobody has tried for this long is a hope. */
export const DRILL_AGE_MS_MAX = 3 * DRILL_EVERY_MS

export function nextDrillAtMs(drill: MirrorDrill | null): number {
  if (drill === null) return 0
  return drill.atMs + (drill.faults.length === 0 ? DRILL_EVERY_MS : DRILL_AGAIN_MS)
}

export function isDrillOld(drill: MirrorDrill | null, nowMs: number): boolean {
  return drill === null || nowMs - drill.atMs > DRILL_AGE_MS_MAX
}

/** Those that every reader wants first; of the others the next `max`, so that one drill after the other sees them all. */
export function filesToCheck(paths: readonly string[], from: number, max: number): string[] {
  const sorted = paths.toSorted()
  const always = sorted.filter(
    (path) => path === 'index.html' || path.startsWith('api/') || !/\/.*\/|\.txt$/.test(path),
  )
  const others = sorted.filter((path) => !always.includes(path))
  const start = others.length === 0 ? 0 : from % others.length
  return [...always, ...others.slice(start), ...others.slice(0, start)].slice(0, max)
}
