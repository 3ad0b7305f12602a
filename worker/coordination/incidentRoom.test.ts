import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NOTE } from '../../test/configNote.ts'
import { ALICE, BOB, OPEN, POLICY, T0 } from '../../test/sampleIncident.ts'
import { SYSTEM } from '../domain/actor.ts'
import { incidentIdFrom } from '../domain/identifiers.ts'
import type { IncidentId } from '../domain/identifiers.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'
import { NO_ORGANISATION, Organisation, OrganisationForAlerts } from '../domain/organisation.ts'
import { database } from '../storage/database.ts'
import { eventAnswer } from '../http/incidentSchema.ts'
import { saveChanges } from '../storage/changes.ts'
import { listIncidents } from '../storage/incidents.ts'
import { saveOrganisation } from '../storage/organisation.ts'
import { onCallPlan } from '../storage/onCall.ts'
import { saveResponders } from '../storage/responders.ts'
import type { IncidentRoom } from './incidentRoom.ts'

// workerd's alarm clock is not faked: with a date this far ahead no alarm fires by itself.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: T0 })
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function freshId(): IncidentId {
  return incidentIdFrom(crypto.getRandomValues(new Uint8Array(12)))
}

async function openRoom(changes: Partial<Extract<IncidentCommand, { type: 'open' }>> = {}) {
  const id = freshId()
  const room = env.INCIDENT_ROOM.getByName(id)
  const answer = await room.submit({ command: { ...OPEN, id, policy: null, ...changes }, by: SYSTEM })
  if (!answer.ok) throw new Error(answer.reason)
  return { id, room }
}

describe('a room', () => {
  it('shows in lists as soon as its answer is there', async () => {
    const { id } = await openRoom()
    const rows = await listIncidents(database(env.DB), { open: true, limit: 100 })
    expect(rows.find((row) => row.id === id)).toMatchObject({ phase: 'triggered', version: 1 })
  })

  it('asks for its alarm in the very turn in which it writes, so that no crash comes between the two', async () => {
    const id = freshId()
    const room = env.INCIDENT_ROOM.getByName(id)
    const order = await runInDurableObject(room, async (instance: IncidentRoom, { storage }) => {
      const calls: string[] = []
      const transaction = storage.transactionSync.bind(storage)
      vi.spyOn(storage, 'transactionSync').mockImplementation((closure) => {
        calls.push('commit')
        queueMicrotask(() => calls.push('turn over'))
        return transaction(closure)
      })
      const setAlarm = storage.setAlarm.bind(storage)
      vi.spyOn(storage, 'setAlarm').mockImplementation((at) => {
        calls.push('alarm')
        return setAlarm(at)
      })
      await instance.submit({ command: { ...OPEN, id }, by: SYSTEM })
      return calls
    })
    expect(order.slice(0, 3)).toEqual(['commit', 'alarm', 'turn over'])
  })

  it('keeps everything when its memory is lost', async () => {
    const { room } = await openRoom()
    await room.submit({ command: { type: 'acknowledge', via: 'api' }, by: ALICE })
    const before = await room.read()
    await evictDurableObject(room)
    expect(await room.read()).toEqual(before)
  })

  it('lets one of a hundred win who saw the same version, and shows the others what is the case', async () => {
    const { room } = await openRoom()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        room.submit({ command: { type: 'acknowledge', via: 'api' }, by: ALICE, expectedVersion: 1 }),
      ),
    )
    const refused = answers.filter((answer) => !answer.ok)
    expect(refused).toHaveLength(99)
    for (const answer of refused)
      expect(answer).toMatchObject({ reason: 'stale_version', incident: { phase: 'acknowledged' } })
  })

  it('carries a command out once under one key', async () => {
    const { room } = await openRoom()
    const task = (id: string): IncidentCommand => ({ type: 'add_task', id, title: 'Look', owner: null })
    await room.submit({ command: task('a'), by: ALICE, idempotencyKey: 'k' })
    await evictDurableObject(room)
    await room.submit({ command: task('b'), by: ALICE, idempotencyKey: 'k' })
    expect((await room.read())?.tasks).toHaveLength(1)
  })

  it('answers although D1 fails, and brings D1 up to date later', async () => {
    const { id, room } = await openRoom()
    await env.DB.exec('ALTER TABLE incidents RENAME TO incidents_away')
    const answer = await room.submit({ command: { type: 'acknowledge', via: 'api' }, by: ALICE })
    await env.DB.exec('ALTER TABLE incidents_away RENAME TO incidents')
    expect(answer.ok).toBe(true)
    vi.setSystemTime(T0 + 60_000)
    expect(await runDurableObjectAlarm(room)).toBe(true)
    const rows = await listIncidents(database(env.DB), { open: true, limit: 100 })
    expect(rows.find((row) => row.id === id)?.phase).toBe('acknowledged')
  })

  it('leaves nothing behind where no incident was opened', async () => {
    const room = env.INCIDENT_ROOM.getByName(freshId())
    expect(await room.read()).toBeNull()
    expect(await room.submit({ command: { type: 'acknowledge', via: 'api' }, by: BOB })).toEqual({
      ok: false,
      reason: 'unknown_incident',
      incident: null,
    })
    expect(await runDurableObjectAlarm(room)).toBe(false)
  })
})

describe('the live feed', () => {
  async function follow(room: Awaited<ReturnType<typeof openRoom>>['room'], after: number) {
    const response = await room.fetch(`https://room/?after=${after}`, { headers: { upgrade: 'websocket' } })
    const socket = response.webSocket
    if (socket === null) throw new Error(`no socket: ${response.status}`)
    const seen: RecordedEvent[] = []
    socket.addEventListener('message', ({ data }) => {
      const message: unknown = JSON.parse(String(data))
      if (typeof message === 'object' && message !== null && 'event' in message)
        seen.push(message.event as RecordedEvent)
    })
    socket.accept()
    return { socket, seen }
  }

  it('has no gap across a lost connection', async () => {
    const { room } = await openRoom()
    const add = (i: number) =>
      room.submit({ command: { type: 'add_task', id: `t${i}`, title: `Task ${i}`, owner: null }, by: ALICE })
    const first = await follow(room, 0)
    for (let i = 0; i < 20; i++) await add(i)
    await expect.poll(() => first.seen.length).toBeGreaterThan(5)
    const had = first.seen.length
    first.socket.close()
    for (let i = 20; i < 40; i++) await add(i)
    const second = await follow(room, first.seen[had - 1]?.sequence ?? 0)
    for (let i = 40; i < 50; i++) await add(i)
    const log = await room.events(0, 1000)
    await expect.poll(() => second.seen.at(-1)?.sequence).toBe(log.at(-1)?.sequence)
    expect([...first.seen.slice(0, had), ...second.seen]).toEqual(log)
  })

  it('tells nothing more to whoever has not shown for long that they may watch', async () => {
    const { room } = await openRoom()
    const { socket, seen } = await follow(room, 1)
    const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)))
    vi.setSystemTime(T0 + 16 * 60_000)
    await room.submit({ command: { type: 'acknowledge', via: 'api' }, by: ALICE })
    expect(await closed).toBe(1012)
    expect(seen).toEqual([])
    const again = await follow(room, 1)
    await expect.poll(() => again.seen.map(({ event }) => event.type)).toEqual(['acknowledged'])
  })

  it('says what it is to a client that speaks no WebSocket', async () => {
    const { room } = await openRoom()
    expect((await room.fetch('https://room/')).status).toBe(426)
  })
})

describe('the headline', () => {
  it('is there after the first alarm, in the room and in lists, and once', async () => {
    const { id, room } = await openRoom()
    await runDurableObjectAlarm(room)
    const sentence = 'HighErrorRate on checkout; sev2 because the alert says critical.'
    expect((await room.read())?.headline?.sentence).toBe(sentence)
    await evictDurableObject(room)
    vi.setSystemTime(T0 + 60_000)
    await room.submit({ command: { type: 'correct_start', toMs: T0 - 120_000, reason: 'logs' }, by: ALICE })
    await runDurableObjectAlarm(room)
    const events = await room.events(0, 100)
    expect(events.filter(({ event }) => event.type === 'assessed')).toHaveLength(1)
    const rows = await listIncidents(database(env.DB), { open: true, limit: 100 })
    expect(rows.find((row) => row.id === id)?.headline).toBe(sentence)
  })

  it('names a likely change, and says of a storm only what it came to', async () => {
    const nowMs = T0 - 10 * 60_000
    const deployed = { source: 'github', environment: 'production', ref: null, url: null, by: null } as const
    const title = 'Deployment of checkout v142 to production'
    await saveChanges(database(env.DB), [
      { ...deployed, id: 'v142', services: ['checkout'], title, atMs: nowMs, updatedAtMs: nowMs, outcome: 'success' },
    ])
    const { room } = await openRoom()
    await runDurableObjectAlarm(room)
    for (let i = 1; i <= 20; i++) {
      const join = { type: 'join_alerts', total: i * 64, firing: i * 64, count: 64, sample: [] } as const
      await room.submit({ command: join, by: SYSTEM })
      await runDurableObjectAlarm(room)
    }
    vi.setSystemTime(T0 + 11_000)
    await runDurableObjectAlarm(room)
    const incident = await room.read()
    expect(incident?.headline?.sentence).toBe(
      'HighErrorRate on checkout, likely the deployment of checkout v142 to production, 9 minutes before; sev2 because the alert says critical; 1,280 alerts grouped.',
    )
    expect(incident?.headline?.changed).toEqual(['checkout'])
    const events = await room.events(0, 200)
    expect(events.filter(({ event }) => event.type === 'assessed')).toHaveLength(2)
    await env.DB.exec('DELETE FROM changes')
  })

  it('names a change that is told late, once its rest is over', async () => {
    const { room } = await openRoom()
    await runDurableObjectAlarm(room)
    const atMs = T0 - 8 * 60_000
    const deployed = { source: 'github', environment: 'production', ref: null, url: null, by: null } as const
    const title = 'Deployment of checkout v143'
    await saveChanges(database(env.DB), [
      { ...deployed, id: 'v143', services: ['checkout'], title, atMs, updatedAtMs: atMs, outcome: 'failure' },
    ])
    await room.hearOfChange()
    vi.setSystemTime(T0 + 11_000)
    await runDurableObjectAlarm(room)
    expect((await room.read())?.headline?.sentence).toContain('likely the deployment of checkout v143')
    await room.hearOfChange()
    vi.setSystemTime(T0 + 60_000)
    await runDurableObjectAlarm(room)
    expect((await room.events(0, 100)).filter(({ event }) => event.type === 'assessed')).toHaveLength(2)
    await env.DB.exec('DELETE FROM changes')
  })

  it('counts anew when alerts are moved away', async () => {
    const { room } = await openRoom()
    const counts = { total: 3, firing: 3, count: 3, sample: [] }
    await room.submit({ command: { type: 'join_alerts', ...counts }, by: SYSTEM })
    await runDurableObjectAlarm(room)
    expect((await room.read())?.headline?.sentence).toContain('3 alerts grouped')
    const to = { id: incidentIdFrom(crypto.getRandomValues(new Uint8Array(12))), title: 'Apart' }
    await room.submit({
      command: { type: 'let_alerts_go', to, reason: '', ...counts, total: 2, firing: 2, count: 1 },
      by: ALICE,
    })
    vi.setSystemTime(T0 + 11_000)
    await runDurableObjectAlarm(room)
    expect((await room.read())?.headline?.sentence).toContain('2 alerts grouped')
  })

  it('is made without changes while D1 is away, and again with them later', async () => {
    const { room } = await openRoom()
    await env.DB.exec('ALTER TABLE changes RENAME TO changes_away')
    await runDurableObjectAlarm(room)
    await env.DB.exec('ALTER TABLE changes_away RENAME TO changes')
    expect((await room.read())?.headline).not.toBeNull()
    vi.setSystemTime(T0 + 60_000)
    expect(await runDurableObjectAlarm(room)).toBe(true)
    expect((await room.events(0, 100)).filter(({ event }) => event.type === 'assessed')).toHaveLength(1)
  })
})

describe('the measured impact', () => {
  const PROMETHEUS = 'https://prometheus.example.com'

  // Rooms of other tests have nothing to measure.
  afterEach(() => env.ALERT_DESK.getByName('main').useOrganisation(1, NO_ORGANISATION))

  async function openMeasured(answer: () => Response) {
    const asked: string[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const { url } = new Request(input, init)
      asked.push(new URL(url).searchParams.get('query') ?? url)
      return answer()
    })
    const organisation = Organisation.parse({
      statusPage: { name: 'Acme' },
      connections: [{ id: 'prometheus', name: 'Prometheus', url: PROMETHEUS }],
      services: [
        {
          id: 'checkout',
          name: 'Checkout',
          tier: 1,
          users: 10_000,
          impact: { connection: 'prometheus', affectedUsers: 'users{region="{{region}}"}' },
        },
      ],
    })
    await saveOrganisation(database(env.DB), env.MASTER_KEY, organisation, NOTE, T0)
    await env.ALERT_DESK.getByName('main').useOrganisation(1, OrganisationForAlerts.parse(organisation))
    return { asked, ...(await openRoom({ severity: 'sev3' })) }
  }
  const users = (value: number) =>
    Response.json({ data: { resultType: 'vector', result: [{ metric: {}, value: [0, String(value)] }] } })
  const measurements = async (room: Awaited<ReturnType<typeof openRoom>>['room']) =>
    (await room.events(0, 100)).filter(({ event }) => event.type === 'impact_measured')

  it('raises the severity, stands in the headline, and is asked again after five minutes', async () => {
    let affected = 1200
    const { room, asked } = await openMeasured(() => users(affected))
    await runDurableObjectAlarm(room)
    const incident = await room.read()
    expect(incident).toMatchObject({ severity: 'sev1', severityReason: 'tier 1 × more than 10% of users' })
    expect(asked).toEqual(['users{region=""}'])
    vi.setSystemTime(T0 + 60_000)
    await room.submit({ command: { type: 'join_alerts', total: 2, firing: 2, count: 1, sample: [] }, by: SYSTEM })
    await runDurableObjectAlarm(room)
    expect((await room.read())?.headline?.sentence).toContain('for about 1,200 users')
    expect(asked).toHaveLength(1)
    affected = 2400
    vi.setSystemTime(T0 + 301_000)
    await evictDurableObject(room)
    await runDurableObjectAlarm(room)
    expect(asked).toHaveLength(2)
    expect((await measurements(room)).map(({ event }) => 'affectedUsers' in event && event.affectedUsers)).toEqual([
      1200, 2400,
    ])
  })

  it('that fails is said once and harms nothing, and a resolved incident is not asked about', async () => {
    const { room, asked } = await openMeasured(() => new Response('{"error":"overloaded"}', { status: 503 }))
    await runDurableObjectAlarm(room)
    vi.setSystemTime(T0 + 301_000)
    await runDurableObjectAlarm(room)
    expect(asked).toHaveLength(2)
    expect(await measurements(room)).toMatchObject([
      { event: { problem: 'Prometheus: answered HTTP 503: overloaded', affectedUsers: null } },
    ])
    expect(await room.read()).toMatchObject({ severity: 'sev3', phase: 'triggered' })
    await room.submit({
      command: { type: 'resolve', reason: 'x', updateId: 'c', publicBody: null },
      by: ALICE,
    })
    vi.setSystemTime(T0 + 900_000)
    await runDurableObjectAlarm(room)
    expect(asked).toHaveLength(2)
  })
})

describe('paging', () => {
  const HOOK = 'https://pager.example.com/alice'

  async function openPaged() {
    await saveResponders(
      database(env.DB),
      [
        { id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'admin', webhookUrl: HOOK },
        {
          id: 'bob',
          name: 'Bob',
          email: 'bob@example.com',
          role: 'responder',
          webhookUrl: 'https://pager.example.com/bob',
        },
      ],
      T0,
    )
    return openRoom({ policy: POLICY })
  }

  function receiver(answer: () => Response) {
    const calls: { url: string; id: string | null }[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input, init)
      calls.push({ url: request.url, id: request.headers.get('webhook-id') })
      return answer()
    })
    return calls
  }

  it('tries again under the same key until the receiver takes it', async () => {
    let up = false
    const calls = receiver(() => new Response('', { status: up ? 200 : 500 }))
    const { room } = await openPaged()
    await runDurableObjectAlarm(room)
    expect((await room.read())?.pages.find(({ channel }) => channel === 'webhook')?.state).toBe('queued')
    up = true
    vi.setSystemTime(T0 + 60_000)
    await runDurableObjectAlarm(room)
    const hooks = calls.filter(({ url }) => url === HOOK)
    expect(hooks).toHaveLength(2)
    expect(new Set(hooks.map(({ id }) => id)).size).toBe(1)
    expect((await room.read())?.pages.find(({ channel }) => channel === 'webhook')).toMatchObject({
      state: 'sent',
      attempts: 2,
      note: 'HTTP 200',
    })
  })

  it('shows nobody who watches the address of a page', async () => {
    receiver(() => new Response(''))
    const { room } = await openPaged()
    await runDurableObjectAlarm(room)
    const queued = (await room.events(0, 100)).filter(({ event }) => event.type === 'page_queued')
    expect(JSON.stringify(queued)).toContain(HOOK)
    expect(JSON.stringify(queued.map(eventAnswer))).not.toContain(HOOK)
    const response = await room.fetch('https://room/?after=0', { headers: { upgrade: 'websocket' } })
    const heard: string[] = []
    response.webSocket?.addEventListener('message', ({ data }) => heard.push(String(data)))
    response.webSocket?.accept()
    await expect.poll(() => heard.join('')).toContain('page_sent')
    expect(heard.join('')).not.toContain(HOOK)
  })

  it('has a row for every attempt before its receipt', async () => {
    receiver(() => new Response(''))
    const { room } = await openPaged()
    await runDurableObjectAlarm(room)
    const log = (await room.events(0, 100)).map(({ event }) =>
      'pageId' in event && event.pageId.endsWith('webhook') ? event.type : '',
    )
    expect(log.filter((type) => type !== '')).toEqual(['page_attempted', 'page_sent'])
  })

  it('goes to the next person when nobody answers, once, and stops when someone does', async () => {
    const calls = receiver(() => new Response(''))
    const { room } = await openPaged()
    await runDurableObjectAlarm(room)
    vi.setSystemTime(T0 + 300_000)
    await runDurableObjectAlarm(room)
    await runDurableObjectAlarm(room)
    expect(calls.map(({ url }) => url)).toEqual([HOOK, 'https://pager.example.com/bob'])
    await room.submit({ command: { type: 'acknowledge', via: 'link' }, by: BOB })
    vi.setSystemTime(T0 + 3_600_000)
    await runDurableObjectAlarm(room)
    expect(calls).toHaveLength(2)
  })

  it('pages by the last known plan while D1 does not answer', async () => {
    const calls = receiver(() => new Response(''))
    const { room } = await openPaged()
    await env.ALERT_DESK.getByName('main').useOnCallPlan(await onCallPlan(database(env.DB), T0))
    await env.DB.exec('ALTER TABLE responders RENAME TO responders_away')
    await runDurableObjectAlarm(room)
    await env.DB.exec('ALTER TABLE responders_away RENAME TO responders')
    expect(calls.map(({ url }) => url)).toEqual([HOOK])
  })

  it('does not let one receiver that hangs hold up another', async () => {
    const policy = {
      ...POLICY,
      steps: [{ targets: ['alice', 'bob'].map((id) => ({ kind: 'responder' as const, id })), waitSeconds: 300 }],
    }
    let release = () => {}
    const hanging = new Promise<void>((resolve) => (release = resolve))
    const calls: string[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
      const { url } = new Request(input)
      calls.push(url)
      if (url === HOOK) await hanging
      // Both were called before either had its answer.
      else release()
      return new Response('')
    })
    await openPaged()
    const { room } = await openRoom({ policy })
    await runDurableObjectAlarm(room)
    expect(calls.toSorted()).toEqual([HOOK, 'https://pager.example.com/bob'])
    expect((await room.read())?.pages.filter(({ channel }) => channel === 'webhook').map(({ state }) => state)).toEqual(
      ['sent', 'sent'],
    )
  })

  const worse = {
    type: 'join_alerts',
    total: 2,
    firing: 2,
    count: 1,
    sample: [],
    severity: { to: 'sev1', reason: 'The alert AllDown says sev1', policy: POLICY },
  } as const

  it('calls people again who had answered, once and under new ids, when a worse alert joins', async () => {
    const calls = receiver(() => new Response(''))
    const { id, room } = await openPaged()
    await room.submit({ command: { type: 'acknowledge', via: 'api' }, by: ALICE })
    await room.submit({ command: worse, by: SYSTEM, idempotencyKey: 'join' })
    await evictDurableObject(room)
    await room.submit({ command: worse, by: SYSTEM, idempotencyKey: 'join' })
    await runDurableObjectAlarm(room)
    await runDurableObjectAlarm(room)
    // What was asked for before the answer is not sent any more.
    expect(calls.map(({ id: page }) => page)).toEqual([`${id}.again-1.1.1.alice.webhook`])
    expect(await room.read()).toMatchObject({ phase: 'acknowledged', severity: 'sev1', paging: { state: 'calling' } })
  })

  it('escalates such a call, and stops it when someone answers', async () => {
    const calls = receiver(() => new Response(''))
    const { room } = await openPaged()
    await room.submit({ command: { type: 'acknowledge', via: 'api' }, by: ALICE })
    await room.submit({ command: worse, by: SYSTEM })
    vi.setSystemTime(T0 + 300_000)
    await runDurableObjectAlarm(room)
    expect(calls.map(({ url }) => url)).toContain('https://pager.example.com/bob')
    await room.submit({ command: { type: 'acknowledge', via: 'link' }, by: BOB })
    vi.setSystemTime(T0 + 7_200_000)
    const before = calls.length
    await runDurableObjectAlarm(room)
    expect(calls).toHaveLength(before)
  })

  it('goes on after its memory was lost', async () => {
    const calls = receiver(() => new Response(''))
    const { room } = await openPaged()
    await evictDurableObject(room)
    await runDurableObjectAlarm(room)
    expect(calls.map(({ url }) => url)).toEqual([HOOK])
  })
})
