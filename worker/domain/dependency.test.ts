import { describe, expect, it } from 'vitest'
import { sampleModel } from '../../test/samplePublicModel.ts'
import { statuspageJson } from '../publishing/statuspageJson.ts'
import {
  Dependency,
  DependencySummary,
  NEVER_ASKED,
  STALE_AFTER_MS,
  afterPoll,
  dependencyFact,
  knownStatus,
  missingParts,
  relatedTrouble,
  shownThirdParties,
} from './dependency.ts'
import type { DependencyState } from './dependency.ts'

const T0 = Date.UTC(2100, 10, 24, 12)
const MINUTE_MS = 60_000
const PSP = Dependency.parse({
  id: 'psp',
  name: 'Payments',
  url: 'https://status.psp.example',
  components: ['checkout'],
  services: ['payments'],
})
const summary = (indicator: string, components: object[] = [], incidents: object[] = []) =>
  DependencySummary.parse({ page: { id: 'x' }, status: { indicator, description: '' }, components, incidents })
const read = (before: DependencyState, said: DependencySummary, nowMs = T0, watches: string[] = []) =>
  afterPoll(before, { watches }, { kind: 'read', summary: said, etag: '"1"' }, nowMs)

describe('what a third party says', () => {
  it.each([
    ['none', 'operational'],
    ['maintenance', 'under_maintenance'],
    ['minor', 'degraded_performance'],
    ['major', 'partial_outage'],
    ['critical', 'major_outage'],
  ] as const)('of its page as a whole: %s is %s', (indicator, status) =>
    expect(read(NEVER_ASKED, summary(indicator))).toMatchObject({ status, sinceMs: T0, error: null, etag: '"1"' }),
  )

  it('of the components that matter, by id or name, the worst', () => {
    const said = summary('critical', [
      { id: 'a1', name: 'API', status: 'degraded_performance' },
      { id: 'b2', name: 'Dashboard', status: 'major_outage' },
      { id: 'c3', name: 'Webhooks', status: 'partial_outage' },
      { id: 'd4', name: 'New words', status: 'on_fire' },
    ])
    expect(read(NEVER_ASKED, said, T0, ['api']).status).toBe('degraded_performance')
    expect(read(NEVER_ASKED, said, T0, ['API', 'c3']).status).toBe('partial_outage')
    const nothing = read(NEVER_ASKED, said, T0, ['New words', 'gone'])
    expect(nothing).toMatchObject({ status: null, etag: null })
    expect(nothing.error).toContain('none of the components')
  })

  it('keeps since when it is so, and the titles of its incidents', () => {
    const incidents = [{ name: 'Cards are refused', started_at: '2100-11-24T11:30:00.000Z' }]
    const bad = read(NEVER_ASKED, summary('major', [], incidents))
    expect(bad.reports).toEqual([{ title: 'Cards are refused', atMs: T0 - 30 * MINUTE_MS }])
    expect(read(bad, summary('major'), T0 + MINUTE_MS).sinceMs).toBe(T0)
    expect(read(bad, summary('none'), T0 + MINUTE_MS).sinceMs).toBe(T0 + MINUTE_MS)
    const same = afterPoll(bad, PSP, { kind: 'same' }, T0 + MINUTE_MS)
    expect(same).toMatchObject({ status: 'partial_outage', sinceMs: T0, checkedAtMs: T0 + MINUTE_MS, etag: '"1"' })
  })

  it('is not believed when it is old, and silence is asked ever more seldom', () => {
    let state = read(NEVER_ASKED, summary('none'))
    const waits: number[] = []
    for (let failures = 1; failures <= 6; failures++) {
      state = afterPoll(state, PSP, { kind: 'failed', error: 'it is gone' }, T0)
      waits.push((state.nextAtMs - T0) / MINUTE_MS)
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15])
    expect(state).toMatchObject({ status: 'operational', error: 'it is gone', failures: 6 })
    expect(knownStatus(state, T0 + STALE_AFTER_MS)).toBe('operational')
    expect(knownStatus(state, T0 + STALE_AFTER_MS + 1)).toBeNull()
    expect(read(state, summary('none'), T0 + MINUTE_MS)).toMatchObject({ failures: 0, error: null })
  })

  it('names its components, those that matter first, and when it failed last', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ id: `c${i}`, name: `Part ${i}`, status: 'operational' }))
    const state = read(NEVER_ASKED, summary('none', many), T0, ['part 299', 'gone'])
    expect(state.parts).toHaveLength(200)
    expect(state.parts[0]).toEqual({ id: 'c299', name: 'Part 299', status: 'operational' })
    expect(missingParts(state.parts, ['part 299', 'c1', 'gone'])).toEqual(['gone'])
    expect(dependencyFact(PSP, state, T0).parts).toHaveLength(200)
    expect(dependencyFact(PSP, state, T0 + STALE_AFTER_MS + 1)).toMatchObject({ status: null, parts: [] })
    const lost = afterPoll(state, PSP, { kind: 'failed', error: 'it is gone' }, T0 + MINUTE_MS)
    const again = read(lost, summary('none'), T0 + 2 * MINUTE_MS)
    const lastFailure = { atMs: T0 + MINUTE_MS, error: 'it is gone' }
    expect(again).toMatchObject({ error: null, lastFailure, firstAtMs: T0 })
  })

  it('is understood of our own pages too', () => {
    const ours = DependencySummary.parse(JSON.parse(statuspageJson('api/v2/summary.json', sampleModel())))
    expect(read(NEVER_ASKED, ours)).toMatchObject({ status: 'partial_outage' })
    expect(read(NEVER_ASKED, ours, T0, ['checkout']).reports[0]?.title).toBe('Checkout is slow')
  })

  it.each([{}, { status: {} }, { status: { indicator: 'fine' } }, { status: { indicator: 'none' }, components: 'x' }])(
    'is refused when it is no summary: %j',
    (said) => expect(DependencySummary.safeParse(said).success).toBe(false),
  )
})

describe('an incident', () => {
  const known = [
    { dependency: PSP, state: read(NEVER_ASKED, summary('major')), status: 'partial_outage' as const },
    { dependency: { ...PSP, id: 'calm' }, state: NEVER_ASKED, status: 'operational' as const },
    { dependency: { ...PSP, id: 'silent' }, state: NEVER_ASKED, status: null },
  ]

  it('is related to those in trouble that it needs', () => {
    const about = (components: string[], services: string[]) =>
      relatedTrouble(known, { components, services }).map(({ dependency }) => dependency.id)
    expect(about(['checkout'], [])).toEqual(['psp'])
    expect(about([], ['payments'])).toEqual(['psp'])
    expect(about(['search'], ['search'])).toEqual([])
  })

  it('readers see only those that the owner shows', () => {
    expect(shownThirdParties(known)).toEqual([])
    const shown = known.map((each) => ({ ...each, dependency: { ...each.dependency, isShown: true } }))
    expect(shownThirdParties(shown).map(({ status }) => status)).toEqual(['partial_outage', 'operational', null])
    const onOthers = known.map((each) => ({
      ...each,
      dependency: { ...each.dependency, pages: ['shop'], asComponent: true },
    }))
    expect(shownThirdParties(onOthers)).toMatchObject([
      { id: 'psp', pages: ['shop'], component: { createdAtMs: T0 } },
      { id: 'calm', pages: ['shop'] },
      { id: 'silent', pages: ['shop'] },
    ])
  })
})
