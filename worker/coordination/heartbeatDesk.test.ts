import { abortAllDurableObjects, env, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import { Heartbeat } from '../domain/heartbeat.ts'
import type { HeartbeatDesk } from './heartbeatDesk.ts'

const START = Date.UTC(2100, 0, 1)
const SECOND = 1000
const MINUTE = 60 * SECOND
const OK = { sign: 'ok', detail: '' } as const

/** An AlertDesk that writes down what it is told; it does not answer while `failing`. */
class Alerts {
  readonly told: IncomingAlert[] = []
  failing = false
  turnedAway = 0

  getByName() {
    return {
      ingestOwn: async (_source: string, alerts: readonly IncomingAlert[]) => {
        if (this.failing) throw new Error('the AlertDesk is not there')
        this.told.push(...alerts)
        return { invalid: [], turnedAway: this.turnedAway }
      },
    }
  }

  /** The names of what fired, and `end`. */
  words(): string[] {
    return this.told.map(({ labels, endsAtMs }) => ((endsAtMs ?? 0) > Date.now() ? (labels['alertname'] ?? '') : 'end'))
  }
}

function heartbeat(id: string, more: Partial<Heartbeat> = {}): Heartbeat {
  return Heartbeat.parse({ id, name: id, everySeconds: 300, graceSeconds: 60, ...more })
}

async function deskWith(name: string, alerts: Alerts): Promise<DurableObjectStub<HeartbeatDesk>> {
  const stub = env.HEARTBEAT_DESK.getByName(name)
  await runInDurableObject(stub, (desk) => {
    Object.defineProperty(desk, 'env', { value: { ...env, ALERT_DESK: alerts } })
  })
  return stub
}

/** One desk of its own with these heartbeats, each with a key. */
async function newDesk(...heartbeats: Heartbeat[]) {
  const name = crypto.randomUUID()
  const alerts = new Alerts()
  const stub = await deskWith(name, alerts)
  await stub.useHeartbeats(1, heartbeats)
  const keyOf = async (id: string) => (await stub.createKey(id))?.key ?? ''
  /** As after a crash: memory is gone, the disk is not. */
  const restart = async () => {
    await abortAllDurableObjects()
    return deskWith(name, alerts)
  }
  return { stub, alerts, keyOf, restart }
}

/** The clock goes on as it does when nothing is wrong: the alarm runs when it is set for. */
async function pass(stub: DurableObjectStub<HeartbeatDesk>, ms: number): Promise<void> {
  const endMs = Date.now() + ms
  for (;;) {
    const alarmMs = await runInDurableObject(stub, (_desk, state) => state.storage.getAlarm())
    if (alarmMs === null || alarmMs > endMs) break
    vi.setSystemTime(Math.max(alarmMs, Date.now()))
    await runDurableObjectAlarm(stub)
  }
  vi.setSystemTime(endMs)
}

const stateOf = async (stub: DurableObjectStub<HeartbeatDesk>, id: string) => (await stub.find(id))?.state

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a configuration that comes late', () => {
  const versionIs = (version: number) => env.DB.prepare('UPDATE config_versions SET version = ?').bind(version).run()
  beforeEach(async () => {
    await env.DB.prepare(
      `INSERT INTO config_versions (version, at_ms, by, source, summary, document, hash)
       VALUES (2, 1, '{"kind":"system","name":"A test"}', 'api', '', '{}', '')`,
    ).run()
  })
  afterEach(async () => {
    await env.DB.prepare('DELETE FROM config_versions').run()
  })

  it('takes no heartbeat and no key away that a newer one brought', async () => {
    const { stub, keyOf } = await newDesk(heartbeat('backup'))
    await stub.useHeartbeats(2, [heartbeat('backup'), heartbeat('report')])
    const key = await keyOf('report')
    await stub.useHeartbeats(1, [heartbeat('backup')])
    expect(await stub.ping(key, OK)).toMatchObject({ heartbeat: { id: 'report' } })
  })

  it('counts when D1 itself was set back', async () => {
    const { stub } = await newDesk()
    await stub.useHeartbeats(9, [heartbeat('backup'), heartbeat('report')])
    await stub.useHeartbeats(2, [heartbeat('backup')])
    expect((await stub.list()).map(({ heartbeat: { id } }) => id)).toEqual(['backup'])
    await versionIs(3)
    await stub.useHeartbeats(3, [heartbeat('report')])
    expect((await stub.list()).map(({ heartbeat: { id } }) => id)).toEqual(['report'])
  })
})

describe('silence', () => {
  it('fires at the very moment the grace is over, once, and ends at the next ping', async () => {
    const { stub, alerts, keyOf } = await newDesk(heartbeat('backup'))
    const key = await keyOf('backup')
    await stub.ping(key, OK)
    await pass(stub, 6 * MINUTE - 1)
    expect(alerts.told).toEqual([])
    expect(await stateOf(stub, 'backup')).toBe('late')

    await pass(stub, 1)
    expect(alerts.words()).toEqual(['backup is silent'])
    expect(alerts.told[0]).toMatchObject({ startsAtMs: START + 6 * MINUTE, identity: { heartbeat: 'backup' } })
    await pass(stub, 60 * MINUTE)
    await stub.sweep()
    expect(alerts.told).toHaveLength(1)

    const heardAtMs = Date.now()
    await stub.ping(key, OK)
    await expect.poll(() => alerts.told).toHaveLength(2)
    expect(alerts.told[1]).toMatchObject({ endsAtMs: heardAtMs, identity: { heartbeat: 'backup' } })
    expect(await stateOf(stub, 'backup')).toBe('healthy')
    await pass(stub, 6 * MINUTE)
    expect(alerts.words()).toEqual(['backup is silent', 'end', 'backup is silent'])
  })

  it('does not fire for one that reports in time, for an hour', async () => {
    const { stub, alerts, keyOf } = await newDesk(heartbeat('backup'))
    const key = await keyOf('backup')
    for (let i = 0; i < 12; i++) {
      await stub.ping(key, OK)
      await pass(stub, 5 * MINUTE)
    }
    expect(alerts.told).toEqual([])
  })

  it('waits for the first ping from when it was made', async () => {
    const { stub, alerts } = await newDesk(heartbeat('backup'))
    await pass(stub, 6 * MINUTE - 1)
    expect(await stateOf(stub, 'backup')).toBe('new')
    await pass(stub, 1)
    expect(alerts.words()).toEqual(['backup is silent'])
    expect(alerts.told[0]?.annotations['summary']).toContain('never reported')
  })

  it('fires by the sweep where the alarm is gone', async () => {
    const { stub, alerts } = await newDesk(heartbeat('backup'))
    for (let minute = 0; minute < 6; minute++) {
      await runInDurableObject(stub, (_desk, state) => state.storage.deleteAlarm())
      vi.setSystemTime(Date.now() + MINUTE)
      await stub.sweep()
    }
    expect(alerts.words()).toEqual(['backup is silent'])
    expect(await runInDurableObject(stub, (_desk, state) => state.storage.getAlarm())).not.toBeNull()
  })
})

describe('a restart', () => {
  it('keeps pings, keys and what fires', async () => {
    const { stub, alerts, keyOf, restart } = await newDesk(heartbeat('backup'), heartbeat('report'))
    const key = await keyOf('backup')
    const badgeToken = (await stub.find('backup'))?.badgeToken ?? ''
    await stub.ping(key, { sign: 'ok', detail: 'all 12 tables' })
    await pass(stub, MINUTE)
    const again = await restart()
    const found = await again.find('backup')
    expect(found).toMatchObject({ state: 'healthy', lastPingAtMs: START, badgeToken })
    expect(found?.pings).toMatchObject([{ atMs: START, sign: 'ok', detail: 'all 12 tables' }])
    await again.useHeartbeats(1, [heartbeat('backup'), heartbeat('report')])
    await pass(again, 5 * MINUTE)
    expect(alerts.words()).toEqual(['backup is silent', 'report is silent'])
    const third = await restart()
    await pass(third, 10 * MINUTE)
    expect(alerts.told).toHaveLength(2)
    await third.ping(key, OK)
    await expect.poll(() => alerts.words().slice(2)).toEqual(['end'])
  })

  it('gives each its time anew after a while in which nobody looked, then fires for those that stay silent', async () => {
    const { alerts, stub, keyOf, restart } = await newDesk(heartbeat('backup'), heartbeat('report'), heartbeat('dead'))
    const key = await keyOf('backup')
    await pass(stub, 6 * MINUTE)
    expect(alerts.told).toHaveLength(3)
    await stub.ping(key, OK)
    await stub.ping(await keyOf('report'), OK)
    await expect.poll(() => alerts.words()).toHaveLength(5)

    vi.setSystemTime(Date.now() + 3 * 60 * MINUTE)
    const again = await restart()
    await runDurableObjectAlarm(again)
    await again.sweep()
    expect(alerts.told).toHaveLength(5)
    expect((await again.list()).map(({ state }) => state)).toEqual(['new', 'new', 'silent'])

    await pass(again, 4 * MINUTE)
    await again.ping(key, OK)
    await pass(again, 2 * MINUTE)
    expect(alerts.words().slice(5)).toEqual(['report is silent'])
  })

  it('notices the gap also when a ping comes before anything else', async () => {
    const { alerts, stub, keyOf, restart } = await newDesk(heartbeat('backup'), heartbeat('report'))
    const key = await keyOf('backup')
    await pass(stub, MINUTE)
    vi.setSystemTime(Date.now() + 60 * MINUTE)
    const again = await restart()
    await again.ping(key, OK)
    await runDurableObjectAlarm(again)
    expect(alerts.told).toEqual([])
  })
})

describe('telling the AlertDesk', () => {
  it('is tried until it is told, in order', async () => {
    const { stub, alerts, keyOf, restart } = await newDesk(heartbeat('backup'))
    const key = await keyOf('backup')
    alerts.failing = true
    await pass(stub, 6 * MINUTE)
    await stub.ping(key, OK)
    await stub.ping(key, { sign: 'fail', detail: 'disk full' })
    const again = await restart()
    await pass(again, MINUTE)
    expect(alerts.told).toEqual([])
    alerts.failing = false
    await pass(again, 5 * MINUTE)
    expect(alerts.words()).toEqual(['backup is silent', 'end', 'backup reports a failure'])
  })

  it('is tried again where there was no room for the alert', async () => {
    const { stub, alerts } = await newDesk(heartbeat('backup'))
    alerts.turnedAway = 1
    await pass(stub, 6 * MINUTE)
    alerts.turnedAway = 0
    await pass(stub, 2 * SECOND)
    expect(alerts.told).toHaveLength(2)
    await pass(stub, 4 * MINUTE)
    expect(alerts.told).toHaveLength(2)
  })

  it('does not hold up one heartbeat for another', async () => {
    const { stub, alerts } = await newDesk(...Array.from({ length: 40 }, (_, i) => heartbeat(`job-${i}`)))
    await pass(stub, 6 * MINUTE)
    expect(alerts.told).toHaveLength(40)
  })
})

describe('a failure', () => {
  it('fires at once with what was sent, and ends at the next good ping', async () => {
    const { stub, alerts, keyOf } = await newDesk(heartbeat('backup', { service: 'payments', severity: 'sev2' }))
    const key = await keyOf('backup')
    await stub.ping(key, { sign: 'fail', detail: 'no space left on device' })
    await expect.poll(() => alerts.told).toHaveLength(1)
    expect(alerts.told[0]).toMatchObject({
      labels: { alertname: 'backup reports a failure', service: 'payments', severity: 'sev2' },
      annotations: { description: 'no space left on device' },
      startsAtMs: START,
    })
    await stub.ping(key, { sign: 'fail', detail: 'again' })
    await pass(stub, 60 * MINUTE)
    expect(alerts.told).toHaveLength(1)
    await stub.ping(key, OK)
    await expect.poll(() => alerts.words()).toHaveLength(2)
  })
})

describe('the configuration', () => {
  it('ends what fires when the heartbeat is paused or removed, and forgets the keys of what is removed', async () => {
    const { stub, alerts, keyOf } = await newDesk(heartbeat('backup'), heartbeat('report'))
    const keys = [await keyOf('backup'), await keyOf('report')] as const
    await pass(stub, 6 * MINUTE)
    await stub.useHeartbeats(1, [heartbeat('backup', { paused: true })])
    await expect.poll(() => alerts.told).toHaveLength(4)
    expect(alerts.words().filter((word) => word === 'end')).toHaveLength(2)

    expect(await stub.ping(keys[0], OK)).toMatchObject({ state: 'paused' })
    expect(await stub.ping(keys[1], OK)).toBeNull()
    expect(await stub.find('report')).toBeNull()
    await pass(stub, 60 * MINUTE)
    expect(alerts.told).toHaveLength(4)

    await stub.useHeartbeats(1, [heartbeat('backup'), heartbeat('report')])
    expect(await stateOf(stub, 'backup')).toBe('new')
    expect((await stub.find('report'))?.keys).toEqual([])
    await pass(stub, 6 * MINUTE)
    expect(alerts.told).toHaveLength(6)
  })

  it('writes nothing when it is what it has', async () => {
    const { stub } = await newDesk(heartbeat('backup'))
    const puts = await runInDurableObject(stub, async (desk, state) => {
      const put = vi.spyOn(state.storage.kv, 'put')
      await desk.useHeartbeats(1, [heartbeat('backup')])
      return put.mock.calls.length
    })
    expect(puts).toBe(0)
  })
})

describe('keys', () => {
  it('has two that work while one replaces the other, and says which is in use', async () => {
    const { stub, keyOf } = await newDesk(heartbeat('backup'))
    const first = await keyOf('backup')
    vi.setSystemTime(START + SECOND)
    const second = await keyOf('backup')
    expect(first).toMatch(/^hb_[\w-]{43}$/)
    expect(await stub.ping(first, OK)).not.toBeNull()
    expect(await stub.ping(second, OK)).not.toBeNull()
    const keys = (await stub.find('backup'))?.keys ?? []
    expect(keys).toMatchObject([
      { createdAtMs: START + SECOND, usedAtMs: START + SECOND },
      { createdAtMs: START, usedAtMs: START + SECOND },
    ])

    vi.setSystemTime(START + 2 * SECOND)
    const third = await keyOf('backup')
    expect(await stub.ping(first, OK)).toBeNull()
    expect(await stub.ping(second, OK)).not.toBeNull()
    expect(await stub.revokeKey('backup', keys[0]?.id ?? '')).toBe(true)
    expect(await stub.revokeKey('backup', keys[0]?.id ?? '')).toBe(false)
    expect(await stub.ping(second, OK)).toBeNull()
    expect(await stub.ping(third, OK)).not.toBeNull()
    expect(await stub.createKey('nobody')).toBeNull()
  })

  it('stores no key, and the token of the badge is none', async () => {
    const { stub, keyOf } = await newDesk(heartbeat('backup'))
    const key = await keyOf('backup')
    const rows = await runInDurableObject(stub, (_desk, state) =>
      JSON.stringify(state.storage.sql.exec('SELECT * FROM heartbeat_keys').toArray()),
    )
    expect(rows).not.toContain(key)
    const { badgeToken = '' } = (await stub.find('backup')) ?? {}
    expect(await stub.ping(badgeToken, OK)).toBeNull()
    expect(await stub.badge(badgeToken)).toEqual({ name: 'backup', state: 'new' })
    expect(await stub.badge(key)).toBeNull()
  })
})

it('keeps the last twenty pings', async () => {
  const { stub, keyOf } = await newDesk(heartbeat('backup'))
  const key = await keyOf('backup')
  for (let i = 0; i < 25; i++) await stub.ping(key, { sign: 'ok', detail: String(i) })
  const { pings = [] } = (await stub.find('backup')) ?? {}
  expect(pings.map(({ detail }) => detail)).toEqual(Array.from({ length: 20 }, (_, i) => String(24 - i)))
})
