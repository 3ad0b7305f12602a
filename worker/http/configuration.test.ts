import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { Organisation } from '../domain/organisation.ts'
import { database } from '../storage/database.ts'
import { openConnection } from '../storage/connections.ts'
import { loadOrganisation, removePerson, savePlaybook } from '../storage/organisation.ts'
import { applyConfiguration, editConfiguration, restoreConfiguration } from './configuration.ts'

const db = database(env.DB)
const root = { id: 'root', name: 'Root', email: 'root@example.com', role: 'admin' }
const PLAYBOOK = 'name: Go\nsteps: [{kind: approve, title: Go?}]\n'

beforeEach(async () => {
  await apply({})
})

function apply(change: Record<string, unknown>) {
  const wanted = Organisation.parse({ statusPage: { name: 'Acme' }, responders: [root], ...change })
  return applyConfiguration(env, wanted, NOTE)
}

function rename(name: string) {
  return editConfiguration(env, (now) => ({ ...now, statusPage: { ...now.statusPage, name } }), NOTE)
}

async function stored() {
  return (await loadOrganisation(db))?.organisation
}

describe('a list that is full', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => ({ id: `p${i}`, yaml: PLAYBOOK }))

  it('takes no playbook more, and the configuration can still be read', async () => {
    await apply({ playbooks: hundred })
    const saved = await savePlaybook(db, { id: 'one-more', yaml: PLAYBOOK }, NOTE, Date.now())
    const errors = [{ path: 'playbooks', message: 'at most 100 of them' }]
    expect(saved).toEqual({ ok: false, reason: 'invalid', errors })
    expect((await stored())?.playbooks).toHaveLength(100)
  })

  it('keeps nothing else from being changed if it was too long already, and does not grow', async () => {
    await apply({ playbooks: hundred })
    const row = env.DB.prepare('INSERT INTO playbooks (id, yaml) VALUES (?, ?)')
    await env.DB.batch(['x', 'y'].map((id) => row.bind(id, PLAYBOOK)))
    expect(await rename('Other')).toMatchObject({ ok: true, organisation: { statusPage: { name: 'Other' } } })
    expect((await savePlaybook(db, { id: 'z', yaml: PLAYBOOK }, NOTE, Date.now())).ok).toBe(false)
    expect((await savePlaybook(db, { id: 'x', yaml: `${PLAYBOOK}# anew\n` }, NOTE, Date.now())).ok).toBe(true)
    expect((await stored())?.playbooks).toHaveLength(102)
  })

  it('is said to be so by every edit', async () => {
    const environments = Array.from({ length: 51 }, (_, i) => ({ id: `e${i}`, name: `E ${i}`, production: false }))
    expect(await editConfiguration(env, (now) => ({ ...now, environments }), NOTE)).toMatchObject({
      ok: false,
      status: 422,
      detail: 'environments: at most 50 of them',
      errors: [{ path: 'environments', message: 'at most 50 of them' }],
    })
  })
})

/** Something else happens right before the batch with this number, counted from 1. */
function interruptedAt(number: number, by: () => Promise<unknown>): Env {
  let count = 0
  const DB = new Proxy(env.DB, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name === 'batch')
        return async (statements: D1PreparedStatement[]) => {
          if (++count === number) await by()
          return target.batch(statements)
        }
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { ...env, DB }
}

describe('a person who was removed', () => {
  const amy = { id: 'amy', name: 'Amy', email: 'amy@example.com', role: 'responder' }
  const responders = [root, amy]
  const rotation = { members: ['amy', 'root'], startsOn: '2026-01-05', handoffTime: '09:00' }
  const schedules = [{ id: 'primary', name: 'Primary', timeZone: 'Etc/UTC', rotation }]

  it('keeps no form from being saved, and is still no one to be named', async () => {
    expect((await apply({ responders, schedules })).ok).toBe(true)
    await removePerson(db, 'amy', NOTE, Date.now())
    expect(await rename('Renamed')).toMatchObject({ ok: true })
    const moved = await editConfiguration(
      env,
      (now) => ({ ...now, schedules: now.schedules.flatMap((one) => [{ ...one, id: 'other' }, one]) }),
      NOTE,
    )
    expect(moved).toMatchObject({
      ok: false,
      errors: [{ path: 'schedules.0.rotation.members.0', message: 'there is no responder "amy"' }],
    })
  })

  it('is not taken back in by a restore that began before', async () => {
    await apply({ responders })
    const old = await stored()
    if (old === undefined) throw new Error('nothing is configured')
    const racing = interruptedAt(2, () => removePerson(db, 'amy', NOTE, Date.now()))
    expect(await restoreConfiguration(racing, old, NOTE, {})).toMatchObject({ ok: true })
    expect((await stored())?.responders.map(({ id }) => id)).toEqual(['root'])
  })
})

describe('a document that brings only a token', () => {
  const connections = [{ id: 'deployer', name: 'Deployer', url: 'https://deploy.example.com' }]
  const withToken = Organisation.parse({
    statusPage: { name: 'Acme' },
    connections: connections.map((one) => ({ ...one, bearerToken: 'hunter2' })),
  })
  const tokenOf = async () => (await openConnection(db, env.MASTER_KEY, 'deployer'))?.bearerToken

  it('undoes nothing that was changed meanwhile', async () => {
    await apply({ connections })
    const racing = interruptedAt(2, () => rename('Meanwhile'))
    expect((await applyConfiguration(racing, withToken, NOTE)).ok).toBe(true)
    expect((await stored())?.statusPage.name).toBe('Meanwhile')
    expect(await tokenOf()).toBe('hunter2')
  })

  it('sends it to no other host than it names', async () => {
    await apply({ connections })
    const elsewhere = connections.map((one) => ({ ...one, url: 'https://elsewhere.example.com', bearerToken: '' }))
    const racing = interruptedAt(2, () => apply({ connections: elsewhere }))
    await applyConfiguration(racing, withToken, NOTE)
    expect(await tokenOf()).toBe(null)
  })
})

it('reads a heartbeat whose zone was stored unchecked', async () => {
  await apply({ heartbeats: [{ id: 'backup', name: 'Backup', everySeconds: 60 }] })
  await env.DB.prepare(
    `UPDATE status_pages SET alerting = json_set(alerting, '$.heartbeats[0].timeZone', 'Mars/Olympus')`,
  ).run()
  expect((await stored())?.heartbeats).toMatchObject([{ id: 'backup', timeZone: 'Etc/UTC' }])
  expect((await rename('Acme again')).ok).toBe(true)
})
