import type { Actor } from './actor.ts'
import { accept, bySystem, internal, refuse } from './decision.ts'
import type { Decision, Effect, NewEvent } from './decision.ts'
import { nextStep } from './escalation.ts'
import type { Incident, Page, PagingCause, PagingStart } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import type { EscalationPolicy } from './organisation.ts'

export type PagingCommand = Extract<
  IncidentCommand,
  { type: 'escalate' | 'queue_pages' | 'attempt_page' | 'record_page_sent' | 'record_page_failed' }
>

/** A page that met only passing trouble is given up after this many attempts; the next step goes on regardless. */
export const PAGE_ATTEMPTS_MAX = 8

export interface PagingBegun {
  readonly events: readonly NewEvent[]
  readonly effects: readonly Effect[]
}

export function startPaging(policy: EscalationPolicy, because: PagingCause, turn: number, nowMs: number): PagingBegun {
  return begin({ policy, step: 0, round: 0, escalatesAtMs: nowMs + waitMsOf(policy, 0) }, because, turn)
}

/**
 * Calls people again, whatever the phase. Who is being called by the same policy already hears at once why it matters
 * more, and the next step stays due when it was: news must not put the escalation off.
 */
export function pageAnew(
  incident: Incident,
  policy: EscalationPolicy | null,
  because: PagingCause,
  nowMs: number,
): PagingBegun {
  if (policy === null) return { events: [], effects: [] }
  const { paging } = incident
  const turn = paging === null ? 0 : paging.turn + 1
  if (paging === null || paging.state !== 'calling' || paging.policy.id !== policy.id)
    return startPaging(policy, because, turn, nowMs)
  const { step, round, escalatesAtMs } = paging
  return begin({ policy: paging.policy, step, round, escalatesAtMs }, because, turn)
}

function begin(paging: PagingStart, because: PagingCause, turn: number): PagingBegun {
  const { round, step } = paging
  return {
    events: [bySystem({ type: 'paging_started', paging, because })],
    effects: [{ type: 'resolve_pages', turn, round, step }],
  }
}

/** Nobody has answered what people were called for last. */
export function isUnanswered({ phase, paging }: Pick<Incident, 'phase' | 'paging'>): boolean {
  if (phase === 'triggered') return true
  return phase !== 'resolved' && (paging?.state === 'calling' || paging?.state === 'exhausted')
}

/** Whether pages may still go out. */
function mayPage({ paging }: Incident): boolean {
  return paging?.state === 'calling' || paging?.state === 'exhausted'
}

/** Paging goes on until a human answers. Every attempt has its row in the log before it, and its receipt after. */
export function decidePaging(incident: Incident, command: PagingCommand, by: Actor, nowMs: number): Decision {
  const { paging } = incident
  switch (command.type) {
    case 'escalate': {
      if (paging?.state !== 'calling' || paging.escalatesAtMs === null) return refuse('not_paging')
      // Alarms run at least once: a second run must not page a second time.
      if (nowMs < paging.escalatesAtMs) return refuse('not_due')
      const next = nextStep(paging.policy, paging.step, paging.round)
      if (next === null) return accept([bySystem({ type: 'paging_exhausted', rounds: paging.round + 1 })])
      const escalatesAtMs = nowMs + waitMsOf(paging.policy, next.step)
      return accept(
        [bySystem({ type: 'escalated', step: next.step, round: next.round, escalatesAtMs })],
        [{ type: 'resolve_pages', turn: paging.turn, round: next.round, step: next.step }],
      )
    }
    case 'queue_pages':
      return queuePages(incident, command, by, nowMs)
    case 'attempt_page': {
      const page = incident.pages.find((candidate) => candidate.id === command.pageId)
      if (page === undefined) return refuse('unknown_page')
      if (page.state !== 'queued') return refuse('page_settled')
      if (!mayPage(incident)) return accept([internal(by, failed(page, 'Answered before this page went out.', true))])
      if ((page.turn ?? 0) < (paging?.turn ?? 0))
        return accept([internal(by, failed(page, 'A newer page says more.', true))])
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
  if (!mayPage(incident) || command.turn !== incident.paging?.turn) return refuse('not_paging')
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
          turn: command.turn,
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
