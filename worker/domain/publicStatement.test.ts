import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleIncident, samplePostMortem } from '../../test/samplePublicModel.ts'
import { canonicalJson } from './canonicalJson.ts'
import type { Json } from './canonicalJson.ts'
import type { PublicMaintenance } from './publicModel.ts'
import { incidentStatements, maintenanceStatements, postMortemStatements } from './publicStatement.ts'

const kinds = (statements: readonly { kind: string; subject: Readonly<Record<string, string>> }[]) =>
  statements.map(({ kind, subject }) => `${kind} ${Object.values(subject).at(-1)}`)

describe('what an incident says', () => {
  const told = sampleIncident()
  const [latest, first] = told.updates
  if (latest === undefined || first === undefined) throw new Error('the sample has two updates')

  it('is its title and each update, the oldest first', () => {
    expect(kinds(incidentStatements(null, told))).toEqual([
      'incident_titled 0123456789ab',
      'update_posted update-1',
      'update_posted update-2',
    ])
  })

  it.each([
    ['nothing', {}, []],
    ['another state of things around it', { updatedAtMs: 1, hasPostMortem: true }, []],
    ['another title', { title: 'Else' }, ['incident_titled 0123456789ab']],
    ['an edit', { updates: [{ ...latest, body: 'Else' }, first] }, ['update_edited update-2']],
    ['a translation', { updates: [{ ...latest, translations: { de: 'Anders' } }, first] }, ['update_edited update-2']],
    ['another promise', { updates: [{ ...latest, nextUpdateAtMs: 1 }, first] }, ['update_edited update-2']],
    ['one taken back', { updates: [first] }, ['update_withdrawn update-2']],
    ['one more', { updates: [{ ...latest, id: 'update-3' }, latest, first] }, ['update_posted update-3']],
  ])('is, after %s, what is new', (_, changes, expected) => {
    expect(kinds(incidentStatements(told, { ...told, ...changes }))).toEqual(expected)
  })
})

it('of a maintenance is its plan, each change of it, and each update', () => {
  const planned: PublicMaintenance = {
    id: 'm1',
    title: 'New disks',
    status: 'scheduled',
    scheduledForMs: 0,
    scheduledUntilMs: 1000,
    createdAtMs: 0,
    updatedAtMs: 0,
    startedAtMs: null,
    completedAtMs: null,
    sequence: 0,
    components: [{ id: 'checkout', name: 'Checkout' }],
    updates: [],
  }
  expect(kinds(maintenanceStatements(null, planned))).toEqual(['maintenance_planned m1'])
  expect(kinds(maintenanceStatements(planned, { ...planned, scheduledForMs: 5 }))).toEqual(['maintenance_changed m1'])
  expect(kinds(maintenanceStatements(planned, { ...planned, updatedAtMs: 5 }))).toEqual([])
})

it('of a post-mortem is all of it, again when it changes', () => {
  const published = { postMortem: samplePostMortem(), actionItems: [] }
  expect(kinds(postMortemStatements(null, published))).toEqual(['post_mortem_published 0123456789ab'])
  expect(postMortemStatements(published, published)).toEqual([])
  expect(
    kinds(
      postMortemStatements(published, {
        ...published,
        actionItems: [{ title: 'x', type: 'prevent', dueOn: '', done: true }],
      }),
    ),
  ).toEqual(['post_mortem_changed 0123456789ab'])
})

describe('canonicalJson', () => {
  it('is the same whatever the order of the keys', () => {
    const value = { b: [1, { d: null, c: 'ü\n"' }], a: true, é: 1e21, A: -0 }
    expect(canonicalJson(value)).toBe('{"A":0,"a":true,"b":[1,{"c":"ü\\n\\"","d":null}],"é":1e+21}')
  })

  it('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as Json
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain)
      }),
    )
  })

  it('has nothing for what JSON cannot say', () => expect(() => canonicalJson(Number.NaN)).toThrow('no such number'))
})
