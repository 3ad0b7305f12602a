import { describe, expect, it } from 'vitest'
import { sampleIncident, sampleMaintenance, samplePostMortem } from '../../test/samplePublicModel.ts'
import { noticeThrough } from './noticeThrough.ts'
import { incidentThrough, maintenanceThrough, postMortemThrough } from './pageLens.ts'
import type { PublicPage } from './publicModel.ts'

const SHOP = { components: ['checkout'], untouched: false }
const SECRET = { id: 'vault', name: 'Vault', from: 'operational', to: 'major_outage' } as const

/** Touches the shop's checkout a little, and another page's vault badly. */
function both() {
  const sample = sampleIncident()
  return {
    ...sample,
    impact: 'critical' as const,
    components: [...sample.components, { id: 'vault', name: 'Vault', status: 'major_outage' as const }],
    updates: sample.updates.map((update) => ({ ...update, components: [...update.components, SECRET] })),
  }
}

describe('a page with some of the components', () => {
  it('has an incident without the components of others, and as grave as it is here', () => {
    const shown = incidentThrough(SHOP, both())
    expect(shown).toEqual(sampleIncident())
    expect(JSON.stringify(shown).toLowerCase()).not.toContain('vault')
  })

  it('has nothing of what touches only others', () => {
    const elsewhere = {
      ...both(),
      components: [],
      updates: both().updates.map((u) => ({ ...u, components: [SECRET] })),
    }
    expect(incidentThrough(SHOP, elsewhere)).toBeNull()
    expect(maintenanceThrough(SHOP, sampleMaintenance({ components: [{ id: 'vault', name: 'Vault' }] }))).toBeNull()
  })

  it('keeps an incident that has touched it once', () => {
    const past = { ...both(), components: [] }
    expect(incidentThrough(SHOP, past)?.components).toEqual([])
  })

  it.each([
    [false, null],
    [true, 'Checkout is slow'],
  ])('has what touches no component when that is wanted: %s', (untouched, title) => {
    const general = {
      ...sampleIncident(),
      components: [],
      updates: sampleIncident().updates.map((u) => ({ ...u, components: [] })),
    }
    expect(incidentThrough({ ...SHOP, untouched }, general)?.title ?? null).toBe(title)
  })

  it('has a maintenance without the components of others', () => {
    const maintenance = sampleMaintenance()
    const wide = {
      ...maintenance,
      components: [
        { id: 'checkout', name: 'Checkout' },
        { id: 'vault', name: 'Vault' },
      ],
      updates: maintenance.updates.map((update) => ({ ...update, components: [SECRET] })),
    }
    const shown = maintenanceThrough(SHOP, wide)
    expect(shown?.components).toEqual([{ id: 'checkout', name: 'Checkout' }])
    expect(JSON.stringify(shown).toLowerCase()).not.toContain('vault')
  })

  it('names no services in a post-mortem', () => {
    expect(postMortemThrough(samplePostMortem()).services).toEqual([])
  })

  it('tells its subscribers the same, under its own name', () => {
    const page: PublicPage = {
      id: 'shop00000000',
      name: 'Shop',
      url: 'https://shop.example.com',
      timeZone: 'Etc/UTC',
      supportUrl: null,
      language: 'en',
      updatedAtMs: 0,
    }
    const incident = both()
    const [update] = incident.updates
    if (update === undefined) throw new Error('the sample has an update')
    const told = noticeThrough(SHOP, { kind: 'update', page: { ...page, name: 'Main' }, incident, update }, page)
    expect(told).toMatchObject({ kind: 'update', page: { name: 'Shop' }, incident: sampleIncident() })
    expect(JSON.stringify(told).toLowerCase()).not.toMatch(/vault|main/)
    const changes = [SECRET]
    expect(noticeThrough(SHOP, { kind: 'components', page, id: 'c', changes, atMs: 0 }, page)).toBeNull()
    const postMortem = samplePostMortem()
    expect(noticeThrough(SHOP, { kind: 'post_mortem', page, postMortem, incident: null }, page)).toBeNull()
  })
})
