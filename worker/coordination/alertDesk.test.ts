import { abortAllDurableObjects, env, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../domain/actor.ts'
import type { IncomingAlert } from '../domain/alertIntake.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { Matcher } from '../domain/matchers.ts'
import { Organisation, OrganisationForAlerts } from '../domain/organisation.ts'
import type { WantedSilence } from '../domain/silence.ts'
import type { AlertDesk } from './alertDesk.ts'

const START = Date.UTC(2100, 0, 1)
const MINUTE = 60_000

interface Submitted {
  readonly room: string
  readonly command: IncidentCommand
  readonly idempotencyKey: string
}

/** Rooms that write down what they are told, fail while `failing`, and refuse alerts once resolved. */
class Rooms {
  readonly submitted: Submitted[] = []
  readonly resolved = new Set<string>()
  failing = false

  getByName(room: string) {
    return {
      submit: async ({ command, idempotencyKey }: { command: IncidentCommand; idempotencyKey: string }) => {
        if (this.failing) throw new Error('the room is not there')
        this.submitted.push({ room, command, idempotencyKey })
        const phase = this.resolved.has(room) ? 'resolved' : 'triggered'
        if (phase === 'resolved' && command.type === 'join_alerts')
          return { ok: false, reason: 'already_resolved', incident: { phase } }
        return { ok: true, incident: { phase }, sequence: 1 }
      },
    }
  }

  types(): string[] {
    return this.submitted.map(({ command }) => command.type)
  }
}

/** One desk of its own, and what a sender sends to it. */
async function newDesk() {
  const name = crypto.randomUUID()
  const rooms = new Rooms()
  const stub = await deskWith(name, rooms)
  const { key } = await stub.createIntegration({ source: 'alertmanager', name: 'Prometheus' })
  const send = (...alerts: IncomingAlert[]) =>
    env.ALERT_DESK.getByName(name).ingest({ source: 'alertmanager', key, alerts })
  /** As after a crash: memory is gone, the disk is not. */
  const restart = async () => {
    await abortAllDurableObjects()
    return deskWith(name, rooms)
  }
  return { stub, rooms, key, send, restart }
}

async function deskWith(name: string, rooms: Rooms): Promise<DurableObjectStub<AlertDesk>> {
  const stub = env.ALERT_DESK.getByName(name)
  await runInDurableObject(stub, (desk) => {
    Object.defineProperty(desk, 'env', { value: { ...env, INCIDENT_ROOM: rooms } })
  })
  return stub
}

function alert(labels: Record<string, string>, more: Partial<IncomingAlert> = {}): IncomingAlert {
  return { labels, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '', ...more }
}

const errorRate = { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical' }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START })
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

describe('intake', () => {
  it('refuses a key it does not know, one of another source, and one that was revoked', async () => {
    const { stub, key, send } = await newDesk()
    expect(await stub.ingest({ source: 'alertmanager', key: 'wrong', alerts: [alert(errorRate)] })).toEqual({
      ok: false,
      reason: 'unknown_key',
    })
    expect((await stub.ingest({ source: 'json', key, alerts: [alert(errorRate)] })).ok).toBe(false)
    const [integration] = await stub.integrations()
    await stub.revokeIntegration(integration?.id ?? '')
    expect((await send(alert(errorRate))).ok).toBe(false)
    expect(JSON.stringify(await stub.integrations())).not.toContain(key)
  })

  it('opens one incident for ten thousand alerts of a group and lists them all', async () => {
    const { stub, rooms, send } = await newDesk()
    const storm = Array.from({ length: 10_000 }, (_, i) => alert({ ...errorRate, instance: `web-${i}` }))
    const answer = await send(...storm)
    expect(answer).toMatchObject({ ok: true, accepted: 10_000, changed: 10_000 })
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(rooms.submitted[1]?.command).toMatchObject({ total: 10_000, firing: 10_000, count: 10_000 })
    const id = answer.ok ? (answer.incidentIds[0] ?? '') : ''
    expect(await stub.alertsOf(id, 9_990, 100)).toMatchObject({ total: 10_000, alerts: { length: 10 } })
    expect(await stub.activeAlerts()).toHaveLength(10_000)
    const row = await env.DB.prepare('SELECT count(*) AS n FROM alerts WHERE incident_id = ?').bind(id).first('n')
    expect(row).toBe(10_000)
  })

  it('judges an incident by an alert of each severity, however many of another fire before it', async () => {
    const { stub, send } = await newDesk()
    const warning = { ...errorRate, severity: 'warning' }
    const answer = await send(...Array.from({ length: 300 }, (_, i) => alert({ ...warning, instance: `web-${i}` })))
    pass(1_000)
    await send(alert(errorRate))
    const { alerts, total } = await stub.alertsToJudge(answer.ok ? (answer.incidentIds[0] ?? '') : '')
    expect(total).toBe(301)
    expect(alerts).toHaveLength(201)
    expect(alerts.at(-1)).toMatchObject({ labels: errorRate, firing: true, serviceId: null })
  })

  it('writes no row for ten thousand repeats', async () => {
    const { stub, rooms, send } = await newDesk()
    const startsAtMs = START
    const batch = (nowMs: number) =>
      Array.from({ length: 100 }, (_, i) =>
        alert(
          { ...errorRate, instance: `web-${i}` },
          { startsAtMs, endsAtMs: nowMs + 4 * MINUTE, annotations: { value: String(nowMs) } },
        ),
      )
    await send(...batch(START))
    const { rowsWritten } = await stub.stats()
    // Within the hour in which the last use of the key is not written again.
    for (let repeat = 1; repeat <= 100; repeat++) {
      pass(MINUTE / 2)
      expect(await send(...batch(Date.now()))).toMatchObject({ ok: true, accepted: 100, changed: 0 })
      await stub.sweep(Date.now())
    }
    expect((await stub.stats()).rowsWritten).toBe(rowsWritten)
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    const [first] = await stub.activeAlerts()
    expect(first?.alert.endsAtMs).toBe(Date.now() + 4 * MINUTE)
  })

  it('pages by the policy of the service and the severity, from its own copy of the configuration', async () => {
    const { stub, rooms, send } = await newDesk()
    const organisation = Organisation.parse({
      statusPage: { name: 'Shop' },
      components: [{ id: 'checkout', name: 'Checkout' }],
      services: [
        {
          id: 'checkout',
          name: 'Checkout',
          components: ['checkout'],
          escalation: [{ severities: ['sev1', 'sev2'], policy: 'now' }],
        },
      ],
      policies: [
        { id: 'now', name: 'Now', steps: [{ targets: [{ kind: 'responder', id: 'alice' }], waitSeconds: 60 }] },
      ],
    })
    await stub.useOrganisation(1, OrganisationForAlerts.parse(organisation))
    const { rowsWritten } = await stub.stats()
    await stub.useOrganisation(1, OrganisationForAlerts.parse(organisation))
    expect((await stub.stats()).rowsWritten).toBe(rowsWritten)

    await send(alert(errorRate), alert({ ...errorRate, alertname: 'Slow', severity: 'warning' }))
    const opened = rooms.submitted.map(({ command }) => command).filter((command) => command.type === 'open')
    expect(opened.find(({ title }) => title === 'HighErrorRate on checkout')).toMatchObject({
      publicTitle: 'Problem with Checkout',
      severity: 'sev2',
      policy: { id: 'now' },
    })
    expect(opened.find(({ title }) => title === 'Slow on checkout')).toMatchObject({ severity: 'sev3', policy: null })
  })
})

describe('the life of a group', () => {
  it('clears when the last alert ends, joins when one fires again, and opens anew after a resolve', async () => {
    const { stub, rooms, send } = await newDesk()
    const two = { ...errorRate, instance: 'b' }
    const first = await send(alert(errorRate), alert(two))
    pass(MINUTE)
    await send(alert(errorRate, { endsAtMs: Date.now() }))
    await send(alert(two, { endsAtMs: Date.now() }))
    pass(MINUTE)
    const again = await send(alert(two))
    expect(rooms.submitted.map(({ command }) => [command.type, 'firing' in command ? command.firing : null])).toEqual([
      ['open', null],
      ['join_alerts', 2],
      ['clear_alerts', 1],
      ['clear_alerts', 0],
      ['join_alerts', 1],
    ])
    expect(rooms.submitted[4]?.command).toMatchObject({ total: 2 })
    expect(again.ok && again.incidentIds).toEqual(first.ok && first.incidentIds)

    await stub.incidentResolved(first.ok ? (first.incidentIds[0] ?? '') : '')
    pass(MINUTE)
    const anew = await send(alert(errorRate))
    expect(rooms.types().filter((type) => type === 'open')).toHaveLength(2)
    expect(anew.ok && anew.incidentIds).not.toEqual(first.ok && first.incidentIds)
  })

  it('takes the repeats of a firing that a person has closed for what they are', async () => {
    const { stub, rooms, send, restart } = await newDesk()
    const firing = (startsAtMs: number) => alert(errorRate, { startsAtMs, endsAtMs: Date.now() + 4 * MINUTE })
    const first = await send(firing(START))
    pass(MINUTE)
    await stub.incidentResolved(first.ok ? (first.incidentIds[0] ?? '') : '')
    pass(MINUTE)
    expect(await send(firing(START))).toMatchObject({ changed: 0 })
    await restart()
    expect(await send(firing(START))).toMatchObject({ changed: 0 })
    pass(MINUTE)
    expect(await send(firing(Date.now()))).toMatchObject({ changed: 2 })
    expect(rooms.types().filter((type) => type === 'open')).toHaveLength(2)
  })

  it('opens another incident when the room says that it has been resolved meanwhile', async () => {
    const { stub, rooms, send } = await newDesk()
    const first = await send(alert(errorRate))
    const id = first.ok ? (first.incidentIds[0] ?? '') : ''
    rooms.resolved.add(id)
    await send(alert({ ...errorRate, instance: 'b' }))
    await stub.sweep(Date.now())
    const opened = rooms.submitted.filter(({ command }) => command.type === 'open').map(({ room }) => room)
    expect(opened).toHaveLength(2)
    const active = await stub.activeAlerts()
    expect(active.find(({ alert: { labels } }) => labels['instance'] === 'b')?.incidentId).toBe(opened[1])
    expect(active.find(({ alert: { labels } }) => labels['instance'] === undefined)?.incidentId).toBe(id)
    expect((await stub.stats()).outbox).toBe(0)
  })
})

describe('expiry', () => {
  it('ends an alert that is not heard of again, once', async () => {
    const { stub, rooms, send } = await newDesk()
    await send(alert(errorRate))
    pass(4 * MINUTE)
    await send(alert(errorRate))
    pass(2 * MINUTE)
    await stub.sweep(Date.now())
    expect(rooms.types()).not.toContain('clear_alerts')
    pass(4 * MINUTE)
    await stub.sweep(Date.now())
    await stub.sweep(Date.now())
    expect(rooms.types().filter((type) => type === 'clear_alerts')).toHaveLength(1)
    expect(await stub.activeAlerts()).toEqual([])
  })

  it('gives every alert time to repeat itself after a restart', async () => {
    const { rooms, send, restart } = await newDesk()
    const answer = await send(alert(errorRate))
    pass(20 * MINUTE)
    const stub = await restart()
    await stub.sweep(Date.now())
    expect(await stub.activeAlerts()).toHaveLength(1)
    const id = answer.ok ? (answer.incidentIds[0] ?? '') : ''
    expect(await stub.alertsOf(id, 0, 10)).toMatchObject({ total: 1, alerts: [{ firing: true }] })
    pass(5 * MINUTE)
    await stub.sweep(Date.now())
    expect(rooms.types()).toContain('clear_alerts')
  })

  it('knows after a restart that a repeat days ago put the end off', async () => {
    expect(await repeatAcrossRestart(await newDesk())).toMatchObject([{ incidentId: expect.any(String) }])
  })
})

/** Its sender repeats it every few days, and the desk is restarted after its first end. */
async function repeatAcrossRestart({ send, restart }: Awaited<ReturnType<typeof newDesk>>) {
  const DAY = 24 * 60 * MINUTE
  const week = () => ({ ...alert(errorRate), endsAtMs: Date.now() + 7 * DAY })
  await send(week())
  pass(5 * DAY)
  await send(week())
  pass(3 * DAY)
  const stub = await restart()
  await stub.sweep(Date.now())
  pass(6 * MINUTE)
  await stub.sweep(Date.now())
  return stub.activeAlerts()
}

describe('a room that does not answer', () => {
  it('does not fail the answer, and is told later under the same key, in order', async () => {
    const desk = await newDesk()
    const { rooms, send } = desk
    rooms.failing = true
    expect(await send(alert(errorRate))).toMatchObject({ ok: true, accepted: 1 })
    expect((await desk.stub.stats()).outbox).toBe(2)
    expect(await runDurableObjectAlarm(desk.stub)).toBe(true)
    expect((await desk.stub.stats()).outbox).toBe(2)

    const stub = await desk.restart()
    rooms.failing = false
    pass(10 * MINUTE)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(new Set(rooms.submitted.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2)
    expect((await stub.stats()).outbox).toBe(0)
    // Nothing is left to wake up for.
    expect(await runDurableObjectAlarm(stub)).toBe(false)
  })

  it('is told by the sweep when the alarm was lost', async () => {
    const { stub, rooms, send } = await newDesk()
    rooms.failing = true
    await send(alert(errorRate))
    await runInDurableObject(stub, (_desk, state) => state.storage.deleteAlarm())
    rooms.failing = false
    pass(MINUTE)
    await stub.sweep(Date.now())
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
  })
})

it('derives a secret for GitHub and a routing key of 32 letters and digits', async () => {
  const { stub } = await newDesk()
  const github = await stub.createIntegration({ source: 'github', name: 'GitHub' })
  expect(github.secret).toMatch(/^[0-9a-f]{64}$/)
  const pagerduty = await stub.createIntegration({ source: 'pagerduty', name: 'PagerDuty clients' })
  expect(pagerduty.key).toMatch(/^[0-9A-Za-z]{32}$/)
  expect(await stub.checkKey('pagerduty', pagerduty.key)).toBe(true)
  expect(await stub.checkKey('github', pagerduty.key)).toBe(false)
})

describe('silences', () => {
  const checkout: Matcher = { name: 'service', value: 'checkout', isRegex: false, isEqual: true }
  const wanted = (more: Partial<WantedSilence> = {}): WantedSilence => ({
    id: null,
    matchers: [checkout],
    startsAtMs: Date.now(),
    endsAtMs: Date.now() + 60 * MINUTE,
    createdBy: 'Ada',
    comment: 'Moving the database',
    annotations: {},
    ...more,
  })
  const lasting = (labels: Record<string, string>) =>
    alert(labels, { startsAtMs: START, endsAtMs: START + 24 * 60 * MINUTE })

  it('hide what fires from now on: stored and listed, but no incident, and no row for its repeats', async () => {
    const { stub, rooms, send, restart } = await newDesk()
    const put = await stub.putSilence(wanted())
    const id = put.ok ? put.id : ''
    expect(await send(lasting(errorRate), lasting({ alertname: 'Other' }))).toMatchObject({ accepted: 2, changed: 2 })
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(await stub.silences()).toMatchObject([{ id, hid: 1, createdBy: 'Ada' }])
    const { rowsWritten } = await stub.stats()
    for (let i = 0; i < 3; i++) expect(await send(lasting(errorRate))).toMatchObject({ changed: 0 })
    await stub.sweep(Date.now())
    expect((await stub.stats()).rowsWritten).toBe(rowsWritten)

    const again = await restart()
    const active = await again.activeAlerts()
    expect(active.find(({ alert: { labels } }) => labels['service'] === 'checkout')).toMatchObject({
      incidentId: null,
      silencedBy: [id],
      inhibitedBy: [],
    })
    expect(await again.silences()).toMatchObject([{ id, hid: 1 }])
  })

  it.each(['sweep', 'repeat', 'expire'])('end: what still fires opens an incident (%s)', async (how) => {
    const { stub, rooms, send } = await newDesk()
    const put = await stub.putSilence(wanted())
    await send(lasting(errorRate))
    expect(rooms.types()).toEqual([])
    if (how === 'expire') expect(await stub.expireSilence(put.ok ? put.id : '')).toBe(true)
    else {
      pass(60 * MINUTE)
      if (how === 'sweep') await stub.sweep(Date.now())
      else await send(lasting(errorRate))
    }
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    await stub.sweep(Date.now())
    expect(rooms.types()).toHaveLength(2)
    expect(await stub.activeAlerts()).toMatchObject([{ incidentId: expect.any(String), silencedBy: [] }])
  })

  it('leave an alert in the incident it is in, and show it as silenced', async () => {
    const { stub, rooms, send } = await newDesk()
    await send(lasting(errorRate))
    const put = await stub.putSilence(wanted())
    await send(lasting(errorRate))
    await stub.sweep(Date.now())
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(await stub.activeAlerts()).toMatchObject([
      { incidentId: expect.any(String), silencedBy: [put.ok ? put.id : ''] },
    ])
    expect(await stub.silences()).toMatchObject([{ hid: 0 }])
    await send(alert(errorRate, { endsAtMs: Date.now() }))
    expect(rooms.types()).toEqual(['open', 'join_alerts', 'clear_alerts'])
  })

  it('a hidden alert that ends, by its sender or by silence, was never an incident', async () => {
    const { stub, rooms, send } = await newDesk()
    await stub.putSilence(wanted())
    await send(lasting(errorRate), alert({ ...errorRate, instance: 'b' }))
    await send(alert(errorRate, { endsAtMs: Date.now() }))
    expect(await stub.activeAlerts()).toHaveLength(1)
    pass(10 * MINUTE)
    await stub.sweep(Date.now())
    expect(await stub.activeAlerts()).toEqual([])
    pass(60 * MINUTE)
    await stub.sweep(Date.now())
    expect(rooms.types()).toEqual([])
    expect(await stub.silences()).toMatchObject([{ hid: 2 }])
  })

  it('are known after a restart to hide what was repeated days ago', async () => {
    const desk = await newDesk()
    await desk.stub.putSilence(wanted({ endsAtMs: START + 30 * 24 * 60 * MINUTE }))
    expect(await repeatAcrossRestart(desk)).toMatchObject([{ incidentId: null }])
  })

  it('a new one that hides what is hidden already counts it, once', async () => {
    const { stub, send } = await newDesk()
    await stub.putSilence(wanted())
    await send(lasting(errorRate))
    const put = await stub.putSilence(wanted({ comment: 'Again' }))
    for (let i = 0; i < 2; i++) await stub.sweep(Date.now())
    await send(lasting(errorRate))
    expect((await stub.silences()).map(({ hid }) => hid)).toEqual([1, 1])
    await stub.expireSilence(put.ok ? put.id : '')
    expect(await stub.activeAlerts()).toMatchObject([{ incidentId: null, silencedBy: { length: 1 } }])
  })

  it('hide an alert of an incident that was resolved, when it fires anew', async () => {
    const { stub, rooms, send } = await newDesk()
    await send(lasting(errorRate))
    const [room] = rooms.submitted.map(({ room: id }) => id)
    await stub.incidentResolved(room ?? '')
    await stub.putSilence(wanted())
    pass(MINUTE)
    await send(alert(errorRate, { startsAtMs: Date.now(), endsAtMs: Date.now() + 60 * MINUTE }))
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(await stub.activeAlerts()).toMatchObject([{ incidentId: null }])
    expect(await stub.alertsOf(room ?? '', 0, 10)).toMatchObject({ alerts: [{ firing: false }] })
  })

  it('hide what Opsgenie’s API brings, under the names that it keeps when it fires', async () => {
    const { stub, rooms } = await newDesk()
    const put = await stub.putSilence(wanted())
    const by: Actor = { kind: 'system', name: 'Zabbix' }
    const integration = { id: 'zabbix', name: 'Zabbix' }
    const received = { contentType: 'application/json', headers: {}, body: '{}' }
    const create = () =>
      stub.createOpsgenieAlert({
        alert: lasting(errorRate),
        alias: 'slow',
        body: '{}',
        note: '',
        integration,
        by,
        received,
      })
    const identifier = { type: 'alias', value: 'slow' } as const
    const created = await create()
    expect(created).toMatchObject({ ok: true })
    expect(await create()).toEqual(created)
    expect(rooms.types()).toEqual([])
    const hidden = await stub.findOpsgenieAlert(identifier)
    expect(hidden).toMatchObject({ isOpen: true, incidentId: '' })
    await stub.changeOpsgenieAlert({ action: 'Acknowledge', identifier, note: 'seen', integration, by })
    expect(rooms.types()).toEqual([])

    await stub.expireSilence(put.ok ? put.id : '')
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(await create()).toEqual(created)
    const shown = await stub.findOpsgenieAlert(identifier)
    expect(shown).toMatchObject({ id: hidden?.id, isOpen: true, incidentId: rooms.submitted[0]?.room })
    await stub.changeOpsgenieAlert({ action: 'Close', identifier, note: '', integration, by })
    expect(await stub.findOpsgenieAlert(identifier)).toMatchObject({ isOpen: false })
  })

  it('are forgotten five days after their end', async () => {
    const { stub } = await newDesk()
    await stub.putSilence(wanted())
    pass(60 * MINUTE + 5 * 24 * 60 * MINUTE)
    await stub.sweep(Date.now())
    expect(await stub.silences()).toHaveLength(1)
    pass(60 * MINUTE + 1)
    await stub.sweep(Date.now())
    expect(await stub.silences()).toEqual([])
  })

  it('are bounded', async () => {
    const { stub } = await newDesk()
    for (let i = 0; i < 1000; i++) await stub.putSilence(wanted())
    expect(await stub.putSilence(wanted())).toMatchObject({ ok: false, reason: 'too_many' })
  })
})

describe('inhibition', () => {
  const rules = [
    { sourceMatchers: ['severity="critical"'], targetMatchers: ['severity="warning"'], equal: ['service'] },
  ]
  const warning = { alertname: 'Slow', service: 'checkout', severity: 'warning' }
  const organisation = OrganisationForAlerts.parse({ groupBy: ['alertname'], inhibitRules: rules })

  it.each([
    [errorRate, warning],
    [warning, errorRate],
  ])('hides a target that comes with its source, in either order', async (...labels) => {
    const { stub, rooms, send, restart } = await newDesk()
    await stub.useOrganisation(1, organisation)
    await send(...labels.map((each) => alert(each)))
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    expect(rooms.submitted[0]?.command).toMatchObject({ title: expect.stringContaining('HighErrorRate') })
    const again = await restart()
    const active = await again.activeAlerts()
    const source = active.find(({ incidentId }) => incidentId !== null)
    expect(active.find(({ incidentId }) => incidentId === null)).toMatchObject({
      alert: { labels: warning },
      inhibitedBy: [source?.alert.fingerprint],
    })
  })

  it('frees the target when the source ends, or the rule goes', async () => {
    const { stub, rooms, send } = await newDesk()
    await stub.useOrganisation(1, organisation)
    await send(alert(errorRate), alert(warning), alert({ ...warning, service: 'search' }))
    expect(rooms.types().filter((type) => type === 'open')).toHaveLength(2)
    await send(alert(errorRate, { endsAtMs: Date.now() }))
    expect(await stub.activeAlerts()).toMatchObject([{ inhibitedBy: [] }, { inhibitedBy: [] }])
    await send(alert(errorRate), alert({ ...warning, alertname: 'Full' }))
    const full = (await stub.activeAlerts()).find(({ alert: { labels } }) => labels['alertname'] === 'Full')
    expect((await stub.trailOf(full?.alert.fingerprint ?? '')).at(-1)).toEqual({
      about: 'suppression',
      decided: 'hidden',
      because: 'HighErrorRate fires and inhibits it',
      ruleId: null,
    })
    const opened = rooms.types().filter((type) => type === 'open').length
    await stub.useOrganisation(1, { ...organisation, inhibitRules: [] })
    expect(rooms.types().filter((type) => type === 'open')).toHaveLength(opened + 1)
  })
})

describe('routing rules', () => {
  const service = { id: 'checkout', name: 'Checkout' }
  const withRules = (...routingRules: object[]) =>
    OrganisationForAlerts.parse({ groupBy: ['alertname'], services: [service], routingRules })
  const hour = { startsAtMs: START, endsAtMs: START + 60 * MINUTE }

  it('keep an alert from opening an incident until they are gone', async () => {
    const { stub, rooms, send, restart } = await newDesk()
    await stub.useOrganisation(1, withRules({ id: 'mute', name: 'Mute', set: { suppress: true } }))
    await send(alert(errorRate, hour))
    expect(rooms.types()).toEqual([])
    expect(await stub.activeAlerts()).toMatchObject([{ incidentId: null, ruleId: 'mute' }])
    const again = await restart()
    expect(await again.activeAlerts()).toMatchObject([{ incidentId: null, ruleId: 'mute' }])
    await again.useOrganisation(1, withRules())
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
  })

  it('have an alert wait, and let it through by the alarm when it still fires', async () => {
    const { stub, rooms, send, restart } = await newDesk()
    await stub.useOrganisation(1, withRules({ id: 'wait', name: 'Wait', set: { pauseSeconds: 120 } }))
    await send(alert(errorRate, hour), alert({ ...errorRate, alertname: 'Blip' }, hour))
    expect(rooms.types()).toEqual([])
    expect((await stub.activeAlerts())[0]).toMatchObject({ pausedUntilMs: START + 2 * MINUTE })
    pass(MINUTE)
    await send(alert({ ...errorRate, alertname: 'Blip' }, { startsAtMs: START, endsAtMs: Date.now() }))
    const again = await restart()
    pass(MINUTE)
    expect(await runDurableObjectAlarm(again)).toBe(true)
    expect(rooms.types()).toEqual(['open', 'join_alerts'])
    const [known] = await again.activeAlerts()
    expect(known).toMatchObject({ alert: { labels: errorRate }, pausedUntilMs: null })
    const trail = await again.trailOf(known?.alert.fingerprint ?? '')
    expect(trail.map(({ about }) => about)).toEqual(['service', 'severity', 'group', 'pause', 'pause', 'incident'])
  })

  it('open incidents that page nobody, and route to a policy', async () => {
    const { stub, rooms, send } = await newDesk()
    const policies = [
      { id: 'dba', name: 'DBA', steps: [{ targets: [{ kind: 'responder', id: 'a' }], waitSeconds: 60 }] },
    ]
    const rules = [
      { id: 'calm', name: 'Calm', matchers: ['calm="yes"'], set: { page: false } },
      { id: 'db', name: 'DB', set: { policy: 'dba' } },
    ]
    await stub.useOrganisation(1, OrganisationForAlerts.parse({ services: [service], policies, routingRules: rules }))
    await send(alert({ ...errorRate, calm: 'yes' }), alert({ ...errorRate, alertname: 'Disk' }))
    const opened = rooms.submitted.flatMap(({ command }) =>
      command.type === 'open' ? [command.policy?.id ?? null] : [],
    )
    expect(opened).toEqual([null, 'dba'])
  })

  it('keep what was decided, and why, with the alert', async () => {
    const { stub, send, restart } = await newDesk()
    await stub.useOrganisation(1, withRules({ id: 'low', name: 'Low', set: { severity: 'sev4' } }))
    await send(alert(errorRate, hour))
    await stub.useOrganisation(1, withRules())
    const [known] = await (await restart()).activeAlerts()
    expect(await env.ALERT_DESK.get(stub.id).trailOf(known?.alert.fingerprint ?? '')).toEqual([
      { about: 'service', decided: 'Checkout', because: 'the alert’s label service is "checkout"', ruleId: null },
      { about: 'severity', decided: 'sev4', because: 'the rule “Low” says so', ruleId: 'low' },
      { about: 'group', decided: 'alertname=HighErrorRate', because: 'alerts are grouped by alertname', ruleId: null },
      expect.objectContaining({ about: 'incident', decided: 'opened' }),
    ])
    const row = await env.DB.prepare('SELECT severity, service_id FROM alerts WHERE incident_id = ?')
      .bind(known?.incidentId)
      .first()
    expect(row).toEqual({ severity: 'sev4', service_id: 'checkout' })
  })
})

describe('after a restart', () => {
  it('a storm is still one, and what belongs together still does', async () => {
    const { stub, rooms, send, restart } = await newDesk()
    const services = [
      { id: 'checkout', name: 'Checkout', dependsOn: ['db'] },
      { id: 'db', name: 'DB' },
    ]
    await stub.useOrganisation(1, OrganisationForAlerts.parse({ services, storm: { incidentsMax: 2 } }))
    await send(...['A', 'B', 'C', 'D'].map((alertname) => alert({ alertname })))
    const opened = () => rooms.types().filter((type) => type === 'open').length
    expect(opened()).toBe(3)
    await restart()
    await send(alert({ alertname: 'E' }))
    expect(opened()).toBe(3)
    pass(6 * MINUTE)
    await send(alert({ alertname: 'Down', service: 'db' }))
    await restart()
    await send(alert({ alertname: 'Slow', service: 'checkout' }))
    expect(opened()).toBe(4)
  })

  it('an alert that flapped still does', async () => {
    const { stub, send, restart } = await newDesk()
    await stub.useOrganisation(1, OrganisationForAlerts.parse({ flapping: { firings: 3 } }))
    const once = async () => {
      await send(alert(errorRate))
      pass(MINUTE)
      await send(alert(errorRate, { startsAtMs: Date.now() - 1, endsAtMs: Date.now() }))
      pass(MINUTE)
    }
    await once()
    await restart()
    await once()
    await restart()
    expect((await env.ALERT_DESK.get(stub.id).stats()).firing).toBe(0)
    await once()
    expect((await env.ALERT_DESK.get(stub.id).stats()).firing).toBe(1)
    pass(9 * MINUTE + 1)
    await env.ALERT_DESK.get(stub.id).sweep(Date.now())
    expect((await env.ALERT_DESK.get(stub.id).stats()).firing).toBe(0)
  })
})
