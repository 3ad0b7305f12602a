import { describe, expect, it } from 'vitest'
import { ComponentRule, judgeRules, ruleKey } from './componentRule.ts'
import type { RuleFacts } from './componentRule.ts'

const T0 = Date.UTC(2100, 10, 24, 12)

const rule = (when: object, more: object = {}) =>
  ComponentRule.parse({ component: 'checkout', status: 'partial_outage', when, ...more })

const ALERTS = { alerts: ['service="payments"', 'severity=~"critical|page"'] }
const FACTS: RuleFacts = {
  incidents: [
    { id: 'a', title: 'Slow', severity: 'sev3', services: ['search'] },
    { id: 'b', title: 'Down', severity: 'sev1', services: ['payments', 'orders'] },
  ],
  firing: new Set([ruleKey(rule(ALERTS))]),
  dependencies: new Map([
    [
      'stripe',
      { name: 'Stripe', status: 'partial_outage', parts: [{ id: 'b2', name: 'Payouts', status: 'major_outage' }] },
    ],
    ['mailer', { name: 'Mailer', status: null, parts: [] }],
  ]),
}

describe('a rule of a component', () => {
  it.each<[string, object, boolean]>([
    ['an incident at least as severe', { severity: 'sev2' }, true],
    ['none as severe of that service', { severity: 'sev2', service: 'search' }, false],
    ['one of that service', { service: 'search' }, true],
    ['one as severe of that service', { severity: 'sev1', service: 'orders' }, true],
    ['a service without an incident', { service: 'images' }, false],
    ['an alert that fires', ALERTS, true],
    ['an alert that does not', { alerts: ['service="search"'] }, false],
    ['a third party that is as bad', { dependency: { id: 'stripe' } }, true],
    ['one that is not as bad', { dependency: { id: 'stripe', atLeast: 'major_outage' } }, false],
    ['one of its components', { dependency: { id: 'stripe', part: 'payouts', atLeast: 'major_outage' } }, true],
    ['a component that it has not', { dependency: { id: 'stripe', part: 'Cards' } }, false],
    ['one that nobody knows of', { dependency: { id: 'mailer', atLeast: 'under_maintenance' } }, false],
    ['all of it', { severity: 'sev5', dependency: { id: 'stripe' } }, true],
    ['not all of it', { service: 'images', dependency: { id: 'stripe' } }, false],
  ])('holds by %s', (_, when, holds) => {
    expect(judgeRules([rule(when)], FACTS, new Map(), T0).ruled.has('checkout')).toBe(holds)
  })

  it('has to say when it holds', () => {
    expect(() => rule({})).toThrow('say when the rule holds')
    expect(() => rule({ severity: 'sev1' }, { status: 'operational' })).toThrow('Invalid option')
  })

  it('gives way to a worse one, and shares the word with its equals', () => {
    const rules = [
      rule({ service: 'search' }, { status: 'degraded_performance' }),
      rule({ severity: 'sev1' }),
      rule({ dependency: { id: 'stripe' } }, { tellsSubscribers: false }),
    ]
    expect(judgeRules(rules, FACTS, new Map(), T0).ruled.get('checkout')).toEqual({
      status: 'partial_outage',
      because: ['incident “Down” (sev1) is open', 'third party Stripe is in partial outage'],
      tellsSubscribers: true,
    })
  })

  it('holds for its time first, and anew after a gap', () => {
    const patient = rule({ severity: 'sev1' }, { forMinutes: 5 })
    const first = judgeRules([patient], FACTS, new Map(), T0)
    expect([first.ruled.size, first.nextDueMs]).toEqual([0, T0 + 300_000])
    const later = judgeRules([patient], FACTS, first.holdsSinceMs, T0 + 300_000)
    expect([later.ruled.size, later.nextDueMs]).toEqual([1, null])
    const quiet = judgeRules([patient], { ...FACTS, incidents: [] }, later.holdsSinceMs, T0 + 360_000)
    expect(quiet.ruled.size).toBe(0)
    expect(judgeRules([patient], FACTS, quiet.holdsSinceMs, T0 + 420_000).ruled.size).toBe(0)
  })
})
