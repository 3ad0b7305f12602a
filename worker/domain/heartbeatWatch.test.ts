import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextCronTime } from '../storage/cronTimes.ts'
import { normaliseAlert } from './alertIntake.ts'
import { fingerprintOf } from './alert.ts'
import { Heartbeat } from './heartbeat.ts'
import { endedHeartbeat, firingHeartbeat, heartbeatIdentity } from './heartbeatAlert.ts'
import type { HeartbeatWatch, WatchPhase } from './heartbeatWatch.ts'
import {
  dueAfter,
  hear,
  heartbeatState,
  look,
  reconfigure,
  startWatch,
  waitAnew,
  wasUnwatched,
} from './heartbeatWatch.ts'

const NOW = Date.UTC(2100, 0, 1)
const SECOND = 1000
const MINUTE = 60 * SECOND

function heartbeat(more: Partial<Heartbeat> = {}): Heartbeat {
  return Heartbeat.parse({ id: 'backup', name: 'Nightly backup', everySeconds: 600, graceSeconds: 120, ...more })
}

function cronHeartbeat(cron: string, timeZone: string, graceSeconds = 0): Heartbeat {
  return Heartbeat.parse({ id: 'backup', name: 'Nightly backup', cron, timeZone, graceSeconds })
}

const tenMinutes = heartbeat()
const waitingPhase: WatchPhase = { kind: 'waiting', fromMs: NOW, dueAtMs: NOW + 600_000, silentAtMs: NOW + 720_000 }
const PHASES: Record<WatchPhase['kind'], WatchPhase> = {
  paused: { kind: 'paused' },
  waiting: waitingPhase,
  silent: { kind: 'silent', dueAtMs: NOW - MINUTE, sinceMs: NOW },
  failed: { kind: 'failed', sinceMs: NOW },
}

describe('what happens in each phase', () => {
  const later = NOW + 5 * MINUTE
  const afresh: WatchPhase = { kind: 'waiting', fromMs: later, dueAtMs: later + 600_000, silentAtMs: later + 720_000 }
  const rows: [WatchPhase['kind'], 'ok' | 'fail', WatchPhase, 'fire' | 'end' | null][] = [
    ['paused', 'ok', { kind: 'paused' }, null],
    ['paused', 'fail', { kind: 'paused' }, null],
    ['waiting', 'ok', afresh, null],
    ['waiting', 'fail', { kind: 'failed', sinceMs: later }, 'fire'],
    ['silent', 'ok', afresh, 'end'],
    ['silent', 'fail', { kind: 'failed', sinceMs: NOW }, null],
    ['failed', 'ok', afresh, 'end'],
    ['failed', 'fail', { kind: 'failed', sinceMs: NOW }, null],
  ]
  it.each(rows)('%s, and it says %s', (kind, sign, phase, change) => {
    const watch: HeartbeatWatch = { lastPingAtMs: null, phase: PHASES[kind] }
    expect(hear(watch, tenMinutes, sign, later, nextCronTime)).toEqual({
      watch: { lastPingAtMs: later, phase },
      change,
    })
  })

  it.each(['paused', 'silent', 'failed'] as const)('%s: time changes nothing', (kind) => {
    const watch: HeartbeatWatch = { lastPingAtMs: null, phase: PHASES[kind] }
    expect(look(watch, NOW + 10 * 24 * 60 * MINUTE)).toEqual({ watch, change: null })
    expect(waitAnew(watch, tenMinutes, NOW, later, nextCronTime)).toBe(watch)
  })

  it('waits until it was due and its grace has passed, and not a moment longer', () => {
    const watch: HeartbeatWatch = { lastPingAtMs: NOW, phase: waitingPhase }
    const states = [0, 599_999, 600_000, 719_999, 720_000].map((ms) => heartbeatState(watch, NOW + ms))
    expect(states).toEqual(['healthy', 'healthy', 'late', 'late', 'silent'])
    expect(look(watch, NOW + 719_999).change).toBeNull()
    const { watch: silent, change } = look(watch, NOW + 720_000)
    expect(change).toBe('fire')
    expect(silent.phase).toEqual({ kind: 'silent', dueAtMs: NOW + 600_000, sinceMs: NOW + 720_000 })
    expect(look(silent, NOW + 720_001).change).toBeNull()
  })

  it('is new until it was heard of, however late', () => {
    const watch = startWatch(tenMinutes, null, NOW, nextCronTime)
    expect(heartbeatState(watch, NOW + 719_999)).toBe('new')
    expect(look(watch, NOW + 720_000).change).toBe('fire')
    expect(heartbeatState(startWatch(tenMinutes, NOW - MINUTE, NOW, nextCronTime), NOW)).toBe('new')
  })
})

describe('another configuration', () => {
  const change = (kind: WatchPhase['kind'], more: Partial<Heartbeat>, before: Partial<Heartbeat> = {}) =>
    reconfigure(
      { lastPingAtMs: NOW, phase: PHASES[kind] },
      heartbeat(before),
      heartbeat(more),
      NOW + 5 * MINUTE,
      nextCronTime,
    )

  it('counts a new schedule from now, so that it is not missed before it was known', () => {
    const { watch } = change('waiting', { everySeconds: 60 })
    expect(watch.phase).toMatchObject({ fromMs: NOW + 5 * MINUTE, dueAtMs: NOW + 6 * MINUTE })
  })

  it('keeps when it is due when only the grace is another', () => {
    expect(change('waiting', { graceSeconds: 0 }).watch.phase).toEqual({
      ...waitingPhase,
      silentAtMs: NOW + 600_000,
    })
  })

  it('ends the alert of one that is paused, and waits from now when it is resumed', () => {
    expect(change('silent', { paused: true })).toMatchObject({ watch: { phase: { kind: 'paused' } }, change: 'end' })
    expect(change('failed', { paused: true })).toMatchObject({ watch: { phase: { kind: 'paused' } }, change: 'end' })
    expect(change('waiting', { paused: true })).toMatchObject({ watch: { phase: { kind: 'paused' } }, change: null })
    const resumed = change('paused', {}, { paused: true })
    expect(resumed).toMatchObject({ watch: { phase: { kind: 'waiting', fromMs: NOW + 5 * MINUTE } }, change: null })
  })

  it('goes on firing what fires', () => {
    expect(change('silent', { everySeconds: 3600 }).watch.phase).toEqual(PHASES.silent)
    expect(change('failed', { name: 'Other' }).watch.phase).toEqual(PHASES.failed)
  })
})

it('was not watched when nobody looked for more than two minutes', () => {
  expect(wasUnwatched(null, NOW)).toBe(false)
  expect(wasUnwatched(NOW - 2 * MINUTE, NOW)).toBe(false)
  expect(wasUnwatched(NOW - 2 * MINUTE - 1, NOW)).toBe(true)
  expect(wasUnwatched(NOW + MINUTE, NOW)).toBe(false)
})

describe('after a time in which nobody could hear it', () => {
  const HOUR = 60 * MINUTE
  /** What is away for some minutes once a day, from then on until an alert fires; how many hours that took. */
  function hoursUntilSilent(of: Heartbeat, awayMinutes: number): number | null {
    let watch = startWatch(of, NOW, NOW, nextCronTime)
    for (let day = 0; day < 30; day++) {
      const goesMs = NOW + (day * 24 + 1) * HOUR
      const { change, watch: seen } = look(watch, goesMs)
      if (change === 'fire') return Math.round((seen.phase.kind === 'silent' ? seen.phase.sinceMs - NOW : 0) / HOUR)
      const backMs = goesMs + awayMinutes * MINUTE
      watch = waitAnew(watch, of, goesMs, backMs, nextCronTime)
    }
    return null
  }

  it.each<[string, Heartbeat, number, number]>([
    ['a period longer than a day', heartbeat({ everySeconds: 26 * 3600, graceSeconds: 600 }), 5, 27],
    ['a period of a week', heartbeat({ everySeconds: 7 * 24 * 3600, graceSeconds: 0 }), 5, 169],
    ['times that pass while it is away', cronHeartbeat('3 1 * * *', 'Etc/UTC', 300), 5, 25],
    ['times of which the grace is cut off', cronHeartbeat('50 0 * * *', 'Etc/UTC', 900), 5, 25],
  ])('%s: what is away every day still finds it silent', (_name, of, awayMinutes, hours) => {
    expect(hoursUntilSilent(of, awayMinutes)).toBe(hours)
  })

  it('one that was heard of in between has its time anew each time', () => {
    const of = heartbeat({ everySeconds: 26 * 3600 })
    let watch = startWatch(of, NOW, NOW, nextCronTime)
    for (let day = 1; day < 10; day++) {
      const backMs = NOW + day * 24 * HOUR
      watch = waitAnew(watch, of, backMs - 5 * MINUTE, backMs, nextCronTime)
      expect(watch.phase).toMatchObject({ dueAtMs: backMs + 26 * HOUR })
      watch = hear(watch, of, 'ok', backMs + HOUR, nextCronTime).watch
      expect(heartbeatState(watch, backMs + HOUR)).toBe('healthy')
    }
  })

  it('away for longer than its time, it has it anew however often', () => {
    const first = waitAnew(startWatch(tenMinutes, NOW, NOW, nextCronTime), tenMinutes, NOW, NOW + HOUR, nextCronTime)
    const second = waitAnew(first, tenMinutes, NOW + HOUR, NOW + 2 * HOUR, nextCronTime)
    expect(second.phase).toMatchObject({ dueAtMs: NOW + 2 * HOUR + 10 * MINUTE })
  })
})

describe('when it is due by cron', () => {
  const rows: [cron: string, timeZone: string, from: string, due: string][] = [
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T02:00:00Z', '2026-03-29T01:00:00Z'], // 02:30 does not exist
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T01:00:00Z', '2026-10-25T00:30:00Z'], // 02:30 comes twice: the first
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ['0 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-08T07:00:00Z'],
    ['0 * * * *', 'Europe/Berlin', '2026-10-25T00:00:30Z', '2026-10-25T01:00:00Z'],
    ['0 9 * * MON-FRI', 'Etc/UTC', '2026-11-27T09:00:05Z', '2026-11-30T09:00:00Z'],
    ['0 0 29 2 *', 'Etc/UTC', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
    // A clock that is four seconds ahead: the job is on time, and due tomorrow.
    ['0 2 * * *', 'Etc/UTC', '2026-01-01T01:59:56Z', '2026-01-02T02:00:00Z'],
  ]
  it.each(rows)('%s in %s, after %s', (cron, timeZone, from, due) => {
    const dueAtMs = dueAfter(cronHeartbeat(cron, timeZone), Date.parse(from), nextCronTime)
    expect(new Date(dueAtMs).toISOString()).toBe(new Date(due).toISOString())
  })
})

const ZONES = [
  'Etc/UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
]
const anyCron = fc
  .tuple(
    fc.constantFrom('*', '*/5', '*/30', '0', '30', '59', '0,20,40', '10-50/10'),
    fc.constantFrom('*', '*/6', '0', '1', '2', '3', '23', '1-3'),
    fc.constantFrom('*', '1', '13', '28', '*/10'),
    fc.constantFrom('*', '3', '10', '*/4'),
    fc.constantFrom('*', '0', '5', '1-5', '7'),
  )
  .map((fields) => fields.join(' '))
const anyHeartbeat = fc.oneof(
  fc.record({ everySeconds: fc.integer({ min: 30, max: 100_000 }), graceSeconds: fc.integer({ min: 0, max: 90_000 }) }),
  fc.record({
    cron: anyCron,
    timeZone: fc.constantFrom(...ZONES),
    graceSeconds: fc.integer({ min: 0, max: 7200 }),
  }),
)
const anyHeartbeatAsSet = anyHeartbeat.map((more) => Heartbeat.parse({ id: 'x', name: 'X', ...more }))
const anyInstant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) })

describe('laws', () => {
  it('is due after it was heard of, and not earlier when it was heard of later', () => {
    fc.assert(
      fc.property(anyHeartbeatAsSet, anyInstant, fc.nat(40 * 24 * 3600 * SECOND), (set, fromMs, afterMs) => {
        const due = dueAfter(set, fromMs, nextCronTime)
        expect(due).toBeGreaterThan(fromMs)
        expect(dueAfter(set, fromMs + afterMs, nextCronTime)).toBeGreaterThanOrEqual(due)
      }),
    )
  })

  it('never fires for one that is heard of in time, whenever one looks', () => {
    const delays = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(anyHeartbeatAsSet, anyInstant, delays, (set, startMs, shares) => {
        let watch = startWatch(set, null, startMs, nextCronTime)
        for (const share of shares) {
          if (watch.phase.kind !== 'waiting') throw new Error(`it is ${watch.phase.kind}`)
          const { fromMs, silentAtMs } = watch.phase
          const atMs = Math.floor(fromMs + share * (silentAtMs - 1 - fromMs))
          const looked = look(watch, atMs)
          expect(looked.change).toBeNull()
          const heard = hear(looked.watch, set, 'ok', atMs, nextCronTime)
          expect(heard.change).toBeNull()
          ;({ watch } = heard)
        }
      }),
    )
  })

  it('fires once for each silence, however often one looks, and ends once', () => {
    const minutes = fc.array(fc.tuple(fc.nat(3 * 24 * 60), fc.constantFrom('ping', 'look', 'look', 'look')), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(anyHeartbeatAsSet, anyInstant, minutes, (set, startMs, steps) => {
        let watch = startWatch(set, null, startMs, nextCronTime)
        let nowMs = startMs
        let fires = 0
        let silences = 0
        let isSilent = false
        for (const [minutesLater, what] of steps) {
          nowMs += minutesLater * MINUTE
          if (watch.phase.kind === 'waiting' && nowMs >= watch.phase.silentAtMs) silences++
          const looked = look(watch, nowMs)
          if (looked.change === 'fire') fires++
          isSilent = looked.watch.phase.kind === 'silent'
          watch = looked.watch
          if (what === 'look') continue
          const heard = hear(watch, set, 'ok', nowMs, nextCronTime)
          expect(heard.change).toBe(isSilent ? 'end' : null)
          ;({ watch } = heard)
        }
        expect(fires).toBe(silences)
      }),
    )
  })
})

describe('its alert', () => {
  const silent: HeartbeatWatch = { lastPingAtMs: NOW - 20 * MINUTE, phase: PHASES.silent }

  it('says who is silent, since when, and what it was waiting for', () => {
    const alert = firingHeartbeat(
      heartbeat({ service: 'payments' }),
      silent,
      NOW - 20 * MINUTE,
      '',
      'https://x.example',
    )
    expect(alert).toMatchObject({
      labels: { alertname: 'Nightly backup is silent', heartbeat: 'backup', service: 'payments', severity: 'sev3' },
      annotations: {
        summary:
          'It was last heard of at 2099-12-31 23:40:00 UTC. The next sign of life was due at 2099-12-31 23:59:00 UTC, with 120 s of grace.',
      },
      startsAtMs: NOW,
      generatorUrl: 'https://x.example/heartbeats/backup',
    })
    expect(firingHeartbeat(heartbeat(), silent, null, '', '').annotations['summary']).toContain('never reported')
  })

  it('carries what came with a failure', () => {
    const failed: HeartbeatWatch = { lastPingAtMs: NOW, phase: PHASES.failed }
    const alert = firingHeartbeat(heartbeat(), failed, null, 'pg_dump: no space left', '')
    expect(alert.labels['alertname']).toBe('Nightly backup reports a failure')
    expect(alert.annotations['description']).toBe('pg_dump: no space left')
  })

  it('is the same alert when it fires, fails and ends', () => {
    const fingerprints = [firingHeartbeat(heartbeat(), silent, null, '', ''), endedHeartbeat('backup', NOW)].map(
      (incoming) => {
        const normalised = normaliseAlert(incoming, NOW)
        return normalised.ok ? normalised.alert.fingerprint : normalised.reason
      },
    )
    expect(new Set(fingerprints)).toEqual(new Set([fingerprintOf(heartbeatIdentity('backup'))]))
  })
})
