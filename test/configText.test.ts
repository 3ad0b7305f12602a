import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sampleOrganisation } from '../server/sampleOrganisation.ts'
import { Service } from '../worker/domain/catalogue.ts'
import { sameDocument } from '../worker/domain/configDiff.ts'
import { withoutDefaults } from '../worker/domain/configDocument.ts'
import { danglingReferences } from '../worker/domain/danglingReference.ts'
import { Organisation } from '../worker/domain/organisation.ts'
import { RuleSettings } from '../worker/domain/routingRule.ts'
import { organisationFromJson, organisationFromYaml, yamlOf } from '../worker/http/configText.ts'

const sample = Organisation.parse(sampleOrganisation(new Date('2026-11-24T02:00:00Z')))

describe('the configuration as YAML', () => {
  it('leaves out what has its default and keeps the order of the schema', () => {
    const yaml = yamlOf(
      Organisation.parse({
        services: [{ tier: 3, name: 'Shop', id: 'shop', dependsOn: [] }],
        statusPage: { name: 'Acme', timeZone: 'Etc/UTC' },
      }),
      'A title.',
    )
    expect(yaml).toBe(`# A title.
# What is not written has its default. Described in docs/configuration.md.

statusPage:
  name: Acme

# A service ends alerts, changes and playbooks at a name, and leads to who looks after it.
services:
  - id: shop
    name: Shop
`)
  })

  it('never holds a token', () => {
    const withToken = {
      ...sample,
      connections: [{ id: 'a', name: 'A', url: 'https://a.example', bearerToken: 'hunter2' }],
    }
    expect(yamlOf(withToken, '')).not.toContain('hunter2')
  })

  it('of the sample organisation is the same document when it is read again', () => {
    const read = organisationFromYaml(yamlOf(sample, 'x'))
    expect(read.ok && read.organisation).toEqual(sample)
  })

  it('of any document is the same document when it is read again', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => text.trim() !== '')
    const id = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,10}$/)
    const document = fc.record({
      statusPage: fc.record({ name }),
      groupBy: fc.array(name, { minLength: 1, maxLength: 4 }),
      services: fc.array(
        fc.record(
          {
            id,
            name,
            description: fc.string({ unit: 'grapheme', maxLength: 60 }),
            tier: fc.integer({ min: 1, max: 4 }),
            aliases: fc.array(name, { maxLength: 3 }),
            escalation: fc.array(fc.record({ severities: fc.constant(['sev1'] as const), policy: id }), {
              maxLength: 2,
            }),
          },
          { requiredKeys: ['id', 'name'] },
        ),
        { maxLength: 3 },
      ),
      playbooks: fc.array(
        fc.record({
          id,
          yaml: fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })).map((lines) => lines.join('\n')),
        }),
        { maxLength: 2 },
      ),
      policies: fc.array(
        fc.record({
          id,
          name,
          steps: fc.constant([{ targets: [{ kind: 'responder', id: 'a' }], waitSeconds: 60 }]),
          repeats: fc.integer({ min: 0, max: 3 }),
        }),
        { maxLength: 2 },
      ),
    })
    fc.assert(
      fc.property(document, (input) => {
        const wanted = Organisation.parse(input)
        const read = organisationFromYaml(yamlOf(wanted, 'x'))
        expect(read.ok && sameDocument(read.organisation, wanted)).toBe(true)
        expect(Organisation.parse(withoutDefaults(wanted))).toEqual(wanted)
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    [
      'a wrong value',
      'statusPage:\n  name: Acme\nservices:\n  - id: shop\n    name: Shop\n    tier: 9\n',
      'services.0.tier',
      6,
    ],
    ['a missing field, at what lacks it', 'statusPage:\n  name: Acme\nservices:\n  - id: shop\n', 'services.0.name', 4],
    [
      'a name with a slip',
      'statusPage:\n  name: Acme\nservices:\n  - id: a\n    name: A\n    dependOn: [b]\n',
      'services.0.dependOn',
      6,
    ],
    ['a key twice', 'statusPage: {name: A}\nstatusPage: {name: B}\n', '', 2],
    ['a key twice, further in', 'statusPage: {name: A}\nteams:\n  - id: a\n    name: A\n    id: b\n', '', 5],
    ['an alias of nothing', 'statusPage: {name: A}\nservices:\n  - {id: a, name: *b}\n', '', 3],
    ['what is no YAML', 'statusPage:\n  name: [\n', '', 3],
    ['nothing', '', '', undefined],
  ])('says where there is %s', (_what, yaml, path, line) => {
    const read = organisationFromYaml(yaml)
    expect(read.ok ? [] : read.errors).toContainEqual({
      path,
      message: expect.any(String),
      ...(line === undefined ? {} : { line }),
    })
  })

  it('knows the line of what is wrong beyond the schema', () => {
    const read = organisationFromYaml(
      'statusPage: {name: A}\nservices:\n  - id: a\n    name: A\n    dependsOn:\n      - b\n',
    )
    expect(read.ok && ['services.0.dependsOn.0', 'services.0', 'services', 'teams'].map(read.lineOf)).toEqual([
      6, 3, 2, 1,
    ])
  })

  it('takes an empty list for none, and an anchor for saying something twice', () => {
    const read = organisationFromYaml(
      'statusPage: {name: A}\nteams:\nservices:\n  - {id: a, name: A, dependsOn: &all [b]}\n  - {id: c, name: C, dependsOn: *all}\n',
    )
    expect(read.ok && read.organisation.services.map(({ dependsOn }) => dependsOn)).toEqual([['b'], ['b']])
  })

  it.each([
    [
      'aliases that multiply',
      `a: &a [x, x]\n${'bcdefghijkl'
        .split('')
        .map((l, i) => `${l}: &${l} [*${'abcdefghijk'[i]}, *${'abcdefghijk'[i]}, *${'abcdefghijk'[i]}]`)
        .join('\n')}\n`,
    ],
    ['nesting without end', '['.repeat(20_000)],
    ['more than it should', `statusPage: {name: ${'x'.repeat(3 * 1024 * 1024)}}`],
  ])('refuses %s', (_what, yaml) => {
    expect(organisationFromYaml(yaml)).toMatchObject({ ok: false, isReadable: false })
  })
})

it('reads as many keys as a request may bring in no time', () => {
  const keys = Array.from({ length: 150_000 }, (_, i) => `k${i}: 1`).join('\n')
  expect(organisationFromYaml(`statusPage: {name: A}\n${keys}\n`).ok).toBe(false)
}, 20_000)

it('JSON is read the same, without lines', () => {
  expect(organisationFromJson('{"statusPage": {"name": "A", "nme": 1}}')).toEqual({
    ok: false,
    isReadable: true,
    errors: [{ path: 'statusPage.nme', message: 'there is no such field' }],
  })
  expect(organisationFromJson('{')).toMatchObject({ ok: false, isReadable: false })
})

it('the example of the guide is valid', () => {
  const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('docs/configuration.md', 'utf8')) ?? []
  const read = organisationFromYaml(yaml)
  expect(read.ok ? danglingReferences(read.organisation) : read.errors).toEqual([])
  expect(yaml).toContain('routingRules')
})

it('every field of a service, and every part of the document, is described in the guide', () => {
  const guide = readFileSync('docs/configuration.md', 'utf8')
  const names = [...Object.keys(Organisation.shape), ...Object.keys(Service.shape), ...Object.keys(RuleSettings.shape)]
  expect(names.filter((name) => !new RegExp('`' + name + '\\b').test(guide))).toEqual([])
})
