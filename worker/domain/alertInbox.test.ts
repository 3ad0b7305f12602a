import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLinearRegex } from '../storage/linearRegex.ts'
import type { Alert } from './alert.ts'
import { fingerprintOf } from './alert.ts'
import type { InboxEntry, InboxQuery } from './alertInbox.ts'
import { commonMatchers, FIRING_STATES, NO_FILTER, searchInbox, stateOf } from './alertInbox.ts'
import { parseMatchers } from './matcherList.ts'
import { matcherText } from './matchers.ts'
import { SEVERITIES } from './severity.ts'
import { compileMatchers } from './silence.ts'
import type { Suppression } from './suppression.ts'
import { NOT_SUPPRESSED } from './suppression.ts'

const QUERY: InboxQuery = {
  ...NO_FILTER,
  states: [],
  silence: null,
  incident: null,
  groupBy: 'none',
  sort: 'newest',
  offset: 0,
  limit: 100,
}

function entry(labels: Record<string, string>, more: Partial<InboxEntry> = {}, startsAtMs = 0): InboxEntry {
  const alert: Alert = {
    fingerprint: fingerprintOf(labels),
    labels,
    annotations: { summary: `Summary of ${labels['alertname'] ?? ''}` },
    startsAtMs,
    endsAtMs: 1e15,
    endIsTimeout: false,
    generatorUrl: '',
    updatedAtMs: 0,
  }
  return { alert, source: 'alertmanager', serviceId: null, severity: 'sev3', incidentId: 'i1', ...more }
}

const cpu = entry({ alertname: 'CPU', pod: 'a' }, { severity: 'sev1', serviceId: 'web', source: 'grafana' }, 3)
const disk = entry({ alertname: 'Disk', pod: 'b' }, { incidentId: null }, 2)
const net = entry({ alertname: 'Net', pod: 'a' }, { severity: 'sev5', incidentId: 'i2' }, 1)
const ALL = [cpu, disk, net]

const suppressions = new Map<InboxEntry, Suppression>([[disk, { ...NOT_SUPPRESSED, silencedBy: ['s1'] }]])
const search = (query: Partial<InboxQuery>, all: readonly InboxEntry[] = ALL) =>
  searchInbox(all, { ...QUERY, ...query }, (each) => suppressions.get(each) ?? NOT_SUPPRESSED, compileLinearRegex)
const names = (query: Partial<InboxQuery>) => search(query).entries.map(({ alert }) => alert.labels['alertname'])

it.each<[Partial<InboxQuery>, string[]]>([
  [{}, ['CPU', 'Disk', 'Net']],
  [{ sort: 'oldest' }, ['Net', 'Disk', 'CPU']],
  [{ sort: 'severity' }, ['CPU', 'Disk', 'Net']],
  [{ sort: 'name', offset: 1, limit: 1 }, ['Disk']],
  [{ severities: ['sev1', 'sev5'] }, ['CPU', 'Net']],
  [{ services: ['web'] }, ['CPU']],
  [{ services: [''] }, ['Disk', 'Net']],
  [{ services: ['Db'] }, []],
  [{ sources: ['grafana'] }, ['CPU']],
  [{ text: 'POD=A summary' }, ['CPU', 'Net']],
  [{ text: 'nowhere' }, []],
  [{ matchers: [{ name: 'pod', value: 'a|c', isRegex: true, isEqual: true }] }, ['CPU', 'Net']],
  [{ states: ['suppressed'] }, ['Disk']],
  [{ states: ['active'] }, ['CPU', 'Net']],
  [{ silence: 's1' }, ['Disk']],
  [{ incident: 'i2' }, ['Net']],
  [{ fingerprints: [cpu.alert.fingerprint] }, ['CPU']],
])('%j finds %j', (query, expected) => {
  expect(names(query)).toEqual(expected)
})

it('shows what is in an incident as active, whatever matches it meanwhile', () => {
  const silenced = () => ({ ...NOT_SUPPRESSED, silencedBy: ['s1'], inhibitedBy: ['f'] })
  const found = (query: Partial<InboxQuery>) => searchInbox(ALL, { ...QUERY, ...query }, silenced, compileLinearRegex)
  expect(found({}).byState).toEqual({ active: 2, suppressed: 1, paused: 0 })
  expect(found({ incident: 'i1' }).entries).toMatchObject([{ state: 'active', silencedBy: [], inhibitedBy: [] }])
  expect(found({ silence: 's1' }).entries).toMatchObject([{ incidentId: null }])
})

it('counts each state, whichever are asked for', () => {
  expect(search({ states: ['paused'] })).toMatchObject({ total: 0, byState: { active: 2, suppressed: 1, paused: 0 } })
  expect(search({ severities: ['sev5'], states: ['active'] }).byState).toEqual({ active: 1, suppressed: 0, paused: 0 })
})

it('keeps groups together in the order of what is first in them, also over pages', () => {
  const query = { groupBy: 'source', sort: 'oldest' } as const
  expect(names(query)).toEqual(['Net', 'Disk', 'CPU'])
  expect(search(query).groups).toEqual([
    { key: 'alertmanager', count: 2 },
    { key: 'grafana', count: 1 },
  ])
  expect(search({ ...query, offset: 1, limit: 1 }).groups).toEqual([{ key: 'alertmanager', count: 2 }])
})

it.each<[Partial<Suppression>, string]>([
  [{}, 'active'],
  [{ silencedBy: ['s'] }, 'suppressed'],
  [{ inhibitedBy: ['f'], pausedUntilMs: 5 }, 'suppressed'],
  [{ ruleId: 'r' }, 'suppressed'],
  [{ pausedUntilMs: 5 }, 'paused'],
])('%j is %s', (by, state) => {
  expect(stateOf({ ...NOT_SUPPRESSED, ...by })).toBe(state)
})

describe('for any alerts', () => {
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString'), fc.constantFrom('x', 'y', ''), {
    noNullPrototype: true,
  })
  const entries = fc.array(
    fc
      .record({ labels, severity: fc.constantFrom(...SEVERITIES), startsAtMs: fc.integer({ min: 0, max: 9 }) })
      .map((each) => entry(each.labels, { severity: each.severity }, each.startsAtMs)),
    { maxLength: 30 },
  )

  it('pages one after the other are the whole, each alert once', () => {
    fc.assert(
      fc.property(
        entries,
        fc.constantFrom('newest', 'oldest', 'severity', 'name'),
        fc.constantFrom('none', 'incident', 'alertname'),
        fc.integer({ min: 1, max: 7 }),
        (all, sort, groupBy, limit) => {
          const whole = search({ sort, groupBy, limit: 1000 }, all)
          const pages: string[] = []
          for (let offset = 0; offset < all.length; offset += limit)
            pages.push(...search({ sort, groupBy, offset, limit }, all).entries.map(({ alert }) => alert.fingerprint))
          expect(pages).toEqual(whole.entries.map(({ alert }) => alert.fingerprint))
          expect(pages).toHaveLength(all.length)
          expect(FIRING_STATES.reduce((sum, state) => sum + whole.byState[state], 0)).toBe(all.length)
        },
      ),
    )
  })

  it('what they have in common matches every one of them', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const matches = compileMatchers(commonMatchers(all.map(({ alert }) => alert)), compileLinearRegex)
        expect(all.every(({ alert }) => matches(alert.labels))).toBe(true)
      }),
    )
  })
})

it('has nothing in common of none, and all of one', () => {
  expect(commonMatchers([])).toEqual([])
  expect(commonMatchers([cpu.alert]).map(matcherText)).toEqual(['alertname="CPU"', 'pod="a"'])
  expect(commonMatchers([cpu.alert, net.alert]).map(matcherText)).toEqual(['pod="a"'])
})

it.each<[string, string[]]>([
  ['', []],
  ['service="checkout"', ['service="checkout"']],
  [' {service="a,b", pod=~"x|y"} ', ['service="a,b"', 'pod=~"x|y"']],
  ['a=b\nc!=d,', ['a="b"', 'c!="d"']],
  ['a="q\\"uo,te", b!~"z{2,3}"', ['a="q\\"uo,te"', 'b!~"z{2,3}"']],
])('reads %j', (text, expected) => {
  const parsed = parseMatchers(text, compileLinearRegex)
  expect(parsed.ok && parsed.matchers.map(matcherText)).toEqual(expected)
})

it.each<[string, RegExp]>([
  ['checkout', /bad matcher format/],
  ['a="b', /unescaped double quote/],
  ['a=~"("', /missing closing/],
  [Array.from({ length: 21 }, (_, i) => `a${i}=b`).join(), /at most 20/],
])('refuses %j', (text, reason) => {
  expect(parseMatchers(text, compileLinearRegex)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
})
