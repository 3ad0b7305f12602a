import { COMPONENT_STATUSES } from './componentStatus.ts'
import type { AffectedComponent, Incident } from './incident.ts'
import { ROLE_LABEL, ROLES } from './incident.ts'
import type { IncidentEvent, RecordedEvent } from './incidentEvent.ts'
import { componentsText, eventSentence } from './eventSentence.ts'
import type { ActionItem } from './postMortem.ts'
import { counted, dayText, durationText, plain, timeText } from './postMortemText.ts'
import { unansweredQuestions } from './postMortemQuestions.ts'

/**
 * The first draft of a post-mortem, written from the log alone. Every sentence names the event it comes from; what no
 * event says becomes a question. Sections marked "(internal)" stay inside until their authors take the mark away.
 */
export interface PostMortemDraft {
  readonly title: string
  readonly body: string
  readonly actionItems: readonly ActionItem[]
  /** What ended it, in one line; empty when the log does not say. */
  readonly fixedBy: string
}

const TIMELINE_ROWS_MAX = 400

export function draftPostMortem(incident: Incident, events: readonly RecordedEvent[]): PostMortemDraft {
  const log = new Log(incident.id, events)
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Summary', summary(incident, log)],
    ['Impact', impact(log)],
    ['Times', times(incident, log)],
    ['What customers were told', told(log)],
    ['Response (internal)', response(incident, log)],
    ['Roles (internal)', roles(incident, log)],
    ['Hypotheses (internal)', hypotheses(incident, log)],
    ['Playbook runs (internal)', runs(incident, log)],
    ['Timeline (internal)', timeline(log)],
    ['Contributing factors (internal)', asked('Which conditions had to come together for this to happen?')],
    ['What went well (internal)', asked('What made detection, response or repair faster than it might have been?')],
    ['What went badly (internal)', asked('What slowed detection, response or repair?')],
    ['Where we were lucky (internal)', asked('What limited the damage that was nobody’s plan?')],
    ['What is unknown (internal)', unansweredQuestions(incident, events).map((question) => `- ${question}`)],
  ]
  return {
    title: `${incident.publicTitle} on ${dayText(incident.times.startedAtMs)}`,
    body: sections
      .filter(([, lines]) => lines.length > 0)
      .map(([title, lines]) => `## ${title}\n\n${lines.join('\n')}\n`)
      .join('\n'),
    actionItems: openTasks(incident),
    fixedBy: fixedBy(incident, events),
  }
}

/** Finds events and cites them. */
class Log {
  readonly #id: string
  readonly events: readonly RecordedEvent[]

  constructor(id: string, events: readonly RecordedEvent[]) {
    this.#id = id
    this.events = events
  }

  cite(recorded: RecordedEvent | undefined): string {
    return recorded === undefined ? '' : ` [#${recorded.sequence}](${this.link(recorded)})`
  }

  link({ sequence }: RecordedEvent): string {
    return `/console/incidents/${this.#id}#event-${sequence}`
  }

  all<Type extends IncidentEvent['type']>(
    type: Type,
  ): (RecordedEvent & { event: Extract<IncidentEvent, { type: Type }> })[] {
    return this.events.filter(
      (recorded): recorded is RecordedEvent & { event: Extract<IncidentEvent, { type: Type }> } =>
        recorded.event.type === type,
    )
  }

  last<Type extends IncidentEvent['type']>(type: Type) {
    return this.all(type).at(-1)
  }

  at(atMs: number | null, ...types: IncidentEvent['type'][]): RecordedEvent | undefined {
    return this.events.find((recorded) => recorded.atMs === atMs && types.includes(recorded.event.type))
  }
}

function summary(incident: Incident, log: Log): string[] {
  const { startedAtMs, resolvedAtMs } = incident.times
  const opened = log.events[0]
  const lines = [
    `${plain(incident.publicTitle)} began at ${timeText(startedAtMs)}.${log.cite(log.last('start_corrected') ?? opened)}`,
  ]
  const resolved = log.last('resolved')
  if (resolvedAtMs !== null && resolved !== undefined)
    lines.push(
      `It was resolved at ${timeText(resolvedAtMs)}, after ${durationText(resolvedAtMs - startedAtMs)}.${log.cite(resolved)}`,
    )
  return lines
}

/**
 * The worst that each component was marked as, and where; nothing when no event marks one. Where customers were told of
 * the incident it names only what they were told: the section is published unless someone changes it.
 */
function impact(log: Log): string[] {
  const wasTold = log.events.some(({ event }) => event.type === 'update_posted' && event.update.audience === 'public')
  const worst = new Map<string, { rank: number; line: string }>()
  for (const recorded of log.events)
    for (const component of markedComponents(recorded.event, wasTold)) {
      const rank = COMPONENT_STATUSES.indexOf(component.status)
      if (rank > (worst.get(component.id)?.rank ?? 0))
        worst.set(component.id, { rank, line: `- ${componentsText([component])}${log.cite(recorded)}` })
    }
  return [...worst.values()].map(({ line }) => line)
}

function markedComponents(event: IncidentEvent, onlyPublic: boolean): readonly AffectedComponent[] {
  if (event.type === 'components_set') return onlyPublic ? [] : event.components
  if (event.type !== 'update_posted' || event.update.audience !== 'public') return []
  return event.update.components.map(({ id, name, to }) => ({ id, name, status: to }))
}

function times({ times: t }: Incident, log: Log): string[] {
  const rows: [name: string, atMs: number | null, cause: RecordedEvent | undefined][] = [
    ['Started', t.startedAtMs, log.last('start_corrected') ?? log.events[0]],
    ['Detected', t.detectedAtMs, log.events[0]],
    ['First page sent', t.firstPagedAtMs, log.at(t.firstPagedAtMs, 'page_queued', 'page_attempted', 'page_sent')],
    ['Acknowledged', t.acknowledgedAtMs, log.at(t.acknowledgedAtMs, 'acknowledged')],
    ['Mitigated', t.mitigatedAtMs, log.at(t.mitigatedAtMs, 'phase_changed', 'update_posted', 'resolved')],
    ['Resolved', t.resolvedAtMs, log.last('resolved')],
  ]
  const spans: [name: string, what: string, fromMs: number | null, toMs: number | null][] = [
    ['Time to detect (TTD)', 'detected − started', t.startedAtMs, t.detectedAtMs],
    ['Time to acknowledge (TTA)', 'acknowledged − first page', t.firstPagedAtMs, t.acknowledgedAtMs],
    ['Time to mitigate (TTM)', 'mitigated − started', t.startedAtMs, t.mitigatedAtMs],
    ['Time to resolve (TTR)', 'resolved − started', t.startedAtMs, t.resolvedAtMs],
  ]
  return [
    '| What | When, or how long |',
    '|---|---|',
    ...rows.flatMap(([name, atMs, cause]) =>
      atMs === null ? [] : [`| ${name} | ${timeText(atMs)}${log.cite(cause)} |`],
    ),
    ...spans.flatMap(([name, what, fromMs, toMs]) =>
      fromMs === null || toMs === null ? [] : [`| ${name}: ${what} | ${durationText(toMs - fromMs)} |`],
    ),
  ]
}

/** Only what went out to customers, in their words. */
function told(log: Log): string[] {
  return log
    .all('update_posted')
    .filter(({ event }) => event.update.audience === 'public')
    .map((recorded) => `- ${timeText(recorded.atMs)}: ${plain(recorded.event.update.body, 1000)}${log.cite(recorded)}`)
}

function response(incident: Incident, log: Log): string[] {
  const opened = log.events[0]
  const lines = [
    `- Incident “${plain(incident.title)}”, ${incident.severity}: ${plain(incident.severityReason)}.${log.cite(log.last('severity_changed') ?? opened)}`,
  ]
  if (incident.summary.trim() !== '') lines.push(`- At the start: ${plain(incident.summary, 500)}${log.cite(opened)}`)
  if (incident.services.length > 0)
    lines.push(`- Services: ${incident.services.map(({ name }) => plain(name)).join(', ')}.${log.cite(opened)}`)
  if (incident.alerts.total > 0)
    lines.push(`- ${counted(incident.alerts.total, 'alert')} took part.${log.cite(log.last('alerts_joined'))}`)
  const escalations = log.all('escalated')
  if (escalations.length > 0)
    lines.push(
      `- Paging escalated ${counted(escalations.length, 'time')}.${escalations.map((each) => log.cite(each)).join('')}`,
    )
  return lines
}

function roles(incident: Incident, log: Log): string[] {
  return ROLES.flatMap((role) => {
    const person = incident.roles[role]
    const taken = log.all('role_taken').filter(({ event }) => event.role === role)
    const last = taken.at(-1)
    if (person === undefined || last === undefined) return []
    return [`- ${ROLE_LABEL[role]}: ${plain(person.name)}, from ${timeText(last.atMs)}.${log.cite(last)}`]
  })
}

function hypotheses(incident: Incident, log: Log): string[] {
  return incident.hypotheses.map(({ id, statement, verdict, note }) => {
    const cause =
      log.all('hypothesis_judged').findLast(({ event }) => event.id === id) ??
      log.all('hypothesis_added').find(({ event }) => event.id === id)
    return `- ${plain(statement)}: **${verdict}**${note.trim() === '' ? '' : `, ${plain(note)}`}${log.cite(cause)}`
  })
}

function runs(incident: Incident, log: Log): string[] {
  return incident.runs.flatMap((run) => {
    const started = log.all('run_started').find(({ event }) => event.run.id === run.id)
    const changes = log.all('run_step_changed').filter(({ event }) => event.runId === run.id)
    return [
      `- ${plain(run.name)}, started by ${plain(run.requestedBy.name)}: ${run.status}.${log.cite(started)}`,
      ...run.steps.map((step, index) => {
        const last = changes.findLast(({ event }) => event.index === index)
        const approved = step.approvedBy === null ? '' : `, approved by ${plain(step.approvedBy.name)}`
        const output = step.output.trim() === '' ? '' : `: ${plain(step.output, 160)}`
        return `  - ${plain(step.definition.title)}: ${step.status}${approved}${output}${log.cite(last)}`
      }),
    ]
  })
}

function timeline(log: Log): string[] {
  const rows = log.events.flatMap((recorded) => {
    const sentence = eventSentence(recorded)
    return sentence === null
      ? []
      : [`| ${timeText(recorded.atMs)} | ${sentence} | [#${recorded.sequence}](${log.link(recorded)}) |`]
  })
  const left = rows.length - TIMELINE_ROWS_MAX
  return [
    '| When | What | Event |',
    '|---|---|---|',
    ...rows.slice(0, TIMELINE_ROWS_MAX),
    ...(left > 0 ? ['', `${left} more are in the incident’s own timeline.`] : []),
  ]
}

function asked(question: string): string[] {
  return [`- ${question}`]
}

/** Nobody has said yet what follows from it; what was left undone is where that begins. */
function openTasks(incident: Incident): ActionItem[] {
  return incident.tasks
    .filter(({ done }) => !done)
    .map(({ id, title, owner }) => ({
      id,
      title: title.slice(0, 300),
      owner: owner?.name.slice(0, 120) ?? '',
      dueOn: '',
      type: 'process',
      done: false,
      isPublic: false,
    }))
}

function fixedBy(incident: Incident, events: readonly RecordedEvent[]): string {
  const acts = incident.runs.flatMap((run) =>
    run.steps
      .filter(({ definition, status }) => definition.kind === 'act' && status === 'succeeded')
      .map(({ definition }) => `${run.name}: ${definition.title}`),
  )
  const causes = incident.hypotheses.filter(({ verdict }) => verdict === 'confirmed')
  const resolved = events.findLast(({ event }) => event.type === 'resolved')
  const reason = resolved?.event.type === 'resolved' && resolved.by.kind !== 'system' ? resolved.event.reason : ''
  return [
    ...acts,
    ...causes.map(({ statement, note }) => (note.trim() === '' ? statement : `${statement} (${note})`)),
    reason,
  ]
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .join('; ')
    .slice(0, 300)
}
