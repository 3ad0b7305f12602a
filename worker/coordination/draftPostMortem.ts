import type { Incident } from '../domain/incident.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'
import { POST_MORTEM_LIMITS } from '../domain/postMortem.ts'
import { draftPostMortem } from '../domain/postMortemDraft.ts'
import { database } from '../storage/database.ts'
import { insertDraft } from '../storage/postMortems.ts'

/** Writes the draft once; a second call finds it there and leaves it to whoever edits it. */
export async function draftFor(env: Env, incident: Incident, events: readonly RecordedEvent[]): Promise<void> {
  const { title, body, actionItems, fixedBy } = draftPostMortem(incident, events)
  const nowMs = Date.now()
  await insertDraft(
    database(env.DB),
    {
      id: incident.id,
      title: title.slice(0, POST_MORTEM_LIMITS.titleLength),
      body: body.slice(0, POST_MORTEM_LIMITS.bodyLength),
      actionItems: actionItems.slice(0, POST_MORTEM_LIMITS.actionItems),
      fixedBy,
      services: incident.services.map(({ id }) => id),
      startedAtMs: incident.times.startedAtMs,
      resolvedAtMs: incident.times.resolvedAtMs ?? nowMs,
    },
    nowMs,
  )
}
