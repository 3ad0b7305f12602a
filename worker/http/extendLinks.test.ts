import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { database } from '../storage/database.ts'
import { removePerson } from '../storage/organisation.ts'
import { saveResponders } from '../storage/responders.ts'
import { extensionToken } from '../storage/silenceLinks.ts'
import { extendLinks } from './extendLinks.ts'

const HOUR = 3_600_000
const db = database(env.DB)
const desk = () => env.ALERT_DESK.getByName('main')

beforeAll(async () => {
  const people = [
    { id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' },
    { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'responder' },
    { id: 'gone', name: 'Gone', email: 'gone@example.com', role: 'responder' },
    { id: 'viewer', name: 'Vi', email: 'vi@example.com', role: 'viewer' },
  ] as const
  await saveResponders(db, people, 1)
  await removePerson(db, 'gone', NOTE, 2)
})

async function linkOf(id: string) {
  const put = await desk().putSilence({
    id: null,
    matchers: [{ name: 'service', value: '<checkout>', isRegex: false, isEqual: true }],
    startsAtMs: Date.now(),
    endsAtMs: Date.now() + HOUR,
    createdBy: id,
    comment: 'Moving it',
    annotations: {},
  })
  const silenceId = put.ok ? put.id : ''
  const endsAtMs = (await desk().silence(silenceId))?.endsAtMs ?? 0
  const token = await extensionToken(env.MASTER_KEY, { silenceId, endsAtMs, responder: { id, name: id } })
  const call = async (method: string) => extendLinks.request(`/extend-silence/${token}`, { method }, env)
  return { silenceId, token, endsAtMs, call, end: async () => (await desk().silence(silenceId))?.endsAtMs }
}

it('asks when it is opened, extends by its button, and only once', async () => {
  const { call, end, endsAtMs } = await linkOf('alice')
  const asked = await call('GET')
  expect(asked.status).toBe(200)
  expect(await asked.text()).toContain('service=&quot;&lt;checkout&gt;&quot;')
  expect(await end()).toBe(endsAtMs)
  for (let i = 0; i < 2; i++) expect((await call('POST')).status).toBe(200)
  expect(await end()).toBe(endsAtMs + HOUR)
  expect(await (await call('GET')).text()).toContain('It was extended already')
})

it.each(['gone', 'viewer', 'nobody'])('is worth nothing to %s', async (id) => {
  const { call, end, endsAtMs } = await linkOf(id)
  expect([(await call('GET')).status, (await call('POST')).status, await end()]).toEqual([410, 410, endsAtMs])
})

it('says so when the silence has ended, or the link is altered', async () => {
  const { call, silenceId, token } = await linkOf('alice')
  await desk().expireSilence(silenceId)
  expect([(await call('GET')).status, (await call('POST')).status]).toEqual([410, 410])
  const altered = await extendLinks.request(`/extend-silence/${token.slice(0, -3)}AAA`, { method: 'POST' }, env)
  expect(altered.status).toBe(410)
})
