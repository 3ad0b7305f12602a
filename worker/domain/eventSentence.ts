import type { Actor } from './actor.ts'
import { COMPONENT_STATUS_LABEL } from './componentStatus.ts'
import { measuredText, pagingText } from './describeEvent.ts'
import { sentenceOf } from './headline.ts'
import type { NamedService, Person } from './incident.ts'
import { ROLE_LABEL } from './incident.ts'
import type { AlertExcerpt, IncidentEvent, RecordedEvent } from './incidentEvent.ts'
import { counted, plain } from './postMortemText.ts'
import { REFUSAL_MESSAGE } from './refusal.ts'

/** One event as a row of the post-mortem's timeline, in markdown; null for those that only concern the machinery. */
export function eventSentence({ event, by }: RecordedEvent): string | null {
  switch (event.type) {
    case 'opened':
      return `${event.source === 'alert' ? 'Alerts opened' : `${who(by)} opened`} the incident “${plain(event.title)}” as ${event.severity}`
    case 'alerts_joined':
      return `${counted(event.count, 'alert')} joined (${event.firing} firing)${sampleText(event.sample)}${servicesText(event.services)}`
    case 'alerts_moved':
      return `${who(by)} moved ${counted(event.count, 'alert')} to the incident “${plain(event.to.title)}”${because(event.reason)}`
    case 'merged':
      return `${who(by)} merged the incident into “${plain(event.into.title)}”${because(event.reason)}`
    case 'absorbed':
      return `The incident “${plain(event.from.title)}” was merged into this one${because(event.reason)}`
    case 'alerts_cleared':
      return `${counted(event.count, 'alert')} ended (${event.firing} still firing)${sampleText(event.sample)}`
    case 'acknowledged':
      return `${who(by)} acknowledged`
    case 'phase_changed':
      return `${who(by)} moved the incident from ${event.from} to ${event.to}`
    case 'reopened':
      return `The incident went back from ${event.from} to investigating${because(event.reason)}`
    case 'resolved':
      return `${who(by)} resolved the incident${because(event.reason)}`
    case 'severity_changed':
      return `${who(by)} changed the severity from ${event.from} to ${event.to}${because(event.reason)}`
    case 'title_changed':
      return `${who(by)} renamed the incident to “${plain(event.title)}”`
    case 'start_corrected':
      return `${who(by)} corrected the start${because(event.reason)}`
    case 'components_set':
      return `${who(by)} set the components: ${componentsText(event.components)}`
    case 'update_posted': {
      const { audience, body, components } = event.update
      const changes = components.map(({ name, to }) => ({ name, status: to }))
      const also = changes.length > 0 ? ` (${componentsText(changes)})` : ''
      return `${who(by)} posted an update for ${AUDIENCE[audience]}${also}: ${plain(body)}`
    }
    case 'update_released':
      return `${who(by)} released the update by ${who(event.author)}`
    case 'update_held_back':
      return `A scheduled update was not posted: ${plain(REFUSAL_MESSAGE[event.reason])}`
    case 'update_edited':
      return `${who(by)} edited an update for customers, which now reads: ${plain(event.body)}`
    case 'update_withdrawn':
      return `${who(by)} took an update for customers back: ${plain(event.body)}`
    case 'role_taken':
      return `${plain(event.person.name)} took the role of ${ROLE_LABEL[event.role].toLowerCase()}${from(event.from)}`
    case 'role_released':
      return `${plain(event.from.name)} gave up the role of ${ROLE_LABEL[event.role].toLowerCase()}`
    case 'task_added':
      return `Task added: ${plain(event.title)}${event.owner === null ? '' : ` (${plain(event.owner.name)})`}`
    case 'task_changed':
      return `Task ${event.done ? 'done' : 'changed'}: ${plain(event.title)}`
    case 'hypothesis_added':
      return `Hypothesis: ${plain(event.statement)}`
    case 'hypothesis_judged':
      return `Hypothesis ${event.verdict}: ${plain(event.statement)}${because(event.note)}`
    case 'diagnostic_run':
      return `${who(by)} checked ${plain(event.result.target, 120)}: ${event.result.ok ? 'as expected' : 'not as expected'}`
    case 'paging_started':
      return plain(`Paging ${pagingText(event)}`)
    case 'escalated':
      return `Escalated to step ${event.step + 1}${event.round > 0 ? ` of round ${event.round + 1}` : ''}`
    case 'paging_exhausted':
      return `Paging ended after ${counted(event.rounds, 'round')} without an answer`
    case 'nobody_on_call':
      return `Nobody was on call at step ${event.step + 1}${because(event.reason)}`
    case 'page_queued':
      return `${plain(event.page.responder.name)} was paged by ${event.page.channel}`
    case 'page_failed':
      return event.final ? `A page could not be delivered${because(event.reason)}` : null
    case 'run_started':
      return `${plain(event.run.requestedBy.name)} started the playbook ${plain(event.run.name)}`
    case 'run_step_changed':
      return stepText(event)
    case 'run_ended':
      return `The playbook ${event.status}`
    case 'assessed':
      return `In short: ${plain(sentenceOf(event.clauses), 1000)}`
    case 'impact_measured':
      return event.problem === null ? plain(measuredText(event)) : null
    case 'update_drafted':
    case 'draft_discarded':
    case 'page_attempted':
    case 'page_sent':
    case 'run_resumed':
    case 'post_mortem_drafted':
      return null
  }
}

const AUDIENCE = { internal: 'responders', stakeholders: 'stakeholders', public: 'customers' } as const

function stepText(event: Extract<IncidentEvent, { type: 'run_step_changed' }>): string | null {
  const step = `Playbook step ${event.index + 1}`
  switch (event.status) {
    case 'succeeded':
      return `${step} succeeded${event.approvedBy === null ? '' : `, approved by ${plain(event.approvedBy.name)}`}${because(event.output)}`
    case 'failed':
      return `${step} failed${because(event.output)}`
    case 'waiting':
      return `${step} waited for an answer`
    case 'skipped':
      return `${step} was skipped`
    case 'pending':
    case 'running':
      return null
  }
}

export function who(by: Actor): string {
  return plain(by.name, 120)
}

function from(person: Person | null): string {
  return person === null ? '' : ` from ${plain(person.name)}`
}

function because(reason: string): string {
  return reason.trim() === '' ? '' : `: ${plain(reason)}`
}

function sampleText(sample: readonly AlertExcerpt[]): string {
  const titles = [...new Set(sample.map(({ title }) => title))]
  return titles.length === 0 ? '' : `: ${titles.map((title) => plain(title, 100)).join(', ')}`
}

export function componentsText(
  components: readonly { readonly name: string; readonly status: keyof typeof COMPONENT_STATUS_LABEL }[],
): string {
  if (components.length === 0) return 'none'
  return components
    .map(({ name, status }) => `${plain(name)} ${COMPONENT_STATUS_LABEL[status].toLowerCase()}`)
    .join(', ')
}

function servicesText(services: readonly NamedService[] = []): string {
  return services.length === 0 ? '' : `, and with them ${services.map(({ name }) => plain(name)).join(', ')}`
}
