import { abortAllDurableObjects, env, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { hashKey } from '../storage/masterKey.ts'

const START = Date.UTC(2100, 0, 1)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

async function newDesk() {
  const name = crypto.randomUUID()
  const desk = () => env.ALERT_DESK.getByName(name)
  const { id, key } = await desk().createIntegration({ source: 'json', name: 'Queues', by: 'Alice' })
  const restart = () => abortAllDurableObjects()
  return { desk, id, key, restart }
}

it('lets two keys work while a sender is changed over, and then only the new one', async () => {
  const { desk, id, key, restart } = await newDesk()
  pass(MINUTE)
  const added = await desk().addIntegrationKey({ integrationId: id, by: 'Bob' })
  if (!added.ok) throw new Error(added.reason)
  expect(await desk().integrationOf('json', key)).toEqual({ id, name: 'Queues' })
  expect(await desk().integrationOf('json', added.key)).toEqual({ id, name: 'Queues' })
  expect(await desk().addIntegrationKey({ integrationId: id, by: 'Bob' })).toEqual({ ok: false, reason: 'two_keys' })

  expect(await desk().revokeIntegrationKey(id, id)).toBe(true)
  expect(await desk().revokeIntegrationKey(id, id)).toBe(false)
  for (let i = 0; i < 2; i++) {
    expect(await desk().checkKey('json', key)).toBe(false)
    expect(await desk().checkKey('json', added.key)).toBe(true)
    await restart()
  }
  expect(await desk().integration(id)).toMatchObject({
    revokedAtMs: null,
    keys: [
      { id, hint: key.slice(0, 7), createdBy: 'Alice', revokedAtMs: START + MINUTE },
      { id: added.keyId, hint: added.key.slice(0, 7), createdBy: 'Bob', revokedAtMs: null },
    ],
  })
  expect(JSON.stringify(await desk().integrations())).not.toContain(added.key)
})

it('ends every key with its integration', async () => {
  const { desk, id, key } = await newDesk()
  const added = await desk().addIntegrationKey({ integrationId: id, by: 'Bob' })
  expect(await desk().revokeIntegration(id)).toBe(true)
  expect(await desk().revokeIntegration(id)).toBe(false)
  expect(await desk().checkKey('json', key)).toBe(false)
  expect(await desk().checkKey('json', added.ok ? added.key : '')).toBe(false)
  expect(await desk().addIntegrationKey({ integrationId: id, by: 'Bob' })).toMatchObject({
    reason: 'unknown_integration',
  })
})

it('gives each key a secret of its own to sign with, and asks each for itself whether it signs', async () => {
  const name = crypto.randomUUID()
  const desk = env.ALERT_DESK.getByName(name)
  const first = await desk.createIntegration({ source: 'grafana', name: 'Grafana' })
  await desk.rememberSigning('grafana', first.key)
  const second = await desk.addIntegrationKey({ integrationId: first.id, by: '' })
  if (!second.ok) throw new Error(second.reason)
  expect(second.secret).not.toBe(first.secret)
  expect(await desk.signingOf('grafana', first.key)).toEqual({ secret: first.secret, hasSigned: true })
  expect(await desk.signingOf('grafana', second.key)).toEqual({ secret: second.secret, hasSigned: false })
})

it('knows when a key was last used, and writes it once an hour at most', async () => {
  const { desk, id, key, restart } = await newDesk()
  const lastUse = async () => (await desk().integration(id))?.keys[0]?.lastUsedAtMs
  const rows = async () => (await desk().stats()).rowsWritten
  expect(await lastUse()).toBeNull()
  await desk().checkKey('json', key)
  await desk().sweep(Date.now())
  const before = await rows()
  for (let minute = 1; minute < 60; minute++) {
    pass(MINUTE)
    await desk().checkKey('json', key)
    await desk().sweep(Date.now())
  }
  expect(await lastUse()).toBe(START + 59 * MINUTE)
  expect(await rows()).toBe(before)
  pass(MINUTE)
  await desk().checkKey('json', key)
  await desk().sweep(Date.now())
  expect(await rows()).toBe(before + 1)
  await restart()
  expect(await lastUse()).toBe(START + HOUR)
})

it('takes over the key of an integration from before there were several', async () => {
  const name = crypto.randomUUID()
  const keyHash = await hashKey('js_old')
  await runInDurableObject(env.ALERT_DESK.getByName(name), (_desk, { storage }) => {
    storage.sql.exec(`INSERT INTO integrations VALUES ('old', 'json', 'Old', ?, 1, NULL)`, keyHash)
    storage.sql.exec(`INSERT INTO integrations VALUES ('gone', 'json', 'Gone', ?, 1, 2)`, `${keyHash}0`)
  })
  await abortAllDurableObjects()
  const desk = env.ALERT_DESK.getByName(name)
  expect(await desk.integrationOf('json', 'js_old')).toEqual({ id: 'old', name: 'Old' })
  expect(await desk.integration('gone')).toMatchObject({ keys: [{ id: 'gone', revokedAtMs: 2 }] })
})
