import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { Organisation } from '../domain/organisation.ts'
import { database } from '../storage/database.ts'
import { loadOrganisation, savePlaybook } from '../storage/organisation.ts'
import { applyConfiguration, editConfiguration } from './configuration.ts'

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

it('reads a heartbeat whose zone was stored unchecked', async () => {
  await apply({ heartbeats: [{ id: 'backup', name: 'Backup', everySeconds: 60 }] })
  await env.DB.prepare(
    `UPDATE status_pages SET alerting = json_set(alerting, '$.heartbeats[0].timeZone', 'Mars/Olympus')`,
  ).run()
  expect((await stored())?.heartbeats).toMatchObject([{ id: 'backup', timeZone: 'Etc/UTC' }])
  expect((await rename('Acme again')).ok).toBe(true)
})
