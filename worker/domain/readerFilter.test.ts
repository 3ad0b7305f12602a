import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from './language.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { PublicComponentChange, PublicStatus } from './publicModel.ts'
import { IMPACTS } from './publicModel.ts'
import type { News } from './readerFilter.ts'
import { LEVELS, filterModel, groupsOf, isToldOf, parseFilter, readerFilter, writeFilter } from './readerFilter.ts'
import { AT_MS, sampleIncident, sampleModel, samplePostMortem } from '../../test/samplePublicModel.ts'

const anyFilter = fc
  .record({
    components: fc.array(fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('checkout', 'search', 'a,b', ' '))),
    groups: fc.array(fc.string({ maxLength: 30, unit: 'binary' })),
    impact: fc.constantFrom(...IMPACTS),
    level: fc.constantFrom(...LEVELS),
    postMortems: fc.boolean(),
    language: fc.option(fc.constantFrom(...LANGUAGES)),
  })
  .map(readerFilter)

describe('a filter as a query', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        expect(parseFilter(writeFilter(filter))).toEqual(filter)
      }),
    )
  })

  it('has one spelling', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), anyFilter, (noise, filter) => {
        const once = writeFilter(parseFilter(`${noise}&${writeFilter(filter)}`))
        expect(writeFilter(parseFilter(once))).toBe(once)
      }),
    )
  })

  it.each([
    ['', ''],
    ['component=search&component=checkout&component=search', 'component=checkout&component=search'],
    ['component=search,checkout&utm_source=mail', 'component=checkout&component=search'],
    ['group=EU+%26+UK&impact=major', 'group=EU+%26+UK&impact=major'],
    ['impact=none&level=everything&lang=de', 'lang=de'],
    ['impact=huge&level=all&lang=tlh&post_mortems=maybe', ''],
    ['level=maintenance_only&post_mortems=no', 'level=maintenance_only'],
    ['level=post_mortems_only&post_mortems=no', 'level=post_mortems_only'],
    ['post_mortems=no', 'post_mortems=no'],
  ])('%j is %j', (query, canonical) => {
    expect(writeFilter(parseFilter(query))).toBe(canonical)
  })
})

const INCIDENT = sampleIncident()
const [LATEST, FIRST] = INCIDENT.updates
const groupOf = groupsOf(sampleModel().components)
const told = (query: string, news: News) => isToldOf(parseFilter(query), news, groupOf)

describe('who is told', () => {
  const first: News = { kind: 'update', incident: INCIDENT, update: { id: FIRST?.id ?? '' } }
  const latest: News = { kind: 'update', incident: INCIDENT, update: { id: LATEST?.id ?? '' } }
  const minor: News = { ...latest, incident: sampleIncident({ impact: 'minor' }) }
  const planned: News = { kind: 'maintenance', components: ['search'], isMilestone: true }
  const words: News = { ...planned, isMilestone: false }
  const broken: News = { kind: 'components', changes: [{ id: 'docs', from: 'operational', to: 'partial_outage' }] }
  const learned: News = { kind: 'post_mortem', incident: INCIDENT }

  it.each([
    // query, first update, latest, of a minor one, maintenance, words on it, components, post-mortem
    ['', 'first latest minor planned words broken learned'],
    ['level=start_and_resolve', 'first planned broken learned'],
    ['level=major_only', 'first latest broken learned'],
    ['level=weekly_digest', ''],
    ['level=post_mortems_only', 'learned'],
    ['level=maintenance_only', 'planned words'],
    ['post_mortems=no', 'first latest minor planned words broken'],
    ['impact=major', 'first latest planned words broken learned'],
    ['impact=critical', 'planned words'],
    ['component=checkout', 'first latest minor learned'],
    ['component=docs', 'broken'],
    ['component=docs&group=Shop', 'first latest minor planned words broken learned'],
    ['group=Shop', 'first latest minor planned words learned'],
    ['group=Other', ''],
    ['lang=de', 'first latest minor planned words broken learned'],
  ])('%j: %s', (query, expected) => {
    const all = { first, latest, minor, planned, words, broken, learned }
    const heard = Object.entries(all).filter(([, news]) => told(query, news))
    expect(heard.map(([name]) => name).join(' ')).toBe(expected)
  })

  it('is told of the end, of recovery, and of what names no component', () => {
    const end = { id: 'end', status: 'resolved' as const }
    const over = sampleIncident({ updates: [{ ...INCIDENT.updates[0], ...end } as never, ...INCIDENT.updates] })
    expect(told('level=start_and_resolve', { kind: 'update', incident: over, update: end })).toBe(true)
    const back = { id: 'docs', from: 'major_outage', to: 'operational' } as const
    expect(told('level=major_only', { kind: 'components', changes: [back] })).toBe(true)
    const vague = sampleIncident({ components: [], updates: [] })
    expect(told('component=docs', { kind: 'update', incident: vague, update: { id: 'x' } })).toBe(true)
  })

  it('is told that it is over what was told while it named no component', () => {
    const say = (id: string, status: PublicStatus, components: readonly PublicComponentChange[]) =>
      ({ ...LATEST, id, status, components }) as never
    const checkout = { id: 'checkout', name: 'Checkout', from: 'operational', to: 'major_outage' } as const
    const updates = [
      say('over', 'resolved', []),
      say('found', 'identified', [checkout]),
      say('vague', 'investigating', []),
    ]
    const after = (n: number) => {
      const so = updates.slice(updates.length - n)
      const components = n > 1 ? [{ ...checkout, status: 'major_outage' as const }] : []
      return told('component=docs', {
        kind: 'update',
        incident: sampleIncident({ components, updates: so }),
        update: { id: Object(so[0]).id },
      })
    }
    expect([1, 2, 3].map(after)).toEqual([true, false, true])
  })

  it('is told of the start once the incident is as grave, and touches what was chosen', () => {
    const [update] = INCIDENT.updates
    const change = (id: string, to: ComponentStatus) => ({ id, name: id, from: 'operational', to }) as const
    const say = (id: string, components: readonly PublicComponentChange[]) => ({ ...update, id, components }) as never
    const grows = sampleIncident({
      impact: 'critical',
      // Newest first.
      updates: [
        say('words', []),
        say('spreads', [change('docs', 'major_outage')]),
        say('begins', [change('checkout', 'degraded_performance')]),
      ],
    })
    const starts = (query: string) =>
      ['begins', 'spreads', 'words'].filter((id) =>
        told(`level=start_and_resolve&${query}`, { kind: 'update', incident: grows, update: { id } }),
      )
    expect(starts('')).toEqual(['begins'])
    expect(starts('impact=minor')).toEqual(['begins'])
    expect(starts('impact=major')).toEqual(['spreads'])
    expect(starts('component=docs')).toEqual(['spreads'])
    expect(starts('component=checkout')).toEqual(['begins'])
    expect(starts('component=search')).toEqual([])
    const shown = filterModel(sampleModel([grows]), parseFilter('level=start_and_resolve&impact=major')).incidents
    expect(shown.flatMap(({ updates }) => updates.map(({ id }) => id))).toEqual(['spreads'])
  })

  it('is told when a component comes to be as bad as was chosen, and when it is no longer', () => {
    const tells = (query: string, from: ComponentStatus, to: ComponentStatus) =>
      told(`level=start_and_resolve&${query}`, { kind: 'components', changes: [{ id: 'docs', from, to }] })
    expect(tells('impact=major', 'degraded_performance', 'major_outage')).toBe(true)
    expect(tells('impact=major', 'major_outage', 'degraded_performance')).toBe(true)
    expect(tells('impact=major', 'partial_outage', 'major_outage')).toBe(false)
    expect(tells('impact=major', 'degraded_performance', 'operational')).toBe(false)
    expect(tells('', 'degraded_performance', 'major_outage')).toBe(false)
    expect(tells('', 'degraded_performance', 'operational')).toBe(true)
    expect(tells('', 'operational', 'under_maintenance')).toBe(true)
  })

  it('is told rather once too often when nobody knows the group', () => {
    const news: News = { kind: 'maintenance', components: ['gone'], isMilestone: true }
    expect(told('group=Other', news)).toBe(true)
    expect(told('component=docs', news)).toBe(false)
  })
})

describe('what is shown', () => {
  const other = sampleIncident({
    id: 'ba9876543210',
    impact: 'minor',
    components: [],
    resolvedAtMs: AT_MS,
    updates: [],
  })
  const model = { ...sampleModel([INCIDENT, other]), postMortems: [samplePostMortem()] }
  const shown = (query: string) => {
    const { components, incidents, activeIncidents, postMortems } = filterModel(model, parseFilter(query))
    return [components.length, incidents.length, activeIncidents.length, postMortems.length]
  }

  it.each([
    ['', [3, 2, 1, 1]],
    ['lang=de', [3, 2, 1, 1]],
    ['component=docs', [1, 1, 0, 0]],
    ['group=Shop', [2, 2, 1, 1]],
    ['level=major_only', [3, 1, 1, 1]],
    ['level=post_mortems_only', [3, 0, 0, 1]],
    ['level=maintenance_only', [3, 0, 0, 0]],
    ['level=weekly_digest', [3, 2, 1, 1]],
    ['post_mortems=no', [3, 2, 1, 0]],
  ])('%j: %j', (query, expected) => {
    expect(shown(query)).toEqual(expected)
  })

  it('is the page itself, untouched, without a filter', () => {
    expect(filterModel(model, parseFilter('lang=de&utm_source=x'))).toBe(model)
  })

  it('is all that anyone with the filter is told of, and nothing else', () => {
    fc.assert(
      fc.property(anyFilter, (filter) => {
        const ids = filterModel(model, filter).incidents.map(({ id }) => id)
        for (const incident of model.incidents) {
          const news: News = { kind: 'update', incident, update: { id: incident.updates.at(-1)?.id ?? '' } }
          if (isToldOf(filter, news, groupOf)) expect(ids).toContain(incident.id)
          else if (filter.level === 'everything' || filter.level === 'major_only')
            expect(ids).not.toContain(incident.id)
        }
      }),
    )
  })
})
