import { expect, it } from 'vitest'
import { AS_POSTED } from '../../test/samplePublicModel.ts'
import { componentHistories } from './componentSpans.ts'
import { promisesKept, promisesOf } from './promises.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { PublicStatus, PublicUpdate } from './publicModel.ts'

const MINUTE_MS = 60_000
const T0 = Date.UTC(2100, 0, 1, 12)

interface Said {
  readonly minute: number
  readonly promised?: number
  readonly status?: PublicStatus
  readonly to?: ComponentStatus
}

function updates(...said: readonly Said[]): PublicUpdate[] {
  return said
    .map(({ minute, promised, status = 'investigating', to }) => ({
      ...AS_POSTED,
      id: `at-${minute}`,
      status,
      body: '',
      atMs: T0 + minute * MINUTE_MS,
      nextUpdateAtMs: promised === undefined ? null : T0 + promised * MINUTE_MS,
      components: to === undefined ? [] : [{ id: 'checkout', name: 'Checkout', from: 'operational' as const, to }],
    }))
    .toReversed()
}

it.each([
  ['none was given', updates({ minute: 0 }, { minute: 90 }), 100, []],
  ['it came in time', updates({ minute: 0, promised: 30 }, { minute: 20 }), 40, ['kept']],
  ['it came in the minute', updates({ minute: 0, promised: 30 }, { minute: 30.9 }), 40, ['kept']],
  ['it came late', updates({ minute: 0, promised: 30 }, { minute: 45 }), 50, ['late']],
  ['it is not due', updates({ minute: 0, promised: 30 }), 29, ['open']],
  ['it is overdue', updates({ minute: 0, promised: 30 }), 31, ['overdue']],
  [
    'one after the other',
    updates({ minute: 0, promised: 30 }, { minute: 30, promised: 60 }, { minute: 75, status: 'resolved' }),
    500,
    ['kept', 'late'],
  ],
] as const)('promises: %s', (_what, given, asOf, outcomes) => {
  const promises = promisesOf({ updates: given }, T0 + asOf * MINUTE_MS)
  expect(promises.map(({ outcome }) => outcome.kind)).toEqual(outcomes)
})

it('counts those that are due', () => {
  const given = updates({ minute: 0, promised: 30 }, { minute: 45, promised: 60 }, { minute: 50, promised: 90 })
  expect(promisesKept(promisesOf({ updates: given }, T0 + 60 * MINUTE_MS))).toEqual({ kept: 1, due: 2 })
})

it('tells what an incident did to a component, and when that ended', () => {
  const components = [{ id: 'checkout', name: 'Checkout', status: 'operational' as const }]
  const given = updates(
    { minute: 0, to: 'partial_outage' },
    { minute: 5, to: 'partial_outage' },
    { minute: 10, to: 'degraded_performance' },
    { minute: 30, status: 'resolved' },
  )
  const at = (minute: number) => T0 + minute * MINUTE_MS
  expect(componentHistories({ updates: given, components })).toEqual([
    {
      id: 'checkout',
      name: 'Checkout',
      spans: [
        { status: 'partial_outage', fromMs: at(0), untilMs: at(10) },
        { status: 'degraded_performance', fromMs: at(10), untilMs: at(30) },
      ],
    },
  ])
  expect(componentHistories({ updates: given.slice(1), components })[0]?.spans.at(-1)?.untilMs).toBeNull()
})
