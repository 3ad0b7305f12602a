import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ENDS_MS, PLANNER, STARTS_MS, T0, saying, scheduleCommand } from '../../test/sampleMaintenance.ts'
import type { MaintenanceCommand } from '../domain/maintenanceCommand.ts'
import type { Hold, MaintenanceAnnouncement } from '../domain/notice.ts'
import type { PublicMaintenance } from '../domain/publicModel.ts'

const HOUR_MS = 3_600_000

/** A publisher that writes down what it is given; it does not answer while `failing`. */
class Published {
  readonly states: { readonly version: number; readonly maintenance: PublicMaintenance }[] = []
  failing = false

  getByName() {
    return {
      publishMaintenance: async (version: number, maintenance: PublicMaintenance) => {
        if (this.failing) throw new Error('the publisher is not there')
        this.states.push({ version, maintenance })
      },
      updateRules: async () => ({ undo: { pageSeconds: 0, noticeSeconds: 20 } }),
    }
  }
}

/** A SubscriberDesk that writes down what it is told. */
class Told {
  readonly news: (MaintenanceAnnouncement & Hold)[] = []
  failing = false

  getByName() {
    return {
      announceMaintenance: async (announcement: MaintenanceAnnouncement & Hold) => {
        if (this.failing) throw new Error('the SubscriberDesk is not there')
        this.news.push(announcement)
        return { queued: 0 }
      },
    }
  }
}

type Stub = ReturnType<typeof env.MAINTENANCE_DESK.getByName>

async function newDesk() {
  const stub = env.MAINTENANCE_DESK.getByName(crypto.randomUUID())
  const published = new Published()
  const told = new Told()
  const use = () =>
    runInDurableObject(stub, (desk) => {
      Object.defineProperty(desk, 'env', { value: { ...env, STATUS_PUBLISHER: published, SUBSCRIBER_DESK: told } })
    })
  await use()
  /** As after a crash: memory is gone, the disk is not. */
  const restart = async () => {
    await evictDurableObject(stub)
    await use()
  }
  return { stub, published, told, restart }
}

const { id } = scheduleCommand()

async function submit(stub: Stub, command: MaintenanceCommand, more: object = {}): Promise<string> {
  const answer = await stub.submit({ id, command, by: PLANNER, ...more })
  return answer.ok ? answer.maintenance.status : `refused: ${answer.reason}`
}

const statusOf = async (stub: Stub) => (await stub.read(id))?.maintenance.status

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('MaintenanceDesk', () => {
  it('has given it to readers when it answers', async () => {
    const { stub, published } = await newDesk()
    expect(await submit(stub, scheduleCommand())).toBe('scheduled')
    expect(published.states).toMatchObject([{ version: 1, maintenance: { title: 'Database upgrade' } }])
  })

  it('starts and ends it by its alarm, also after it was gone', async () => {
    const { stub, published, told, restart } = await newDesk()
    await submit(stub, scheduleCommand())
    // What was to be told at once is.
    await runDurableObjectAlarm(stub)
    await restart()
    expect(await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())).toBe(STARTS_MS - 2 * HOUR_MS)
    for (const [atMs, status] of [
      [STARTS_MS - 2 * HOUR_MS, 'scheduled'],
      [STARTS_MS, 'in_progress'],
      [ENDS_MS, 'completed'],
    ] as const) {
      vi.setSystemTime(atMs)
      await runDurableObjectAlarm(stub)
      // A repeated alarm changes nothing.
      await stub.sweep(atMs)
      expect(await statusOf(stub)).toBe(status)
    }
    expect(published.states.map(({ maintenance }) => maintenance.status)).toEqual([
      'scheduled',
      'in_progress',
      'completed',
    ])
    expect(told.news.map(({ what }) => what)).toEqual(['scheduled', 'reminder', 'started', 'completed'])
    expect((await stub.read(id))?.events.map(({ event }) => event.type)).toEqual([
      'scheduled',
      'reminded',
      'started',
      'completed',
    ])
  })

  it('is started by the sweep when no alarm came', async () => {
    const { stub } = await newDesk()
    await submit(stub, scheduleCommand())
    await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm())
    vi.setSystemTime(STARTS_MS)
    await stub.sweep(STARTS_MS)
    expect(await statusOf(stub)).toBe('in_progress')
  })

  it('begins at once what is scheduled for now', async () => {
    const { stub, published } = await newDesk()
    const window = { scheduledForMs: T0, scheduledUntilMs: ENDS_MS }
    expect(await submit(stub, scheduleCommand({ window }))).toBe('in_progress')
    expect(published.states.at(-1)?.maintenance.status).toBe('in_progress')
  })

  it('publishes again what could not be published, in its last state', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { stub, published } = await newDesk()
    published.failing = true
    expect(await submit(stub, scheduleCommand())).toBe('scheduled')
    expect(await submit(stub, { type: 'cancel', ...saying() })).toBe('cancelled')
    published.failing = false
    vi.setSystemTime(T0 + 60_000)
    await runDurableObjectAlarm(stub)
    expect(published.states.map(({ maintenance }) => maintenance.status)).toEqual(['cancelled'])
  })

  it('tells subscribers once the page has it, with the time to take back what a person said', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { stub, published, told } = await newDesk()
    published.failing = true
    await submit(stub, scheduleCommand())
    await runDurableObjectAlarm(stub)
    expect(told.news).toEqual([])
    expect(await stub.stats()).toMatchObject({ byStatus: { scheduled: 1, completed: 0 }, outbox: 2 })
    published.failing = false
    told.failing = true
    for (let minutes = 1; minutes <= 3; minutes++) {
      vi.setSystemTime(T0 + minutes * 60_000)
      await runDurableObjectAlarm(stub)
      told.failing = false
    }
    expect(told.news).toMatchObject([{ what: 'scheduled', update: { status: 'scheduled' }, notBeforeMs: T0 + 20_000 }])
  })

  it('does a command once, however often it is sent under its key', async () => {
    const { stub } = await newDesk()
    await submit(stub, scheduleCommand())
    const command = { type: 'post_update', components: null } as const
    for (let times = 0; times < 2; times++)
      expect(await submit(stub, { ...command, ...saying('Once.') }, { idempotencyKey: 'key' })).toBe('scheduled')
    expect((await stub.read(id))?.maintenance.updates).toHaveLength(2)
  })

  it('refuses whoever saw an older state', async () => {
    const { stub } = await newDesk()
    await submit(stub, scheduleCommand())
    await submit(stub, { type: 'start', ...saying() }, { expectedVersion: 1 })
    expect(await submit(stub, { type: 'complete', ...saying() }, { expectedVersion: 1 })).toBe('refused: stale_version')
  })

  it('lists what is to come by its start, and what is over by its last', async () => {
    const { stub } = await newDesk()
    const at = (hours: number, title: string, otherId: string) => {
      const window = { scheduledForMs: STARTS_MS + hours * HOUR_MS, scheduledUntilMs: ENDS_MS + hours * HOUR_MS }
      return { ...scheduleCommand({ title, window }), id: otherId.padEnd(12, '0') as typeof id }
    }
    for (const command of [at(9, 'last', 'c'), at(1, 'first', 'a'), at(5, 'second', 'b'), at(2, 'gone', 'd')])
      await stub.submit({ id: command.id, command, by: PLANNER })
    await stub.submit({ id: 'd00000000000', command: { type: 'cancel', ...saying() }, by: PLANNER })
    expect((await stub.open()).map(({ title }) => title)).toEqual(['first', 'second', 'last'])
    const [gone, ...more] = await stub.past(null, 10)
    expect([gone?.title, more]).toEqual(['gone', []])
    expect(await stub.past(gone ?? null, 10)).toEqual([])
  })
})
