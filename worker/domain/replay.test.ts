import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainRegex } from '../../test/plainDesk.ts'
import { compileRule } from './inhibition.ts'
import { compileJudging } from './judging.ts'
import { OrganisationForAlerts } from './organisation.ts'
import type { PastAlert } from './replay.ts'
import { differences, inOrder, replay, replaying } from './replay.ts'

const NOW = Date.UTC(2100, 0, 1)
const MINUTE = 60_000

const organisation = {
  services: [
    { id: 'shop', name: 'Shop', dependsOn: ['db'], escalation: [{ severities: ['sev1', 'sev2'], policy: 'ops' }] },
    { id: 'db', name: 'DB', escalation: [{ severities: ['sev1', 'sev2'], policy: 'ops' }] },
    { id: 'mail', name: 'Mail' },
  ],
  policies: [
    { id: 'ops', name: 'Ops', steps: [{ targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 60 }] },
    { id: 'dba', name: 'DBA', steps: [{ targets: [{ kind: 'responder', id: 'bob' }], waitSeconds: 60 }] },
  ],
}

function judging(routingRules: object[] = [], more: object = {}) {
  return compileJudging(OrganisationForAlerts.parse({ ...organisation, ...more, routingRules }), plainRegex)
}

function past(name: string, service: string, from: number, to: number | null, severity = 'critical'): PastAlert {
  return {
    fingerprint: `${name} ${service}`,
    source: 'alertmanager',
    labels: { alertname: name, service, severity },
    annotations: {},
    startsAtMs: NOW + from * MINUTE,
    endedAtMs: to === null ? null : NOW + to * MINUTE,
  }
}

const rule = (id: string, matchers: string[], set: object) => ({ id, name: id, matchers, set })

function compared(alerts: readonly PastAlert[], draft: object[], more: object = {}) {
  const firings = inOrder(alerts)
  const [before, after] = [replay(firings, judging()), replay(firings, judging(draft, more))]
  return { before, after, different: differences(firings, before, after) }
}

describe('replaying', () => {
  it('judges each alert once however often it fired, and lets others come in between', () => {
    let judged = 0
    const waits = judging([rule('wait', ['service="mail"'], { pauseSeconds: 300 })])
    const judge: typeof waits.judge = (alert) => {
      judged++
      return waits.judge(alert)
    }
    const alerts = Array.from({ length: 20 }, (_, i) => past('Errors', 'mail', 20 * i, 20 * i + 10))
    const steps = [...replaying(inOrder(alerts), { ...waits, judge })]
    expect([judged, steps.length]).toEqual([1, 40])
  })

  it('closes an incident when all its alerts ended, so that the next firing opens another', () => {
    const alerts = [past('Errors', 'mail', 0, 10), past('Errors', 'mail', 20, 30), past('Errors', 'mail', 25, null)]
    const run = replay(inOrder(alerts), judging())
    expect([run.incidents, run.outcomes.map(({ incident }) => incident !== null)]).toEqual([2, [true, true]])
  })

  it('counts a call for each new incident that pages, and for one that gets worse', () => {
    const run = replay(
      inOrder([
        past('Slow', 'db', 0, 60, 'warning'),
        past('Errors', 'shop', 2, 60),
        past('Errors', 'mail', 3, 60, 'warning'),
      ]),
      judging(),
    )
    expect([run.incidents, run.pages]).toEqual([2, 1])
  })

  describe('of alerts that another inhibits', () => {
    const inhibitRules = [
      { sourceMatchers: ['severity="critical"'], targetMatchers: ['severity="warning"'], equal: [] },
    ]
    const rules = inhibitRules.map((each) => compileRule(each, plainRegex))
    const run = (...alerts: PastAlert[]) => replay(inOrder(alerts), judging(), rules)

    it('opens no incident for them, and says why', () => {
      const { incidents, suppressed, outcomes } = run(
        past('Down', 'mail', 0, 20),
        past('Slow', 'db', 0, 5, 'warning'),
        past('Late', 'db', 10, 15, 'warning'),
      )
      expect([incidents, suppressed]).toEqual([1, 2])
      for (const outcome of outcomes.slice(1)) {
        expect(outcome).toMatchObject({ incident: null, suppressedBy: 'inhibition' })
        expect(outcome.trail.at(-1)).toMatchObject({ decided: 'hidden', because: 'Down fires and inhibits it' })
      }
    })

    it('opens one for what still fires when the other ends, also when that had been kept firing', () => {
      const slow = past('Slow', 'db', 1, 60, 'warning')
      expect(run(past('Down', 'mail', 0, 20), slow)).toMatchObject({ incidents: 2, suppressed: 0 })
      const flaps = Array.from({ length: 4 }, (_, i) => past('Down', 'mail', 4 * i, 4 * i + 2))
      const { outcomes, suppressed } = run(
        ...flaps,
        past('Slow', 'db', 15, 60, 'warning'),
        past('Brief', 'db', 15, 17, 'warning'),
      )
      expect(suppressed).toBe(1)
      expect(outcomes.map(({ suppressedBy }) => suppressedBy)).toEqual([null, null, null, null, 'inhibition', null])
    })
  })

  it.each<[string, object[], object]>([
    [
      'mutes',
      [rule('mute', ['service="mail"'], { suppress: true })],
      { suppressed: 1, incidents: 1, aspects: ['suppression'] },
    ],
    [
      'waits',
      [rule('wait', ['service="mail"'], { pauseSeconds: 300 })],
      { suppressed: 1, incidents: 1, aspects: ['suppression'] },
    ],
    [
      'waits for less than it lasts',
      [rule('wait', ['service="mail"'], { pauseSeconds: 60 })],
      { suppressed: 0, incidents: 2 },
    ],
    ['raises', [rule('raise', ['service="mail"'], { severity: 'sev2' })], { incidents: 2, aspects: ['severity'] }],
    [
      'routes elsewhere',
      [rule('dba', ['service="db"'], { policy: 'dba' })],
      { incidents: 2, pages: 1, aspects: ['paging'] },
    ],
    [
      'pages nobody',
      [rule('quiet', ['service="db"'], { page: false })],
      { incidents: 2, pages: 0, aspects: ['paging'] },
    ],
  ])('a draft that %s', (_name, draft, expected) => {
    const { after, different } = compared([past('Down', 'db', 0, 60), past('Errors', 'mail', 1, 3, 'warning')], draft)
    const aspects = different.flatMap((each) => each.aspects)
    expect({ ...after, ...(aspects.length === 0 ? {} : { aspects }) }).toMatchObject(expected)
    if (aspects.length > 0) expect([...after.byRule.values()]).toEqual([1])
  })

  it('counts incidents that turn out to be one as one', () => {
    const alerts = [past('A', 'shop', 0, 60, 'info'), past('B', 'shop', 1, 60, 'info'), past('C', 'db', 2, 60)]
    const run = replay(inOrder(alerts), judging())
    expect([run.incidents, run.pages, new Set(run.outcomes.map(({ incident }) => incident)).size]).toEqual([1, 1, 1])
  })

  it('says of what is grouped otherwise that its group differs', () => {
    const alerts = [past('A', 'mail', 0, 60, 'info'), past('B', 'mail', 1, 60, 'info')]
    const { before, after, different } = compared(alerts, [], { groupBy: ['service'] })
    expect([before.incidents, after.incidents]).toEqual([2, 1])
    expect(different.map(({ aspects }) => aspects)).toEqual([['group'], ['group']])
  })

  it('takes what was kept once for each of two incidents for one firing', () => {
    const [one] = inOrder([past('A', 'mail', 0, 20), past('A', 'mail', 0, null)])
    expect(one).toMatchObject({ endedAtMs: null })
    expect(inOrder([past('A', 'mail', 0, 0), past('A', 'mail', 0, 0)])).toHaveLength(1)
  })

  it('keeps what comes and goes in one incident', () => {
    const alerts = Array.from({ length: 6 }, (_, i) => past('Flaps', 'mail', i * 3, i * 3 + 1))
    const run = replay(inOrder(alerts), judging([], { flapping: { firings: 3, withinMinutes: 30, quietMinutes: 10 } }))
    // From the third on.
    expect(run.incidents).toBe(3)
    expect(new Set(run.outcomes.slice(2).map(({ incident }) => incident)).size).toBe(1)
  })
})

const alertsOfPast = fc.array(
  fc
    .record({
      name: fc.constantFrom('A', 'B', 'C'),
      service: fc.constantFrom('shop', 'db', 'mail', 'none'),
      severity: fc.constantFrom('critical', 'warning', 'info'),
      from: fc.integer({ min: 0, max: 120 }),
      lasts: fc.option(fc.integer({ min: 0, max: 60 })),
    })
    .map(({ name, service, severity, from, lasts }) =>
      past(name, service, from, lasts === null ? null : from + lasts, severity),
    ),
  { maxLength: 40 },
)
const rules = [
  rule('wait', ['alertname="A"'], { pauseSeconds: 120 }),
  rule('mute', ['alertname="B"', 'service="mail"'], { suppress: true }),
  rule('group', ['service=~"db|shop"'], { groupBy: ['service'], policy: 'dba' }),
]

describe('replay', () => {
  it('of the present rules against themselves changes nothing', () => {
    fc.assert(
      fc.property(alertsOfPast, (alerts) => {
        const firings = inOrder(alerts)
        const [one, other] = [replay(firings, judging(rules)), replay(firings, judging(rules))]
        expect(differences(firings, one, other)).toEqual([])
        expect(one).toEqual(other)
      }),
    )
  })

  it('comes out the same in whatever order the alerts are given', () => {
    fc.assert(
      fc.property(
        alertsOfPast.chain((alerts) =>
          fc.tuple(fc.constant(alerts), fc.shuffledSubarray(alerts, { minLength: alerts.length })),
        ),
        ([alerts, shuffled]) => {
          expect(replay(inOrder(shuffled), judging(rules))).toEqual(replay(inOrder(alerts), judging(rules)))
        },
      ),
    )
  })

  it('has each firing in an incident or suppressed, and no more incidents than firings', () => {
    fc.assert(
      fc.property(alertsOfPast, (alerts) => {
        const firings = inOrder(alerts)
        const { outcomes, incidents, suppressed, pages } = replay(firings, judging(rules))
        const used = new Set(outcomes.flatMap(({ incident }) => incident ?? []))
        expect(outcomes.every(({ incident, suppressedBy }) => (incident === null) === (suppressedBy !== null))).toBe(
          true,
        )
        expect(outcomes.filter(({ incident }) => incident === null)).toHaveLength(suppressed)
        expect(used.size).toBe(incidents)
        expect(pages).toBeLessThanOrEqual(firings.length)
      }),
    )
  })
})
