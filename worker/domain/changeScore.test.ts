import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from './change.ts'
import { CHANGE_OUTCOMES, servicesOfChange } from './change.ts'
import { rankChanges, scoreChange } from './changeScore.ts'
import { Environment, Service } from './catalogue.ts'
import { dependenciesOf } from './serviceDistance.ts'

const NOW = Date.UTC(2100, 0, 1)
const MINUTE = 60_000
const incident = { startedAtMs: NOW, services: ['checkout'], environment: null }

function change(more: Partial<Change> = {}): Change {
  return {
    id: 'a',
    source: 'github',
    services: ['checkout'],
    environment: 'production',
    title: 'Deployment',
    ref: null,
    url: null,
    by: null,
    atMs: NOW - 10 * MINUTE,
    updatedAtMs: NOW - 8 * MINUTE,
    outcome: 'success',
    ...more,
  }
}

describe('the score of a change', () => {
  it.each<[string, Partial<Change>, number, string[]]>([
    ['of the service, just before', {}, 0.912, ['8 min before it began', 'same service (checkout)', 'production']],
    ['an hour before', { updatedAtMs: NOW - 60 * MINUTE }, 0.5, ['60 min before it began']],
    ['five hours before', { updatedAtMs: NOW - 300 * MINUTE }, 0.031, ['5 h before it began']],
    ['still under way', { updatedAtMs: NOW + MINUTE }, 1, ['under way when it began']],
    [
      'not heard of again',
      { outcome: 'in_progress' },
      1.2,
      ['began 10 min before, and may not be through', 'not finished'],
    ],
    ['that failed', { outcome: 'failure' }, 1.368, ['failed']],
    ['of another service', { services: ['search'] }, 0.182, ['another service (search)']],
    ['of no known service', { services: [] }, 0.456, ['service not known']],
    ['elsewhere', { environment: 'staging' }, 0.182, ['another environment (staging)']],
    ['before production', { environment: 'pre-production' }, 0.182, ['another environment (pre-production)']],
    ['in nobody knows what', { environment: null }, 0.638, ['environment not known']],
    ['in one part of production', { environment: 'prod-eu' }, 0.912, ['prod-eu']],
  ])('%s', (_name, more, score, reasons) => {
    const scored = scoreChange(change(more), incident)
    expect(scored?.score).toBeCloseTo(score, 3)
    expect(scored?.reasons).toEqual(expect.arrayContaining(reasons))
  })

  it('is nothing for what came later, but for two clocks that disagree', () => {
    const later = (ms: number) => scoreChange(change({ atMs: NOW + ms, updatedAtMs: NOW + ms }), incident)
    expect(later(3 * MINUTE)).toBeNull()
    expect(later(MINUTE)?.score).toBe(1)
  })

  it('goes by the environment that the alerts name', () => {
    const scoreIn = (named: string, environment: string) =>
      scoreChange(change({ environment, updatedAtMs: NOW }), { ...incident, environment: named })?.score
    expect(scoreIn('staging', 'Staging')).toBe(1)
    expect(scoreIn('staging', 'production')).toBe(0.2)
    expect(scoreIn('prod', 'production')).toBe(1)
  })

  it('ranks a failed deployment of the service before everything else, whatever the order', () => {
    const changes = [
      change({ id: 'other', services: ['search'] }),
      change({ id: 'earlier', updatedAtMs: NOW - 60 * MINUTE }),
      change({ id: 'failed', outcome: 'failure' }),
      change({ id: 'same' }),
      change({ id: 'later', atMs: NOW + 60 * MINUTE, updatedAtMs: NOW + 60 * MINUTE }),
    ]
    for (const order of [changes, changes.toReversed()])
      expect(rankChanges(order, incident).map((scored) => scored.change.id)).toEqual([
        'failed',
        'same',
        'earlier',
        'other',
      ])
  })

  it('lies between 0 and 1.5, falls with age, and says why', () => {
    const minutes = fc.integer({ min: 0, max: 2000 })
    const outcome = fc.constantFrom(...CHANGE_OUTCOMES)
    const environment = fc.constantFrom(null, 'production', 'staging')
    fc.assert(
      fc.property(minutes, minutes, outcome, environment, (ago, further, how, where) => {
        const at = (updatedAtMs: number) =>
          scoreChange(change({ atMs: updatedAtMs, updatedAtMs, outcome: how, environment: where }), incident)
        const nearer = at(NOW - ago * MINUTE)
        const older = at(NOW - (ago + further) * MINUTE)
        expect(nearer?.score).toBeGreaterThanOrEqual(older?.score ?? Infinity)
        expect(nearer?.score).toBeLessThanOrEqual(1.5)
        expect(older?.score).toBeGreaterThan(0)
        expect(nearer?.reasons.length).toBeGreaterThanOrEqual(3)
      }),
    )
  })
})

describe('the services of a change', () => {
  const services = [
    Service.parse({ id: 'checkout', name: 'Checkout service', repositories: ['Acme/Shop'] }),
    Service.parse({ id: 'api', name: 'API', aliases: ['gateway'], repositories: ['acme/shop', 'acme/api'] }),
  ]

  it.each([
    [['checkout service', 'shop'], ['checkout']],
    [['monorepo', 'API'], ['api']],
    [['My App', 'x'], ['my-app']],
    [['Gateway'], ['api']],
    [
      ['shop', 'acme/shop'],
      ['checkout', 'api'],
    ],
    [['production', 'acme/shop', 'checkout'], ['checkout']],
    [['', '  '], []],
    [[], []],
  ])('%j are %j', (names, found) => {
    expect(servicesOfChange(names, services)).toEqual(found)
  })
})

describe('with the catalogue', () => {
  const services = [
    { id: 'checkout', dependsOn: ['payments'] },
    { id: 'payments', dependsOn: ['ledger'] },
    { id: 'ledger', dependsOn: ['storage', 'checkout'] },
    { id: 'storage', dependsOn: ['disks'] },
    { id: 'disks', dependsOn: [] },
    { id: 'search', dependsOn: ['checkout'] },
  ]
  const dependencies = dependenciesOf(['checkout'], services)
  const environments = [
    Environment.parse({ id: 'blue', name: 'Blue', production: true }),
    Environment.parse({ id: 'prod-test', name: 'Rehearsal' }),
    Environment.parse({ id: 'eu', name: 'Europe', production: true }),
  ]

  it('counts a change of what the service needs the more, the nearer it is', () => {
    const score = (service: string) =>
      scoreChange(change({ services: [service], updatedAtMs: NOW }), { ...incident, dependencies })
    expect(['checkout', 'payments', 'ledger', 'storage', 'disks', 'search'].map((id) => score(id)?.score)).toEqual([
      1, 0.7, 0.5, 0.35, 0.35, 0.2,
    ])
    expect(score('payments')?.reasons).toContain('checkout depends on payments')
    expect(score('ledger')?.reasons).toContain('checkout depends on ledger, 2 steps away')
    expect(score('search')?.reasons).toContain('another service (search)')
    const named = { ...incident, dependencies, nameOf: (id: string) => id.toUpperCase() }
    expect(scoreChange(change({ services: ['payments'], updatedAtMs: NOW }), named)?.reasons).toContain(
      'CHECKOUT depends on PAYMENTS',
    )
  })

  it('goes by what an environment is, not by what it sounds like', () => {
    const weight = (named: string, affected: string | null) =>
      scoreChange(change({ environment: named, updatedAtMs: NOW }), {
        ...incident,
        environment: affected,
        environments,
      })?.score
    expect(weight('Blue', null)).toBe(1)
    expect(weight('prod-test', null)).toBe(0.2)
    expect(weight('europe', 'eu')).toBe(1)
    expect(weight('blue', 'eu')).toBe(0.2)
    expect(weight('production', 'eu')).toBe(1)
  })
})

it('finds every dependency at its shortest distance, whatever the graph', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
  const graph = fc.uniqueArray(fc.record({ id, dependsOn: fc.array(id, { maxLength: 4 }) }), {
    selector: (service) => service.id,
  })
  fc.assert(
    fc.property(graph, id, (services, start) => {
      const found = dependenciesOf([start], services)
      expect(found.get(start)?.distance).toBe(0)
      for (const service of services) {
        const own = found.get(service.id)
        if (own === undefined) continue
        for (const next of service.dependsOn) expect(found.get(next)?.distance).toBeLessThanOrEqual(own.distance + 1)
      }
    }),
  )
})
