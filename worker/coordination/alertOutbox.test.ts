import { env, runInDurableObject } from 'cloudflare:test'
import { expect, it, vi } from 'vitest'
import type { Effect } from './alertEffects.ts'
import type { Deliver } from './alertOutbox.ts'
import { AlertOutbox } from './alertOutbox.ts'

const LANE = 'room'

function joins(...numbers: number[]): Effect {
  const fingerprints = numbers.map((number) => `f${number}`)
  const sample = fingerprints.slice(0, 5).map((fingerprint) => ({ fingerprint, title: 'Alert' }))
  const total = Math.max(...numbers)
  const command = { type: 'join_alerts', total, firing: total, count: numbers.length, sample } as const
  return { kind: 'submit', command, fingerprints }
}

const CLEARS: Effect = {
  kind: 'submit',
  command: { type: 'clear_alerts', firing: 0, count: 1, sample: [] },
  fingerprints: [],
}
const ACKNOWLEDGES: Effect = { kind: 'submit', command: { type: 'acknowledge', via: 'api' }, fingerprints: [] }

/** Gives `act` the table of an object of its own. */
function withSql(act: (open: (deliver: Deliver) => AlertOutbox) => Promise<void>): Promise<void> {
  return runInDurableObject(env.ALERT_DESK.getByName(crypto.randomUUID()), async (_desk, { storage: { sql } }) => {
    const write = (statement: string, ...bindings: (string | number)[]) => void sql.exec(statement, ...bindings)
    await act((deliver) => new AlertOutbox(sql, write, deliver))
  })
}

/** Notes what is delivered; the first attempt takes until `release` is called. */
function receiver() {
  const received: { body: unknown; key: string }[] = []
  let release = () => {}
  const first = new Promise<void>((resolve) => (release = resolve))
  const deliver: Deliver = async (_lane, body, key) => {
    received.push({ body, key })
    if (received.length === 1) await first
  }
  return { received, deliver, release }
}

it('tells as one what piled up behind an attempt', () =>
  withSql(async (open) => {
    const { received, deliver, release } = receiver()
    const outbox = open(deliver)
    outbox.add(LANE, joins(1), 0)
    const drained = outbox.drain(() => 1)
    for (const number of [2, 3, 4]) outbox.add(LANE, joins(number), 0)
    release()
    await drained
    expect(received.map(({ body }) => body)).toEqual([joins(1), joins(2, 3, 4)])
    expect(outbox.size()).toBe(0)
  }))

it('keeps the order, and leaves alone what cannot be told together', () =>
  withSql(async (open) => {
    const { received, deliver, release } = receiver()
    const outbox = open(deliver)
    const wanted = [joins(1), joins(2), CLEARS, joins(3), ACKNOWLEDGES, ACKNOWLEDGES]
    for (const effect of wanted) outbox.add(LANE, effect, 0)
    release()
    await outbox.drain(() => 1)
    expect(received.map(({ body }) => body)).toEqual([joins(1, 2), ...wanted.slice(2)])
  }))

it('attempts again under the same key what failed, and adds nothing to it', () =>
  withSql(async (open) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const received: { body: unknown; key: string }[] = []
    const outbox = open(async (_lane, body, key) => {
      received.push({ body, key })
      if (received.length === 1) throw new Error('the answer is lost')
    })
    outbox.add(LANE, joins(1), 0)
    outbox.add(LANE, joins(2), 0)
    await outbox.drain(() => 1)
    outbox.add(LANE, joins(3), 0)
    await outbox.drain(() => 3_600_000)
    expect(received.map(({ body }) => body)).toEqual([joins(1, 2), joins(1, 2), joins(3)])
    expect(received[1]?.key).toBe(received[0]?.key)
    expect(received[2]?.key).not.toBe(received[0]?.key)
  }))

it('adds nothing to what an object before it may have attempted', () =>
  withSql(async (open) => {
    const before = open(() => Promise.resolve())
    before.add(LANE, joins(1), 0)
    before.add(LANE, joins(2), 0)
    const { received, deliver, release } = receiver()
    const after = open(deliver)
    after.add(LANE, joins(3), 0)
    after.add(LANE, joins(4), 0)
    release()
    await after.drain(() => 1)
    expect(received.map(({ body }) => body)).toEqual([joins(1), joins(2), joins(3, 4)])
  }))

it('tells each that raises a severity or calls people by itself, in order', () =>
  withSql(async (open) => {
    const { received, deliver, release } = receiver()
    const outbox = open(deliver)
    const judged = (number: number, to: 'sev1' | 'sev2'): Effect => ({
      kind: 'submit',
      command: {
        type: 'join_alerts',
        total: number,
        firing: number,
        count: 1,
        sample: [],
        severity: { to, reason: `alert ${number}`, policy: null },
      },
      fingerprints: [`f${number}`],
    })
    for (const effect of [judged(1, 'sev2'), judged(2, 'sev1'), joins(3)]) outbox.add(LANE, effect, 0)
    release()
    await outbox.drain(() => 1)
    expect(received).toMatchObject([{ body: judged(1, 'sev2') }, { body: judged(2, 'sev1') }, { body: joins(3) }])
  }))
