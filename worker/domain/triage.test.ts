import { describe, expect, it } from 'vitest'
import { plainRegex } from '../../test/plainDesk.ts'
import type { Labels } from './alert.ts'
import { OrganisationForAlerts } from './organisation.ts'
import { compileJudge, serviceOf } from './triage.ts'

const organisation = {
  services: [
    { id: 'checkout', name: 'Checkout service', aliases: ['shop-checkout'], tier: 1 },
    { id: 'gateway', name: 'Gateway' },
    { id: 'orders-db', name: 'Orders DB' },
  ],
  policies: [{ id: 'dba', name: 'DBA', steps: [{ targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 60 }] }],
}

function judgeWith(routingRules: object[] = []) {
  const judge = compileJudge(OrganisationForAlerts.parse({ ...organisation, routingRules }), plainRegex)
  return (labels: Labels, annotations: Labels = {}) => judge({ labels, annotations })
}

const rule = (id: string, set: object, more: object = {}) => ({ id, name: id.toUpperCase(), set, ...more })

describe('the service of an alert', () => {
  const { services } = OrganisationForAlerts.parse(organisation)

  it.each([
    [{ service: 'checkout' }, 'checkout'],
    [{ service: 'Checkout Service' }, 'checkout'],
    [{ app: 'Shop-Checkout' }, 'checkout'],
    [{ service: 'unknown', job: 'gateway' }, 'gateway'],
    [{ team: 'checkout' }, undefined],
  ])('of %j is %s', (labels, id) => {
    expect(serviceOf(labels, services)?.id).toBe(id)
  })
})

describe('judging an alert without rules', () => {
  it('says what it is and why', () => {
    expect(judgeWith()({ alertname: 'Errors', job: 'gateway', severity: 'critical' })).toMatchObject({
      serviceId: 'gateway',
      severity: 'sev2',
      pages: true,
      policyId: null,
      suppressedByRule: null,
      pauseMs: 0,
      trail: [
        { about: 'service', decided: 'Gateway', because: 'the alert’s label job is "gateway"' },
        { about: 'severity', decided: 'sev2', because: 'the alert’s label severity is "critical"' },
        { about: 'group', decided: 'alertname=Errors, service=gateway' },
      ],
    })
  })

  it.each([
    [{ alertname: 'A' }, 'it has none of the labels service, job, app'],
    [{ alertname: 'A', app: 'blog' }, 'no service is called "blog"'],
  ])('of an unknown service says so: %j', (labels, because) => {
    expect(judgeWith()(labels)).toMatchObject({ serviceId: null, trail: [{ decided: 'none', because }, {}, {}] })
  })

  it('puts what names its service by another label into the group of the service', () => {
    const judge = judgeWith()
    const byLabel = judge({ alertname: 'A', service: 'gateway' }).groupKey
    expect(judge({ alertname: 'A', job: 'gateway' }).groupKey).toBe(byLabel)
    expect(judge({ alertname: 'A', service: 'gateway', zone: 'b' }).groupKey).toBe(byLabel)
    expect(judge({ alertname: 'B', service: 'gateway' }).groupKey).not.toBe(byLabel)
  })
})

describe('routing rules', () => {
  it('decide each setting by the first that matches and says something of it', () => {
    const judge = judgeWith([
      rule('off', { severity: 'sev1' }, { enabled: false }),
      rule('other', { severity: 'sev1' }, { matchers: ['env="prod"'] }),
      rule('db', { service: 'orders-db', policy: 'dba' }, { matchers: ['instance=~"db-.*"'] }),
      rule('calm', { severity: 'sev4', policy: 'other', service: 'gateway' }),
    ])
    const judged = judge({ alertname: 'Slow', instance: 'db-1', service: 'checkout' })
    expect(judged).toMatchObject({ serviceId: 'orders-db', policyId: 'dba', severity: 'sev4' })
    expect(judged.trail.map(({ about, ruleId }) => [about, ruleId])).toEqual([
      ['service', 'db'],
      ['severity', 'calm'],
      ['group', null],
      ['paging', 'db'],
    ])
  })

  it('group by any label, also one that every object seems to have', () => {
    const judge = judgeWith([rule('r', { groupBy: ['constructor'] })])
    expect(judge({ alertname: 'A' }).groupKey).toBe('[["constructor",""]]')
  })

  it('end at the last one', () => {
    const judge = judgeWith([rule('a', { page: false }, { last: true }), rule('b', { suppress: true })])
    expect(judge({ alertname: 'A' })).toMatchObject({ pages: false, suppressedByRule: null })
  })

  it('name the service once, by id or by label', () => {
    const byLabel = rule('label', { serviceLabel: 'team' })
    const byId = rule('id', { service: 'checkout' })
    expect(judgeWith([byLabel, byId])({ team: 'gateway' }).serviceId).toBe('gateway')
    expect(judgeWith([byLabel, byId])({ team: 'nobody', service: 'checkout' })).toMatchObject({ serviceId: null })
    expect(judgeWith([byId, byLabel])({ team: 'gateway' }).serviceId).toBe('checkout')
  })

  it.each([
    ['page: false', { page: false }, { pages: false }, 'paging'],
    ['suppress', { suppress: true }, { suppressedByRule: 'r' }, 'suppression'],
    ['pauseSeconds', { pauseSeconds: 90 }, { pauseMs: 90_000 }, 'pause'],
    ['groupBy', { groupBy: ['team'] }, { groupKey: '[["team","web"]]' }, 'group'],
    ['severityFloor', { severityFloor: 'sev2' }, { severity: 'sev2' }, 'severity'],
    ['severity', { severity: 'sev5' }, { severity: 'sev5' }, 'severity'],
  ])('%s', (_name, set, judged, about) => {
    const found = judgeWith([rule('r', set)])({ alertname: 'A', team: 'web' })
    expect(found).toMatchObject(judged)
    expect(found.trail.find((step) => step.about === about)).toMatchObject({ ruleId: 'r' })
  })

  it('of an alert on many people raise what it says by the tier of its service, and say so', () => {
    const judged = judgeWith()(
      { alertname: 'A', service: 'checkout', severity: 'warning' },
      { affected_users: '1,200' },
    )
    expect(judged).toMatchObject({ severity: 'sev2', severityReason: 'tier 1 × more than 1% of users' })
    expect(judged.trail[1]).toMatchObject({
      decided: 'sev2',
      because: 'tier 1 × more than 1% of users; sev3: the alert’s label severity is "warning"',
      ruleId: null,
    })
  })

  it('do not lower what is worse than a floor', () => {
    const judge = judgeWith([rule('r', { severityFloor: 'sev2' })])
    expect(judge({ alertname: 'A', severity: 'sev1' })).toMatchObject({ severity: 'sev1' })
  })

  it('are refused with a pattern that is none', () => {
    expect(() => judgeWith([rule('r', {}, { matchers: ['a=~"("'] })])).toThrow()
  })
})
