import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { configDiff, sameDocument, summaryOf } from './configDiff.ts'

const before = {
  statusPage: { name: 'Acme', timeZone: 'Etc/UTC' },
  groupBy: ['alertname', 'service'],
  services: [
    { id: 'shop', name: 'Shop', tier: 1, dependsOn: ['db'], escalation: [{ severities: ['sev1'], policy: 'urgent' }] },
    { id: 'db', name: 'Database', tier: 1, dependsOn: [], escalation: [] },
  ],
  routingRules: [
    { id: 'one', name: 'One' },
    { id: 'two', name: 'Two' },
    { id: 'three', name: 'Three' },
  ],
  policies: [
    { id: 'urgent', name: 'Urgent', steps: [{ waitSeconds: 60 }, { waitSeconds: 120 }, { waitSeconds: 300 }] },
  ],
}
const [shop, db] = before.services
const [one, two, three] = before.routingRules
const [urgent] = before.policies

describe('the difference of two configurations', () => {
  it.each([
    ['nothing', {}, []],
    [
      'a service that came',
      { services: [shop, db, { id: 'search', name: 'Search' }] },
      [{ what: 'added', kind: 'services', id: 'search', name: 'Search' }],
    ],
    ['one that went', { services: [shop] }, [{ what: 'removed', kind: 'services', id: 'db', name: 'Database' }]],
    [
      'fields of one, by their paths',
      { services: [{ ...shop, tier: 2, owner: 'web', dependsOn: ['db', 'cache'] }, db] },
      [
        {
          what: 'changed',
          kind: 'services',
          id: 'shop',
          name: 'Shop',
          fields: [
            { what: 'set', path: 'tier', before: 1, after: 2 },
            { what: 'set', path: 'dependsOn[2]', after: 'cache' },
            { what: 'set', path: 'owner', after: 'web' },
          ],
        },
      ],
    ],
    [
      'a field deep inside',
      { services: [{ ...shop, escalation: [{ severities: ['sev1', 'sev2'], policy: 'urgent' }] }, db] },
      [
        {
          what: 'changed',
          kind: 'services',
          id: 'shop',
          name: 'Shop',
          fields: [{ what: 'set', path: 'escalation[1].severities[2]', after: 'sev2' }],
        },
      ],
    ],
    [
      'a rule that is looked at earlier, as one move',
      { routingRules: [three, one, two] },
      [{ what: 'moved', kind: 'routingRules', id: 'three', name: 'Three', from: 3, to: 1 }],
    ],
    [
      'a step of a policy that comes later',
      { policies: [{ ...urgent, steps: [{ waitSeconds: 120 }, { waitSeconds: 300 }, { waitSeconds: 60 }] }] },
      [
        {
          what: 'changed',
          kind: 'policies',
          id: 'urgent',
          name: 'Urgent',
          fields: [{ what: 'moved', path: 'steps[1]', from: 1, to: 3 }],
        },
      ],
    ],
    [
      'what there is one of',
      { statusPage: { name: 'Acme', timeZone: 'Europe/Berlin', supportUrl: undefined } },
      [
        {
          what: 'changed',
          kind: 'statusPage',
          id: null,
          name: null,
          fields: [{ what: 'set', path: 'timeZone', before: 'Etc/UTC', after: 'Europe/Berlin' }],
        },
      ],
    ],
    [
      'a list of words',
      { groupBy: ['service'] },
      [
        {
          what: 'changed',
          kind: 'groupBy',
          id: null,
          name: null,
          fields: [{ what: 'set', path: '[1]', before: 'alertname' }],
        },
      ],
    ],
  ])('tells %s', (_what, change, expected) => {
    const after: Record<string, unknown> = { ...before, ...change }
    // What moved up because something before it went has not moved.
    expect(configDiff(before, after)).toEqual(expected)
  })

  it('has a line of its own', () => {
    const after = {
      ...before,
      services: [
        { ...shop, tier: 3 },
        { id: 'x', name: 'X' },
      ],
      routingRules: [two, one, three],
    }
    expect(summaryOf(configDiff(before, after))).toBe('1 added, 1 changed, 1 moved, 1 removed')
    expect(summaryOf([])).toBe('no changes')
  })

  it('from nothing is everything', () => {
    expect(summaryOf(configDiff({}, before))).toBe('6 added, 2 changed')
  })
})

const word = fc.constantFrom('a', 'b', 'c', 'd')
const thing = fc.record(
  {
    id: word,
    name: word,
    tier: fc.integer({ min: 1, max: 3 }),
    dependsOn: fc.array(word, { maxLength: 4 }),
    steps: fc.array(fc.record({ waitSeconds: fc.integer({ min: 1, max: 3 }) }), { maxLength: 3 }),
    impact: fc.record({ query: word, rate: word }, { requiredKeys: [] }),
  },
  { requiredKeys: ['id', 'name'] },
)
const document = fc.record({
  statusPage: fc.record({ name: word, supportUrl: word }, { requiredKeys: ['name'] }),
  groupBy: fc.array(word, { maxLength: 4 }),
  services: fc.uniqueArray(thing, { maxLength: 4, selector: ({ id }) => id }),
  inhibitRules: fc.array(fc.record({ equal: fc.array(word, { maxLength: 2 }) }), { maxLength: 3 }),
})

describe('for any two configurations', () => {
  it('the difference is empty exactly when they are equal', () => {
    fc.assert(
      fc.property(document, document, fc.boolean(), (a, b, same) => {
        const other = same ? structuredClone(a) : b
        expect(configDiff(a, other).length === 0).toBe(sameDocument(a, other))
      }),
      { numRuns: 2000 },
    )
  })

  it('what is added one way is removed the other way', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        const ids = (changes: ReturnType<typeof configDiff>, what: string) =>
          changes.flatMap((change) => (change.what === what ? [`${change.kind} ${change.id}`] : [])).toSorted()
        expect(ids(configDiff(a, b), 'added')).toEqual(ids(configDiff(b, a), 'removed'))
      }),
    )
  })

  it('no fewer moves would give the new order', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 5 }),
        fc.nat(4),
        fc.nat(4),
        (order, from, to) => {
          const moved = order.toSpliced(from, 1)
          moved.splice(to, 0, order[from] ?? '')
          const list = (ids: string[]) => ({ routingRules: ids.map((id) => ({ id })) })
          expect(configDiff(list(order), list(moved)).length).toBe(from === to ? 0 : 1)
        },
      ),
    )
  })
})
