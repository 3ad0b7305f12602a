import type { UpdateEvent } from './evolveUpdates.ts'
import { REFUSAL_MESSAGE } from './refusal.ts'
import { PUBLIC_STATUS_LABEL } from './publicWords.ts'

const UPDATE_FOR = {
  internal: 'Internal update',
  stakeholders: 'Update for stakeholders',
  public: 'Public update',
} as const

/** How the timeline tells of updates: the line, and the words that belong to it. */
export function describeUpdateEvent(event: UpdateEvent): readonly [string, string | null] {
  switch (event.type) {
    case 'update_posted': {
      const { audience, status, body, releasedBy } = event.update
      const state = status === null ? '' : `: ${PUBLIC_STATUS_LABEL[status].toLowerCase()}`
      return [
        `${UPDATE_FOR[audience]}${state}${releasedBy === undefined ? '' : ` (released by ${releasedBy.name})`}`,
        body,
      ]
    }
    case 'update_drafted': {
      const { state, content, needsRelease, postsAtMs, rewords } = event.pending
      const kind = rewords === null ? UPDATE_FOR[content.audience].toLowerCase() : 'change of a public update'
      if (state === 'draft') return [`Saved a draft: ${kind}`, content.body]
      if (needsRelease) return [`Wrote a ${kind} that waits for a second person`, content.body]
      return [`Scheduled a ${kind}${postsAtMs === null ? '' : ` for ${utc(postsAtMs)}`}`, content.body]
    }
    case 'draft_discarded':
      return ['Discarded an update before it was posted', event.body]
    case 'update_released':
      return [
        `Released the update by ${event.author.name}${event.postsAtMs === null ? '' : ` for ${utc(event.postsAtMs)}`}`,
        event.body,
      ]
    case 'update_held_back':
      return [`A scheduled update was not posted: ${REFUSAL_MESSAGE[event.reason]}`, event.body]
    case 'update_edited':
      return [
        `Edited a public update${event.releasedBy === undefined ? '' : ` (released by ${event.releasedBy.name})`}`,
        `Before: ${event.from.body}\nNow: ${event.body}`,
      ]
    case 'update_withdrawn':
      return ['Took a public update back', event.body]
  }
}

function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
