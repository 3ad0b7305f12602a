import { describe, expect, it } from 'vitest'
import { CONFIRMATION_LIMITS, deliverAgainAtMs, isOverLimit, normaliseEmail, progressOf } from './subscriber.ts'

describe('normaliseEmail', () => {
  it.each([
    ['Alice@Example.COM', 'Alice@example.com'],
    ['  alice@example.com ', 'alice@example.com'],
    ['alice+status@example.com', 'alice+status@example.com'],
    ['alice', null],
    ['alice@', null],
    ['@example.com', null],
    ['alice@example.com, eve@example.com', null],
    ['Alice <alice@example.com>', null],
    ['alice@example.com\r\nBcc: eve@example.com', null],
    ['alice\0@example.com', null],
    [`${'a'.repeat(250)}@example.com`, null],
    ['', null],
  ])('%j is %j', (text, email) => {
    expect(normaliseEmail(text)).toBe(email)
  })
})

describe('isOverLimit', () => {
  const NOW_MS = 1_000_000_000
  const minutesAgo = (...minutes: number[]) => minutes.map((each) => NOW_MS - each * 60_000)

  it.each([
    ['nothing yet', [], false],
    ['one just now', [1], true],
    ['one ten minutes ago', [10], false],
    ['four of today', [11, 100, 200, 300], false],
    ['five of today', [11, 100, 200, 300, 400], true],
    ['five, one of them yesterday', [11, 100, 200, 300, 1440], false],
  ])('%s', (_name, minutes, isOver) => {
    expect(isOverLimit(CONFIRMATION_LIMITS.address, minutesAgo(...minutes), NOW_MS)).toBe(isOver)
  })
})

describe('deliverAgainAtMs', () => {
  it.each([
    [1, undefined, 30_000],
    [2, undefined, 60_000],
    [3, undefined, 120_000],
    [8, undefined, 3_600_000],
    [100, undefined, 3_600_000],
    [1, 90_000, 90_000],
    [1, 1_000, 30_000],
    [1, 86_400_000, 3_600_000],
  ])('after %i attempts and Retry-After %s: %i ms', (attempts, retryAfterMs, waitMs) => {
    expect(deliverAgainAtMs(attempts, 0, retryAfterMs)).toBe(waitMs)
  })
})

describe('progressOf', () => {
  const counts = (sent: number, queued = 0, failed = 0) => ({ sent, queued, sending: 0, failed })

  it.each([
    [counts(120), false, '120 of 120 sent'],
    [counts(118, 1, 1), false, '118 of 120 sent, 1 waiting, 1 given up'],
    [counts(0), false, 'Nobody to send it to, or sent more than 30 days ago'],
    [counts(0), true, 'Taken back before it went out'],
    [counts(7), true, 'Taken back after 7 were sent'],
  ])('%j, taken back %s: %s', (each, isWithdrawn, text) => {
    expect(progressOf({ counts: each, isWithdrawn })).toBe(text)
  })
})
