import { describe, expect, it } from 'vitest'
import { describeEvent } from './describeEvent.ts'
import type { IncidentEvent } from './incidentEvent.ts'
import { IncidentId } from './identifiers.ts'
import type { Page } from './incident.ts'
import type { Run } from './playbookRun.ts'

const ALICE = { id: 'alice', name: 'Alice' }
const BOB = { id: 'bob', name: 'Bob' }
const AT_MS = Date.UTC(2100, 10, 24, 12, 0)

const page: Page = {
  id: 'page-1',
  round: 0,
  step: 0,
  responder: ALICE,
  channel: 'email',
  address: 'alice@example.com',
  state: 'queued',
  queuedAtMs: AT_MS,
  attempts: 0,
  note: '',
}
const run: Run = {
  id: 'run-1',
  playbookId: 'restart',
  name: 'Restart the shop',
  requestedBy: ALICE,
  status: 'running',
  steps: [
    {
      definition: { kind: 'approve', title: 'Restart now?' },
      status: 'waiting',
      output: '',
      planHash: 'hash',
      approvedBy: null,
      startedAtMs: AT_MS,
      endedAtMs: null,
    },
  ],
  startedAtMs: AT_MS,
  endedAtMs: null,
  heardAtMs: AT_MS,
  incarnation: 0,
}
const policy = {
  id: 'urgent',
  name: 'Urgent',
  steps: [{ targets: [{ kind: 'responder' as const, id: 'alice' }], waitSeconds: 300 }],
  repeats: 1,
}
const update = {
  id: 'update-1',
  audience: 'public' as const,
  body: 'We have found the cause.',
  status: 'identified' as const,
  components: [],
  nextUpdateAtMs: null,
  by: { kind: 'responder' as const, ...ALICE },
  atMs: AT_MS,
}
const sample = [{ fingerprint: 'a', title: 'HighErrorRate' }]

const PENDING = {
  id: 'd',
  state: 'ready',
  content: { audience: 'public', body: 'We have found the cause.', status: null, components: [], nextUpdateAtMs: null },
  rewords: null,
  postsAtMs: AT_MS + 3_600_000,
  needsRelease: false,
  releasedBy: null,
  by: { kind: 'responder', ...ALICE },
  atMs: AT_MS,
  problem: null,
} as const

/** One of each type: a type without a row does not compile. */
const EVENTS: { [T in IncidentEvent['type']]: [Extract<IncidentEvent, { type: T }>, string, string | null] } = {
  opened: [
    {
      type: 'opened',
      id: IncidentId.parse('0123456789ab'),
      title: 'Checkout fails',
      publicTitle: 'Checkout fails',
      summary: 'Half of all orders',
      severity: 'sev2',
      severityReason: '',
      services: [{ id: 'shop', name: 'Shop' }],
      components: [{ id: 'checkout', name: 'Checkout', status: 'partial_outage' }],
      startedAtMs: AT_MS,
      source: 'alert',
    },
    'Opened as sev2 by an alert: Checkout fails',
    'Half of all orders\nServices: Shop\nCheckout: partial outage',
  ],
  alerts_joined: [
    { type: 'alerts_joined', total: 4, firing: 3, count: 2, sample },
    '2 alerts joined, 3 firing now',
    'HighErrorRate and 1 more',
  ],
  alerts_moved: [
    {
      type: 'alerts_moved',
      to: { id: IncidentId.parse('0123456789ab'), title: 'Database' },
      reason: 'its disk',
      total: 1,
      firing: 1,
      count: 1,
      sample,
    },
    '1 alert moved to Database, 1 firing here now',
    'HighErrorRate\nits disk',
  ],
  merged: [
    { type: 'merged', into: { id: IncidentId.parse('0123456789ab'), title: 'Database' }, reason: 'the same disk' },
    'Merged into Database',
    'the same disk',
  ],
  absorbed: [
    { type: 'absorbed', from: { id: IncidentId.parse('0123456789ab'), title: 'Slow' }, reason: '' },
    'Took in the incident Slow',
    null,
  ],
  alerts_cleared: [
    { type: 'alerts_cleared', firing: 0, count: 1, sample },
    '1 alert ended, none fires any more',
    'HighErrorRate',
  ],
  acknowledged: [{ type: 'acknowledged', via: 'link' }, 'Acknowledged by the link in a page', null],
  phase_changed: [
    { type: 'phase_changed', from: 'acknowledged', to: 'investigating' },
    'State changed from acknowledged to investigating',
    null,
  ],
  reopened: [
    { type: 'reopened', from: 'monitoring', reason: 'An alert fires again' },
    'Went back from monitoring to investigating',
    'An alert fires again',
  ],
  resolved: [{ type: 'resolved', from: 'monitoring', reason: ' ' }, 'Resolved', null],
  severity_changed: [
    { type: 'severity_changed', from: 'sev3', to: 'sev1', reason: 'Everyone is hit' },
    'Severity raised from sev3 to sev1',
    'Everyone is hit',
  ],
  title_changed: [
    { type: 'title_changed', title: 'Pool is empty', publicTitle: 'Checkout fails' },
    'Renamed to “Pool is empty”',
    'Customers read: Checkout fails',
  ],
  start_corrected: [
    { type: 'start_corrected', from: AT_MS, to: AT_MS - 600_000, reason: 'Logs say so' },
    'Start corrected from 2100-11-24 12:00 UTC to 2100-11-24 11:50 UTC',
    'Logs say so',
  ],
  components_set: [{ type: 'components_set', components: [] }, 'Affected components set', 'None'],
  update_posted: [{ type: 'update_posted', update }, 'Public update: identified', 'We have found the cause.'],
  update_drafted: [
    { type: 'update_drafted', pending: PENDING },
    'Scheduled a public update for 2100-11-24 13:00:00 UTC',
    'We have found the cause.',
  ],
  draft_discarded: [
    { type: 'draft_discarded', id: 'd', body: 'Words' },
    'Discarded an update before it was posted',
    'Words',
  ],
  update_released: [
    { type: 'update_released', id: 'd', body: 'Words', author: { kind: 'responder', ...ALICE }, postsAtMs: null },
    'Released the update by Alice',
    'Words',
  ],
  update_held_back: [
    { type: 'update_held_back', id: 'd', body: 'Words', reason: 'already_resolved' },
    'A scheduled update was not posted: This incident is resolved. A new problem opens a new incident.',
    'Words',
  ],
  update_edited: [
    {
      type: 'update_edited',
      updateId: 'u',
      from: { body: 'Wrods', translations: {} },
      body: 'Words',
      translations: {},
      releasedBy: { kind: 'responder', id: 'bob', name: 'Bob' },
    },
    'Edited a public update (released by Bob)',
    'Before: Wrods\nNow: Words',
  ],
  update_withdrawn: [
    { type: 'update_withdrawn', updateId: 'u', body: 'Words', phase: null },
    'Took a public update back',
    'Words',
  ],
  role_taken: [
    { type: 'role_taken', role: 'commander', person: BOB, from: ALICE },
    'Commander: Bob',
    'Handed over by Alice',
  ],
  role_released: [
    { type: 'role_released', role: 'technical_lead', from: ALICE },
    'Technical lead: nobody',
    'Released by Alice',
  ],
  task_added: [
    { type: 'task_added', id: 't', title: 'Call the bank', owner: BOB },
    'Task added: Call the bank',
    'Owner: Bob',
  ],
  task_changed: [
    { type: 'task_changed', id: 't', title: 'Call the bank', owner: null, done: true },
    'Task done: Call the bank',
    null,
  ],
  hypothesis_added: [
    { type: 'hypothesis_added', id: 'h', statement: 'The pool leaks', owner: null },
    'Hypothesis: The pool leaks',
    null,
  ],
  hypothesis_judged: [
    { type: 'hypothesis_judged', id: 'h', statement: 'The pool leaks', verdict: 'confirmed', note: '40 of 40 in use' },
    'Hypothesis confirmed: The pool leaks',
    '40 of 40 in use',
  ],
  diagnostic_run: [
    {
      type: 'diagnostic_run',
      result: { kind: 'http', target: 'https://shop.example/healthz', ok: false, output: 'HTTP 503', durationMs: 12 },
    },
    'Probed https://shop.example/healthz (failed after 12 ms)',
    'HTTP 503',
  ],
  paging_started: [
    { type: 'paging_started', paging: { policy, step: 0, round: 0, escalatesAtMs: AT_MS } },
    'Paging started by the policy Urgent',
    null,
  ],
  escalated: [
    { type: 'escalated', step: 0, round: 1, escalatesAtMs: AT_MS },
    'Nobody answered: escalated to step 1 of round 2',
    null,
  ],
  paging_exhausted: [{ type: 'paging_exhausted', rounds: 2 }, 'Paging ended without an answer after 2 rounds', null],
  nobody_on_call: [
    { type: 'nobody_on_call', step: 1, reason: 'The schedule is empty.' },
    'Step 2 reached nobody',
    'The schedule is empty.',
  ],
  page_queued: [{ type: 'page_queued', page }, 'Paging Alice by email', null],
  page_attempted: [
    { type: 'page_attempted', pageId: 'page-1', attempt: 2 },
    'Sending the page to Alice by email, attempt 2',
    null,
  ],
  page_sent: [
    { type: 'page_sent', pageId: 'page-1', receipt: '250 accepted' },
    'Sent the page to Alice by email',
    '250 accepted',
  ],
  page_failed: [
    { type: 'page_failed', pageId: 'page-1', reason: 'No route', final: false },
    'Could not send the page to Alice by email, it will be tried again',
    'No route',
  ],
  run_started: [{ type: 'run_started', run }, 'Playbook started: Restart the shop', '1 step'],
  run_resumed: [
    { type: 'run_resumed', runId: 'run-1', incarnation: 1 },
    'Playbook Restart the shop resumed after an interruption',
    null,
  ],
  run_step_changed: [
    { type: 'run_step_changed', runId: 'run-1', index: 0, status: 'waiting', output: '', approvedBy: null },
    'Restart the shop: step 1 “Restart now?” waits for a person',
    null,
  ],
  run_ended: [{ type: 'run_ended', runId: 'run-1', status: 'succeeded' }, 'Playbook Restart the shop succeeded', null],
  assessed: [
    { type: 'assessed', clauses: [{ text: 'Checkout is slow.', fact: null }], changed: [] },
    'In short: Checkout is slow.',
    null,
  ],
  impact_measured: [
    {
      type: 'impact_measured',
      service: { id: 'checkout', name: 'Checkout' },
      queries: ['affected', 'errors'],
      affectedUsers: 1199.6,
      errorRate: 0.0523,
      problem: null,
    },
    'Impact on Checkout: 1200 users affected, 5.2% of requests fail',
    'affected\nerrors',
  ],
  post_mortem_drafted: [{ type: 'post_mortem_drafted' }, 'Post-mortem drafted', null],
}

describe('describeEvent', () => {
  it.each(Object.values(EVENTS))('%j', (event, headline, detail) => {
    expect(describeEvent(event, { pages: [page], runs: [run] })).toEqual({ headline, detail })
  })

  it('says why people are called again', () => {
    const paging = { policy, step: 0, round: 0, escalatesAtMs: AT_MS }
    const raised = { kind: 'raised', from: 'sev3', to: 'sev2', reason: 'critical' } as const
    expect(describeEvent({ type: 'paging_started', paging, because: raised }).headline).toBe(
      'Paging began anew by the policy Urgent: raised from sev3 to sev2',
    )
    const reopened = { kind: 'reopened', reason: 'An alert fires again' } as const
    expect(describeEvent({ type: 'paging_started', paging, because: reopened }).headline).toBe(
      'Paging began anew by the policy Urgent: it fires again',
    )
  })

  it('reads well where names are not at hand', () => {
    expect(describeEvent({ type: 'page_sent', pageId: 'page-1', receipt: '' }).headline).toBe('Sent a page')
    const step = { runId: 'run-1', index: 0, status: 'failed', output: 'Timeout', approvedBy: null } as const
    expect(describeEvent({ type: 'run_step_changed', ...step })).toEqual({
      headline: 'Playbook: step 1 failed',
      detail: 'Timeout',
    })
  })
})
