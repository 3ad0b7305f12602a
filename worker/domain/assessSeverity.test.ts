import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessSeverity } from './assessSeverity.ts'
import { NO_IMPACT } from './impact.ts'
import type { Impact } from './impact.ts'
import { SEVERITIES, isWorse } from './severity.ts'
import type { Severity } from './severity.ts'

const LEAST = { severity: 'sev5', because: 'the alert Slow says info' } as const
const share = (affectedShare: number): Impact => ({ ...NO_IMPACT, affectedShare })
const errors = (errorRate: number): Impact => ({ ...NO_IMPACT, errorRate })
const assess = (tier: number | null, impact: Impact) => assessSeverity({ said: LEAST, tier, impact, floor: null })

describe('tier × impact', () => {
  it.each<[tier: number, many: Severity, some: Severity, few: Severity]>([
    [1, 'sev1', 'sev2', 'sev3'],
    [2, 'sev2', 'sev3', 'sev4'],
    [3, 'sev3', 'sev4', 'sev5'],
    [4, 'sev4', 'sev5', 'sev5'],
  ])('tier %i: many %s, some %s, few %s', (tier, many, some, few) => {
    for (const [impact, severity] of [
      [share(1), many],
      [share(0.1001), many],
      [share(0.1), some],
      [share(0.0101), some],
      [share(0.01), few],
      [share(0.0001), few],
      [errors(1), many],
      [errors(0.501), many],
      [errors(0.5), some],
      [errors(0.051), some],
      [errors(0.05), few],
      [errors(0.0001), few],
    ] as const)
      expect(assess(tier, impact).severity).toBe(severity)
  })

  it('says which', () => {
    expect(assess(1, share(0.02))).toEqual({
      severity: 'sev2',
      reason: 'tier 1 × more than 1% of users',
      parts: [
        { kind: 'impact', severity: 'sev2', because: 'tier 1 × more than 1% of users' },
        { kind: 'said', ...LEAST },
      ],
    })
    expect(assess(2, errors(0.2)).reason).toBe('tier 2 × more than 5% of requests')
  })

  it('takes users or requests, whichever reaches farther', () => {
    expect(assess(1, { ...share(0.005), errorRate: 0.9 }).reason).toBe('tier 1 × more than 50% of requests')
    expect(assess(1, { ...share(0.5), errorRate: 0.01 }).reason).toBe('tier 1 × more than 10% of users')
  })

  it('says nothing when nobody is affected, or the service is not known', () => {
    expect(assess(1, share(0)).severity).toBe('sev5')
    expect(assess(null, share(1)).severity).toBe('sev5')
    expect(assess(1, NO_IMPACT).reason).toBe(LEAST.because)
  })
})

describe('the floor', () => {
  it.each([
    ['data_loss', 'data may be lost'],
    ['security', 'it concerns security'],
  ] as const)('of %s is sev2, whatever the service', (kind, reason) => {
    for (const tier of [null, 1, 2, 3, 4])
      expect(assess(tier, { ...NO_IMPACT, kind })).toMatchObject({ severity: 'sev2', reason })
  })

  it('of a rule counts', () => {
    const floor = { severity: 'sev3', because: 'the rule Payments says at least sev3' } as const
    expect(assessSeverity({ said: LEAST, tier: null, impact: NO_IMPACT, floor })).toMatchObject({
      severity: 'sev3',
      reason: floor.because,
    })
  })
})

it('is sev3 when nobody has said anything', () => {
  expect(assessSeverity({ said: null, tier: 1, impact: NO_IMPACT, floor: null }).severity).toBe('sev3')
})

describe('for any facts', () => {
  const severity = fc.constantFrom(...SEVERITIES)
  const said = severity.map((one) => ({ severity: one, because: 'said' }))
  const facts = fc.record({
    said,
    tier: fc.option(fc.integer({ min: 1, max: 4 })),
    users: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
    impact: fc.record<Impact>({
      affectedUsers: fc.option(fc.nat(2_000_000)),
      affectedShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      errorRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      kind: fc.constantFrom(null, 'security', 'data_loss'),
    }),
    floor: fc.option(said),
  })

  it('is the worst of its parts, and the worst comes first', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { severity: worst, reason, parts } = assessSeverity(given)
        expect(parts[0]).toMatchObject({ severity: worst, because: reason })
        for (const part of parts) expect(isWorse(part.severity, worst)).toBe(false)
        expect(isWorse(given.said.severity, worst)).toBe(false)
      }),
    )
  })

  it('is never better for what is worse: each argument by itself', () => {
    fc.assert(
      fc.property(
        facts,
        severity,
        fc.nat(2_000_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, other, more, up) => {
          const base = assessSeverity(a).severity
          const { impact } = a
          const worseSaid = isWorse(other, a.said.severity) ? other : a.said.severity
          const worse = [
            { ...a, said: { severity: worseSaid, because: '' } },
            { ...a, tier: a.tier === null ? 1 : Math.max(1, a.tier - 1) },
            { ...a, impact: { ...impact, affectedUsers: (impact.affectedUsers ?? 0) + more } },
            { ...a, impact: { ...impact, affectedShare: Math.max(impact.affectedShare ?? 0, up) } },
            { ...a, impact: { ...impact, errorRate: Math.max(impact.errorRate ?? 0, up) } },
            { ...a, impact: { ...impact, kind: 'data_loss' as const } },
            { ...a, floor: a.floor ?? { severity: other, because: '' } },
          ]
          for (const given of worse) expect(isWorse(base, assessSeverity(given).severity)).toBe(false)
        },
      ),
    )
  })
})
