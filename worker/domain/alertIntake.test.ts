import { describe, expect, it } from 'vitest'
import { incoming } from '../../test/plainDesk.ts'
import { RESOLVE_TIMEOUT_MS } from './alert.ts'
import type { IncomingAlert, StoredAlert } from './alertIntake.ts'
import { normaliseAlert, takeAlert } from './alertIntake.ts'
import { incidentIdFrom } from './identifiers.ts'

const NOW = Date.UTC(2100, 0, 1)

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
    serviceId: null,
    severity: 'sev3',
    incidentResolvedAtMs,
  }
}

function take(existing: StoredAlert | null, message: IncomingAlert, nowMs: number) {
  return takeAlert(existing, alertOf(message, nowMs), message, nowMs)
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
  const HOUR_MS = 3_600_000
  const DAY_MS = 24 * HOUR_MS
  const WEEK_MS = 7 * DAY_MS
  const LATER = { ...fires, endsAtMs: NOW + 6 * DAY_MS + WEEK_MS }
  const SOON_LATER = { ...fires, endsAtMs: NOW + HOUR_MS + WEEK_MS }

  it.each<[string, StoredAlert | null, IncomingAlert, number, string]>([
    ['unknown and firing', null, fires, NOW, 'fires'],
    ['unknown and over', null, incoming({ alertname: 'A' }, { endsAtMs: NOW }), NOW, 'nothing'],
    ['the same again', known(fires), fires, NOW + 1, 'repeats'],
    ['heard of late, before anyone swept', known(fires), fires, NOW + 2 * RESOLVE_TIMEOUT_MS, 'repeats'],
    ['an earlier start', known(fires), { ...fires, startsAtMs: NOW - 90_000 }, NOW + 1, 'starts_earlier'],
    ['a later start in an open incident', known(fires), { ...fires, startsAtMs: NOW }, NOW + 1, 'repeats'],
    ['an end six days later', known({ ...fires, endsAtMs: NOW + WEEK_MS }), LATER, NOW + 6 * DAY_MS, 'lasts_longer'],
    ['an end an hour later', known({ ...fires, endsAtMs: NOW + WEEK_MS }), SOON_LATER, NOW + HOUR_MS, 'repeats'],
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
    expect(take(existing, message, nowMs).kind).toBe(kind)
  })

  it('starts a firing now that its sender dates before the incident people closed', () => {
    const taken = take(known(fires, NOW), { ...fires, firesAnew: true }, NOW + 1)
    expect(taken).toMatchObject({ kind: 'fires', alert: { startsAtMs: NOW + 1 } })
  })

  it('keeps what was said of an alert when its end says nothing', () => {
    const said = { ...fires, annotations: { summary: 'Full' }, generatorUrl: 'https://grafana.example.com' }
    const end = incoming({ alertname: 'A' }, { endsAtMs: NOW })
    const { annotations, generatorUrl } = said
    expect(take(known(said), end, NOW)).toMatchObject({ kind: 'ends', alert: { annotations, generatorUrl } })
    const last = { ...end, annotations: { summary: 'Fine' } }
    expect(take(known(said), last, NOW)).toMatchObject({ alert: { annotations: { summary: 'Fine' } } })
  })

  it.each([
    ['an end that was said beats one that was assumed', NOW + 60_000, null, NOW + 60_000, false],
    ['an assumed end gives way', null, NOW + 60_000, NOW + 60_000, false],
    ['of two that were said the later', NOW + 60_000, NOW + 30_000, NOW + 60_000, false],
    ['an assumed end moves on', null, null, NOW + 1 + RESOLVE_TIMEOUT_MS, true],
  ])('%s', (_name, first, second, endsAtMs, endIsTimeout) => {
    const taken = take(known({ ...fires, endsAtMs: first }), { ...fires, endsAtMs: second }, NOW + 1)
    expect(taken).toMatchObject({ kind: 'repeats', alert: { endsAtMs, endIsTimeout, startsAtMs: NOW - 60_000 } })
  })
})
