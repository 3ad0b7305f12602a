import { env } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { NOTE } from '../../../test/configNote.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { Organisation } from '../../domain/organisation.ts'
import { database } from '../../storage/database.ts'
import { saveOrganisation, savePlaybook } from '../../storage/organisation.ts'
import { findPlaybook } from '../../storage/playbooks.ts'
import { playbookPages } from './playbooks.ts'
import type { PlaybookView, PlaybooksView } from './playbookViews.ts'

const app = playbookPages(async (path, view) => Response.json({ path, view }))
const db = database(env.DB)
const tokens = { viewer: '', manager: '' }

beforeAll(async () => {
  for (const role of ['viewer', 'manager'] as const)
    tokens[role] = (await createApiToken(db, { name: role, role, scopes: ['*'], createdBy: 'x' }, Date.now())).secret
})

function call(path: string, form?: Record<string, string>, token = tokens.manager): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` }
  const init = form === undefined ? { headers } : { headers, method: 'POST', body: new URLSearchParams(form) }
  return Promise.resolve(app.request(`${env.PUBLIC_URL}/console/playbooks${path}`, init, env))
}

async function viewOf<View>(answer: Response, page: string): Promise<View> {
  const { path, view } = await answer.json<{ path: string; view: View }>()
  expect(path).toBe(page)
  return view
}

const yaml = 'name: Go on\r\nsteps:\r\n  - kind: approve\r\n    title: Go on?\r\n'

describe('the pages of playbooks', () => {
  it('offers an example while there are none, and a valid one', async () => {
    const view = await viewOf<PlaybooksView>(await call(''), '/console/playbooks')
    expect(view).toMatchObject({ playbooks: [], canEdit: true })
    const answer = await call('', { id: 'example', yaml: view.example })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/console/playbooks?done=saved'])
  })

  it('saves a new one, lists its steps, and replaces it', async () => {
    expect((await call('', { id: 'go', yaml })).status).toBe(303)
    const { playbooks } = await viewOf<PlaybooksView>(await call(''), '/console/playbooks')
    const go = playbooks.find(({ id }) => id === 'go')
    expect(go).toMatchObject({ name: 'Go on', steps: [{ kind: 'approve', title: 'Go on?' }], problem: null })
    expect((await findPlaybook(db, 'go'))?.yaml).toBe(yaml.replaceAll('\r\n', '\n'))

    expect((await call('/go', { yaml: yaml.replace('name: Go on', 'name: Stop') })).status).toBe(303)
    const view = await viewOf<PlaybookView>(await call('/go'), '/console/playbook')
    expect(view).toMatchObject({ known: { id: 'go', name: 'Stop' }, errors: [] })
  })

  it('takes none that names what is not configured', async () => {
    const wanted = Organisation.parse({ statusPage: { name: 'Acme' }, services: [{ id: 'shop', name: 'Shop' }] })
    await saveOrganisation(db, env.MASTER_KEY, wanted, NOTE, Date.now())
    expect((await call('', { id: 'shop', yaml: `${yaml}services: [shop]\n` })).status).toBe(303)
    const answer = await call('', { id: 'none', yaml: `${yaml}services: [nothing]\n` })
    expect(answer.status).toBe(422)
    const view = await viewOf<PlaybookView>(answer, '/console/playbook')
    expect(view.errors).toEqual([{ path: 'services.0', message: 'there is no service "nothing"' }])
  })

  it('says what is wrong and keeps the text', async () => {
    const answer = await call('', { id: 'Not an id', yaml: 'name: X\nsteps: []' })
    expect(answer.status).toBe(422)
    const view = await viewOf<PlaybookView>(answer, '/console/playbook')
    expect(view).toMatchObject({ known: null, id: 'Not an id', yaml: 'name: X\nsteps: []' })
    expect(view.errors.map(({ path }) => path)).toEqual(['id', 'steps'])
  })

  it('does not let a new one take the place of another', async () => {
    await savePlaybook(db, { id: 'go', yaml }, NOTE, Date.now())
    const answer = await call('', { id: 'go', yaml: 'name: Other\nsteps: [{ kind: approve, title: Hm? }]' })
    expect(answer.status).toBe(422)
    expect((await findPlaybook(db, 'go'))?.yaml).toBe(yaml)
  })

  it('lists a broken one as what cannot be run', async () => {
    await savePlaybook(db, { id: 'broken', yaml: 'name: [' }, NOTE, Date.now())
    const { playbooks } = await viewOf<PlaybooksView>(await call(''), '/console/playbooks')
    expect(playbooks.find(({ id }) => id === 'broken')?.problem).not.toBeNull()
  })

  it('lets a viewer read, and only managers write', async () => {
    await savePlaybook(db, { id: 'go', yaml }, NOTE, Date.now())
    const view = await viewOf<PlaybookView>(await call('/go', undefined, tokens.viewer), '/console/playbook')
    expect(view.canEdit).toBe(false)
    expect((await call('', { id: 'new', yaml }, tokens.viewer)).status).toBe(403)
    expect((await call('/go', { yaml }, tokens.viewer)).status).toBe(403)
    expect((await call('/none')).status).toBe(404)
  })
})
