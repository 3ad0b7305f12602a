import { describe, expect, it } from 'vitest'
import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { blameCheck } from './blameCheck.ts'
import { replay } from './evolve.ts'
import { incidentIdFrom } from './identifiers.ts'
import type { Incident, IncidentUpdate } from './incident.ts'
import type { IncidentEvent, RecordedEvent } from './incidentEvent.ts'
import { draftPostMortem } from './postMortemDraft.ts'
import { durationText, plain } from './postMortemText.ts'

const NOW = Date.UTC(2100, 10, 24, 2)
const MINUTE = 60_000
const ID = incidentIdFrom(new Uint8Array(12))
const alice: Actor = { kind: 'responder', id: 'alice', name: 'Alice' }
const bob: Actor = { kind: 'responder', id: 'bob', name: 'Bob' }

type Step = readonly [minute: number, by: Actor, event: IncidentEvent]

const opened: IncidentEvent = {
  type: 'opened',
  id: ID,
  title: 'HighErrorRate on checkout',
  publicTitle: 'Problem with Checkout',
  summary: 'Too many errors | [x](javascript:1)',
  severity: 'sev2',
  severityReason: 'The alert HighErrorRate says severity="critical"',
  services: [{ id: 'checkout', name: 'Checkout' }],
  components: [],
  startedAtMs: NOW - 2 * MINUTE,
  source: 'alert',
}

function logOf(steps: readonly Step[]): { incident: Incident; events: RecordedEvent[] } {
  const events = steps.map(([minute, by, event], index): RecordedEvent => ({
    sequence: index + 1,
    atMs: NOW + minute * MINUTE,
    by,
    audience: 'internal',
    event,
  }))
  const incident = replay(events)
  if (incident === null) throw new Error('no incident')
  return { incident, events }
}

function update(body: string, audience: IncidentUpdate['audience']): IncidentEvent {
  const components = [{ id: 'checkout', name: 'Checkout', from: 'operational', to: 'partial_outage' }] as const
  return {
    type: 'update_posted',
    update: { id: body, audience, body, status: 'identified', components, nextUpdateAtMs: null, by: alice, atMs: NOW },
  }
}

const whole = logOf([
  [0, SYSTEM, opened],
  [
    0,
    SYSTEM,
    { type: 'alerts_joined', total: 3, firing: 3, count: 3, sample: [{ fingerprint: '1', title: 'HighErrorRate' }] },
  ],
  [3, alice, { type: 'acknowledged', via: 'link' }],
  [4, alice, { type: 'role_taken', role: 'commander', person: { id: 'alice', name: 'Alice' }, from: null }],
  [5, bob, { type: 'hypothesis_added', id: 'h1', statement: 'The cache is cold', owner: null }],
  [
    6,
    bob,
    { type: 'hypothesis_judged', id: 'h1', statement: 'The cache is cold', verdict: 'confirmed', note: 'hit rate 2%' },
  ],
  [7, alice, update('We found the cause.', 'public')],
  [8, alice, update('Do not tell anyone.', 'internal')],
  [9, bob, { type: 'task_added', id: 't1', title: 'Warm the cache on start', owner: { id: 'bob', name: 'Bob' } }],
  [10, alice, { type: 'phase_changed', from: 'identified', to: 'monitoring' }],
  [20, alice, { type: 'resolved', from: 'monitoring', reason: 'Warmed the cache' }],
])

describe('the draft', () => {
  const draft = draftPostMortem(whole.incident, whole.events)

  it('computes the times from the log', () => {
    expect(draft.body).toContain('| Time to detect (TTD): detected − started | 2 min |')
    expect(draft.body).toContain('| Time to mitigate (TTM): mitigated − started | 12 min |')
    expect(draft.body).toContain('| Time to resolve (TTR): resolved − started | 22 min |')
    expect(draft.body).not.toContain('(TTA)')
    expect(draft.body).toContain('No page was sent, so there is no time to acknowledge.')
  })

  it('names the event behind every statement', () => {
    const statements = draft.body
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('|--') && !line.includes('?'))
      .filter(
        (line) =>
          !line.startsWith('| Time to') &&
          line !== '| What | When, or how long |' &&
          line !== '| When | What | Event |',
      )
    expect(statements.length).toBeGreaterThan(15)
    for (const line of statements) expect(line).toMatch(/\[#\d+\]\(\/console\/incidents\/0{12}#event-\d+\)/)
    const cited = [...draft.body.matchAll(/#event-(\d+)/g)].map(([, sequence]) => Number(sequence))
    for (const sequence of cited) expect(whole.events.some((event) => event.sequence === sequence)).toBe(true)
  })

  it('says what ended it and keeps open tasks as action items', () => {
    expect(draft.fixedBy).toBe('The cache is cold (hit rate 2%); Warmed the cache')
    expect(draft.actionItems).toMatchObject([
      { id: 't1', title: 'Warm the cache on start', owner: 'Bob', isPublic: false },
    ])
    expect(draft.title).toBe('Problem with Checkout on 24 November 2100')
  })

  it('tells customers only what they were told', () => {
    const told = draft.body.split('## What customers were told')[1]?.split('\n## ')[0] ?? ''
    expect(told).toContain('We found the cause.')
    expect(told).not.toContain('Do not tell anyone.')
    const published = draft.body.split(/^## /m).filter((section) => !section.split('\n')[0]?.includes('(internal)'))
    expect(published.join()).not.toMatch(/HighErrorRate|Alice|Bob|anyone|\?/)
    expect(draft.body).toContain('## Impact\n\n- Checkout partial outage [#7]')
  })

  it('shows text from outside as it is', () => {
    expect(draft.body).toContain(String.raw`Too many errors \| \[x\](javascript:1)`)
  })

  it('judges nobody', () => {
    expect(blameCheck(draft.body, ['Alice', 'Bob'])).toEqual([])
  })
})

it('asks about everything that a bare log leaves open, and claims nothing', () => {
  const { incident, events } = logOf([
    [0, SYSTEM, opened],
    [5, SYSTEM, { type: 'nobody_on_call', step: 0, reason: 'The schedule is empty' }],
    [9, SYSTEM, { type: 'resolved', from: 'triggered', reason: 'All alerts ended before anyone answered' }],
  ])
  const draft = draftPostMortem(incident, events)
  const unknown = draft.body.split('## What is unknown')[1] ?? ''
  for (const question of [
    'How many customers or requests',
    'Which components did customers find impaired?',
    'Did it begin when it was detected',
    'Who saw it first',
    'What caused it?',
    'Who coordinated the response?',
    'Did customers notice?',
    'Why was nobody on call',
  ])
    expect(unknown).toContain(question)
  expect(draft.fixedBy).toBe('')
  expect(draft.body).not.toContain('## Roles')
  expect(draft.body).not.toContain('## Impact')
  expect(draft.body).not.toContain('## What customers were told')
  expect(blameCheck(draft.body)).toEqual([])
})

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [86_400_000, '1 d'],
  [100_000_000, '1 d 3 h'],
])('%i ms is %s', (durationMs, text) => {
  expect(durationText(durationMs)).toBe(text)
})

it('keeps markdown out of quoted text', () => {
  expect(plain('# a\n*b* [c](d) <e> | `f` _g_')).toBe(String.raw`\# a \*b\* \[c\](d) \<e\> \| \`f\` \_g\_`)
  expect(plain('1. x')).toBe(String.raw`1\. x`)
})
