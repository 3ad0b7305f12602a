import { COMPONENT_STATUS_LABEL } from './componentStatus.ts'
import { describeUpdateEvent } from './describeUpdateEvent.ts'
import { sentenceOf } from './headline.ts'
import type { AffectedComponent, Incident, Person, Phase } from './incident.ts'
import { ROLE_LABEL } from './incident.ts'
import type { AlertExcerpt, IncidentEvent } from './incidentEvent.ts'
import type { Severity } from './severity.ts'
import { isWorse } from './severity.ts'

/** How an entry of the timeline reads: what happened in one line, and what belongs to it. Who did it stands beside. */
export interface EventDescription {
  readonly headline: string
  readonly detail: string | null
}

/** Where the names are that events of pages and runs leave out. */
export type EventContext = Pick<Incident, 'pages' | 'runs'>

export const PHASE_LABEL: Record<Phase, string> = {
  triggered: 'Triggered',
  acknowledged: 'Acknowledged',
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
}

/** Every event in plain words; `context` is the incident the event belongs to. */
export function describeEvent(event: IncidentEvent, context: EventContext = { pages: [], runs: [] }): EventDescription {
  switch (event.type) {
    case 'opened':
      return said(
        `Opened as ${event.severity}${event.source === 'alert' ? ' by an alert' : ''}: ${event.title}`,
        lines(
          event.summary,
          event.services.length > 0 && `Services: ${event.services.map(({ name }) => name).join(', ')}`,
          event.components.length > 0 && componentList(event.components),
        ),
      )
    case 'alerts_joined':
      return said(
        `${counted(event.count, 'alert')} joined${event.from === undefined ? '' : ` from ${event.from.title}`}, ${event.firing} firing now`,
        lines(
          titles(event.sample, event.count),
          event.services !== undefined && `Services: ${event.services.map(({ name }) => name).join(', ')}`,
        ),
      )
    case 'alerts_moved':
      return said(
        `${counted(event.count, 'alert')} moved to ${event.to.title}, ${event.firing} firing here now`,
        lines(titles(event.sample, event.count), event.reason),
      )
    case 'merged':
      return said(`Merged into ${event.into.title}`, event.reason)
    case 'absorbed':
      return said(`Took in the incident ${event.from.title}`, event.reason)
    case 'alerts_cleared':
      return said(
        `${counted(event.count, 'alert')} ended, ${event.firing === 0 ? 'none fires any more' : `${event.firing} still firing`}`,
        titles(event.sample, event.count),
      )
    case 'acknowledged':
      return said(`Acknowledged${VIA[event.via]}`)
    case 'phase_changed':
      return said(`State changed from ${lower(event.from)} to ${lower(event.to)}`)
    case 'reopened':
      return said(`Went back from ${lower(event.from)} to investigating`, event.reason)
    case 'resolved':
      return said('Resolved', event.reason)
    case 'severity_changed':
      return said(`Severity ${severityVerb(event)} from ${event.from} to ${event.to}`, event.reason)
    case 'title_changed':
      return said(
        `Renamed to “${event.title}”`,
        event.publicTitle === event.title ? null : `Customers read: ${event.publicTitle}`,
      )
    case 'start_corrected':
      return said(`Start corrected from ${utc(event.from)} to ${utc(event.to)}`, event.reason)
    case 'components_set':
      return said('Affected components set', event.components.length === 0 ? 'None' : componentList(event.components))
    case 'update_posted':
    case 'update_drafted':
    case 'draft_discarded':
    case 'update_released':
    case 'update_held_back':
    case 'update_edited':
    case 'update_withdrawn':
      return said(...describeUpdateEvent(event))
    case 'role_taken':
      return said(
        `${ROLE_LABEL[event.role]}: ${event.person.name}`,
        event.from === null ? null : `Handed over by ${event.from.name}`,
      )
    case 'role_released':
      return said(`${ROLE_LABEL[event.role]}: nobody`, `Released by ${event.from.name}`)
    case 'task_added':
      return said(`Task added: ${event.title}`, owned(event.owner))
    case 'task_changed':
      return said(`Task ${event.done ? 'done' : 'open'}: ${event.title}`, owned(event.owner))
    case 'hypothesis_added':
      return said(`Hypothesis: ${event.statement}`, owned(event.owner))
    case 'hypothesis_judged':
      return said(
        `Hypothesis ${event.verdict === 'open' ? 'open again' : event.verdict}: ${event.statement}`,
        event.note,
      )
    case 'diagnostic_run': {
      const { kind, target, ok, output, durationMs } = event.result
      const asked = kind === 'http' ? `Probed ${target}` : `Asked Prometheus: ${target}`
      return said(`${asked} (${ok ? 'answered' : 'failed'} after ${durationMs} ms)`, output)
    }
    case 'paging_started':
      return said(`Paging ${pagingText(event)}`)
    case 'escalated':
      return said(`Nobody answered: escalated to step ${event.step + 1}${roundText(event.round)}`)
    case 'paging_exhausted':
      return said(`Paging ended without an answer after ${counted(event.rounds, 'round')}`)
    case 'nobody_on_call':
      return said(`Step ${event.step + 1} reached nobody`, event.reason)
    case 'page_queued':
      return said(`Paging ${event.page.responder.name} by ${event.page.channel}`)
    case 'page_attempted':
      return said(`Sending ${pageText(event.pageId, context)}, attempt ${event.attempt}`)
    case 'page_sent':
      return said(`Sent ${pageText(event.pageId, context)}`, event.receipt)
    case 'page_failed':
      return said(
        `${event.final ? 'Gave up' : 'Could not send'} ${pageText(event.pageId, context)}${event.final ? '' : ', it will be tried again'}`,
        event.reason,
      )
    case 'run_started':
      return said(`Playbook started: ${event.run.name}`, counted(event.run.steps.length, 'step'))
    case 'run_resumed':
      return said(`${runText(event.runId, context)} resumed after an interruption`)
    case 'run_step_changed':
      return said(stepText(event, context), event.output)
    case 'run_ended':
      return said(`${runText(event.runId, context)} ${event.status}`)
    case 'assessed':
      return said(`In short: ${sentenceOf(event.clauses)}`)
    case 'impact_measured':
      return said(measuredText(event), event.problem ?? event.queries.join('\n'))
    case 'post_mortem_drafted':
      return said('Post-mortem drafted')
  }
}

const VIA = { console: '', api: ' over the API', link: ' by the link in a page' } as const
const STEP_WORD = {
  pending: 'is waiting for its turn',
  running: 'started',
  waiting: 'waits for a person',
  succeeded: 'succeeded',
  failed: 'failed',
  skipped: 'was skipped',
} as const

function said(headline: string, detail: string | null = null): EventDescription {
  return { headline, detail: detail === null || detail.trim() === '' ? null : detail }
}

function stepText(event: Extract<IncidentEvent, { type: 'run_step_changed' }>, context: EventContext): string {
  const run = context.runs.find(({ id }) => id === event.runId)
  const title = run?.steps[event.index]?.definition.title
  const step = `Step ${event.index + 1}${title === undefined ? '' : ` “${title}”`}`
  return `${run?.name ?? 'Playbook'}: ${lowerFirst(step)} ${STEP_WORD[event.status]}`
}

function pageText(pageId: string, { pages }: EventContext): string {
  const page = pages.find(({ id }) => id === pageId)
  return page === undefined ? 'a page' : `the page to ${page.responder.name} by ${page.channel}`
}

function runText(runId: string, { runs }: EventContext): string {
  const run = runs.find(({ id }) => id === runId)
  return run === undefined ? 'Playbook' : `Playbook ${run.name}`
}

function componentList(components: readonly AffectedComponent[]): string {
  return components.map(({ name, status }) => `${name}: ${COMPONENT_STATUS_LABEL[status].toLowerCase()}`).join(', ')
}

function titles(sample: readonly AlertExcerpt[], count: number): string | null {
  if (sample.length === 0) return null
  const rest = count - sample.length
  return sample.map(({ title }) => title).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function owned(owner: Person | null): string | null {
  return owner === null ? null : `Owner: ${owner.name}`
}

function lines(...parts: readonly (string | false | null)[]): string {
  return parts.filter((part) => part !== false && part !== null && part !== '').join('\n')
}

function roundText(round: number): string {
  return round > 0 ? ` of round ${round + 1}` : ''
}

export function measuredText({
  service,
  affectedUsers,
  errorRate,
  problem,
}: Pick<
  Extract<IncidentEvent, { type: 'impact_measured' }>,
  'service' | 'affectedUsers' | 'errorRate' | 'problem'
>): string {
  if (problem !== null) return `The impact on ${service.name} could not be measured`
  const found = [
    ...(affectedUsers === null ? [] : [`${Math.round(affectedUsers)} users affected`]),
    ...(errorRate === null ? [] : [`${Number((errorRate * 100).toPrecision(2))}% of requests fail`]),
  ]
  return `Impact on ${service.name}: ${found.length === 0 ? 'the query found nothing' : found.join(', ')}`
}

function severityVerb({ from, to }: { readonly from: Severity; readonly to: Severity }): 'raised' | 'lowered' {
  return isWorse(to, from) ? 'raised' : 'lowered'
}

/** Which policy calls, and why now. */
export function pagingText({ paging, because }: Extract<IncidentEvent, { type: 'paging_started' }>): string {
  const name = paging.policy.name
  switch (because?.kind) {
    case undefined:
    case 'opened':
      return `started by the policy ${name}`
    case 'raised':
      return `began anew by the policy ${name}: raised from ${because.from} to ${because.to}`
    case 'reopened':
      return `began anew by the policy ${name}: it fires again`
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function lower(phase: Phase): string {
  return PHASE_LABEL[phase].toLowerCase()
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** Minutes are what people correct. */
function utc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
