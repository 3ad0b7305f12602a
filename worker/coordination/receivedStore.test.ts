import { abortAllDurableObjects, env } from 'cloudflare:test'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { fingerprintOf } from '../domain/alert.ts'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import { RECEIVED_BYTES_MAX, RECEIVED_KEPT_MS, RECEIVED_REFUSED_MAX } from '../domain/received.ts'

const START = Date.UTC(2100, 0, 1)
const HOUR = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  // Rooms are elsewhere; nothing here is about them.
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

function alert(alertname: string, more: Partial<IncomingAlert> = {}): IncomingAlert {
  const endsAtMs = START + 1000 * HOUR
  return { labels: { alertname }, annotations: {}, startsAtMs: START, endsAtMs, generatorUrl: '', ...more }
}

const received = (body: string) => ({ contentType: 'application/json', headers: { 'x-kind': 'a' }, body })

async function newDesk() {
  const name = crypto.randomUUID()
  const desk = () => env.ALERT_DESK.getByName(name)
  const { id, key } = await desk().createIntegration({ source: 'json', name: 'Queues' })
  const send = (body: string, ...alerts: IncomingAlert[]) =>
    desk().ingest({ source: 'json', key, alerts, received: received(body) })
  const refuse = (body: string, refused: string) =>
    desk().keepMessage({ source: 'json', key, received: received(body), refused })
  const kept = () => desk().receivedMessages(id, 1000)
  const rows = async () => (await desk().stats()).rowsWritten
  return { desk, id, key, send, refuse, kept, rows }
}

it('keeps what brought an alert, as it came, and finds it by the alert', async () => {
  const { desk, id, send } = await newDesk()
  await send('{"first":1}', alert('A'), alert('B'))
  pass(1000)
  await send('{"second":2}', alert('B'), alert('C'))
  await abortAllDurableObjects()
  const of = (name: string) => desk().receivedOf(fingerprintOf({ alertname: name }))
  expect(await of('A')).toMatchObject({
    integrationId: id,
    source: 'json',
    atMs: START,
    refused: null,
    isCut: false,
    by: null,
    received: received('{"first":1}'),
  })
  // The second one changed nothing of B.
  expect((await of('B'))?.received.body).toBe('{"first":1}')
  expect((await of('C'))?.fingerprints).toEqual([fingerprintOf({ alertname: 'C' })])
  pass(1000)
  await send('{"over":3}', alert('A', { endsAtMs: Date.now() }))
  expect((await of('A'))?.received.body).toBe('{"over":3}')
  expect(await of('D')).toBeNull()
  expect(await desk().receivedOf('%')).toBeNull()
})

it('writes nothing for a message that changes nothing', async () => {
  const { send, kept, rows } = await newDesk()
  await send('{}', alert('A'))
  const before = await rows()
  for (let i = 0; i < 20; i++) await send(`{"repeat":${i}}`, alert('A'))
  expect(await rows()).toBe(before)
  expect(await kept()).toHaveLength(1)
})

it('keeps what was refused with the reason, once while it is the same', async () => {
  const { refuse, send, kept } = await newDesk()
  for (let i = 0; i < 3; i++) await refuse('{"a":1}', 'title: is missing')
  await send('{"b":2}', alert('', { labels: {} }))
  expect(await kept()).toMatchObject([
    { refused: 'at least one label pair required', fingerprints: [] },
    { refused: 'title: is missing', fingerprints: [] },
  ])
})

it('says which part was refused of what was taken otherwise', async () => {
  const { send, kept } = await newDesk()
  await send('{}', alert('A'), alert('', { labels: {} }))
  expect(await kept()).toMatchObject([
    { refused: 'at least one label pair required', fingerprints: [fingerprintOf({ alertname: 'A' })] },
  ])
})

it('keeps nothing of a sender it does not know', async () => {
  const { desk, kept } = await newDesk()
  await desk().keepMessage({ source: 'json', key: 'wrong', received: received('{}'), refused: 'no' })
  expect(await kept()).toEqual([])
})

it('cuts a body that is too long, never within a character', async () => {
  const { desk, send, kept } = await newDesk()
  await send('😀'.repeat(RECEIVED_BYTES_MAX / 4 + 1), alert('A'))
  const [message] = await kept()
  expect(message).toMatchObject({ isCut: true, bytes: RECEIVED_BYTES_MAX + 4 })
  expect((await desk().receivedMessage(message?.id ?? 0))?.received.body).toBe('😀'.repeat(RECEIVED_BYTES_MAX / 4))
})

it('forgets what is old, and trims a flood as it comes', async () => {
  const { desk, send, refuse, kept } = await newDesk()
  await send('{"good":1}', alert('A'))
  for (let i = 0; i <= 2 * RECEIVED_REFUSED_MAX; i++) await refuse(`{"bad":${i}}`, 'no')
  const flood = await kept()
  expect(flood).toHaveLength(RECEIVED_REFUSED_MAX + 1)
  // What is refused never pushes out what was taken.
  expect(flood.at(-1)).toMatchObject({ refused: null })
  expect((await desk().receivedMessage(flood[0]?.id ?? 0))?.received.body).toBe(`{"bad":${2 * RECEIVED_REFUSED_MAX}}`)
  expect(await desk().integrations()).toMatchObject([{ kept: { taken: 1, refused: RECEIVED_REFUSED_MAX } }])
  pass(RECEIVED_KEPT_MS + HOUR)
  await desk().sweep(Date.now())
  expect(await kept()).toEqual([])
})

it('takes in the name of an integration what a person sends, until it is revoked', async () => {
  const { desk, id, kept } = await newDesk()
  const send = () =>
    desk().ingest({ source: 'json', integrationId: id, by: 'Alice', alerts: [alert('A')], received: received('{}') })
  expect(await send()).toMatchObject({ ok: true, changed: 1 })
  expect(await kept()).toMatchObject([{ by: 'Alice' }])
  await desk().revokeIntegration(id)
  expect(await send()).toEqual({ ok: false, reason: 'unknown_key' })
})

it('keeps each version of a mapping with who saved it, and refuses one made to an older version', async () => {
  const { desk, id, key } = await newDesk()
  expect(await desk().jsonSenderOf(key)).toEqual({ id, name: 'Queues', mapping: null })
  const save = (expression: string, expectedVersion: number, by: string) =>
    desk().saveMapping(id, { expression, expectedVersion, by })
  expect(await save('{"title": a}', 0, 'Alice')).toBe(1)
  expect(await save('{"title": a}', 1, 'Bob')).toBe(1)
  expect(await save('{"title": b}', 0, 'Bob')).toBeNull()
  expect(await save('', 1, 'Bob')).toBe(2)
  await abortAllDurableObjects()
  expect((await desk().jsonSenderOf(key))?.mapping).toBeNull()
  expect(await desk().mappings(id)).toMatchObject([
    { version: 2, expression: '', savedBy: 'Bob' },
    { version: 1, expression: '{"title": a}', savedBy: 'Alice', savedAtMs: START },
  ])
})
