/** One thing that was decided about an alert, and why: together they are its decision trail. */
export interface TrailStep {
  readonly about: (typeof TRAIL_SUBJECTS)[number]
  /** What was decided, in a few words: `checkout`, `sev2`, `joined`. */
  readonly decided: string
  /** Why, as a sentence without its full stop. */
  readonly because: string
  /** The routing rule that decided it; null when none did. */
  readonly ruleId: string | null
}

export const TRAIL_SUBJECTS = [
  'service',
  'severity',
  'group',
  'paging',
  'suppression',
  'pause',
  'flapping',
  'storm',
  'incident',
] as const
