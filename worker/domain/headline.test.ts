import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert } from './alert.ts'
import { fingerprintOf } from './alert.ts'
import { Environment, Service } from './catalogue.ts'
import type { Change } from './change.ts'
import { headlineOf, sentenceOf } from './headline.ts'
import type { HeadlineFacts } from './headline.ts'
import { NO_IMPACT } from './impact.ts'
import { symptomOf } from './symptom.ts'

const NOW = Date.UTC(2100, 0, 1)
const CHECKOUT = Service.parse({ id: 'checkout', name: 'Checkout', tier: 1 })

function alert(labels: Record<string, string>, annotations: Record<string, string> = {}, startsAtMs = NOW): Alert {
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations,
    startsAtMs,
    endsAtMs: NOW + 300_000,
    endIsTimeout: true,
    generatorUrl: '',
    updatedAtMs: NOW,
  }
}

function change(more: Partial<Change> = {}): Change {
  return {
    id: 'payments-142',
    source: 'github',
    services: ['payments'],
    environment: 'production',
    title: 'Deployment of payments v142 to production',
    ref: null,
    url: 'https://github.com/acme/payments',
    by: null,
    atMs: NOW - 10 * 60_000,
    updatedAtMs: NOW - 8 * 60_000,
    outcome: 'success',
    ...more,
  }
}

const ERRORS = alert(
  { alertname: 'HighErrorRate', service: 'checkout', region: 'eu' },
  { summary: '5xx above 5%', affected_users: '1,234' },
)
const FACTS: HeadlineFacts = {
  title: 'HighErrorRate on checkout',
  services: [{ id: 'checkout', name: 'Checkout' }],
  severity: 'sev2',
  severityReason: 'tier 1 × more than 1% of users',
  startedAtMs: NOW,
  alerts: [ERRORS],
  alertsTotal: 37,
  catalogue: [CHECKOUT],
  environments: [Environment.parse({ id: 'live', name: 'Live', production: true })],
  changes: [{ change: change(), score: 0.64, reasons: [] }],
  measured: null,
  sequences: { opened: 1, severity: 1, joined: 3 },
}
const say = (more: Partial<HeadlineFacts> = {}) => sentenceOf(headlineOf({ ...FACTS, ...more }))

describe('the headline', () => {
  it('says what, to whom, where, by what, how bad, and how many', () => {
    expect(say()).toBe(
      'Checkout is returning 5xx for about 1,200 users in eu, likely the deployment of payments v142 to production, 8 minutes before; sev2 because tier 1 × more than 1% of users; 37 alerts grouped.',
    )
  })

  it('stands on a fact in every clause', () => {
    expect(headlineOf(FACTS).flatMap(({ text, fact }) => (fact === null ? [] : [[text, fact]]))).toEqual([
      ['Checkout', { kind: 'service', id: 'checkout' }],
      ['is returning 5xx', { kind: 'alert', fingerprint: ERRORS.fingerprint }],
      ['about 1,200 users', { kind: 'alert', fingerprint: ERRORS.fingerprint }],
      ['eu', { kind: 'alert', fingerprint: ERRORS.fingerprint }],
      [
        'the deployment of payments v142 to production, 8 minutes before',
        { kind: 'change', id: 'payments-142', url: 'https://github.com/acme/payments' },
      ],
      ['sev2 because tier 1 × more than 1% of users', { kind: 'event', sequence: 1 }],
      ['37 alerts grouped', { kind: 'event', sequence: 3 }],
    ])
  })

  it.each([
    ['a change that is less likely', { changes: [{ change: change(), score: 0.49, reasons: [] }] }, ', perhaps the '],
    [
      'a change of another kind',
      { changes: [{ change: change({ title: 'Feature x on' }), score: 1, reasons: [] }] },
      ', likely “Feature x on”, 8 minutes before',
    ],
    [
      'a change under way',
      { changes: [{ change: change({ updatedAtMs: NOW + 1 }), score: 1, reasons: [] }] },
      'to production, under way then',
    ],
    [
      'what a query measured, before what alerts say',
      { measured: { impact: { ...NO_IMPACT, affectedUsers: 5678 }, sequence: 9 } },
      'for about 5,700 users in eu',
    ],
    [
      'a share of requests',
      { alerts: [alert({ alertname: 'Slow', service: 'checkout' }, { error_rate: '0.052' })] },
      'Checkout is slow for 5.2% of requests,',
    ],
    [
      'an environment that is not production',
      { alerts: [alert({ alertname: 'Slow', service: 'checkout', env: 'staging' })] },
      'Checkout is slow on staging,',
    ],
    [
      'an alert that complains of nothing known',
      { alerts: [alert({ alertname: 'Custom42', service: 'checkout' })] },
      'Checkout: Custom42 fires,',
    ],
    [
      'several services',
      { services: [...FACTS.services, { id: 'search', name: 'Search' }] },
      'Checkout (with 1 more) is',
    ],
    ['no known service', { services: [] }, 'HighErrorRate fires for about'],
    [
      'an alert of another service by its name, never as what this one does',
      { alerts: [alert({ alertname: 'HostDown', service: 'search' })] },
      'Checkout: HostDown fires,',
    ],
    [
      'the first service that an alert is about',
      {
        services: [{ id: 'payments', name: 'Payments' }, ...FACTS.services],
        alerts: [alert({ alertname: 'HostDown', service: 'checkout' })],
      },
      'Checkout (with 1 more) is down,',
    ],
    [
      'an alert whose service a rule has decided',
      { alerts: [{ ...alert({ alertname: 'HostDown', job: 'node' }), serviceId: 'checkout' }] },
      'Checkout is down,',
    ],
    [
      'no alert',
      { alerts: [], alertsTotal: 0, changes: [], severityReason: 'Set by Ada' },
      'HighErrorRate on checkout; sev2 because set by Ada.',
    ],
  ] as const)('tells of %s', (_, more, words) => {
    expect(say(more)).toContain(words)
  })

  it.each([
    ['a change that is not likely', { changes: [{ change: change(), score: 0.24, reasons: [] }] }, 'payments'],
    ['production', { alerts: [alert({ alertname: 'Slow', service: 'checkout', env: 'Live' })] }, ' on Live'],
    ['many regions', { alerts: ['a', 'b', 'c', 'd'].map((region) => alert({ alertname: 'Slow', region })) }, ' in '],
    ['one alert', { alertsTotal: 1 }, 'grouped'],
    ['nobody affected', { alerts: [alert({ alertname: 'Slow' }, { affected_users: '0' })] }, 'users in'],
  ] as const)('is silent about %s', (_, more, words) => {
    expect(say(more)).not.toContain(words)
  })

  it('names regions in one order', () => {
    const alerts = ['us', 'eu'].map((region) => alert({ alertname: 'Slow', service: 'checkout', region }))
    expect(say({ alerts })).toContain('is slow in eu and us')
  })
})

it.each([
  ['HighErrorRate', '', 'is failing'],
  ['HighErrorRate', '5xx above 5%', 'is returning 5xx'],
  ['checkout_5xx', '', 'is returning 5xx'],
  ['APIHighLatency', '', 'is slow'],
  ['InstanceDown', '', 'is down'],
  ['DiskSpaceLow', '', 'is running out of disk space'],
  ['KubePodCrashLooping', '', 'keeps restarting'],
  ['Custom42', 'Queue is not draining', 'is falling behind'],
  ['Custom42', 'Look into it', null],
  ['BreakdownOfCosts', '', null],
])('%s with “%s” complains of: %s', (alertname, summary, symptom) => {
  expect(symptomOf({ labels: { alertname }, annotations: { summary } })).toBe(symptom)
})

describe('for any alerts', () => {
  const word = fc.constantFrom('checkout', 'search', 'eu', 'us', 'HighErrorRate', 'Slow', 'staging', '12', '5%', '')
  const labels = fc
    .dictionary(fc.constantFrom('alertname', 'service', 'region', 'env', 'affected_users', 'error_rate'), word)
    .map((found) => ({ ...found, alertname: found['alertname'] ?? 'A' }))
  const alerts = fc.array(
    fc.tuple(labels, labels, fc.nat(3)).map(([own, notes, minute]) => alert(own, notes, NOW + minute * 60_000)),
    { maxLength: 8 },
  )

  it('the order in which they come does not matter', () => {
    fc.assert(
      fc.property(
        alerts.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          // One alert is one: a set of labels comes with one account of itself.
          const unique = [...new Map(list.map((one) => [one.fingerprint, one])).values()]
          const other = shuffled.filter((one) => unique.includes(one))
          expect(headlineOf({ ...FACTS, alerts: other })).toEqual(headlineOf({ ...FACTS, alerts: unique }))
        },
      ),
    )
  })

  it('only what joins clauses stands on nothing', () => {
    fc.assert(
      fc.property(alerts, (list) => {
        const clauses = headlineOf({ ...FACTS, alerts: list })
        for (const { text, fact } of clauses) if (fact === null) expect(text).not.toMatch(/\d/)
        expect(sentenceOf(clauses)).toMatch(/^\S.*\.$/s)
      }),
    )
  })
})
