import type { Actor } from './actor.ts'
import type { Incident, Page, Paging } from './incident.ts'
import { sentenceOf } from './headline.ts'
import type { AlertExcerpt, IncidentEvent, RecordedEvent } from './incidentEvent.ts'
import { evolveRun } from './evolveRun.ts'
import { evolveUpdates } from './evolveUpdates.ts'
import type { Severity } from './severity.ts'
import { worseOf } from './severity.ts'

/** The incident after `recorded`. Events are facts: nothing is refused here. */
export function evolve(incident: Incident | null, recorded: RecordedEvent): Incident {
  const { event } = recorded
  if (incident === null) {
    if (event.type !== 'opened') throw new Error(`an incident log starts with opened, not ${event.type}`)
    return opened(event, recorded)
  }
  return { ...change(incident, recorded), version: recorded.sequence }
}

export function replay(events: Iterable<RecordedEvent>): Incident | null {
  let incident: Incident | null = null
  for (const event of events) incident = evolve(incident, event)
  return incident
}

function opened(event: Extract<IncidentEvent, { type: 'opened' }>, { atMs, by, sequence }: RecordedEvent): Incident {
  return {
    id: event.id,
    version: sequence,
    title: event.title,
    publicTitle: event.publicTitle,
    summary: event.summary,
    phase: 'triggered',
    severity: event.severity,
    severityReason: event.severityReason,
    severityParts: event.severityParts ?? [],
    severities: [{ severity: event.severity, reason: event.severityReason, by: by.name, atMs, sequence }],
    services: event.services,
    components: event.components,
    times: {
      startedAtMs: event.startedAtMs,
      detectedAtMs: event.isBackdated === true ? event.startedAtMs : atMs,
      firstPagedAtMs: null,
      acknowledgedAtMs: null,
      mitigatedAtMs: null,
      resolvedAtMs: null,
    },
    alerts: { total: 0, firing: 0, fresh: 0 },
    alertTitles: [],
    headline: null,
    measured: [],
    amountsTo: { alerts: event.source === 'alert' ? event.severity : null, impact: null, whenSet: null },
    roles: {},
    tasks: [],
    hypotheses: [],
    paging: null,
    pages: [],
    runs: [],
    updates: [],
    pendingUpdates: [],
    undoable: null,
    isBackdated: event.isBackdated ?? false,
    publicChangedAtMs: null,
    nextUpdateAtMs: null,
    fixedBy: '',
    mergedInto: null,
    absorbed: [],
  }
}

function change(incident: Incident, { event, atMs, by, sequence }: RecordedEvent): Incident {
  const { times } = incident
  switch (event.type) {
    case 'opened':
    case 'diagnostic_run':
    case 'nobody_on_call':
    case 'post_mortem_drafted':
      return incident
    case 'alerts_joined':
      return {
        ...incident,
        alerts: { total: event.total, firing: event.firing, fresh: freshAfter(incident, event.total) },
        services: [...incident.services, ...(event.services ?? [])],
        components: [...incident.components, ...(event.components ?? [])],
        alertTitles: withTitles(incident.alertTitles, event.sample),
        amountsTo: {
          ...incident.amountsTo,
          alerts: worseOf(event.amountsTo?.severity ?? null, incident.amountsTo.alerts),
        },
      }
    case 'alerts_moved':
      return {
        ...incident,
        alerts: { total: event.total, firing: event.firing, fresh: Math.min(incident.alerts.fresh, event.total) },
        paging: event.firing === 0 ? ended(incident.paging, 'over') : incident.paging,
      }
    case 'absorbed':
      return { ...incident, absorbed: [...incident.absorbed, event.from] }
    case 'merged':
      return {
        ...incident,
        phase: 'resolved',
        times: { ...times, mitigatedAtMs: times.mitigatedAtMs ?? atMs, resolvedAtMs: atMs },
        paging: ended(incident.paging, 'over'),
        nextUpdateAtMs: null,
        mergedInto: event.into,
        // They fire in the other one from now on.
        alerts: { ...incident.alerts, firing: 0, fresh: 0 },
      }
    case 'alerts_cleared':
      return {
        ...incident,
        alerts: { ...incident.alerts, firing: event.firing },
        paging: event.firing === 0 ? ended(incident.paging, 'over') : incident.paging,
      }
    case 'acknowledged':
      return {
        ...incident,
        // An answer to a later call leaves the work where it is.
        phase: incident.phase === 'triggered' ? 'acknowledged' : incident.phase,
        times: { ...times, acknowledgedAtMs: times.acknowledgedAtMs ?? atMs },
        alerts: { ...incident.alerts, fresh: 0 },
        paging: ended(incident.paging, 'answered'),
      }
    case 'phase_changed':
      return {
        ...incident,
        phase: event.to,
        paging: event.from === 'triggered' ? ended(incident.paging, 'over') : incident.paging,
        times:
          event.to === 'monitoring'
            ? { ...times, mitigatedAtMs: times.mitigatedAtMs ?? event.happenedAtMs ?? atMs }
            : times,
      }
    case 'reopened':
      // What was thought to be mitigated was not.
      return { ...incident, phase: 'investigating', times: { ...times, mitigatedAtMs: null } }
    case 'resolved': {
      const resolvedAtMs = event.happenedAtMs ?? atMs
      return {
        ...incident,
        phase: 'resolved',
        times: { ...times, mitigatedAtMs: times.mitigatedAtMs ?? resolvedAtMs, resolvedAtMs },
        paging: ended(incident.paging, 'over'),
        nextUpdateAtMs: null,
        fixedBy: event.reason,
      }
    }
    case 'severity_changed':
      return {
        ...incident,
        severity: event.to,
        severityReason: event.reason,
        severityParts: event.parts ?? [],
        severities: [...incident.severities, { severity: event.to, reason: event.reason, by: by.name, atMs, sequence }],
        amountsTo: { ...incident.amountsTo, whenSet: amountsWhenSet(incident, by) },
      }
    case 'assessed':
      return {
        ...incident,
        headline: { sentence: sentenceOf(event.clauses), clauses: event.clauses, changed: event.changed },
      }
    case 'impact_measured': {
      const { service, affectedUsers, errorRate, problem, amountsTo } = event
      const others = incident.measured.filter((measured) => measured.service.id !== service.id)
      const before = incident.measured.find((measured) => measured.service.id === service.id)
      const severity = amountsTo?.severity ?? before?.severity ?? null
      const measured = [...others, { service, affectedUsers, errorRate, problem, severity, sequence, atMs }]
      // Each service says its own: the last to be asked is not the worst.
      const impact = measured.reduce<Severity | null>((worst, each) => worseOf(worst, each.severity), null)
      return { ...incident, measured, amountsTo: { ...incident.amountsTo, impact } }
    }
    case 'title_changed':
      return { ...incident, title: event.title, publicTitle: event.publicTitle }
    case 'start_corrected':
      return { ...incident, times: { ...times, startedAtMs: event.to } }
    case 'components_set':
      return { ...incident, components: event.components }
    case 'update_posted':
    case 'update_drafted':
    case 'draft_discarded':
    case 'update_released':
    case 'update_held_back':
    case 'update_edited':
    case 'update_withdrawn':
      return evolveUpdates(incident, event, by, atMs)
    case 'role_taken':
      return { ...incident, roles: { ...incident.roles, [event.role]: event.person } }
    case 'role_released': {
      const { [event.role]: _released, ...roles } = incident.roles
      return { ...incident, roles }
    }
    case 'task_added':
      return {
        ...incident,
        tasks: [...incident.tasks, { id: event.id, title: event.title, owner: event.owner, done: false }],
      }
    case 'task_changed':
      return {
        ...incident,
        tasks: incident.tasks.map((task) =>
          task.id === event.id ? { ...task, owner: event.owner, done: event.done } : task,
        ),
      }
    case 'hypothesis_added':
      return {
        ...incident,
        hypotheses: [
          ...incident.hypotheses,
          { id: event.id, statement: event.statement, owner: event.owner, verdict: 'open', note: '' },
        ],
      }
    case 'hypothesis_judged':
      return {
        ...incident,
        hypotheses: incident.hypotheses.map((hypothesis) =>
          hypothesis.id === event.id ? { ...hypothesis, verdict: event.verdict, note: event.note } : hypothesis,
        ),
      }
    case 'paging_started':
      return {
        ...incident,
        paging: {
          ...event.paging,
          state: 'calling',
          because: event.because ?? { kind: 'opened' },
          turn: incident.paging === null ? 0 : incident.paging.turn + 1,
        },
      }
    case 'escalated':
      return {
        ...incident,
        paging: incident.paging && {
          ...incident.paging,
          step: event.step,
          round: event.round,
          escalatesAtMs: event.escalatesAtMs,
        },
      }
    case 'paging_exhausted':
      return { ...incident, paging: ended(incident.paging, 'exhausted') }
    case 'page_queued':
      return {
        ...incident,
        pages: [...incident.pages, event.page],
        times: { ...times, firstPagedAtMs: times.firstPagedAtMs ?? atMs },
      }
    case 'page_attempted':
      return withPage(incident, event.pageId, { attempts: event.attempt })
    case 'page_sent':
      return withPage(incident, event.pageId, { state: 'sent', note: event.receipt })
    case 'page_failed':
      return withPage(incident, event.pageId, { state: event.final ? 'failed' : 'queued', note: event.reason })
    case 'run_started':
    case 'run_resumed':
    case 'run_step_changed':
    case 'run_ended':
      return { ...incident, runs: evolveRun(incident.runs, event, atMs) }
  }
}

const TITLES_MAX = 30

function withTitles(known: readonly string[], sample: readonly AlertExcerpt[]): readonly string[] {
  if (known.length >= TITLES_MAX) return known
  return [...new Set([...known, ...sample.map(({ title }) => title)])].slice(0, TITLES_MAX)
}

/** How many joined since someone answered; until then all of them are what people are called for. */
function freshAfter({ alerts, times }: Incident, total: number): number {
  return times.acknowledgedAtMs === null ? 0 : alerts.fresh + Math.max(0, total - alerts.total)
}

/** A human's word is weighed against what was known when it was spoken; the machine's own is not held to anything. */
function amountsWhenSet({ amountsTo }: Incident, by: Actor): Severity | null {
  return by.kind === 'system' ? null : worseOf(amountsTo.alerts, amountsTo.impact)
}

/** What ended first, stays: an answered call is not over for another reason. */
function ended(paging: Paging | null, state: 'answered' | 'over' | 'exhausted'): Paging | null {
  if (paging === null) return null
  const isSettled = paging.state === 'answered' || paging.state === 'over'
  return { ...paging, escalatesAtMs: null, state: isSettled ? paging.state : state }
}

function withPage(incident: Incident, pageId: string, changed: Partial<Page>): Incident {
  return { ...incident, pages: incident.pages.map((page) => (page.id === pageId ? { ...page, ...changed } : page)) }
}
