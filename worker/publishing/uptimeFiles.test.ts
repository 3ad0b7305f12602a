import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleModel } from '../../test/samplePublicModel.ts'
import { COMPONENT_STATUSES } from '../domain/componentStatus.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import type { StateChange } from '../domain/uptime.ts'
import { uptimeBars } from '../domain/uptime.ts'
import { evidenceOf } from '../domain/uptimeEvidence.ts'
import { uptimeFile, uptimePaths } from './uptimeFiles.ts'

const NOW = Date.UTC(2026, 10, 26, 13, 37, 11, 123)
const DAY_MS = 24 * 3_600_000

interface Recorded {
  readonly createdAtMs: number
  readonly changes: readonly StateChange[]
}

function modelOf(recorded: Readonly<Record<string, Recorded & { group: string | null; name?: string }>>): PublicModel {
  const components = Object.entries(recorded).map(([id, { createdAtMs, changes, group, name = id }], i) => ({
    id,
    name,
    group,
    description: null,
    position: i + 1,
    status: 'operational' as const,
    createdAtMs,
    updatedAtMs: createdAtMs,
    ...uptimeBars(changes, createdAtMs, NOW),
  }))
  return { ...sampleModel(), components, asOfMs: NOW }
}

function fileOf(path: string, recorded: Parameters<typeof modelOf>[0]): string {
  const model = modelOf(recorded)
  const file = uptimeFile(path, model, (id) => {
    const component = model.components.find((each) => each.id === id)
    return component === undefined ? null : evidenceOf(component, recorded[id]?.changes ?? [], NOW)
  })
  return file?.body ?? 'no such file'
}

/** As anyone would do it with the file and the published formula, and nothing of ours. */
function recomputed(csv: string): string {
  let [observed, downTenths] = [0n, 0n]
  for (const line of csv.trimEnd().split('\r\n').slice(1)) {
    const [, from = '', until = '', , share = ''] = /,([^,]+Z),([^,]+Z),([a-z_]+),([\d.]+)$/.exec(line) ?? []
    const ms = BigInt(Date.parse(until) - Date.parse(from))
    observed += ms
    downTenths += ms * BigInt(Math.round(Number(share) * 10))
  }
  if (observed === 0n) return '100'
  return String(Number(((observed * 10n - downTenths) * 100_000n) / (observed * 10n)) / 1000)
}

const history = fc.record({
  createdAtMs: fc.integer({ min: NOW - 200 * DAY_MS, max: NOW }),
  changes: fc
    .uniqueArray(fc.integer({ min: NOW - 200 * DAY_MS, max: NOW - 1 }), { maxLength: 30 })
    .chain((times) =>
      fc.tuple(
        ...times
          .toSorted((a, b) => a - b)
          .map((atMs) => fc.record({ atMs: fc.constant(atMs), status: fc.constantFrom(...COMPONENT_STATUSES) })),
      ),
    ),
})

describe('the evidence of uptime', () => {
  it('gives the published figure again, exactly, from the CSV alone', () => {
    fc.assert(
      fc.property(history, (recorded) => {
        const all = { checkout: { ...recorded, group: null } }
        const [component] = modelOf(all).components
        expect(recomputed(fileOf('uptime/checkout.csv', all))).toBe(String(component?.uptimePercent))
        expect(fileOf('uptime/checkout.json', all)).toContain(`"uptime_percent":${component?.uptimePercent},`)
      }),
    )
  })

  it('gives the figure of a group again from the CSV of all its members', () => {
    fc.assert(
      fc.property(fc.array(history, { minLength: 2, maxLength: 4 }), (members) => {
        const all = Object.fromEntries(members.map((member, i) => [`c${i}`, { ...member, group: 'Shop' }]))
        const { uptime_percent: published } = JSON.parse(fileOf('uptime/group.c0.json', all)) as {
          uptime_percent: number
        }
        expect(recomputed(fileOf('uptime/group.c0.csv', all))).toBe(String(published))
      }),
    )
  })

  it('has a row for each state, without gaps', () => {
    const createdAtMs = NOW - DAY_MS
    const changes: StateChange[] = [
      { atMs: NOW - 3_600_000, status: 'partial_outage' },
      { atMs: NOW - 1_800_000, status: 'operational' },
    ]
    const csv = fileOf('uptime/checkout.csv', {
      checkout: { createdAtMs, changes, group: null, name: '=Check, "out"' },
    })
    expect(csv.split('\r\n')).toEqual([
      'component,name,from,until,state,down_share',
      `checkout,"'=Check, ""out""",2026-11-25T13:37:11.123Z,2026-11-26T12:37:11.123Z,operational,0`,
      `checkout,"'=Check, ""out""",2026-11-26T12:37:11.123Z,2026-11-26T13:07:11.123Z,partial_outage,0.3`,
      `checkout,"'=Check, ""out""",2026-11-26T13:07:11.123Z,2026-11-26T13:37:11.123Z,operational,0`,
      '',
    ])
  })

  it('is written for each component, and for the groups of those that changed', () => {
    const none = { createdAtMs: NOW - DAY_MS, changes: [] }
    const model = modelOf({ a: { ...none, group: null }, b: { ...none, group: 'G' }, c: { ...none, group: 'G' } })
    const ids = (paths: string[]) => [...new Set(paths.map((path) => path.replace(/^uptime\/|\.(csv|json)$/g, '')))]
    expect(ids(uptimePaths(model))).toEqual(['a', 'b', 'c', 'group.b'])
    expect(ids(uptimePaths(model, ['c']))).toEqual(['c', 'group.b'])
    expect(ids(uptimePaths(model, ['a', 'gone']))).toEqual(['a'])
    expect(fileOf('uptime/gone.csv', {})).toBe('no such file')
    expect(fileOf('uptime/group.c.csv', { c: { ...none, group: null } })).toBe('no such file')
  })
})
