import { abortAllDurableObjects, env, runDurableObjectAlarm } from 'cloudflare:test'
import { describe, expect, it, vi, beforeEach, afterEach } from 'vitest'
import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import { moveTargetOf } from '../domain/alertMove.ts'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { Incident } from '../domain/incident.ts'
import { OrganisationForAlerts } from '../domain/organisation.ts'

// With the rooms themselves: what one incident loses the other has.

const MINUTE = 60_000
const alice: Actor = { kind: 'responder', id: 'alice', name: 'Alice' }
const desk = () => env.ALERT_DESK.getByName('main')
const room = (id: string) => env.INCIDENT_ROOM.getByName(id)

// Each test has services of its own: the desk is the same.
let run = ''
let key = ''
beforeEach(async () => {
  run = crypto.randomUUID().slice(0, 8)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2100, 0, 1) })
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const services = [
    { id: own('checkout'), name: 'Checkout', dependsOn: [own('db')] },
    { id: own('payments'), name: 'Payments', dependsOn: [own('db')] },
    { id: own('db'), name: 'Orders DB' },
    { id: own('search'), name: 'Search' },
  ]
  await desk().useOrganisation(1, OrganisationForAlerts.parse({ services }))
  key = (await desk().createIntegration({ source: 'json', name: crypto.randomUUID() })).key
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const own = (service: string) => `${service}-${run}`

function alert(service: string, more: Record<string, string> = {}): IncomingAlert {
  const labels = { alertname: `On ${service}`, service: own(service), ...more }
  const endsAtMs = Date.now() + 60 * MINUTE
  return { labels, annotations: {}, startsAtMs: Date.now(), endsAtMs, generatorUrl: '' }
}

async function send(...alerts: IncomingAlert[]): Promise<string[]> {
  const answer = await desk().ingest({ source: 'json', key, alerts })
  return answer.ok ? [...answer.incidentIds] : []
}

async function read(id: string | undefined): Promise<Incident> {
  const incident = await room(id ?? '').read()
  if (incident === null) throw new Error(`there is no incident ${id}`)
  return incident
}

const rowsOf = async (id: string) =>
  (await env.DB.prepare('SELECT fingerprint FROM alerts WHERE incident_id = ?').bind(id).all()).results.length

describe('alerts that are moved', () => {
  it('are in the other incident, with their history, here and in D1; both logs say so', async () => {
    const [from = ''] = await send(alert('search'), alert('search', { instance: 'b' }))
    const [to = ''] = await send(alert('unknown'))
    const { alerts } = await desk().alertsOf(from, 0, 10)
    const moving = alerts.slice(0, 1).map(({ fingerprint }) => fingerprint)
    const source = await read(from)
    const target = moveTargetOf(await read(to))
    const request = { from: source, fingerprints: moving, to: target, reason: 'its disk', by: alice }
    expect(await desk().moveAlerts(request)).toEqual({ ok: true, incidentId: to, moved: 1 })
    expect(await read(from)).toMatchObject({ alerts: { total: 1, firing: 1 } })
    expect(await read(to)).toMatchObject({ alerts: { total: 2, firing: 2 }, services: [{ id: own('search') }] })
    expect([await rowsOf(from), await rowsOf(to)]).toEqual([1, 2])
    const events = [...(await room(from).events(0, 100)), ...(await room(to).events(0, 100))]
    expect(events.map(({ event }) => event.type)).toEqual(expect.arrayContaining(['alerts_moved', 'alerts_joined']))
    expect((await desk().trailOf(moving[0] ?? '')).at(-1)).toMatchObject({
      decided: 'moved here',
      because: expect.stringContaining('Alice moved it'),
    })

    // A repeat stays where it was put, also after a crash.
    await abortAllDurableObjects()
    expect(await send(alert('search'), alert('search', { instance: 'b' }))).toEqual(expect.arrayContaining([from, to]))
    expect(await read(to)).toMatchObject({ alerts: { total: 2 } })
    expect(await desk().moveAlerts(request)).toEqual({ ok: false, reason: 'nothing_to_move' })
  })

  it('may open a new incident, which is called as they wish, and leave nothing behind', async () => {
    const [from = ''] = await send(alert('search'))
    const { alerts } = await desk().alertsOf(from, 0, 10)
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
    const source = await read(from)
    const answer = await desk().moveAlerts({
      from: source,
      fingerprints,
      to: { title: 'Apart' },
      reason: '',
      by: alice,
    })
    const opened = await read(answer.ok ? answer.incidentId : '')
    expect(opened).toMatchObject({ title: 'Apart', phase: 'triggered', alerts: { total: 1, firing: 1 } })
    expect(await read(from)).toMatchObject({ phase: 'resolved', alerts: { total: 0 } })
    expect(await rowsOf(opened.id)).toBe(1)
  })

  it('can go to an incident that a person opened', async () => {
    const [from = ''] = await send(alert('search'), alert('search', { instance: 'b' }))
    const template = await read(from)
    const id = template.id.replace(/.$/, template.id.endsWith('z') ? 'y' : 'z') as Incident['id']
    await room(id).submit({
      command: {
        ...template,
        type: 'open',
        id,
        source: 'person',
        startedAtMs: Date.now(),
        policy: null,
        title: 'By hand',
      },
      by: alice,
    })
    const { alerts } = await desk().alertsOf(from, 0, 1)
    const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
    const to = moveTargetOf(await read(id))
    await desk().moveAlerts({ from: template, fingerprints, to, reason: '', by: alice })
    expect(await read(id)).toMatchObject({ alerts: { total: 1, firing: 1 } })
  })
})

describe('incidents that are merged', () => {
  it('go on as one: its alerts, and what comes of its groups later', async () => {
    const [from = ''] = await send(alert('search'))
    const [into = ''] = await send(alert('unknown'))
    const { id, title, publicTitle } = await read(into)
    const command = {
      type: 'merge_into',
      into: { id, title, publicTitle, isPublic: false },
      reason: 'the same',
      updateId: 'closing',
    } as const
    expect((await room(from).submit({ command, by: alice })).ok).toBe(true)
    expect(await runDurableObjectAlarm(room(from))).toBe(true)
    expect((await read(into)).alerts.total).toBe(2)
    expect(await read(from)).toMatchObject({ phase: 'resolved', mergedInto: { id: into } })
    expect(await read(into)).toMatchObject({ absorbed: [{ id: from }], services: [{ id: own('search') }] })
    expect(await send(alert('search', { instance: 'late' }))).toEqual([into])
    expect(await rowsOf(into)).toBe(3)
    // As often as the room's alarm says it.
    await desk().takeOver({ id: (await read(from)).id, title: '' }, moveTargetOf(await read(into)), '', SYSTEM)
    expect(await read(into)).toMatchObject({ absorbed: [{ id: from }], alerts: { total: 3 } })
  })

  it('keep the firing of an alert that fired in the other one before', async () => {
    const services = [{ id: own('search'), name: 'Search' }]
    await desk().useOrganisation(1, OrganisationForAlerts.parse({ services, grouping: { windowMinutes: 30 } }))
    const fires = alert('search')
    const [into = ''] = await send(fires)
    await room(into).submit({ command: { type: 'acknowledge', via: 'api' }, by: alice })
    vi.setSystemTime(Date.now() + MINUTE)
    await send({ ...fires, endsAtMs: Date.now() })
    vi.setSystemTime(Date.now() + 60 * MINUTE)
    const again = { ...fires, startsAtMs: Date.now(), endsAtMs: Date.now() + 60 * MINUTE }
    const [from = ''] = await send(again)
    expect(from).not.toBe(into)

    const { id, title, publicTitle } = await read(into)
    const target = { id, title, publicTitle, isPublic: false }
    const command = { type: 'merge_into', into: target, reason: 'the same', updateId: 'closing' } as const
    await room(from).submit({ command, by: alice })
    expect(await runDurableObjectAlarm(room(from))).toBe(true)
    expect(await read(into)).toMatchObject({ alerts: { total: 1, firing: 1 } })
    expect(await send(again)).toEqual([into])
    expect([await rowsOf(from), await rowsOf(into)]).toEqual([0, 1])
  })

  it('are gathered when what they both need fires, unless somebody works on one', async () => {
    const [checkout = ''] = await send(alert('checkout'))
    // The younger one is merged into the older.
    vi.setSystemTime(Date.now() + MINUTE)
    const [payments = ''] = await send(alert('payments'))
    expect(payments).not.toBe(checkout)
    await send(alert('db'))
    expect((await read(payments)).mergedInto?.id).toBe(checkout)
    expect(await runDurableObjectAlarm(room(payments))).toBe(true)
    expect((await read(checkout)).alerts.total).toBe(3)
    expect((await read(checkout)).services.map(({ name }) => name).toSorted()).toEqual([
      'Checkout',
      'Orders DB',
      'Payments',
    ])
  })

  it('are left to whoever has answered one', async () => {
    await send(alert('checkout'))
    // The younger one is merged into the older.
    vi.setSystemTime(Date.now() + MINUTE)
    const [payments = ''] = await send(alert('payments'))
    await room(payments).submit({ command: { type: 'acknowledge', via: 'api' }, by: alice })
    await send(alert('db'))
    expect((await desk().stats()).outbox).toBe(0)
    expect(await read(payments)).toMatchObject({ phase: 'acknowledged', mergedInto: null })
  })
})
