import { describe, expect, it } from 'vitest'
import { isReplySubject, saysItIsOver, severityIn, subjectKey, titleOf } from '../worker/http/intake/emailMessage.ts'

/** Subjects as monitoring programs write them: what fires, what ends it, and what both are called. */
it.each([
  [
    '[FIRING:1] HighErrorRate checkout (critical)',
    '[RESOLVED] HighErrorRate checkout (critical)',
    'HighErrorRate checkout (critical)',
  ],
  ['[Alerting] Disk is full', '[OK] Disk is full', 'Disk is full'],
  [
    '** PROBLEM Service Alert: web-1/HTTP is CRITICAL **',
    '** RECOVERY Service Alert: web-1/HTTP is OK **',
    'Service Alert: web-1/HTTP',
  ],
  ['Problem: Disk space is low on db-1', 'Resolved in 5m 3s: Disk space is low on db-1', 'Disk space is low on db-1'],
  ['Monitor is DOWN: shop.example.com', 'Monitor is UP: shop.example.com', 'Monitor: shop.example.com'],
  [
    'ALARM: "checkout-5xx" in EU (Frankfurt)',
    'OK: "checkout-5xx" in EU (Frankfurt)',
    '"checkout-5xx" in EU (Frankfurt)',
  ],
  ['DOWN alert: shop (shop.example.com) is DOWN', 'UP alert: shop (shop.example.com) is UP', 'shop (shop.example.com)'],
  ['Backup of db-1 failed', 'Re: Backup of db-1 failed [RESOLVED]', 'Backup of db-1'],
  ['Queue orders is down', 'Queue orders is back up', 'Queue orders'],
  ['[P1] Orders fail', '[P1] Orders fail - closed', 'Orders fail'],
  ['[Monitor Alert] Triggered: CPU is high', '[Monitor Alert] Recovered: CPU is high', '[Monitor Alert] CPU is high'],
  ['Host Alert: db-1 is DOWN', 'Fwd: Host Alert: db-1 is UP', 'Host Alert: db-1'],
  ['PROBLEM in 2d 3h: disk is full', 'RECOVERY in 2d 4h: disk is full', 'disk is full'],
  ['DOWN | nightly backup', 'UP | nightly backup', 'nightly backup'],
  ['Latency on web-1 is critical', 'Latency on web-1 has been resolved.', 'Latency on web-1'],
  ['Latency on web-1', 'Latency on web-1 is now back to normal', 'Latency on web-1'],
  ['db-1 is unhealthy', 'db-1 has recovered', 'db-1'],
  ['db-1 is down', 'db-1 is no longer down', 'db-1'],
])('%s, and %s', (fires, ends, title) => {
  expect(saysItIsOver(fires)).toBe(false)
  expect(saysItIsOver(ends)).toBe(true)
  expect(subjectKey(ends, 'x@y.example')).toBe(subjectKey(fires, 'X@y.example'))
  expect(titleOf(fires)).toContain(title)
})

it.each([
  'The ticket is not yet resolved',
  'Unresolved: 5 errors',
  'Please look up the host',
  'It is ok to ignore this?',
  'Set up of the cluster failed',
  'Case was never closed',
  'Case never closed',
  'Name shop.example.com could not be resolved',
  'PROBLEM: Backup recovery job failed',
  'CRITICAL: connection closed by peer on db-1',
  'Database recovery failed on db-1',
  'Error rate is up 300% on checkout',
  'Port 443 closed on web-1',
  'Port 443 on web-1 closed',
  'CRITICAL: port 443 on web-1 is closed',
  '[FIRING:1] Valve 7 is closed',
  'Recovery job of db-1 failed',
  'Closed-loop cooling fails',
  'UP-link of switch-1 lost',
  'Disk clean-up',
  'db-1 failed to back up',
  'Error rate is up',
  'CPU load UP 300%',
  'Restore of the cleared cache fails',
])('%s is not over', (subject) => {
  expect(saysItIsOver(subject)).toBe(false)
})

describe('the severity of a subject', () => {
  it.each([
    ['[SEV1] Orders fail', 'sev1'],
    ['P2: Orders fail', 'P2'],
    ['CRITICAL: disk', 'critical'],
    ['Monitor is DOWN: shop', 'critical'],
    ['Backup failed', 'error'],
    ['Warning: disk at 80%', 'warning'],
    ['INFO deployment done', 'info'],
    ['Something else', null],
  ])('%s: %s', (subject, severity) => {
    expect(severityIn(subject)).toBe(severity)
  })
})

it.each([
  ['Re: Disk is full', true],
  ['AW: WG: Disk is full', true],
  ['re [2]: Disk is full', true],
  ['Antw: Disk is full', true],
  ['Fwd: CRITICAL disk full', false],
  ['FW: Re: CRITICAL disk full', false],
  ['WG: CRITICAL disk full', false],
  ['TR: CRITICAL disk full', false],
  ['Report: disk full', false],
])('%s is a reply: %s', (subject, isReply) => {
  expect(isReplySubject(subject)).toBe(isReply)
  expect(titleOf(subject).toLowerCase()).toMatch(/^(critical |report: )?disk (is )?full$/)
})

it('times and dates in a subject do not make it another alert', () => {
  const at = (time: string) => subjectKey(`Backup of db-1 failed at ${time}`, 'a@b.example')
  expect(at('2026-05-01 10:00:00')).toBe(at('2026-05-02T03:14:15Z'))
  expect(subjectKey('Backup of db-1 failed', 'a@b.example')).not.toBe(
    subjectKey('Backup of db-2 failed', 'a@b.example'),
  )
  expect(subjectKey('Backup failed', 'a@b.example')).not.toBe(subjectKey('Backup failed', 'c@b.example'))
})

it('a subject of nothing but states stands for itself, and an empty one has a name', () => {
  expect(titleOf('[RESOLVED]')).toBe('[RESOLVED]')
  expect(titleOf('  ')).toBe('Mail without a subject')
})

it('stays fast on subjects made to be slow', () => {
  const startedAtMs = performance.now()
  for (const piece of ['[', '* ', 'is ', 're: ', 'problem ', '- ', 'a@', '\t'])
    subjectKey(piece.repeat(2000 / piece.length), 'a@b.example')
  expect(performance.now() - startedAtMs).toBeLessThan(2000)
})
