import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Change } from './change.ts'
import { CHANGE_OUTCOMES, servicesOfChange } from './change.ts'
import { rankChanges, scoreChange } from './changeScore.ts'
import { Service } from './catalogue.ts'

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
    Service.parse({ id: 'checkout', name: 'Checkout service' }),
    Service.parse({ id: 'api', name: 'API' }),
  ]

  it.each([
    [['checkout service', 'shop'], ['checkout']],
    [['monorepo', 'API'], ['api']],
    [['My App', 'x'], ['my-app']],
    [['', '  '], []],
    [[], []],
  ])('%j are %j', (names, found) => {
    expect(servicesOfChange(names, services)).toEqual(found)
  })
})
