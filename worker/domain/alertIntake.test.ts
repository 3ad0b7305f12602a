import { describe, expect, it } from 'vitest'
import { RESOLVE_TIMEOUT_MS } from './alert.ts'
import type { IncomingAlert, StoredAlert } from './alertIntake.ts'
import { normaliseAlert, takeAlert } from './alertIntake.ts'
import { groupKeyOf, incidentFromAlerts, serviceOf } from './alertIncident.ts'
import { NO_ORGANISATION } from './organisation.ts'
import { incidentIdFrom } from './identifiers.ts'
import { Organisation } from './organisation.ts'

const NOW = Date.UTC(2100, 0, 1)

function incoming(labels: Record<string, string>, more: Partial<IncomingAlert> = {}): IncomingAlert {
  return { labels, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '', ...more }
}

function alertOf(message: IncomingAlert, nowMs = NOW) {
  const normalised = normaliseAlert(message, nowMs)
  if (!normalised.ok) throw new Error(normalised.reason)
  return normalised.alert
}

function known(message: IncomingAlert, incidentResolvedAtMs: number | null = null): StoredAlert {
  return {
    alert: alertOf(message),
    source: 'alertmanager',
    incidentId: incidentIdFrom(new Uint8Array(12)),
    incidentResolvedAtMs,
  }
}

describe('normaliseAlert', () => {
  it('takes an alert from a clock that runs ahead for one that begins now', () => {
    const hourAhead = incoming({ a: 'b' }, { startsAtMs: NOW + 3_600_000 })
    expect(alertOf(hourAhead)).toMatchObject({ startsAtMs: NOW, endsAtMs: NOW + RESOLVE_TIMEOUT_MS })
  })

  it('drops empty labels, keeps empty annotations and stamps the times that are missing', () => {
    expect(alertOf(incoming({ alertname: 'A', empty: '' }, { annotations: { note: '' } }))).toMatchObject({
      labels: { alertname: 'A' },
      annotations: { note: '' },
      startsAtMs: NOW,
      endsAtMs: NOW + RESOLVE_TIMEOUT_MS,
      endIsTimeout: true,
    })
    expect(alertOf(incoming({ a: 'b' }, { endsAtMs: NOW - 5 }))).toMatchObject({
      startsAtMs: NOW - 5,
      endsAtMs: NOW - 5,
    })
  })

  it.each([
    [incoming({}), 'at least one label pair required'],
    [incoming({ '': 'x' }), 'invalid label set: invalid name ""'],
    [incoming({ a: 'b' }, { startsAtMs: 2, endsAtMs: 1 }), 'start time must be before end time'],
    [incoming({ a: 'x'.repeat(70_000) }), 'labels or annotations are too long'],
    [
      incoming(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`l${i}`, 'x']))),
      'too many labels or annotations',
    ],
  ])('refuses %#', (message, reason) => {
    expect(normaliseAlert(message, NOW)).toEqual({ ok: false, reason })
  })

  it('keeps what SQLite and D1 cannot hold out of them', () => {
    expect(alertOf(incoming({ a: 'x\0y\ud800z' })).labels).toEqual({ a: 'x\uFFFDy\uFFFDz' })
  })

  it('knows an alert by its identity where the source gives one', () => {
    const identity = { key: 'disk-1' }
    const fires = alertOf(incoming({ alertname: 'Disk full', severity: 'critical' }, { identity }))
    expect(alertOf(incoming({ alertname: 'Disk fine' }, { identity })).fingerprint).toBe(fires.fingerprint)
  })

  it('treats a label called __proto__ as any other', () => {
    const labels = JSON.parse('{"__proto__":"x"}') as Record<string, string>
    expect(Object.keys(alertOf(incoming(labels)).labels)).toEqual(['__proto__'])
  })
})

describe('takeAlert', () => {
  const fires = incoming({ alertname: 'A' }, { startsAtMs: NOW - 60_000 })

  it.each<[string, StoredAlert | null, IncomingAlert, number, string]>([
    ['unknown and firing', null, fires, NOW, 'fires'],
    ['unknown and over', null, incoming({ alertname: 'A' }, { endsAtMs: NOW }), NOW, 'nothing'],
    ['the same again', known(fires), fires, NOW + 1, 'repeats'],
    ['heard of late, before anyone swept', known(fires), fires, NOW + 2 * RESOLVE_TIMEOUT_MS, 'repeats'],
    ['an earlier start', known(fires), { ...fires, startsAtMs: NOW - 90_000 }, NOW + 1, 'starts_earlier'],
    ['a later start in an open incident', known(fires), { ...fires, startsAtMs: NOW }, NOW + 1, 'repeats'],
    ['its end', known(fires), { ...fires, endsAtMs: NOW + 5 }, NOW + 5, 'ends'],
    [
      'an end by a clock that is behind',
      known(fires),
      incoming({ alertname: 'A' }, { endsAtMs: NOW - 61_000 }),
      NOW,
      'ends',
    ],
    [
      'the end of an earlier firing',
      known(fires),
      { ...fires, startsAtMs: NOW - 2e6, endsAtMs: NOW - 1e6 },
      NOW,
      'nothing',
    ],
    ['a repeat after a person resolved', known(fires, NOW), fires, NOW + 1, 'repeats'],
    [
      'a repeat with no start after a person resolved',
      known(fires, NOW),
      { ...fires, startsAtMs: null },
      NOW + 1,
      'repeats',
    ],
    ['a new start after a person resolved', known(fires, NOW), { ...fires, startsAtMs: NOW + 2 }, NOW + 3, 'fires'],
    [
      'from a sender that takes it for over then',
      known(fires, NOW),
      { ...fires, startsAtMs: null, firesAnew: true },
      NOW + 1,
      'fires',
    ],
    ['a repeat from such a sender while it is open', known(fires), { ...fires, firesAnew: true }, NOW + 1, 'repeats'],
  ])('%s', (_name, existing, message, nowMs, kind) => {
    expect(takeAlert(existing, message, nowMs).kind).toBe(kind)
  })

  it('starts a firing now that its sender dates before the incident people closed', () => {
    const taken = takeAlert(known(fires, NOW), { ...fires, firesAnew: true }, NOW + 1)
    expect(taken).toMatchObject({ kind: 'fires', alert: { startsAtMs: NOW + 1 } })
  })

  it('keeps what was said of an alert when its end says nothing', () => {
    const said = { ...fires, annotations: { summary: 'Full' }, generatorUrl: 'https://grafana.example.com' }
    const end = incoming({ alertname: 'A' }, { endsAtMs: NOW })
    const { annotations, generatorUrl } = said
    expect(takeAlert(known(said), end, NOW)).toMatchObject({ kind: 'ends', alert: { annotations, generatorUrl } })
    const last = { ...end, annotations: { summary: 'Fine' } }
    expect(takeAlert(known(said), last, NOW)).toMatchObject({ alert: { annotations: { summary: 'Fine' } } })
  })

  it.each([
    ['an end that was said beats one that was assumed', NOW + 60_000, null, NOW + 60_000, false],
    ['an assumed end gives way', null, NOW + 60_000, NOW + 60_000, false],
    ['of two that were said the later', NOW + 60_000, NOW + 30_000, NOW + 60_000, false],
    ['an assumed end moves on', null, null, NOW + 1 + RESOLVE_TIMEOUT_MS, true],
  ])('%s', (_name, first, second, endsAtMs, endIsTimeout) => {
    const taken = takeAlert(known({ ...fires, endsAtMs: first }), { ...fires, endsAtMs: second }, NOW + 1)
    expect(taken).toMatchObject({ kind: 'repeats', alert: { endsAtMs, endIsTimeout, startsAtMs: NOW - 60_000 } })
  })
})

describe('the incident of a group', () => {
  const organisation = Organisation.parse({
    statusPage: { name: 'Shop' },
    components: [
      { id: 'checkout', name: 'Checkout' },
      { id: 'api', name: 'API' },
    ],
    services: [
      { id: 'checkout', name: 'Checkout service', components: ['checkout'] },
      { id: 'gateway', name: 'Gateway', components: ['api', 'checkout'] },
    ],
  })
  const alert = (labels: Record<string, string>, startsAtMs = NOW) => alertOf(incoming(labels, { startsAtMs }))

  it('finds the service by label, by name and by job', () => {
    expect(serviceOf({ service: 'checkout' }, organisation.services)?.id).toBe('checkout')
    expect(serviceOf({ service: 'Checkout Service' }, organisation.services)?.id).toBe('checkout')
    expect(serviceOf({ service: 'unknown', job: 'gateway' }, organisation.services)?.id).toBe('gateway')
    expect(serviceOf({ team: 'checkout' }, organisation.services)).toBeNull()
  })

  it('puts an alert that names its service by job into the group of the service', () => {
    const byLabel = groupKeyOf({ alertname: 'A', service: 'gateway' }, organisation)
    expect(groupKeyOf({ alertname: 'A', job: 'gateway' }, organisation)).toBe(byLabel)
    expect(groupKeyOf({ alertname: 'A', service: 'gateway', zone: 'b' }, organisation)).toBe(byLabel)
    expect(groupKeyOf({ alertname: 'B', service: 'gateway' }, organisation)).not.toBe(byLabel)
  })

  it('is named after the earliest alert and its service, and publicly after the components only', () => {
    const alerts = [
      alert({ alertname: 'HighErrorRate', service: 'checkout', severity: 'warning', instance: 'b' }),
      alert({ alertname: 'HighErrorRate', service: 'checkout', severity: 'critical', instance: 'a' }, NOW - 5000),
    ]
    const incident = incidentFromAlerts(alerts, organisation, NOW)
    expect(incident).toMatchObject({
      title: 'HighErrorRate on checkout',
      publicTitle: 'Problem with Checkout',
      severity: 'sev2',
      severityReason: 'The alert HighErrorRate says severity="critical"',
      services: [{ id: 'checkout', name: 'Checkout service' }],
      components: [{ id: 'checkout', name: 'Checkout', status: 'partial_outage' }],
      startedAtMs: NOW - 5000,
    })
    expect(incidentFromAlerts(alerts.toReversed(), organisation, NOW)).toEqual(incident)
  })

  it('says nothing of an unknown service in public', () => {
    expect(
      incidentFromAlerts([alert({ alertname: 'A', service: 'secret-project' })], NO_ORGANISATION, NOW),
    ).toMatchObject({
      title: 'A on secret-project',
      publicTitle: 'Problem under investigation',
      severity: 'sev3',
      severityReason: 'The alert A has no severity label',
      components: [],
    })
  })

  it('never starts in the future', () => {
    expect(incidentFromAlerts([alert({ alertname: 'A' }, NOW + 1000)], organisation, NOW).startedAtMs).toBe(NOW)
  })
})
