import { describe, expect, it } from 'vitest'
import { sampleIncident, sampleMaintenance, sampleModel } from '../../test/samplePublicModel.ts'
import { AffectedClaims, affectedBy, readAffectedToken } from './affectedLink.ts'
import type { PublicModel } from './publicModel.ts'

const sample = sampleModel()
const [first] = sample.components
if (first === undefined) throw new Error('the sample has no component')
const component = (id: string, group: string | null = null) => ({
  ...first,
  id,
  name: id.toUpperCase(),
  group,
  status: 'operational' as const,
})

const eu = component('eu', 'Shop')
const us = component('us', 'Shop')
const mail = component('mail')
const incident = sampleIncident({
  components: [{ id: 'eu', name: 'EU', status: 'partial_outage' }],
  updates: [],
})
const calm: PublicModel = {
  ...sample,
  components: [eu, us, mail],
  incidents: [],
  activeIncidents: [],
  maintenances: [],
  ownChanges: [],
}
const broken: PublicModel = {
  ...calm,
  components: [{ ...eu, status: 'partial_outage' }, us, mail],
  incidents: [incident],
  activeIncidents: [incident],
}
const AUDIENCES = {
  regions: [
    { id: 'eu', name: 'Europe', components: ['eu'] },
    { id: 'us', name: 'America', components: ['us'] },
  ],
  plans: [{ id: 'pro', name: 'Pro', components: ['mail'] }],
}
const exp = 4_000_000_000

describe('who is affected', () => {
  it.each([
    ['everything', {}, 'affected', ['eu', 'us', 'mail']],
    ['the region that is', { region: 'eu' }, 'affected', ['eu', 'mail']],
    ['the region that is not', { region: 'us' }, 'not_affected', ['us', 'mail']],
    ['a region that nobody knows has what is everybody’s', { region: 'mars' }, 'not_affected', ['mail']],
    ['another plan than the one', { region: 'us', plan: 'free' }, 'not_affected', ['us']],
    ['a component', { components: ['us'] }, 'not_affected', ['us']],
    ['a group', { groups: ['Shop'] }, 'affected', ['eu', 'us']],
    ['a group in a region', { groups: ['Shop'], region: 'us' }, 'not_affected', ['us']],
    ['what is gone', { components: ['gone'] }, 'nothing_known', []],
  ] as const)('%s', (_, said, verdict, theirs) => {
    const claims = AffectedClaims.parse({ exp, ...said })
    const affected = affectedBy(broken, claims, AUDIENCES)
    expect(affected.verdict).toBe(verdict)
    expect(affected.model.components.map(({ id }) => id)).toEqual(theirs)
    const concerns = (theirs as readonly string[]).includes('eu')
    expect(affected.model.activeIncidents).toHaveLength(concerns ? 1 : 0)
  })

  it('says what is planned, and what names no component concerns everybody', () => {
    const claims = AffectedClaims.parse({ exp, components: ['us'] })
    const maintenance = (id: string) =>
      sampleMaintenance({ status: 'in_progress', components: [{ id, name: id }], updates: [] })
    expect(affectedBy({ ...calm, maintenances: [maintenance('us')] }, claims, AUDIENCES).verdict).toBe('maintenance')
    expect(affectedBy({ ...calm, maintenances: [maintenance('eu')] }, claims, AUDIENCES).verdict).toBe('not_affected')
    const unplaced = sampleIncident({ components: [], updates: [] })
    const told = { ...calm, incidents: [unplaced], activeIncidents: [unplaced] }
    expect(affectedBy(told, claims, AUDIENCES).verdict).toBe('affected')
  })

  it('gives the same part as a query to subscribe to, and names of region and plan', () => {
    const claims = AffectedClaims.parse({ exp, region: 'us', plan: 'pro' })
    expect(affectedBy(calm, claims, AUDIENCES)).toMatchObject({
      query: 'component=mail&component=us',
      region: 'America',
      plan: 'Pro',
    })
  })
})

describe('a token', () => {
  const decode = (text: string) => Buffer.from(text, 'base64url').toString()
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = (header: unknown, claims: unknown, rest = 'c2ln') => `${encode(header)}.${encode(claims)}.${rest}`

  it('is read', () => {
    expect(readAffectedToken(token({ alg: 'HS256', kid: 'x' }, { exp, name: 'Acme', sub: 'x' }), decode)).toMatchObject(
      {
        ok: true,
        signature: 'c2ln',
        claims: { exp, name: 'Acme' },
      },
    )
  })

  it.each([
    ['no algorithm', token({ alg: 'none' }, { exp })],
    ['another algorithm', token({ alg: 'RS256' }, { exp })],
    ['no signature', token({ alg: 'HS256' }, { exp }, '')],
    ['no end', token({ alg: 'HS256' }, { name: 'Acme' })],
    ['an end in milliseconds', token({ alg: 'HS256' }, { exp: 4_000_000_000_000 })],
    ['a fourth part', `${token({ alg: 'HS256' }, { exp })}.x`],
    ['too much', token({ alg: 'HS256' }, { exp, more: 'x'.repeat(6000) })],
    ['nothing', ''],
    ['no JSON', 'a.b.c'],
  ])('with %s is none', (_, text) => expect(readAffectedToken(text, decode).ok).toBe(false))
})
