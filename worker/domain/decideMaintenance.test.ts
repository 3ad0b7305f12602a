import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ENDS_MS,
  STARTS_MS,
  T0,
  UNPLANNED,
  maintenanceIn,
  play,
  saying,
  scheduleCommand,
} from '../../test/sampleMaintenance.ts'
import { SYSTEM } from './actor.ts'
import { decideMaintenance } from './decideMaintenance.ts'
import { evolveMaintenance, replayMaintenance } from './evolveMaintenance.ts'
import { isUnderWay, nextDueAtMs } from './maintenance.ts'
import type { MaintenanceCommand } from './maintenanceCommand.ts'
import { publicMaintenanceFrom } from './publicMaintenance.ts'
import { MAINTENANCE_STATUSES } from './publicModel.ts'
import type { MaintenanceStatus } from './publicModel.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const OTHER = [{ id: 'search', name: 'Search' }]
const details = (changes: object = {}) => {
  const { title, components, startsByItself, endsByItself, remindBeforeMs, note } = scheduleCommand()
  return { title, components, startsByItself, endsByItself, remindBeforeMs, note, ...changes }
}

function all(outcome: string): Record<MaintenanceStatus, string> {
  return {
    scheduled: outcome,
    in_progress: outcome,
    verifying: outcome,
    completed: outcome,
    cancelled: outcome,
  }
}
const UNCHANGED = Object.fromEntries(MAINTENANCE_STATUSES.map((status) => [status, status]))
const OVER = { completed: 'refused: already_completed', cancelled: 'refused: already_cancelled' }

/** What each command does in each state, half an hour after the scheduled start: the state after it, or why it is refused. */
const LIFECYCLE: Record<string, { command: MaintenanceCommand; outcome: Record<string, string> }> = {
  schedule: { command: scheduleCommand(), outcome: all('refused: already_scheduled') },
  start: {
    command: { type: 'start', ...saying() },
    outcome: {
      scheduled: 'in_progress',
      in_progress: 'refused: already_in_progress',
      verifying: 'in_progress',
      ...OVER,
    },
  },
  verify: {
    command: { type: 'verify', ...saying() },
    outcome: {
      scheduled: 'refused: not_started',
      in_progress: 'verifying',
      verifying: 'refused: already_verifying',
      ...OVER,
    },
  },
  complete: {
    command: { type: 'complete', ...saying() },
    outcome: { scheduled: 'refused: not_started', in_progress: 'completed', verifying: 'completed', ...OVER },
  },
  cancel: {
    command: { type: 'cancel', ...saying() },
    outcome: {
      scheduled: 'cancelled',
      in_progress: 'refused: already_started',
      verifying: 'refused: already_started',
      ...OVER,
    },
  },
  'reschedule, both times': {
    command: {
      type: 'reschedule',
      window: { scheduledForMs: STARTS_MS + DAY_MS, scheduledUntilMs: ENDS_MS + DAY_MS },
      ...saying(),
    },
    outcome: {
      scheduled: 'scheduled',
      in_progress: 'refused: start_fixed',
      verifying: 'refused: start_fixed',
      ...OVER,
    },
  },
  'reschedule, only the end': {
    command: {
      type: 'reschedule',
      window: { scheduledForMs: STARTS_MS, scheduledUntilMs: ENDS_MS + HOUR_MS },
      ...saying(),
    },
    // Half an hour after a start that did not happen, that start cannot be scheduled any more.
    outcome: {
      scheduled: 'refused: start_in_the_past',
      in_progress: 'in_progress',
      verifying: 'verifying',
      ...OVER,
    },
  },
  'reschedule to the same times': {
    command: {
      type: 'reschedule',
      window: { scheduledForMs: STARTS_MS, scheduledUntilMs: ENDS_MS },
      ...saying(),
    },
    outcome: { ...all('refused: same_times'), ...OVER },
  },
  post_update: {
    command: { type: 'post_update', components: null, ...saying('Half way.') },
    outcome: UNCHANGED,
  },
  'post_update without a text': {
    command: { type: 'post_update', components: null, ...saying(' ') },
    outcome: all('refused: nothing_to_say'),
  },
  'edit an update that is not there': {
    command: { type: 'edit_update', updateId: 'nothing', body: 'Words', translations: {} },
    outcome: all('refused: unknown_update'),
  },
  'change its title and note': {
    command: { type: 'change_details', ...details({ title: 'Upgrade', note: '' }) },
    outcome: UNCHANGED,
  },
  'change its components': {
    command: { type: 'change_details', ...details({ components: OTHER }) },
    outcome: {
      scheduled: 'scheduled',
      in_progress: 'refused: components_fixed',
      verifying: 'refused: components_fixed',
      ...OVER,
    },
  },
  'the clock, at the start': {
    command: { type: 'run_clock' },
    outcome: { ...all('refused: not_due'), scheduled: 'in_progress' },
  },
}

describe('decideMaintenance', () => {
  const NOW_MS = STARTS_MS + HOUR_MS / 2
  for (const [name, { command, outcome }] of Object.entries(LIFECYCLE))
    it.each(MAINTENANCE_STATUSES)(`${name}, when %s`, (status) => {
      expect(play(maintenanceIn(status), command, NOW_MS).outcome).toBe(outcome[status])
    })

  it.each(['start', 'verify', 'complete', 'cancel', 'run_clock'] as const)('%s needs one that exists', (type) => {
    expect(play(UNPLANNED, { type, ...saying() }, T0).outcome).toBe('refused: unknown_maintenance')
  })

  it.each([
    ['ends before it starts', T0 + HOUR_MS, T0 + HOUR_MS, 'end_before_start'],
    ['is over already', T0 - 2 * HOUR_MS, T0 - HOUR_MS, 'end_in_the_past'],
    ['began an hour ago', T0 - HOUR_MS, T0 + HOUR_MS, 'start_in_the_past'],
    ['lasts five weeks', T0 + HOUR_MS, T0 + 35 * DAY_MS, 'too_long'],
    ['is three years off', T0 + 1100 * DAY_MS, T0 + 1101 * DAY_MS, 'too_far'],
  ])('takes none that %s', (_, scheduledForMs, scheduledUntilMs, reason) => {
    const command = scheduleCommand({ window: { scheduledForMs, scheduledUntilMs } })
    expect(play(UNPLANNED, command, T0).outcome).toBe(`refused: ${reason}`)
  })

  it('takes one that begins now, however long the form lay open', () => {
    const command = scheduleCommand({ window: { scheduledForMs: T0 - 5 * 60_000, scheduledUntilMs: T0 + HOUR_MS } })
    expect(play(play(UNPLANNED, command, T0), { type: 'run_clock' }, T0).outcome).toBe('in_progress')
  })

  it('is not begun after the time it was planned for', () => {
    expect(play(maintenanceIn('scheduled'), { type: 'start', ...saying() }, ENDS_MS).outcome).toBe(
      'refused: window_over',
    )
  })

  it('does the same update once', () => {
    const once = { type: 'start', ...saying() } as const
    const started = play(maintenanceIn('scheduled'), once, STARTS_MS)
    expect(play(started, once, STARTS_MS)).toMatchObject({ effects: [], log: started.log })
  })

  it('says nothing to subscribers when it is not to', () => {
    const quiet = { type: 'start', ...saying(), tellsSubscribers: false } as const
    expect(play(maintenanceIn('scheduled'), quiet, STARTS_MS).effects).toEqual([{ type: 'publish' }])
  })
})

describe('the clock', () => {
  const clock = { type: 'run_clock' } as const
  const news = ({ effects }: ReturnType<typeof play>) =>
    effects.flatMap((effect) => (effect.type === 'announce' ? [effect.what] : []))

  it('reminds, starts and ends it, each at its time and once', () => {
    let played = play(UNPLANNED, scheduleCommand(), T0)
    const told: string[] = []
    for (let nowMs = T0; nowMs <= ENDS_MS + HOUR_MS; nowMs += HOUR_MS / 4) {
      const before = played.maintenance
      played = play(played, clock, nowMs)
      if (played.outcome.startsWith('refused')) continue
      expect(before === null ? null : nextDueAtMs(before)).toBe(nowMs)
      told.push(...news(played))
    }
    expect(told).toEqual(['reminder', 'started', 'completed'])
    expect(played.maintenance).toMatchObject({ startedAtMs: STARTS_MS, endedAtMs: ENDS_MS, status: 'completed' })
  })

  it('leaves to people what they want to do themselves', () => {
    const command = scheduleCommand({ startsByItself: false, endsByItself: false, remindBeforeMs: null })
    const planned = play(UNPLANNED, command, T0)
    expect(play(planned, clock, ENDS_MS).outcome).toBe('refused: not_due')
    const started = play(planned, { type: 'start', ...saying() }, STARTS_MS)
    expect(play(started, clock, ENDS_MS).outcome).toBe('refused: not_due')
    expect(started.maintenance && nextDueAtMs(started.maintenance)).toBeNull()
  })

  it('tells only the end of one that it slept through', () => {
    const late = play(play(UNPLANNED, scheduleCommand(), T0), clock, ENDS_MS + HOUR_MS)
    expect(late.outcome).toBe('completed')
    expect(news(late)).toEqual(['completed'])
  })

  it('sends no reminder of what was only just announced, nor of what should have begun', () => {
    const soon = { scheduledForMs: T0 + HOUR_MS, scheduledUntilMs: T0 + 3 * HOUR_MS }
    const announced = play(UNPLANNED, scheduleCommand({ window: soon, startsByItself: false }), T0)
    expect(play(announced, clock, T0 + HOUR_MS).outcome).toBe('refused: not_due')
    const late = play(play(UNPLANNED, scheduleCommand({ startsByItself: false }), T0), clock, STARTS_MS)
    expect(late).toMatchObject({ outcome: 'scheduled', effects: [] })
  })

  it('reminds again of one that was moved', () => {
    const reminded = play(maintenanceIn('scheduled'), clock, STARTS_MS - 2 * HOUR_MS)
    expect(news(reminded)).toEqual(['reminder'])
    const window = { scheduledForMs: STARTS_MS + DAY_MS, scheduledUntilMs: ENDS_MS + DAY_MS }
    const moved = play(reminded, { type: 'reschedule', window, ...saying() }, STARTS_MS - HOUR_MS)
    expect(moved.maintenance?.reminderDueAtMs).toBe(STARTS_MS + DAY_MS - 2 * HOUR_MS)
  })

  it('ends one at the end that was moved', () => {
    const window = { scheduledForMs: STARTS_MS, scheduledUntilMs: ENDS_MS + HOUR_MS }
    const moved = play(maintenanceIn('in_progress'), { type: 'reschedule', window, ...saying() }, ENDS_MS - HOUR_MS)
    expect(play(moved, clock, ENDS_MS).outcome).toBe('refused: not_due')
    expect(play(moved, clock, ENDS_MS + HOUR_MS).outcome).toBe('completed')
  })
})

describe('its history', () => {
  it('keeps the times that held before, and counts up for calendars', () => {
    const window = { scheduledForMs: STARTS_MS + DAY_MS, scheduledUntilMs: ENDS_MS + DAY_MS }
    const moved = play(maintenanceIn('scheduled'), { type: 'reschedule', window, ...saying('Later') }, T0 + HOUR_MS)
    expect(moved.maintenance).toMatchObject({ sequence: 1, ...window })
    expect(moved.maintenance?.updates.at(-1)).toMatchObject({
      body: 'Later',
      rescheduledFrom: { scheduledForMs: STARTS_MS, scheduledUntilMs: ENDS_MS },
    })
    const cancelled = play(moved, { type: 'cancel', ...saying() }, T0 + 2 * HOUR_MS)
    expect(cancelled.maintenance?.sequence).toBe(2)
  })

  it('keeps what an update said before, and lets those have the new words who were to get the old', () => {
    const posted = play(
      maintenanceIn('in_progress'),
      { type: 'post_update', components: null, ...saying('Hafl way.'), updateId: 'typo' },
      STARTS_MS + 1000,
    )
    const edit = { type: 'edit_update', updateId: 'typo', body: 'Half way.', translations: {} } as const
    const edited = play(posted, edit, STARTS_MS + 2000)
    expect(edited.effects).toEqual([{ type: 'publish' }, { type: 'announce', what: 'updated', updateId: 'typo' }])
    expect(edited.maintenance?.updates.at(-1)).toMatchObject({
      body: 'Half way.',
      edits: [{ body: 'Hafl way.', untilMs: STARTS_MS + 2000 }],
    })
    expect(play(edited, edit, STARTS_MS + 3000).log).toEqual(edited.log)
  })

  it('tells nobody of an edit of what nobody was told', () => {
    const quiet = { type: 'start', ...saying('Begun'), tellsSubscribers: false } as const
    const edit = { type: 'edit_update', updateId: quiet.updateId, body: 'We have begun.', translations: {} } as const
    expect(play(play(maintenanceIn('scheduled'), quiet, STARTS_MS), edit, STARTS_MS).effects).toEqual([
      { type: 'publish' },
    ])
  })

  it.each([
    [0, 'scheduled'],
    [1, 'rescheduled'],
    [2, 'started'],
    [3, 'verifying'],
    [4, 'updated'],
    [5, 'completed'],
  ])('knows of update %i that it told of %s', (index, what) => {
    const window = { scheduledForMs: STARTS_MS + DAY_MS, scheduledUntilMs: ENDS_MS + DAY_MS }
    let played = play(maintenanceIn('scheduled'), { type: 'reschedule', window, ...saying() }, T0)
    for (const type of ['start', 'verify', 'start', 'complete'] as const)
      played = play(played, { type, ...saying() }, STARTS_MS)
    const updateId = played.maintenance?.updates[index]?.id ?? ''
    const { effects } = play(played, { type: 'edit_update', updateId, body: 'Other', translations: {} }, STARTS_MS)
    expect(effects).toContainEqual({ type: 'announce', what, updateId })
  })

  it('takes components in and lets them go while it is under way', () => {
    const command = { type: 'post_update', components: OTHER, ...saying('Now search.') } as const
    const { maintenance } = play(maintenanceIn('in_progress'), command, STARTS_MS + 1000)
    expect(maintenance?.components).toEqual(OTHER)
    expect(maintenance?.updates.at(-1)?.components).toEqual([
      { id: 'search', name: 'Search', from: 'operational', to: 'under_maintenance' },
      { id: 'checkout', name: 'Checkout', from: 'under_maintenance', to: 'operational' },
    ])
  })

  it('does not take a component for another because it was renamed', () => {
    const renamed = details({ components: [{ id: 'checkout', name: 'Basket' }], note: 'New note' })
    const { outcome, maintenance } = play(
      maintenanceIn('in_progress'),
      { type: 'change_details', ...renamed },
      STARTS_MS,
    )
    expect(outcome).toBe('in_progress')
    expect(maintenance).toMatchObject({ components: [{ name: 'Checkout' }], note: 'New note' })
  })

  it('speaks the language of the page where nobody writes, and the others as well', () => {
    const { maintenance } = maintenanceIn('scheduled')
    const decision = decideMaintenance(maintenance, { type: 'start', ...saying() }, SYSTEM, STARTS_MS, 'de')
    expect(decision).toMatchObject({
      events: [
        {
          event: {
            update: {
              body: 'Die geplante Wartung hat begonnen.',
              translations: { en: 'The scheduled maintenance has begun.', ar: 'بدأت الصيانة المجدولة.' },
            },
          },
        },
      ],
    })
    expect(JSON.stringify(decision)).not.toContain('"de":')
  })

  it('shows customers nothing of the note, nor who did what', () => {
    const shown = JSON.stringify(publicMaintenanceFrom(maintenanceIn('completed').maintenance))
    expect(shown).not.toContain('INTERNAL-ONLY')
    expect(shown).not.toContain('Alice')
  })
})

describe('whatever is done', () => {
  const move = fc.constantFrom('start', 'verify', 'complete', 'cancel', 'reschedule', 'post_update', 'run_clock')
  const command = fc.record({
    type: move,
    waitMs: fc.integer({ min: 0, max: 12 * HOUR_MS }),
    withSearch: fc.boolean(),
    byMs: fc.integer({ min: 0, max: 3 * DAY_MS }),
  })

  it('keeps the log and the state in step, and the components in the state of the maintenance', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 25 }), (wanted) => {
        let nowMs = T0
        let played = play(UNPLANNED, scheduleCommand(), nowMs)
        for (const { type, waitMs, withSearch, byMs } of wanted) {
          nowMs += waitMs
          played = play(played, commandOf(type, nowMs, withSearch, byMs), nowMs)
          const { maintenance, log } = played
          if (maintenance === null) throw new Error('it was scheduled')
          expect(replayMaintenance(log)).toEqual(maintenance)
          // What the updates say of components is what the state says: under maintenance while under way, else not.
          const told = new Map<string, string>()
          for (const { components } of maintenance.updates)
            for (const { id, from, to } of components) {
              expect(from).toBe(told.get(id) ?? 'operational')
              told.set(id, to)
            }
          const away = [...told].flatMap(([id, status]) => (status === 'under_maintenance' ? [id] : []))
          const expected = isUnderWay(maintenance.status) ? maintenance.components.map(({ id }) => id) : []
          expect(away.toSorted()).toEqual(expected.toSorted())
        }
      }),
      { numRuns: 300 },
    )
  })

  it('says nothing of an event before it was scheduled', () => {
    const { log } = maintenanceIn('in_progress')
    const [, started] = log
    expect(started && evolveMaintenance(null, started)).toBeNull()
  })

  function commandOf(type: string, nowMs: number, withSearch: boolean, byMs: number): MaintenanceCommand {
    const window = { scheduledForMs: nowMs + byMs, scheduledUntilMs: nowMs + byMs + HOUR_MS }
    const components = withSearch ? [{ id: 'checkout', name: 'Checkout' }, ...OTHER] : OTHER
    switch (type) {
      case 'reschedule':
        return { type, window, ...saying() }
      case 'post_update':
        return { type, components, ...saying('Words') }
      case 'start':
      case 'verify':
      case 'complete':
      case 'cancel':
        return { type, ...saying() }
      default:
        return { type: 'run_clock' }
    }
  }
})
