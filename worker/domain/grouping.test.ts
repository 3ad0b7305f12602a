import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { incoming, PlainDesk } from '../../test/plainDesk.ts'
import type { IncomingAlert } from './alertIntake.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import { OrganisationForAlerts as Schema } from './organisation.ts'

const NOW = Date.UTC(2100, 0, 1)
const MINUTE = 60_000

const services = Schema.parse({
  services: [
    { id: 'storefront', name: 'Storefront', dependsOn: ['checkout'] },
    { id: 'checkout', name: 'Checkout', dependsOn: ['db'] },
    { id: 'payments', name: 'Payments', dependsOn: ['db'] },
    { id: 'search', name: 'Search' },
    { id: 'db', name: 'Orders DB' },
  ],
}).services

function desk(grouping: Partial<OrganisationForAlerts['grouping']> = {}, more: Partial<OrganisationForAlerts> = {}) {
  const { grouping: defaults } = Schema.parse({})
  return new PlainDesk({ services, grouping: { ...defaults, ...grouping }, ...more })
}

const on = (service: string, alertname = 'Errors', more: Partial<IncomingAlert> = {}) =>
  incoming({ alertname, service }, more)

describe('grouping by dependency', () => {
  it('puts a dependant into the incident of what it needs, and the other way round', () => {
    for (const [first, second] of [
      ['db', 'checkout'],
      ['checkout', 'db'],
      ['db', 'storefront'],
    ] as const) {
      const one = desk()
      one.take([on(first)])
      const plan = one.take([on(second)], NOW + MINUTE)
      expect(plan.opened).toEqual([])
      expect(one.partition()).toHaveLength(1)
      expect(plan.records[0]?.trail?.at(-1)).toMatchObject({ about: 'incident', decided: 'joined' })
    }
  })

  it('leaves apart what merely needs the same, until that fires too and gathers both', () => {
    const one = desk()
    one.take([on('checkout')])
    one.take([on('payments')], NOW + 1)
    expect(one.partition()).toHaveLength(2)
    const [older, younger] = [...one.memory.firing()].map(({ incidentId }) => incidentId)
    const plan = one.take([on('db')], NOW + 2)
    expect(plan.gatherings).toEqual([{ from: younger, into: older }])
    expect(plan.records[0]?.incidentId).toBe(older)
  })

  it.each([
    ['what begins long after', {}, 16 * MINUTE],
    ['when it is switched off', { byDependency: false }, 1],
  ])('leaves apart %s', (_name, grouping, afterMs) => {
    const one = desk(grouping)
    one.take([on('db')])
    expect(one.take([on('checkout')], NOW + afterMs).opened).toHaveLength(1)
  })

  it('leaves an unrelated service apart', () => {
    const one = desk()
    one.take([on('db'), on('search')])
    expect(one.partition()).toHaveLength(2)
  })

  it('remembers the groups that came in', () => {
    const one = desk()
    one.take([on('db')])
    one.take([on('checkout', 'Slow')], NOW + 1)
    const late = NOW + 60 * MINUTE
    expect(one.take([incoming({ alertname: 'Slow', service: 'checkout', instance: 'b' })], late).opened).toEqual([])
  })

  it('within a batch does not depend on the order', () => {
    const any = fc.record({
      alertname: fc.constantFrom('A', 'B'),
      service: fc.constantFrom('storefront', 'checkout', 'payments', 'search', 'db', 'unknown'),
      instance: fc.constantFrom('1', '2'),
    })
    fc.assert(
      fc.property(
        fc.array(any, { maxLength: 12 }).chain((batch) => fc.tuple(fc.constant(batch), shuffled(batch))),
        fc.array(any, { maxLength: 4 }),
        ([batch, other], before) => {
          const partitions = [batch, other].map((labels) => {
            const one = desk()
            one.take(
              before.map((each) => incoming(each)),
              NOW - MINUTE,
            )
            one.take(labels.map((each) => incoming(each)))
            return one.partition()
          })
          expect(partitions[1]).toEqual(partitions[0])
        },
      ),
    )
  })
})

function shuffled<T>(list: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length })
}

describe('grouping within a window', () => {
  it('opens another incident for a group that was quiet for longer', () => {
    const one = desk({ windowMinutes: 30 })
    one.take([on('search')])
    expect(
      one.take(
        [on('search', 'Errors', { labels: { alertname: 'Errors', service: 'search', i: 'b' } })],
        NOW + 29 * MINUTE,
      ).opened,
    ).toEqual([])
    const later = one.take([incoming({ alertname: 'Errors', service: 'search', i: 'c' })], NOW + 60 * MINUTE)
    expect(later.opened).toHaveLength(1)
    const next = one.take([incoming({ alertname: 'Errors', service: 'search', i: 'd' })], NOW + 61 * MINUTE)
    expect(next.records[0]?.incidentId).toBe(later.opened[0]?.incidentId)
  })
})

describe('a storm', () => {
  const storm = { incidentsMax: 3, withinMinutes: 5 }
  const burst = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => incoming({ alertname: `A${from + i}` }))

  it('is counted in one incident beyond the limit, without losing an alert', () => {
    const one = desk({}, { storm })
    const first = one.take(burst(0, 10))
    expect(first.opened.map(({ isStorm }) => isStorm)).toEqual([false, false, false, true])
    expect(one.memory.size).toBe(10)
    const second = one.take(burst(10, 20), NOW + MINUTE)
    expect(second.opened).toEqual([])
    expect(one.memory.size).toBe(20)
    expect(one.partition()).toHaveLength(4)
    expect(second.records[0]?.trail?.at(-1)).toMatchObject({ about: 'storm', decided: 'counted with the storm' })
  })

  it('of one sender leaves another alone', () => {
    const one = desk({}, { storm })
    one.take(burst(0, 10))
    const other = one.take(burst(10, 11), NOW, { sender: 'grafana' })
    expect(other.opened).toMatchObject([{ isStorm: false }])
  })

  it('is over when fewer came for a while, and its groups are free again', () => {
    const one = desk({}, { storm })
    one.take(burst(0, 10))
    const after = one.take([incoming({ alertname: 'A9', instance: 'b' })], NOW + 6 * MINUTE)
    expect(after.opened).toMatchObject([{ isStorm: false }])
  })

  it('is not itself one of the incidents that are too many', () => {
    const one = desk({}, { storm })
    one.take(burst(0, 3))
    expect(one.take(burst(3, 4), NOW + 4 * MINUTE).opened).toMatchObject([{ isStorm: true }])
    const after = one.take(burst(4, 7), NOW + 6 * MINUTE)
    expect(after.opened.map(({ isStorm }) => isStorm)).toEqual([false, false, false])
  })

  it('lets the alerts of open incidents join them', () => {
    const one = desk({}, { storm })
    one.take(burst(0, 10))
    const joins = one.take([incoming({ alertname: 'A0', instance: 'b' })], NOW + 1)
    expect(joins.records[0]?.trail?.at(-1)).toMatchObject({ about: 'incident', decided: 'joined' })
  })
})
