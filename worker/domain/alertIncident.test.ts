import { describe, expect, it } from 'vitest'
import { incoming, PlainDesk } from '../../test/plainDesk.ts'
import { incidentFromAlerts, policyForJoined, worstOf } from './alertIncident.ts'
import { normaliseAlert } from './alertIntake.ts'
import { OrganisationForAlerts } from './organisation.ts'

const NOW = Date.UTC(2100, 0, 1)

const step = { targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 60 }
const organisation = OrganisationForAlerts.parse({
  components: [
    { id: 'checkout', name: 'Checkout' },
    { id: 'api', name: 'API' },
  ],
  services: [
    {
      id: 'checkout',
      name: 'Checkout service',
      components: ['checkout'],
      escalation: [{ severities: ['sev1', 'sev2'], policy: 'urgent' }],
    },
    { id: 'gateway', name: 'Gateway', components: ['api', 'checkout'] },
  ],
  policies: [
    { id: 'urgent', name: 'Urgent', steps: [step] },
    { id: 'dba', name: 'DBA', steps: [step] },
  ],
  routingRules: [
    { id: 'quiet', name: 'Quiet', matchers: ['quiet="yes"'], set: { page: false } },
    { id: 'db', name: 'Databases', matchers: ['role="db"'], set: { policy: 'dba' } },
  ],
})
const { judging } = new PlainDesk(organisation)

function joined(labels: Record<string, string>, startsAtMs = NOW) {
  const normalised = normaliseAlert(incoming(labels, { startsAtMs, endsAtMs: NOW + 60_000 }), NOW)
  if (!normalised.ok) throw new Error(normalised.reason)
  return { alert: normalised.alert, judgement: judging.judge(normalised.alert) }
}

describe('an incident that alerts open', () => {
  it('is named after the earliest alert and its service, and publicly after the components only', () => {
    const alerts = [
      joined({ alertname: 'HighErrorRate', service: 'checkout', severity: 'warning', instance: 'b' }),
      joined({ alertname: 'HighErrorRate', service: 'checkout', severity: 'critical', instance: 'a' }, NOW - 5000),
    ]
    const incident = incidentFromAlerts(alerts, organisation, NOW)
    expect(incident).toMatchObject({
      title: 'HighErrorRate on checkout',
      publicTitle: 'Problem with Checkout',
      severity: 'sev2',
      severityReason: 'the alert’s label severity is "critical"',
      severityParts: [{ kind: 'said', severity: 'sev2', because: 'the alert’s label severity is "critical"' }],
      services: [{ id: 'checkout', name: 'Checkout service' }],
      components: [{ id: 'checkout', name: 'Checkout', status: 'partial_outage' }],
      startedAtMs: NOW - 5000,
    })
    expect(incidentFromAlerts(alerts.toReversed(), organisation, NOW)).toEqual(incident)
  })

  it('says nothing of an unknown service in public', () => {
    expect(
      incidentFromAlerts([joined({ alertname: 'A', service: 'secret-project' })], organisation, NOW),
    ).toMatchObject({
      title: 'A on secret-project',
      publicTitle: 'Problem under investigation',
      severity: 'sev3',
      severityReason: 'nobody has said how bad it is',
      components: [],
    })
  })

  it('never starts in the future', () => {
    expect(incidentFromAlerts([joined({ alertname: 'A' }, NOW + 1000)], organisation, NOW).startedAtMs).toBe(NOW)
  })

  it('says that it is a storm', () => {
    const { title } = incidentFromAlerts([joined({ alertname: 'A', service: 'gateway' })], organisation, NOW, true)
    expect(title).toBe('Alert storm, beginning with A on gateway')
  })
})

describe('who is paged for joined alerts', () => {
  const policyOf = (...alerts: ReturnType<typeof joined>[]) =>
    policyForJoined(alerts, worstOf(alerts).severity, organisation)?.id ?? null

  const loud = { alertname: 'A', service: 'checkout', severity: 'critical' }
  it.each([
    ['by the service', [loud], 'urgent'],
    ['nobody for one that does not page', [{ ...loud, quiet: 'yes' }], null],
    [
      'whoever the others page',
      [
        { ...loud, quiet: 'yes' },
        { ...loud, instance: 'b' },
      ],
      'urgent',
    ],
    ['by a rule', [{ ...loud, role: 'db' }], 'dba'],
    ['by a rule, with others beside', [loud, { ...loud, role: 'db' }], 'dba'],
    ['every admin for a bad one of no service', [{ alertname: 'A', severity: 'critical' }], 'catch-all'],
    ['nobody where the service names no one', [{ ...loud, service: 'gateway' }], null],
  ])('%s', (_name, labels, policy) => {
    expect(policyOf(...labels.map((each) => joined(each)))).toBe(policy)
  })
})
