import { abortAllDurableObjects, env, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { Matcher } from '../domain/matchers.ts'
import type { WantedSilence } from '../domain/silence.ts'
import { database } from '../storage/database.ts'
import { saveResponders } from '../storage/responders.ts'
import type { AlertDesk } from './alertDesk.ts'

const START = Date.UTC(2100, 0, 1)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

interface SentMail {
  readonly to: unknown
  readonly subject: string
  readonly text: string
}

/** What the desk sends out: mail, which fails while `failing`, and commands to rooms. */
class Outside {
  readonly mails: SentMail[] = []
  readonly commands: IncidentCommand[] = []
  failing = false

  readonly EMAIL = {
    send: async (mail: SentMail) => {
      if (this.failing) throw new Error('the mail server is away')
      this.mails.push(mail)
      return { messageId: 'x' }
    },
  }
  readonly INCIDENT_ROOM = {
    getByName: () => ({
      submit: async ({ command }: { command: IncidentCommand }) => {
        this.commands.push(command)
        return { ok: true, incident: { phase: 'triggered' }, sequence: 1 }
      },
    }),
  }
}

async function newDesk() {
  const name = crypto.randomUUID()
  const outside = new Outside()
  const connect = async (): Promise<DurableObjectStub<AlertDesk>> => {
    const stub = env.ALERT_DESK.getByName(name)
    await runInDurableObject(stub, (desk) => {
      const { EMAIL, INCIDENT_ROOM } = outside
      Object.defineProperty(desk, 'env', { value: { ...env, EMAIL, INCIDENT_ROOM, SMTP_URL: '' } })
    })
    return stub
  }
  const stub = await connect()
  const { key } = await stub.createIntegration({ source: 'alertmanager', name: 'Prometheus' })
  const send = (...alerts: IncomingAlert[]) =>
    env.ALERT_DESK.getByName(name).ingest({ source: 'alertmanager', key, alerts })
  const restart = async () => {
    await abortAllDurableObjects()
    return connect()
  }
  return { stub, outside, send, restart }
}

const checkout: Matcher = { name: 'service', value: 'checkout', isRegex: false, isEqual: true }

function wanted(more: Partial<WantedSilence> = {}): WantedSilence {
  return {
    id: null,
    matchers: [checkout],
    startsAtMs: Date.now(),
    endsAtMs: Date.now() + HOUR,
    createdBy: 'Alice',
    comment: 'Moving the database',
    annotations: {},
    ...more,
  }
}

function lasting(labels: Record<string, string>): IncomingAlert {
  return { labels, annotations: {}, startsAtMs: START, endsAtMs: START + 90 * 24 * HOUR, generatorUrl: '' }
}

const errorRate = { alertname: 'HighErrorRate', service: 'checkout' }
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

beforeAll(async () => {
  await saveResponders(
    database(env.DB),
    [
      { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin' },
      { id: 'bob', name: 'Bob', email: 'bob@example.com', role: 'responder' },
    ],
    1,
  )
})
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a silence that recurs', () => {
  /** Each day from 01:00 to 02:00; START is midnight. */
  const nightly = { rule: 'FREQ=DAILY', timeZone: 'UTC', startsAtWallMs: START + HOUR, durationMs: HOUR }

  it('hides while an occurrence lasts and lets through between them, also after a restart', async () => {
    const { stub, outside, send, restart } = await newDesk()
    await stub.putSilence(wanted({ recurrence: nightly }))
    expect(await stub.silences()).toMatchObject([{ startsAtMs: START + HOUR, endsAtMs: START + 2 * HOUR }])
    await send(lasting({ ...errorRate, instance: 'before' }))
    expect(outside.commands).toHaveLength(2)

    pass(HOUR)
    await send(lasting({ ...errorRate, instance: 'first' }))
    expect(outside.commands).toHaveLength(2)
    expect(await stub.silences()).toMatchObject([{ hid: 1 }])
    pass(HOUR)
    await stub.sweep(Date.now())
    expect(outside.commands.map(({ type }) => type)).toEqual(['open', 'join_alerts', 'join_alerts'])

    pass(23 * HOUR)
    const again = await restart()
    await send(lasting({ ...errorRate, instance: 'second' }))
    expect(outside.commands).toHaveLength(3)
    expect(await again.silences()).toMatchObject([
      { hid: 2, startsAtMs: START + 25 * HOUR, endsAtMs: START + 26 * HOUR },
    ])
  })

  it('is not forgotten however long its occurrences are apart, and writes nothing to go on', async () => {
    const { stub } = await newDesk()
    await stub.putSilence(wanted({ recurrence: { ...nightly, rule: 'FREQ=MONTHLY' } }))
    const { rowsWritten } = await stub.stats()
    for (let day = 0; day < 70; day++) {
      pass(24 * HOUR)
      await stub.sweep(Date.now())
    }
    expect(await stub.silences()).toMatchObject([{ startsAtMs: Date.UTC(2100, 3, 1, 1), hid: 0 }])
    expect((await stub.stats()).rowsWritten).toBe(rowsWritten)
  })

  it('leaves out one occurrence, or ends for good', async () => {
    const { stub, outside, send } = await newDesk()
    const put = await stub.putSilence(wanted({ recurrence: nightly }))
    const id = put.ok ? put.id : ''
    pass(1.5 * HOUR)
    await send(lasting(errorRate))
    expect(outside.commands).toEqual([])
    expect(await stub.skipOccurrence(id)).toMatchObject({ startsAtMs: START + 25 * HOUR, isEnded: false })
    expect(outside.commands).toHaveLength(2)
    expect(await stub.expireSilence(id)).toBe(true)
    pass(24 * HOUR)
    await send(lasting({ ...errorRate, instance: 'b' }))
    expect(outside.commands).toHaveLength(3)
    expect(await stub.skipOccurrence('nope')).toBeNull()
    expect(await stub.expireSilence('nope')).toBe(false)
  })
})

describe('before a silence ends', () => {
  it('its author is told once, when it hides something that fires', async () => {
    const { stub, outside, send, restart } = await newDesk()
    const put = await stub.putSilence(wanted({ authorId: 'alice', createdBy: 'A.' }))
    await send(lasting(errorRate), lasting({ ...errorRate, instance: 'b' }))
    pass(44 * MINUTE)
    await stub.sweep(Date.now())
    expect(outside.mails).toEqual([])
    pass(MINUTE)
    await stub.sweep(Date.now())
    expect(outside.mails).toMatchObject([{ to: 'alice@example.com' }])
    const [mail] = outside.mails
    expect(mail?.subject).toBe('Your silence ends in 15 min and hides 2 alerts that fire: service="checkout"')
    expect(mail?.text).toContain('HighErrorRate')
    expect(mail?.text).toMatch(/Extend it by an hour: http\S+\/extend-silence\/\S+/)
    const again = await restart()
    pass(MINUTE)
    await again.sweep(Date.now())
    expect(outside.mails).toHaveLength(1)

    // Moved, it has another end.
    const id = put.ok ? put.id : ''
    expect(await again.extendSilence(id, HOUR, START + 5)).toMatchObject({ endsAtMs: START + HOUR })
    for (let i = 0; i < 2; i++)
      expect(await again.extendSilence(id, HOUR, START + HOUR)).toMatchObject({ endsAtMs: START + 2 * HOUR })
    expect(await again.extendSilence('nope', HOUR, null)).toBeNull()
    await again.sweep(Date.now())
    expect(outside.mails).toHaveLength(1)
    pass(HOUR)
    await again.sweep(Date.now())
    expect(outside.mails).toHaveLength(2)
  })

  it('nobody is told when it hides nothing, or when its author is unknown here', async () => {
    const { stub, outside, send } = await newDesk()
    await stub.putSilence(wanted({ authorId: 'alice' }))
    pass(46 * MINUTE)
    await stub.sweep(Date.now())
    await stub.putSilence(wanted({ createdBy: 'someone', endsAtMs: Date.now() + 10 * MINUTE }))
    await send(lasting(errorRate))
    pass(9 * MINUTE)
    await stub.sweep(Date.now())
    expect(outside.mails).toMatchObject([{ to: 'alice@example.com' }])
    expect((await stub.stats()).outbox).toBe(0)
  })

  it.each(['bob@example.com', 'Bob', 'bob'])('who amtool names %j is found', async (createdBy) => {
    const { stub, outside, send } = await newDesk()
    await stub.putSilence(wanted({ createdBy }))
    await send(lasting(errorRate))
    pass(50 * MINUTE)
    await stub.sweep(Date.now())
    expect(outside.mails).toMatchObject([{ to: 'bob@example.com' }])
  })

  it('a mail that fails is sent again, unless the silence is extended meanwhile', async () => {
    const { stub, outside, send } = await newDesk()
    const put = await stub.putSilence(wanted({ authorId: 'alice' }))
    await send(lasting(errorRate))
    outside.failing = true
    pass(46 * MINUTE)
    await stub.sweep(Date.now())
    expect((await stub.stats()).outbox).toBe(1)
    outside.failing = false
    pass(MINUTE)
    await stub.sweep(Date.now())
    expect(outside.mails).toHaveLength(1)

    outside.failing = true
    const id = put.ok ? put.id : ''
    await stub.extendSilence(id, HOUR, null)
    pass(HOUR)
    await stub.sweep(Date.now())
    expect((await stub.stats()).outbox).toBe(1)
    outside.failing = false
    await stub.extendSilence(id, HOUR, null)
    pass(5 * MINUTE)
    await stub.sweep(Date.now())
    expect([outside.mails.length, (await stub.stats()).outbox]).toEqual([1, 0])
  })
})

it('says what matchers would hide of what fires, also of what is hidden already', async () => {
  const { stub, send } = await newDesk()
  await stub.putSilence(wanted())
  await send(lasting(errorRate), lasting({ ...errorRate, instance: 'b' }), lasting({ alertname: 'DiskFull' }))
  expect(await stub.reachOf([checkout])).toEqual({ firing: 3, hides: 2, sample: ['HighErrorRate'] })
  const [listed] = await stub.silencesAndReach()
  expect(listed).toMatchObject({ silence: { hid: 2 }, hidesNow: 2 })
  expect(await stub.hiddenBy(listed?.silence.id ?? '', 1)).toMatchObject({ total: 2, alerts: [{ labels: errorRate }] })
})
