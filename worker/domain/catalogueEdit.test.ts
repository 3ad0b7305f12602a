import { describe, expect, it } from 'vitest'
import { escalationFrom, policyBySeverity, withEntry, withoutEntry } from './catalogueEdit.ts'
import { danglingReferences } from './danglingReference.ts'
import { Organisation } from './organisation.ts'

const organisation = Organisation.parse({
  statusPage: {
    name: 'Acme',
    dependencies: [{ id: 'psp', name: 'Payments', url: 'https://status.psp.example', services: ['db', 'pay'] }],
  },
  teams: [{ id: 'web', name: 'Web' }],
  environments: [{ id: 'live', name: 'Live' }],
  services: [
    { id: 'shop', name: 'Shop', owner: 'web', dependsOn: ['db', 'pay'] },
    { id: 'pay', name: 'Pay', owner: 'web', dependsOn: ['db'] },
    { id: 'db', name: 'Database' },
  ],
  routingRules: [{ id: 'db', name: 'Database', set: { service: 'db', page: false } }],
  heartbeats: [{ id: 'backup', name: 'Backup', service: 'db', everySeconds: 60 }],
})

describe('taking something out of the catalogue', () => {
  it.each([
    ['services', 'db'],
    ['teams', 'web'],
    ['environments', 'live'],
  ] as const)('leaves nothing that names it: %s %s', (kind, id) => {
    const after = withoutEntry(organisation, kind, id)
    expect(after[kind].map((entry) => entry.id)).not.toContain(id)
    expect(danglingReferences(after)).toEqual([])
  })

  it('leaves the rest of what named it', () => {
    const after = withoutEntry(organisation, 'services', 'db')
    expect(after.services.map(({ dependsOn }) => dependsOn)).toEqual([['pay'], []])
    expect(after.routingRules[0]?.set).toEqual({ page: false })
    expect(after.heartbeats[0]).not.toHaveProperty('service')
    expect(after.statusPage.dependencies[0]?.services).toEqual(['pay'])
  })
})

it('puts an entry in its place, or at the end', () => {
  const list = [{ id: 'a' }, { id: 'b' }]
  expect(withEntry(list, { id: 'a' })).toEqual(list)
  expect(withEntry(list, { id: 'c' }).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
})

it('says the same of an escalation by severity and by policy', () => {
  const escalation = [
    { severities: ['sev1', 'sev2'], policy: 'urgent' },
    // The first that names a severity decides it.
    { severities: ['sev2', 'sev3'], policy: 'daytime' },
  ] satisfies Organisation['services'][number]['escalation']
  const chosen = policyBySeverity(escalation)
  expect([...chosen]).toEqual([
    ['sev1', 'urgent'],
    ['sev2', 'urgent'],
    ['sev3', 'daytime'],
  ])
  expect(escalationFrom(chosen)).toEqual([
    { severities: ['sev1', 'sev2'], policy: 'urgent' },
    { severities: ['sev3'], policy: 'daytime' },
  ])
})
