import { env } from 'cloudflare:test'
import { beforeEach, describe, expect, it } from 'vitest'
import { ALICE, OPEN, play, T0 } from '../../test/sampleIncident.ts'
import { SYSTEM } from '../domain/actor.ts'
import type { Labels } from '../domain/alert.ts'
import { fingerprintOf } from '../domain/alert.ts'
import { IncidentId } from '../domain/identifiers.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import { upsertAlerts } from './alerts.ts'
import { database } from './database.ts'
import { projectIncident } from './incidents.ts'
import { insertDraft, savePostMortem } from './postMortems.ts'
import { similarIncidents } from './similarIncidents.ts'
import type { WantedIncident } from './similarIncidents.ts'

const db = database(env.DB)

beforeEach(async () => {
  for (const table of ['incidents', 'incident_search', 'post_mortems', 'post_mortem_search', 'alerts'])
    await env.DB.exec(`DELETE FROM ${table}`)
})

interface Past {
  readonly title?: string
  readonly services?: readonly string[]
  readonly alerts?: readonly Labels[]
  readonly changed?: readonly string[]
  readonly isOpen?: boolean
  readonly mergedInto?: IncidentId
}

let count = 0
async function past({ title = 'Disk', services = [], alerts = [], changed = [], isOpen = false, mergedInto }: Past) {
  const id = IncidentId.parse(String(++count).padStart(12, '0'))
  const named = services.map((service) => ({ id: service, name: service }))
  const sample = alerts.map((labels) => ({ fingerprint: fingerprintOf(labels), title: labels['alertname'] ?? '' }))
  const ending: IncidentCommand =
    mergedInto === undefined
      ? { type: 'resolve', reason: `Fixed ${count}`, updateId: 'c', publicBody: null }
      : {
          type: 'merge_into',
          into: { id: mergedInto, title, publicTitle: title, isPublic: false },
          reason: 'One',
          updateId: 'c',
        }
  const commands: (readonly [IncidentCommand, typeof SYSTEM])[] = [
    [{ ...OPEN, id, title, summary: '', services: named }, SYSTEM],
    [{ type: 'join_alerts', total: 1, firing: 1, count: 1, sample }, SYSTEM],
    [{ type: 'record_headline', clauses: [{ text: 'x', fact: null }], changed }, SYSTEM],
    ...(isOpen ? [] : [[ending, ALICE] as const]),
  ]
  const { incident, log } = play(commands, T0 + count * 60_000)
  if (incident === null) throw new Error('no incident')
  await projectIncident(db, incident, log)
  await upsertAlerts(
    db,
    alerts.map((labels) => ({
      fingerprint: fingerprintOf(labels),
      incidentId: id,
      source: 'json',
      labels,
      annotations: {},
      startsAtMs: T0,
      endedAtMs: null,
      generatorUrl: '',
      serviceId: null,
      severity: 'sev3' as const,
    })),
  )
  return id
}

const find = (more: Partial<WantedIncident> = {}) =>
  similarIncidents(
    db,
    {
      id: 'self',
      mergedInto: null,
      title: 'Checkout',
      alertTitles: [],
      services: [],
      near: [],
      changed: [],
      nameOf: (id) => id.charAt(0).toUpperCase() + id.slice(1),
      ...more,
    },
    5,
  )

describe('similar incidents', () => {
  it('are ranked by labels, services, changes and words in common, and say which', async () => {
    const labels = { alertname: 'HighErrorRate', team: 'shop' }
    const self = await past({ alerts: [{ ...labels, instance: 'a' }], isOpen: true })
    const twin = await past({
      title: 'HighErrorRate on checkout',
      services: ['checkout'],
      alerts: [{ ...labels, instance: 'b' }],
      changed: ['payments'],
    })
    const service = await past({ services: ['checkout'] })
    const near = await past({ services: ['payments'] })
    await past({ title: 'Mail is late', services: ['mail'] })
    const found = await find({
      id: self,
      title: 'HighErrorRate on checkout',
      alertTitles: ['HighErrorRate'],
      services: ['checkout'],
      near: ['payments'],
      changed: ['payments'],
    })
    expect(found.map(({ id }) => id)).toEqual([twin, service, near])
    expect(found[0]?.reasons).toEqual(
      expect.arrayContaining([
        'same labels (alertname=HighErrorRate, team=shop)',
        'same service (Checkout)',
        'similar words',
        'a change of Payments came before both',
      ]),
    )
    expect(found[2]?.reasons).toEqual(['service next to it (Payments)'])
  })

  it('are found by the names of their alerts', async () => {
    const id = await past({ title: 'Incident', alerts: [{ alertname: 'KafkaConsumerLag' }] })
    expect((await find({ title: 'Unknown', alertTitles: ['ConsumerLag'] })).map((one) => one.id)).toEqual([id])
  })

  it('tell what fixed them: as the post-mortem has it, else as whoever resolved it said', async () => {
    const id = await past({ services: ['checkout'] })
    expect(await find({ services: ['checkout'] })).toMatchObject([{ fixedBy: `Fixed ${count}`, hasPostMortem: false }])
    const times = { startedAtMs: T0, resolvedAtMs: T0 }
    await insertDraft(db, { id, title: 'x', body: 'zebra', actionItems: [], fixedBy: '', services: [], ...times }, T0)
    expect(await find({ services: ['checkout'] })).toMatchObject([{ fixedBy: `Fixed ${count}`, hasPostMortem: true }])
    // A draft that nobody has touched says the same of every incident.
    expect(await find({ title: 'zebras' })).toEqual([])
    await savePostMortem(db, id, 1, { title: 'x', body: 'zebra', actionItems: [], fixedBy: 'Warmed the cache' }, T0)
    expect(await find({ title: 'zebras' })).toMatchObject([{ id, fixedBy: 'Warmed the cache' }])
    await savePostMortem(db, id, 2, { title: 'x', body: 'lion', actionItems: [], fixedBy: '' }, T0)
    expect(await find({ title: 'zebras' })).toEqual([])
  })

  it('are over, and not the one that is compared', async () => {
    await past({ services: ['checkout'], isOpen: true })
    const self = await past({ services: ['checkout'] })
    expect(await find({ id: self, services: ['checkout'] })).toEqual([])
  })

  it('are not those that were merged, nor the one that this was merged into', async () => {
    const services = ['checkout']
    const kept = await past({ services })
    await past({ services, mergedInto: kept })
    const self = await past({ services, mergedInto: kept })
    const ids = async (mergedInto: string | null) =>
      (await find({ id: self, mergedInto, services })).map((one) => one.id)
    expect(await ids(null)).toEqual([kept])
    expect(await ids(kept)).toEqual([])
  })

  it('share a service only whole', async () => {
    await past({ title: 'x', services: ['checkout-eu'] })
    expect(await find({ title: '', services: ['checkout'] })).toEqual([])
    expect(await find({ title: '', services: ['checkout-eu'] })).toHaveLength(1)
  })

  it.each(['"', 'a OR b', 'NEAR(', '*', "x'; DROP TABLE incidents; --", 'id:self', '', '🦀', '-foo ^bar'])(
    'take %s for words',
    async (title) => {
      await expect(find({ title, services: ["che'ck%"] })).resolves.toEqual([])
    },
  )
})
