import { describe, expect, it } from 'vitest'
import { ALICE, BOB, OPEN, T0, incidentIn } from '../../test/sampleIncident.ts'
import type { Actor } from './actor.ts'
import { SYSTEM } from './actor.ts'
import { decide } from './decide.ts'
import { investigatingAtMs } from './decidePending.ts'
import { evolve } from './evolve.ts'
import type { Incident } from './incident.ts'
import type { IncidentCommand } from './incidentCommand.ts'
import { nextPostAtMs, pendingState } from './pendingUpdate.ts'
import type { UpdateContent } from './pendingUpdate.ts'
import { publicIncidentFrom } from './publicIncident.ts'
import { NO_UPDATE_RULES } from './updateRules.ts'
import { StatusPage, updateRulesOf } from './statusPage.ts'
import type { UpdateRules } from './updateRules.ts'

const LATER = T0 + 3_600_000
const MINUTE_MS = 60_000
const CONTENT: UpdateContent = {
  audience: 'public',
  body: 'We have found the cause.',
  status: 'identified',
  components: [{ id: 'checkout', name: 'Checkout', status: 'partial_outage' }],
  nextUpdateAtMs: null,
}
const POST = { type: 'post_update', id: 'd', ...CONTENT } as const
const SAVE = { type: 'save_draft', id: 'd', content: CONTENT } as const
const EDIT = { type: 'edit_update', id: 'e', updateId: 'd', body: 'Other words.', translations: {} } as const
const RELEASE: UpdateRules = { ...NO_UPDATE_RULES, needsRelease: true }
const UNDO: UpdateRules = { ...NO_UPDATE_RULES, undo: { pageSeconds: 30, noticeSeconds: 20 } }
const NOTICE: UpdateRules = { ...NO_UPDATE_RULES, undo: { pageSeconds: 0, noticeSeconds: 20 } }

/** Carries out one command; throws when it is refused. */
function after(incident: Incident, command: IncidentCommand, by: Actor, nowMs: number, rules: UpdateRules): Incident {
  const decision = decide(incident, command, by, nowMs, rules)
  if (!decision.ok) throw new Error(decision.reason)
  return decision.events.reduce(
    (state: Incident, event) => evolve(state, { ...event, atMs: nowMs, sequence: state.version + 1 }),
    incident,
  )
}

function effectsOf(incident: Incident, command: IncidentCommand, by: Actor, nowMs: number, rules: UpdateRules) {
  const decision = decide(incident, command, by, nowMs, rules)
  return decision.ok ? decision.effects : decision.reason
}

const open = incidentIn('acknowledged')
const STATES = {
  none: open,
  draft: after(open, SAVE, ALICE, LATER, NO_UPDATE_RULES),
  scheduled: after(open, { ...POST, postsAtMs: LATER + 10 * MINUTE_MS }, ALICE, LATER, NO_UPDATE_RULES),
  'in its undo time': after(open, POST, ALICE, LATER, UNDO),
  'awaiting release': after(open, POST, ALICE, LATER, RELEASE),
  'scheduled and awaiting release': after(open, { ...POST, postsAtMs: LATER + 10 * MINUTE_MS }, ALICE, LATER, RELEASE),
  posted: after(open, POST, ALICE, LATER, NO_UPDATE_RULES),
  'posted, and can be taken back': after(open, POST, ALICE, LATER, NOTICE),
  'reworded, awaiting release': after(after(open, POST, ALICE, LATER, NO_UPDATE_RULES), EDIT, ALICE, LATER, RELEASE),
} as const
type State = keyof typeof STATES

/** Where the update is afterwards, or why the command was refused. */
function whereItIs(incident: Incident, nowMs: number): string {
  const posted = incident.updates.find(({ id }) => id === 'd')
  const pending = incident.pendingUpdates.map((each) => pendingState(each, nowMs))
  const where = posted === undefined ? [] : [posted.edits === undefined ? 'posted' : 'posted, edited']
  return [...where, ...pending].join(', ') || 'nowhere'
}

const every = (outcome: string): Record<State, string> => ({
  none: outcome,
  draft: outcome,
  scheduled: outcome,
  'in its undo time': outcome,
  'awaiting release': outcome,
  'scheduled and awaiting release': outcome,
  posted: outcome,
  'posted, and can be taken back': outcome,
  'reworded, awaiting release': outcome,
})

const SOON = LATER + 5_000
const TABLE: Record<string, { command: IncidentCommand; by?: Actor; atMs?: number; outcome: Record<State, string> }> = {
  'posting it': {
    command: POST,
    // Posted twice is posted once.
    outcome: { ...every('posted'), 'reworded, awaiting release': 'posted, awaiting_release' },
  },
  'saving it as a draft': {
    command: SAVE,
    outcome: {
      ...every('draft'),
      posted: 'posted, draft',
      'posted, and can be taken back': 'posted, draft',
      'reworded, awaiting release': 'posted, awaiting_release, draft',
    },
  },
  'discarding it': {
    command: { type: 'discard_draft', id: 'd' },
    outcome: {
      ...every('nowhere'),
      none: 'refused: unknown_draft',
      posted: 'refused: unknown_draft',
      'posted, and can be taken back': 'refused: unknown_draft',
      'reworded, awaiting release': 'refused: unknown_draft',
    },
  },
  'its author releasing it': {
    command: { type: 'release_update', id: 'd' },
    by: ALICE,
    outcome: {
      ...every('refused: not_awaiting_release'),
      none: 'refused: unknown_draft',
      'awaiting release': 'refused: own_release',
      'scheduled and awaiting release': 'refused: own_release',
      posted: 'refused: unknown_draft',
      'posted, and can be taken back': 'refused: unknown_draft',
      'reworded, awaiting release': 'refused: unknown_draft',
    },
  },
  'a second person releasing it': {
    command: { type: 'release_update', id: 'd' },
    outcome: {
      ...every('refused: not_awaiting_release'),
      none: 'refused: unknown_draft',
      'awaiting release': 'posted',
      'scheduled and awaiting release': 'scheduled',
      posted: 'refused: unknown_draft',
      'posted, and can be taken back': 'refused: unknown_draft',
      'reworded, awaiting release': 'refused: unknown_draft',
    },
  },
  'a second person releasing its new words': {
    command: { type: 'release_update', id: 'e' },
    outcome: { ...every('refused: unknown_draft'), 'reworded, awaiting release': 'posted, edited' },
  },
  'the alarm, soon': {
    command: { type: 'post_due_updates' },
    by: SYSTEM,
    outcome: every('refused: not_due'),
  },
  'the alarm, much later': {
    command: { type: 'post_due_updates' },
    by: SYSTEM,
    atMs: LATER + 10 * MINUTE_MS,
    outcome: { ...every('refused: not_due'), scheduled: 'posted', 'in its undo time': 'posted' },
  },
  'editing it': {
    command: EDIT,
    outcome: {
      ...every('refused: unknown_update'),
      posted: 'posted, edited',
      'posted, and can be taken back': 'posted, edited',
      'reworded, awaiting release': 'posted, edited, awaiting_release',
    },
  },
  'taking it back': {
    command: { type: 'withdraw_update', updateId: 'd' },
    outcome: {
      ...every('nowhere'),
      none: 'refused: unknown_update',
      posted: 'refused: undo_over',
      'reworded, awaiting release': 'refused: undo_over',
    },
  },
  'taking it back too late': {
    command: { type: 'withdraw_update', updateId: 'd' },
    atMs: LATER + MINUTE_MS,
    outcome: {
      ...every('nowhere'),
      none: 'refused: unknown_update',
      posted: 'refused: undo_over',
      'posted, and can be taken back': 'refused: undo_over',
      'reworded, awaiting release': 'refused: undo_over',
    },
  },
}

describe('every command in every state of an update', () => {
  for (const [name, { command, by = BOB, atMs = SOON, outcome }] of Object.entries(TABLE))
    it.each(Object.entries(STATES))(`${name}: %s`, (state, incident) => {
      const decision = decide(incident, command, by, atMs, NO_UPDATE_RULES)
      const found = decision.ok
        ? whereItIs(after(incident, command, by, atMs, NO_UPDATE_RULES), atMs)
        : `refused: ${decision.reason}`
      expect(found).toBe(outcome[isState(state) ? state : 'none'])
    })
})

function isState(name: string): name is State {
  return Object.hasOwn(STATES, name)
}

describe('an update that waits', () => {
  it('is nowhere to be seen, and moves nothing', () => {
    for (const state of ['draft', 'scheduled', 'in its undo time', 'awaiting release'] as const) {
      const incident = STATES[state]
      expect(publicIncidentFrom(incident)).toBeNull()
      expect([incident.phase, incident.components]).toEqual([open.phase, open.components])
    }
  })

  it('has its alarm once nothing but time stands in its way', () => {
    expect(nextPostAtMs(STATES.draft.pendingUpdates)).toBeNull()
    expect(nextPostAtMs(STATES['scheduled and awaiting release'].pendingUpdates)).toBeNull()
    expect(nextPostAtMs(STATES.scheduled.pendingUpdates)).toBe(LATER + 10 * MINUTE_MS)
    expect(nextPostAtMs(STATES['in its undo time'].pendingUpdates)).toBe(LATER + 30_000)
  })

  it('is posted by its author at the time it is posted, promises counted from then', () => {
    const scheduled = after(
      open,
      { ...POST, nextUpdateAfterMs: 30 * MINUTE_MS, postsAtMs: LATER + MINUTE_MS },
      ALICE,
      LATER,
      NO_UPDATE_RULES,
    )
    const posted = after(scheduled, { type: 'post_due_updates' }, SYSTEM, LATER + 2 * MINUTE_MS, NO_UPDATE_RULES)
    expect(posted.updates).toMatchObject([
      { by: ALICE, atMs: LATER + 2 * MINUTE_MS, nextUpdateAtMs: LATER + 32 * MINUTE_MS },
    ])
    expect(posted.phase).toBe('identified')
  })

  it('goes out one after the other in the order of their times', () => {
    let incident = after(open, { ...POST, id: 'second', postsAtMs: LATER + 2000 }, ALICE, LATER, NO_UPDATE_RULES)
    incident = after(incident, { ...POST, id: 'first', postsAtMs: LATER + 1000 }, ALICE, LATER, NO_UPDATE_RULES)
    for (let i = 0; i < 2; i++)
      incident = after(incident, { type: 'post_due_updates' }, SYSTEM, LATER + 5000, NO_UPDATE_RULES)
    expect(incident.updates.map(({ id }) => id)).toEqual(['first', 'second'])
  })

  it('is a draft again when the incident was resolved meanwhile, and says why', () => {
    const resolve = { type: 'resolve', reason: '', updateId: 'c', publicBody: null } as const
    const resolved = after(STATES.scheduled, resolve, BOB, SOON, NO_UPDATE_RULES)
    const tried = after(resolved, { type: 'post_due_updates' }, SYSTEM, LATER + 11 * MINUTE_MS, NO_UPDATE_RULES)
    expect(tried.pendingUpdates).toMatchObject([{ state: 'draft', problem: expect.stringContaining('resolved') }])
    expect(nextPostAtMs(tried.pendingUpdates)).toBeNull()
  })

  it('names who released it', () => {
    const released = after(STATES['awaiting release'], { type: 'release_update', id: 'd' }, BOB, SOON, RELEASE)
    expect(released.updates).toMatchObject([{ by: ALICE, releasedBy: BOB }])
  })

  it('has its time to be taken back after its release', () => {
    const rules = { ...UNDO, needsRelease: true }
    const waiting = after(open, POST, ALICE, LATER, rules)
    const released = after(waiting, { type: 'release_update', id: 'd' }, BOB, SOON, rules)
    expect(nextPostAtMs(released.pendingUpdates)).toBe(SOON + 30_000)
  })

  it('waits for a release also when it only says that it is over', () => {
    const told = after(open, POST, ALICE, LATER, NO_UPDATE_RULES)
    const resolve = { type: 'resolve', reason: '', updateId: 'c', publicBody: 'Over.' } as const
    const resolved = after(told, resolve, ALICE, SOON, RELEASE)
    expect(resolved.phase).toBe('resolved')
    expect(publicIncidentFrom(resolved)?.status).toBe('identified')
    const released = after(resolved, { type: 'release_update', id: 'c' }, BOB, SOON + 1, RELEASE)
    expect(publicIncidentFrom(released)?.status).toBe('resolved')
  })

  it('lets nobody reword past the second person, by a draft neither', () => {
    const saved = after(
      STATES['reworded, awaiting release'],
      { type: 'save_draft', id: 'e', content: { ...CONTENT, body: 'Yet other words.' } },
      BOB,
      SOON,
      RELEASE,
    )
    expect(whereItIs(saved, SOON)).toBe('posted, draft')
    const sent = after(saved, { ...POST, id: 'e', body: 'Yet other words.' }, BOB, SOON, RELEASE)
    expect(whereItIs(sent, SOON)).toBe('posted, awaiting_release')
    expect(sent.updates).toHaveLength(1)
  })
})

describe('taking an update back', () => {
  const back = { type: 'withdraw_update', updateId: 'd' } as const

  it('undoes what it changed', () => {
    const posted = STATES['posted, and can be taken back']
    expect(posted).toMatchObject({ phase: 'identified', components: [{ status: 'partial_outage' }] })
    const taken = after(posted, back, ALICE, SOON, NOTICE)
    expect(taken).toMatchObject({ phase: 'acknowledged', components: open.components, updates: [], undoable: null })
    expect(publicIncidentFrom(taken)).toBeNull()
    expect(effectsOf(posted, back, ALICE, SOON, NOTICE)).toEqual([
      { type: 'publish' },
      { type: 'retract', updateId: 'd' },
    ])
  })

  it('takes a resolution back with it: until then the alerts are not let go', () => {
    const told = after(open, POST, ALICE, LATER, NO_UPDATE_RULES)
    const over = { ...POST, id: 'over', body: 'Over.', status: 'resolved' } as const
    expect(effectsOf(told, over, ALICE, SOON, NOTICE)).toContainEqual({
      type: 'release_alerts',
      notBeforeMs: SOON + 20_000,
    })
    const resolved = after(told, over, ALICE, SOON, NOTICE)
    const taken = after(resolved, { ...back, updateId: 'over' }, ALICE, SOON + 1000, NOTICE)
    expect(taken.phase).toBe('identified')
    expect(taken.times).toEqual(told.times)
    expect(publicIncidentFrom(taken)).toMatchObject({ status: 'identified', resolvedAtMs: null })
  })

  it('leaves what others have done since', () => {
    const moved = after(
      STATES['posted, and can be taken back'],
      { type: 'change_phase', to: 'monitoring' },
      BOB,
      SOON,
      NOTICE,
    )
    expect(after(moved, back, ALICE, SOON, NOTICE).phase).toBe('monitoring')
  })

  it('is too late once another one stands on it', () => {
    const next = after(STATES['posted, and can be taken back'], { ...POST, id: 'next' }, BOB, SOON, NOTICE)
    expect(effectsOf(next, back, ALICE, SOON, NOTICE)).toBe('later_update')
  })

  it('holds the notices back meanwhile', () => {
    expect(effectsOf(open, POST, ALICE, LATER, NOTICE)).toEqual([
      { type: 'publish' },
      { type: 'announce', updateId: 'd', notBeforeMs: LATER + 20_000 },
    ])
  })
})

describe('editing an update', () => {
  const posted = STATES.posted

  it('keeps what it said before, with who changed it and when', () => {
    const edited = after(posted, { ...EDIT, translations: { de: 'Andere Worte.' } }, BOB, SOON, NO_UPDATE_RULES)
    expect(edited.updates).toMatchObject([
      { body: 'Other words.', by: ALICE, atMs: LATER, edits: [{ body: CONTENT.body, by: BOB, atMs: SOON }] },
    ])
    expect(publicIncidentFrom(edited)).toMatchObject({
      updatedAtMs: SOON,
      updates: [{ translations: { de: 'Andere Worte.' }, edits: [{ body: CONTENT.body, untilMs: SOON }] }],
    })
  })

  it('is for what customers have: nothing is reworded among responders', () => {
    const internal = after(open, { ...POST, audience: 'internal' }, ALICE, LATER, NO_UPDATE_RULES)
    expect(effectsOf(internal, EDIT, BOB, SOON, NO_UPDATE_RULES)).toBe('not_for_customers')
  })

  it('says when there is nothing to change', () => {
    expect(effectsOf(posted, { ...EDIT, body: CONTENT.body }, BOB, SOON, NO_UPDATE_RULES)).toBe('same_words')
    expect(effectsOf(posted, { ...EDIT, body: ' ' }, BOB, SOON, NO_UPDATE_RULES)).toBe('nothing_to_say')
  })

  it('lets no notice out before its time', () => {
    const waiting = STATES['posted, and can be taken back']
    expect(effectsOf(waiting, EDIT, BOB, SOON, NOTICE)).toEqual([
      { type: 'publish' },
      { type: 'announce', updateId: 'd', notBeforeMs: LATER + 20_000 },
    ])
    expect(effectsOf(waiting, EDIT, BOB, LATER + 20_000, NOTICE)).toEqual([
      { type: 'publish' },
      { type: 'announce', updateId: 'd' },
    ])
  })
})

describe('an incident that is written down afterwards', () => {
  const { startedAtMs } = OPEN
  const past = { ...OPEN, source: 'person', isBackdated: true, startedAtMs: startedAtMs - 86_400_000 } as const
  const opened = openedAs(past)
  const said = (id: string, agoMs: number, status: 'investigating' | 'resolved') =>
    ({ ...POST, id, status, happenedAtMs: past.startedAtMs + agoMs }) as const

  function openedAs(command: IncidentCommand): Incident {
    const decision = decide(null, command, BOB, T0)
    const [first] = decision.ok ? decision.events : []
    if (first === undefined || !decision.ok) throw new Error('not opened')
    expect(decision.events).toHaveLength(1)
    expect(decision.effects).toEqual([])
    return evolve(null, { ...first, atMs: T0, sequence: 1 })
  }

  it('pages nobody, tells nobody, and has the times of then', () => {
    const first = after(opened, said('a', MINUTE_MS, 'investigating'), BOB, T0, NO_UPDATE_RULES)
    expect(effectsOf(opened, said('a', MINUTE_MS, 'investigating'), BOB, T0, NO_UPDATE_RULES)).toEqual([
      { type: 'publish' },
    ])
    const last = after(first, said('b', 30 * MINUTE_MS, 'resolved'), BOB, T0 + 1000, NO_UPDATE_RULES)
    expect(last.times).toMatchObject({
      detectedAtMs: past.startedAtMs,
      resolvedAtMs: past.startedAtMs + 30 * MINUTE_MS,
    })
    expect(publicIncidentFrom(last)).toMatchObject({
      isBackdated: true,
      createdAtMs: past.startedAtMs + MINUTE_MS,
      resolvedAtMs: past.startedAtMs + 30 * MINUTE_MS,
      updatedAtMs: T0 + 1000,
    })
  })

  it('tells subscribers when its author says so', () => {
    const told = effectsOf(opened, { ...said('a', 0, 'investigating'), notify: true }, BOB, T0, NO_UPDATE_RULES)
    expect(told).toContainEqual({ type: 'announce', updateId: 'a' })
  })

  it('is told in order', () => {
    const first = after(opened, said('a', MINUTE_MS, 'investigating'), BOB, T0, NO_UPDATE_RULES)
    expect(effectsOf(first, said('b', 0, 'investigating'), BOB, T0, NO_UPDATE_RULES)).toBe('out_of_order')
    expect(effectsOf(opened, said('b', -1, 'investigating'), BOB, T0, NO_UPDATE_RULES)).toBe('out_of_order')
    expect(effectsOf(opened, { ...POST, happenedAtMs: T0 + 1 }, BOB, T0, NO_UPDATE_RULES)).toBe(
      'happened_in_the_future',
    )
  })
})

describe('speaking up where nobody has', () => {
  const rules: UpdateRules = {
    ...NO_UPDATE_RULES,
    needsRelease: true,
    investigating: { afterMinutes: 10, text: 'We look into {{components}}.' },
  }
  const tell = { type: 'tell_investigating', updateId: 'auto' } as const
  const fresh = incidentIn('triggered')
  const dueMs = T0 + 10 * MINUTE_MS

  it('comes after so long, by the system, and goes on paging', () => {
    expect(investigatingAtMs(fresh, rules)).toBe(dueMs)
    expect(effectsOf(fresh, tell, SYSTEM, dueMs - 1, rules)).toBe('not_due')
    const told = after(fresh, tell, SYSTEM, dueMs, rules)
    expect(told).toMatchObject({ phase: 'triggered', paging: { state: 'calling' } })
    expect(publicIncidentFrom(told)).toMatchObject({
      status: 'investigating',
      components: [{ id: 'checkout', status: 'degraded_performance' }],
      updates: [{ body: 'We look into Checkout.', isAutomatic: true }],
    })
    expect(investigatingAtMs(told, rules)).toBeNull()
  })

  it('speaks every language where nobody wrote other words, else those that there are', () => {
    const bodies = (settings: object) => {
      const page = StatusPage.parse({ name: 'Acme', investigatingAfterMinutes: 10, ...settings })
      const [update] = publicIncidentFrom(after(fresh, tell, SYSTEM, dueMs, updateRulesOf(page)))?.updates ?? []
      return [update?.body, update?.translations]
    }
    const [body, translations] = bodies({ language: 'de' })
    expect(body).toMatch(/^Unsere Überwachung hat ein Problem bei Checkout gefunden/)
    expect(Object.keys(translations ?? {}).sort()).toEqual(['ar', 'en', 'es', 'fr', 'ja', 'pt', 'zh'])
    expect(bodies({ investigatingText: 'We look into {{components}}.' })).toEqual(['We look into Checkout.', {}])
    expect(
      bodies({ investigatingText: 'We look into it.', investigatingTranslations: { fr: 'Panne de {{components}}.' } }),
    ).toEqual(['We look into it.', { fr: 'Panne de Checkout.' }])
  })

  it.each([
    ['it is switched off', fresh, NO_UPDATE_RULES],
    ['it is resolved', incidentIn('resolved'), rules],
    ['no component is touched', { ...fresh, components: [] }, rules],
    ['someone has spoken', after(fresh, POST, ALICE, T0, NO_UPDATE_RULES), rules],
    [
      'someone has taken it back',
      after(after(fresh, POST, ALICE, T0, NOTICE), { type: 'withdraw_update', updateId: 'd' }, ALICE, T0, NOTICE),
      rules,
    ],
  ] as const)('does not come when %s', (_why, incident, given) => {
    expect(investigatingAtMs(incident, given)).toBeNull()
    expect(effectsOf(incident, tell, SYSTEM, LATER, given)).toBe('not_due')
  })
})
