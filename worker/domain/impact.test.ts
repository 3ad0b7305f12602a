import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_IMPACT, impactOf, shareOf, worstImpact } from './impact.ts'
import type { Impact } from './impact.ts'
import { readQuantity } from './quantity.ts'

const annotated = (annotations: Record<string, string>, labels: Record<string, string> = {}) =>
  impactOf({ labels: { alertname: 'A', ...labels }, annotations })

describe('a number that someone wrote', () => {
  it.each([
    ['1200', 1200, false],
    ['1,200', 1200, false],
    ['1.200', 1200, false],
    ['1.200.000', 1_200_000, false],
    ['1,200.5', 1200.5, false],
    ['1.200,5', 1200.5, false],
    ["1'200", 1200, false],
    ['1 200', 1200, false],
    ['1\u00a0200', 1200, false],
    ['1_200', 1200, false],
    ['1.2k', 1200, false],
    ['3M', 3_000_000, false],
    ['~1,200 users', 1200, false],
    ['about 12', 12, false],
    ['1.2e+03', 1200, false],
    ['12,5 %', 12.5, true],
    ['12.5%', 12.5, true],
    ['3 percent', 3, true],
    ['0.125', 0.125, false],
    ['0', 0, false],
  ])('%s', (text, value, isPercent) => {
    expect(readQuantity(text, 'thousands')).toMatchObject({ value, isPercent })
  })

  it.each(['', 'NaN', '+Inf', '-3', 'many', '{{ $value }}', '1.2.3', '<no value>', '%'])('is none: %s', (text) => {
    expect(readQuantity(text, 'thousands')).toBeNull()
  })

  it('is a fraction where a fraction is likelier', () => {
    expect(readQuantity('1.200', 'fraction')?.value).toBe(1.2)
  })

  it('is read of any text without trouble', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const quantity = readQuantity(text, 'thousands')
        expect(quantity === null || (Number.isFinite(quantity.value) && quantity.value >= 0)).toBe(true)
      }),
    )
  })
})

describe('the impact an alert tells of', () => {
  it.each<[Record<string, string>, Partial<Impact>]>([
    [{ affected_users: '1,200' }, { affectedUsers: 1200 }],
    [{ affectedUsers: '1200' }, { affectedUsers: 1200 }],
    [{ users_affected: '1.2k' }, { affectedUsers: 1200 }],
    [{ 'affected-customers': '1199.4' }, { affectedUsers: 1200 }],
    [{ affected_users: '12%' }, { affectedShare: 0.12 }],
    [{ affected_share: '0.12' }, { affectedShare: 0.12 }],
    [{ affected_percent: '12' }, { affectedShare: 0.12 }],
    [{ error_rate: '0.05' }, { errorRate: 0.05 }],
    [{ error_rate: '5%' }, { errorRate: 0.05 }],
    [{ errorRate: '8' }, { errorRate: 0.08 }],
    [{ error_rate: '1' }, { errorRate: 1 }],
    [{ error_rate: '250' }, {}],
    [{ impact: '1,200 users cannot pay' }, { affectedUsers: 1200 }],
    [{ impact: '5% of users' }, { affectedShare: 0.05 }],
    [{ impact: '5% of requests' }, { errorRate: 0.05 }],
    [{ impact: '3 pods' }, {}],
    [{ impact: 'data_loss' }, { kind: 'data_loss' }],
    [{ impact: 'Data loss' }, { kind: 'data_loss' }],
    [{ category: 'security' }, { kind: 'security' }],
    [{ category: '12%' }, {}],
    [{ security: 'true' }, { kind: 'security' }],
    [{ security: 'false' }, {}],
    [{ affected_users: 'NaN', error_rate: '+Inf' }, {}],
    [{ affected_users: '99999999999999' }, {}],
  ])('%o', (annotations, impact) => {
    expect(annotated(annotations)).toEqual({ ...NO_IMPACT, ...impact })
    expect(annotated({}, annotations)).toEqual({ ...NO_IMPACT, ...impact })
  })

  it('is in the annotation before it is in the label', () => {
    expect(annotated({ affected_users: '10' }, { affected_users: '20' }).affectedUsers).toBe(10)
  })

  it('is the worst of each of several alerts, in any order', () => {
    const impact = fc.record<Impact>({
      affectedUsers: fc.option(fc.nat()),
      affectedShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      errorRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      kind: fc.constantFrom(null, 'security', 'data_loss'),
    })
    fc.assert(
      fc.property(fc.array(impact, { maxLength: 6 }), (impacts) => {
        expect(worstImpact(impacts.toReversed())).toEqual(worstImpact(impacts))
      }),
    )
  })

  it('is a share of the users the service says, else of a hundred thousand, at most all', () => {
    const counted = { ...NO_IMPACT, affectedUsers: 1200 }
    expect(shareOf(counted, 60_000)).toBe(0.02)
    expect(shareOf(counted, null)).toBe(0.012)
    expect(shareOf(counted, 100)).toBe(1)
    expect(shareOf({ ...counted, affectedShare: 0.5 }, 60_000)).toBe(0.5)
    expect(shareOf(NO_IMPACT, 60_000)).toBeNull()
  })
})
