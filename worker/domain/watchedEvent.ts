import type { RecordedEvent } from './incidentEvent.ts'

/**
 * An event as those who watch an incident see it. The address a page goes to stays in the log: a webhook's URL often is
 * its own secret, and who may look at incidents need not know it.
 */
export function watchedEvent(recorded: RecordedEvent): RecordedEvent {
  const { event } = recorded
  if (event.type !== 'page_queued') return recorded
  return { ...recorded, event: { ...event, page: { ...event.page, address: '' } } }
}
