import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { OPEN } from '../../test/sampleIncident.ts'
import { SYSTEM } from '../domain/actor.ts'
import { incidentIdFrom } from '../domain/identifiers.ts'
import { database } from '../storage/database.ts'
import { acknowledgeToken } from '../storage/pageSecrets.ts'
import { removePerson } from '../storage/organisation.ts'
import { saveResponders } from '../storage/responders.ts'
import { acknowledgeLinks } from './acknowledgeLinks.ts'

const db = database(env.DB)

beforeAll(async () => {
  const people = ['alice', 'gone'].map(
    (id) => ({ id, name: id, email: `${id}@example.com`, role: 'responder' }) as const,
  )
  await saveResponders(db, [{ id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }, ...people], 1)
  await removePerson(db, 'gone', NOTE, 2)
})

async function linkOf(responderId: string) {
  const incidentId = incidentIdFrom(crypto.getRandomValues(new Uint8Array(12)))
  const room = env.INCIDENT_ROOM.getByName(incidentId)
  const startedAtMs = Date.now()
  await room.submit({ command: { ...OPEN, id: incidentId, startedAtMs, policy: null }, by: SYSTEM })
  const asked = { incidentId, responder: { id: responderId, name: responderId } }
  const path = `/acknowledge/${await acknowledgeToken(env.MASTER_KEY, asked, Date.now())}`
  const call = (method: string, bindings: Env = env) => acknowledgeLinks.request(path, { method }, bindings)
  return { call, phase: async () => (await room.read())?.phase }
}

describe('the acknowledge link of a page', () => {
  it('asks when it is opened and acknowledges by its button', async () => {
    const { call, phase } = await linkOf('alice')
    const asked = await call('GET')
    expect(asked.status).toBe(200)
    // With none, browsers would send the form's Origin as null.
    expect(asked.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(await phase()).toBe('triggered')
    expect((await call('POST')).status).toBe(200)
    expect(await phase()).toBe('acknowledged')
  })

  it('is worth nothing to someone who has been removed since', async () => {
    const { call, phase } = await linkOf('gone')
    expect((await call('GET')).status).toBe(410)
    expect((await call('POST')).status).toBe(410)
    expect(await phase()).toBe('triggered')
  })

  it('works while D1 does not say who is there', async () => {
    const { call, phase } = await linkOf('alice')
    const away = new Proxy(env.DB, {
      get: () => () => {
        throw new Error('D1_ERROR: Network connection lost.')
      },
    })
    expect((await call('POST', { ...env, DB: away })).status).toBe(200)
    expect(await phase()).toBe('acknowledged')
  })
})
