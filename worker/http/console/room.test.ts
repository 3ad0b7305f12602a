import { env } from 'cloudflare:test'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NOTE } from '../../../test/configNote.ts'
import { Organisation, OrganisationForAlerts } from '../../domain/organisation.ts'
import { toWallMs } from '../../domain/wallClock.ts'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { saveOrganisation } from '../../storage/organisation.ts'
import { incidentPages } from './incidents.ts'
import { roomPages } from './room.ts'
import type { IncidentsView, NewIncidentView, RoomView, UpdatePreviewView } from './views.ts'

const render = async (path: string, view: unknown) => Response.json({ path, view })
const lists = incidentPages(render)
const rooms = roomPages(render)

const db = database(env.DB)
const tokens = { viewer: '', responder: '', other: '' }
type Form = Record<string, string | string[]>

beforeAll(async () => {
  const person = (id: string, name: string) => ({ id, name, email: `${id}@example.com`, role: 'responder' })
  const organisation = Organisation.parse({
    statusPage: { name: 'Acme' },
    responders: [person('alice', 'Alice'), person('bob', 'Bob'), { ...person('vera', 'Vera'), role: 'viewer' }],
    components: [{ id: 'checkout', name: 'Checkout' }],
    services: [{ id: 'shop', name: 'Shop', components: ['checkout'] }],
    playbooks: [
      { id: 'other', yaml: 'name: Elsewhere\nservices: [blog]\nsteps: [{ kind: approve, title: Go? }]' },
      { id: 'ask', yaml: 'name: Ask around\nsteps:\n  - { kind: approve, title: Go on? }' },
      { id: 'broken', yaml: 'name: [' },
    ],
  })
  await saveOrganisation(db, env.MASTER_KEY, organisation, NOTE, Date.now())
  await env.ALERT_DESK.getByName('main').useOrganisation(1, OrganisationForAlerts.parse(organisation))
  for (const [name, role] of [
    ['viewer', 'viewer'],
    ['responder', 'responder'],
    ['other', 'responder'],
  ] as const)
    tokens[name] = (await createApiToken(db, { name, role, scopes: ['*'], createdBy: 'x' }, Date.now())).secret
})

function call(path: string, form?: Form, token = tokens.responder): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, Origin: env.PUBLIC_URL, 'Sec-Fetch-Site': 'same-origin' }
  const app = /^\/incidents\/(?!new)/.test(path) ? rooms : lists
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries(form ?? {})) for (const each of [value].flat()) body.append(name, each)
  const init = form === undefined ? { headers } : { headers, method: 'POST', body }
  return Promise.resolve(app.request(`${env.PUBLIC_URL}/console${path}`, init, env))
}

async function viewOf<View>(answer: Response, page: string): Promise<View> {
  const { path, view } = await answer.json<{ path: string; view: View }>()
  expect(path).toBe(page)
  return view
}
const roomOf = (answer: Response) => viewOf<RoomView>(answer, '/console/incident')

let id = ''
const act = (path: string, form: Form, token?: string) =>
  call(`/incidents/${id}/${path}`, { commandId: crypto.randomUUID(), ...form }, token)
const look = async () => roomOf(await call(`/incidents/${id}`))

async function open(form: Form = {}): Promise<string> {
  const answer = await call('/incidents', {
    commandId: crypto.randomUUID(),
    title: 'Orders fail',
    severity: 'sev2',
    services: ['shop'],
    ...form,
  })
  expect(answer.status).toBe(303)
  return /^\/console\/incidents\/(\w+)\?done=opened$/.exec(answer.headers.get('Location') ?? '')?.[1] ?? ''
}

describe('the list of incidents', () => {
  it('shows open ones first, the worst on top, and finds by words, state and severity', async () => {
    const small = await open({ title: 'A typo in the footer', severity: 'sev5' })
    const bad = await open({ title: 'Payment is down', severity: 'sev1' })
    id = await open({ title: 'It was the footer again', severity: 'sev4' })
    await act('resolve', { reason: 'Reverted' })

    const view = await viewOf<IncidentsView>(await call(''), '/console/incidents')
    expect(view.open?.map((row) => row.id)).toEqual([bad, small])
    expect(view.open?.[0]).toMatchObject({ title: 'Payment is down', phase: 'triggered', services: ['shop'] })
    expect(view.resolved?.map((row) => row.id)).toEqual([id])

    const find = async (query: string) => {
      const found = await viewOf<IncidentsView>(await call(`/incidents?${query}`), '/console/incidents')
      return [...(found.open ?? []), ...(found.resolved ?? [])].map((row) => row.id)
    }
    expect(await find('q=footer')).toEqual([small, id])
    expect(await find('q=footer&state=open')).toEqual([small])
    expect(await find('severity=sev1')).toEqual([bad])
    expect(await find('state=resolved&severity=nonsense')).toEqual([id])
    expect(await find('before=1')).toEqual([])
  })
})

describe('opening an incident by hand', () => {
  it('is refused to viewers', async () => {
    expect((await call('/incidents/new', undefined, tokens.viewer)).status).toBe(403)
    expect((await call('/incidents', { title: 'x' }, tokens.viewer)).status).toBe(403)
  })

  it('opens one incident however often the form is sent', async () => {
    const form = { commandId: crypto.randomUUID(), title: 'Twice' }
    const first = await open(form)
    expect(await open(form)).toBe(first)
    expect(await open({ ...form, title: 'Something else' })).not.toBe(first)
  })

  it.each([
    [{ title: '' }, 'title', /Give it a title/],
    [{ title: 'x'.repeat(201) }, 'title', /200 characters/],
    [{ severity: 'huge' }, 'severity', /Choose a severity/],
    [{ services: ['no-such'] }, 'services', /no service/],
    [{ startedAt: 'yesterday' }, 'startedAt', /date and time/],
    [{ startedAt: '2990-01-01T00:00' }, 'startedAt', /later than now/],
  ])('keeps what was typed when %j is refused', async (change, field, message) => {
    const form = { title: 'Orders fail', severity: 'sev2', summary: 'Half of them', services: ['shop'], ...change }
    const answer = await call('/incidents', form)
    expect(answer.status).toBe(422)
    const view = await viewOf<NewIncidentView>(answer, '/console/new-incident')
    expect(view.form.errors[field]).toMatch(message)
    expect(view.form.values).toMatchObject({ summary: 'Half of them' })
  })
})

describe('the incident room', () => {
  beforeEach(async () => {
    id = await open()
  })

  it('shows the incident, who can act and which playbooks fit', async () => {
    const view = await look()
    expect(view).toMatchObject({
      me: { name: 'responder', canAct: true },
      incident: { title: 'Orders fail', phase: 'triggered', services: [{ name: 'Shop' }] },
      timeline: { filter: 'all', isLatest: true, olderBefore: null },
      people: [{ name: 'Alice' }, { name: 'Bob' }],
      components: [{ id: 'checkout', name: 'Checkout' }],
      playbooks: [{ name: 'Ask around' }, { name: 'Elsewhere' }],
      missing: [],
      refused: null,
    })
    expect(view.timeline.entries.at(-1)).toMatchObject({ sequence: 1, headline: 'Opened as sev2: Orders fail' })
    expect((await roomOf(await call(`/incidents/${id}`, undefined, tokens.viewer))).me.canAct).toBe(false)
  })

  it('judges by the same alerts, whichever page of them is shown', async () => {
    const desk = env.ALERT_DESK.getByName('main')
    const { key } = await desk.createIntegration({ source: 'json', name: 'Paged' })
    const startsAtMs = Date.now()
    const alerts = Array.from({ length: 30 }, (_, i) => ({
      labels: { alertname: 'Paged', pod: String(i) },
      annotations: i === 0 ? { runbook_url: 'https://runbooks.example/paged' } : {},
      startsAtMs: startsAtMs + i,
      endsAtMs: null,
      generatorUrl: '',
    }))
    const taken = await desk.ingest({ source: 'json', key, alerts })
    const [incidentId] = taken.ok ? taken.incidentIds : []
    const pages = ['', '?alerts=25', '?alerts=225'].map(async (query) =>
      roomOf(await call(`/incidents/${incidentId}${query}`)),
    )
    const [first, second, beyond] = await Promise.all(pages)
    expect([first, second, beyond].map((view) => view?.alerts.listed.length)).toEqual([25, 5, 0])
    expect(first?.runbooks).toMatchObject([{ url: 'https://runbooks.example/paged' }])
    expect([second?.runbooks, beyond?.runbooks]).toEqual([first?.runbooks, first?.runbooks])
  })

  it('knows no incident of another id, and leads a form’s address back to the room', async () => {
    expect((await call('/incidents/zzzzzzzzzzzz')).status).toBe(404)
    expect((await call('/incidents/..%2f..')).status).toBe(404)
    expect((await call(`/incidents/${id}/updates/preview`)).headers.get('Location')).toBe(`/console/incidents/${id}`)
  })

  it('lets nobody act who may only look', async () => {
    for (const path of ['acknowledge', 'updates', 'updates/preview', 'updates/edit', 'resolve', 'runs'])
      expect((await act(path, {}, tokens.viewer)).status).toBe(403)
    expect((await look()).incident.phase).toBe('triggered')
  })

  it('acknowledges, and says so to whoever comes second', async () => {
    const first = await act('acknowledge', {})
    expect(first.headers.get('Location')).toBe(`/console/incidents/${id}?done=acknowledged#main`)
    const second = await act('acknowledge', {}, tokens.other)
    expect(second.status).toBe(409)
    expect((await roomOf(second)).refused?.message).toMatch(/already acknowledged/)
  })

  it('changes state, severity, titles, start and components', async () => {
    const startedAt = new Date(toWallMs('Etc/UTC', Date.now() - 3_600_000)).toISOString().slice(0, 16)
    for (const [path, form] of [
      ['phase', { to: 'identified' }],
      ['severity', { severity: 'sev1', reason: 'Everyone is hit' }],
      ['title', { title: 'The pool is empty', publicTitle: 'Orders fail' }],
      ['start', { startedAt, reason: 'The logs say so' }],
      ['components', { 'component:checkout': 'partial_outage' }],
    ] as const)
      expect([path, (await act(path, form)).status]).toEqual([path, 303])
    expect((await look()).incident).toMatchObject({
      phase: 'identified',
      severity: 'sev1',
      title: 'The pool is empty',
      times: { startedAtMs: Date.parse(`${startedAt}Z`) },
      components: [{ name: 'Checkout', status: 'partial_outage' }],
    })
  })

  it.each([
    ['severity', { severity: 'sev1', reason: '' }, 'reason', /Say why/],
    ['updates', { audience: 'public', body: ' ' }, 'body', /what you want to say/],
    ['updates', { audience: 'everyone', body: 'x' }, 'audience', /who the update is for/],
    ['updates', { audience: 'public', body: 'x'.repeat(10_001) }, 'body', /10000 characters/],
    ['updates', { audience: 'public', body: 'x', 'component:nope': 'operational' }, 'components', /no component/],
    ['updates', { audience: 'public', body: 'x', nextUpdate: 'at' }, 'nextUpdateAt', /date and time/],
    ['start', { startedAt: '2990-01-01T00:00', reason: 'x' }, 'startedAt', /later than now/],
    ['diagnostics/http', { url: 'file:///etc/passwd' }, 'url', /http:\/\//],
    ['roles', { role: 'commander', responder: 'mallory' }, 'responder', /not among the responders/],
    ['runs', { playbookId: 'gone' }, 'playbookId', /no such playbook/],
  ])('keeps what was typed when %s with %j is refused', async (path, form, field, message) => {
    const before = (await look()).incident.version
    const answer = await act(path, form)
    expect(answer.status).toBe(422)
    const { refused, incident } = await roomOf(answer)
    expect(refused).toMatchObject({ form: path.replace('/', '-'), errors: { [field]: expect.stringMatching(message) } })
    expect(refused?.values).toMatchObject(Object.fromEntries(Object.entries(form).map(([k, v]) => [k, v.trim()])))
    expect(incident.version).toBe(before)
  })

  it('shows what customers will see before they do, and goes back to the text', async () => {
    const form = {
      audience: 'public',
      body: 'We found **it**.',
      status: 'identified',
      nextUpdate: '30',
      'component:checkout': 'major_outage',
    }
    const preview = await viewOf<UpdatePreviewView>(await act('updates/preview', form), '/console/update-preview')
    expect(preview.incident).toMatchObject({ status: 'identified', impact: 'critical', updates: [{ body: form.body }] })
    expect(preview.update).toMatchObject({ components: [{ name: 'Checkout', to: 'major_outage' }] })
    expect(Object.fromEntries(preview.fields)).toMatchObject(form)
    expect((await look()).incident.updates).toEqual([])

    const edit = await roomOf(await act('updates/edit', form))
    expect(edit.refused).toMatchObject({ form: 'updates', message: null, errors: {}, values: form })

    const fields = Object.fromEntries(preview.fields)
    const posted = await act('updates', fields)
    expect(posted.headers.get('Location')).toBe(`/console/incidents/${id}?done=public_update#main`)
    // A second click.
    expect((await act('updates', fields)).status).toBe(303)
    const { incident, timeline } = await look()
    expect(incident.updates).toHaveLength(1)
    expect(incident.nextUpdateAtMs).toBeGreaterThan(Date.now() + 29 * 60_000)
    expect(timeline.entries.find(({ update }) => update !== null)).toMatchObject({ audience: 'public' })
    const shown = await roomOf(await call(`/incidents/${id}?show=public`))
    expect(shown.timeline.entries.map(({ type }) => type)).toEqual(['update_posted'])
  })

  it('sends a form back when someone changed what it is about, and only then', async () => {
    const seen = (await look()).incident.version
    await act('tasks', { title: 'Call the bank' }, tokens.other)
    const form = { audience: 'internal', body: 'First', expectedVersion: String(seen) }
    expect((await act('updates', form, tokens.other)).status).toBe(303)

    const stale = await act('updates', { audience: 'public', body: 'Mine', expectedVersion: String(seen) })
    expect(stale.status).toBe(409)
    const { refused, incident } = await roomOf(stale)
    expect(refused?.message).toMatch(/Someone changed this a moment ago \(other: Internal update\)/)
    expect(refused?.values).toMatchObject({ body: 'Mine' })
    expect(incident.updates).toHaveLength(1)

    const again = { audience: 'public', body: 'Mine', expectedVersion: String(incident.version) }
    expect((await act('updates', again)).status).toBe(303)
  })

  it('resolves with a note, and tells customers if they were told of it', async () => {
    expect((await act('resolve', { reason: '' })).status).toBe(422)
    await act('updates', { audience: 'public', body: 'We are looking.' })
    expect((await act('resolve', { reason: 'Restarted', publicBody: 'All is well.' })).status).toBe(303)
    const { incident } = await look()
    expect(incident.phase).toBe('resolved')
    expect(incident.updates.at(-1)).toMatchObject({ audience: 'public', status: 'resolved', body: 'All is well.' })
    expect((await act('resolve', { reason: 'Again' })).status).toBe(409)
  })

  it('gives and takes roles, tasks and hypotheses', async () => {
    await act('roles', { role: 'commander', responder: 'alice' })
    await act('roles', { role: 'technical_lead', responder: 'bob' })
    await act('roles/release', { role: 'technical_lead' })
    await act('tasks', { title: 'Call the bank', owner: '' })
    await act('hypotheses', { statement: 'The pool leaks', owner: 'bob' })
    const { tasks, hypotheses } = (await look()).incident
    await act(`tasks/${tasks[0]?.id}`, { owner: 'bob', done: 'yes' })
    await act(`hypotheses/${hypotheses[0]?.id}`, { verdict: 'confirmed', note: '40 of 40 in use' })
    expect((await act('tasks/none', { owner: '', done: 'no' })).status).toBe(404)

    const { incident } = await look()
    expect(incident.roles).toEqual({ commander: { id: 'alice', name: 'Alice' } })
    expect(incident.tasks).toMatchObject([{ title: 'Call the bank', owner: { name: 'Bob' }, done: true }])
    expect(incident.hypotheses).toMatchObject([{ verdict: 'confirmed', note: '40 of 40 in use' }])
  })

  it('keeps what a diagnostic found, also when it found nothing', async () => {
    // A port that nothing listens on.
    const answer = await act('diagnostics/http', { url: 'http://127.0.0.1:9/' })
    expect(answer.headers.get('Location')).toContain('?done=diagnostic#timeline')
    expect((await look()).timeline.entries[0]).toMatchObject({ type: 'diagnostic_run' })
  })

  it('starts a playbook and cancels it', async () => {
    expect((await act('runs', { playbookId: 'ask' })).status).toBe(303)
    const run = (await look()).incident.runs[0]
    expect(run).toMatchObject({ name: 'Ask around', requestedBy: { name: 'responder' } })
    expect((await act(`runs/${run?.id}/steps/7/approve`, { planHash: 'x', decision: 'approve' })).status).toBe(409)
    expect((await act(`runs/${run?.id}/cancel`, {})).status).toBe(303)
    expect((await look()).incident.runs[0]?.status).toBe('cancelled')
  })
})
