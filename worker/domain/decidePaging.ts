import type { Actor } from './actor.ts'
import { accept, bySystem, internal, refuse } from './decision.ts'
import type { Decision, Effect, NewEvent } from './decision.ts'
import { nextStep } from './escalation.ts'
import type { Incident, Page } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { EscalationPolicy } from './organisation.ts'

export type PagingCommand = Extract<
  IncidentCommand,
  { type: 'escalate' | 'queue_pages' | 'attempt_page' | 'record_page_sent' | 'record_page_failed' }
>

/** A page that met only passing trouble is given up after this many attempts; the next step goes on regardless. */
export const PAGE_ATTEMPTS_MAX = 8

export function startPaging(policy: EscalationPolicy, nowMs: number): { events: NewEvent[]; effects: Effect[] } {
  const escalatesAtMs = nowMs + waitMsOf(policy, 0)
  return {
    events: [bySystem({ type: 'paging_started', paging: { policy, step: 0, round: 0, escalatesAtMs } })],
    effects: [{ type: 'resolve_pages', round: 0, step: 0 }],
  }
}

/** Paging goes on until a human answers. Every attempt has its row in the log before it, and its receipt after. */
export function decidePaging(incident: Incident, command: PagingCommand, by: Actor, nowMs: number): Decision {
  const { paging } = incident
  switch (command.type) {
    case 'escalate': {
      if (paging === null || paging.escalatesAtMs === null || incident.phase !== 'triggered')
        return refuse('not_paging')
      // Alarms run at least once: a second run must not page a second time.
      if (nowMs < paging.escalatesAtMs) return refuse('not_due')
      const next = nextStep(paging.policy, paging.step, paging.round)
      if (next === null) return accept([bySystem({ type: 'paging_exhausted', rounds: paging.round + 1 })])
      const escalatesAtMs = nowMs + waitMsOf(paging.policy, next.step)
      return accept(
        [bySystem({ type: 'escalated', step: next.step, round: next.round, escalatesAtMs })],
        [{ type: 'resolve_pages', round: next.round, step: next.step }],
      )
    }
    case 'queue_pages':
      return queuePages(incident, command, by, nowMs)
    case 'attempt_page': {
      const page = incident.pages.find((candidate) => candidate.id === command.pageId)
      if (page === undefined) return refuse('unknown_page')
      if (page.state !== 'queued') return refuse('page_settled')
      if (incident.phase !== 'triggered')
        return accept([internal(by, failed(page, 'Answered before this page went out.', true))])
      return accept([internal(by, { type: 'page_attempted', pageId: page.id, attempt: page.attempts + 1 })])
    }
    case 'record_page_sent': {
      const page = incident.pages.find((candidate) => candidate.id === command.pageId)
      if (page === undefined) return refuse('unknown_page')
      if (page.state === 'sent') return refuse('page_settled')
      return accept([internal(by, { type: 'page_sent', pageId: page.id, receipt: command.receipt })])
    }
    case 'record_page_failed': {
      const page = incident.pages.find((candidate) => candidate.id === command.pageId)
      if (page === undefined) return refuse('unknown_page')
      if (page.state !== 'queued') return refuse('page_settled')
      const final = command.final || page.attempts >= PAGE_ATTEMPTS_MAX
      return accept([internal(by, failed(page, command.reason, final))])
    }
  }
}

function queuePages(
  incident: Incident,
  command: Extract<PagingCommand, { type: 'queue_pages' }>,
  by: Actor,
  nowMs: number,
): Decision {
  if (incident.paging === null || incident.phase !== 'triggered') return refuse('not_paging')
  if (command.pages.length === 0) {
    const reason = 'No one is on call for this step and there is no one to fall back to.'
    return accept([internal(by, { type: 'nobody_on_call', step: command.step, reason })])
  }
  const known = new Set(incident.pages.map((page) => page.id))
  const fresh = command.pages.filter((page) => !known.has(page.id))
  return accept(
    fresh.map(({ id, responder, channel, address }) =>
      internal(by, {
        type: 'page_queued',
        page: {
          id,
          round: command.round,
          step: command.step,
          responder,
          channel,
          address,
          state: 'queued',
          queuedAtMs: nowMs,
          attempts: 0,
          note: '',
        },
      }),
    ),
    fresh.map(({ id }) => ({ type: 'send_page', pageId: id })),
  )
}

function failed(page: Page, reason: string, final: boolean) {
  return { type: 'page_failed', pageId: page.id, reason, final } as const
}

function waitMsOf(policy: EscalationPolicy, step: number): number {
  return (policy.steps[step]?.waitSeconds ?? 0) * 1000
}
