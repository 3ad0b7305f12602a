import type { Incident } from './incident.ts'
import type { RecordedEvent } from './incidentEvent.ts'

/** What the log leaves open, as questions for the review. */
export function unansweredQuestions(incident: Incident, events: readonly RecordedEvent[]): string[] {
  const { times, hypotheses, roles } = incident
  const has = (type: RecordedEvent['event']['type']) => events.some(({ event }) => event.type === type)
  const wasPublic = events.some(({ event }) => event.type === 'update_posted' && event.update.audience === 'public')
  const marksComponents = events.some(
    ({ event }) =>
      (event.type === 'components_set' && event.components.length > 0) ||
      (event.type === 'update_posted' && event.update.components.length > 0),
  )
  const open = hypotheses.filter(({ verdict }) => verdict === 'open')
  const questions: [asked: boolean, question: string][] = [
    [true, 'How many customers or requests were affected? The log has no number.'],
    [!marksComponents, 'Which components did customers find impaired? No event marks one.'],
    [!has('start_corrected'), 'Did it begin when it was detected, or earlier? Nobody has checked the start.'],
    [times.firstPagedAtMs === null, 'Who was to be paged? No page was sent, so there is no time to acknowledge.'],
    [
      times.acknowledgedAtMs === null,
      'Who saw it first, and when? Nobody acknowledged it, so there is no time to acknowledge.',
    ],
    [times.mitigatedAtMs === null, 'When did it stop hurting customers? No event says when it was mitigated.'],
    [
      times.mitigatedAtMs !== null && times.mitigatedAtMs === times.resolvedAtMs,
      'Did customers feel relief before it was resolved? It was mitigated and resolved at the same moment.',
    ],
    [hypotheses.length === 0, 'What caused it? No hypothesis was written down.'],
    [
      hypotheses.length > 0 && !hypotheses.some(({ verdict }) => verdict === 'confirmed'),
      'What caused it? No hypothesis was confirmed.',
    ],
    [
      open.length > 0,
      `What became of the ${open.length === 1 ? 'hypothesis that is' : `${open.length} hypotheses that are`} still open?`,
    ],
    [roles.commander === undefined, 'Who coordinated the response? Nobody held the role of commander at the end.'],
    [!wasPublic, 'Did customers notice? No public update was posted.'],
    [has('nobody_on_call'), 'Why was nobody on call at a step of the policy?'],
    [has('paging_exhausted'), 'Why did no page reach someone who could answer?'],
    [has('reopened'), 'What made it look fixed before it was?'],
    [has('escalated'), 'What kept the first step from being answered in time?'],
  ]
  return questions.filter(([asked]) => asked).map(([, question]) => question)
}
