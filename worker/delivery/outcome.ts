/** How one attempt to deliver something ended. */
export type Outcome =
  | {
      readonly ok: true
      /** What the other side said or called it. */
      readonly receipt: string
      /** With it the other side agreed to what it was asked. */
      readonly confirms?: true
    }
  | {
      readonly ok: false
      /** `temporary`: worth trying again under the same key. */
      readonly kind: 'temporary' | 'permanent'
      readonly reason: string
      /** The other side asked for this much time. */
      readonly retryAfterMs?: number
      /** It is known when it will be taken: not before this, and not later either. */
      readonly againAtMs?: number
      /** It was this recipient that was refused, for good; others may still be reached. */
      readonly recipientRefused?: true
      /** It was this recipient or message that was put off; whatever carries it is well, and takes others. */
      readonly carrierWorks?: true
    }

const REASON_LENGTH_MAX = 300

export function temporary(reason: string, retryAfterMs?: number): Outcome {
  const failure = { ok: false, kind: 'temporary', reason: bounded(reason) } as const
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs }
}

export function permanent(reason: string): Outcome {
  return { ok: false, kind: 'permanent', reason: bounded(reason) }
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function bounded(reason: string): string {
  return reason.length <= REASON_LENGTH_MAX ? reason : `${reason.slice(0, REASON_LENGTH_MAX - 1)}…`
}
