import { describe, expect, it } from 'vitest'
import { danglingInPlaybook, danglingReferences } from './danglingReference.ts'
import { Organisation } from './organisation.ts'
import { Playbook } from './playbook.ts'

const whole = {
  statusPage: { name: 'Acme' },
  responders: [{ id: 'alice', name: 'Alice', email: 'alice@example.com', role: 'manager' }],
  components: [{ id: 'checkout', name: 'Checkout' }],
  services: [
    {
      id: 'shop',
      name: 'Shop',
      components: ['checkout'],
      escalation: [{ severities: ['sev1'], policy: 'urgent' }],
    },
  ],
  schedules: [
    {
      id: 'primary',
      name: 'Primary',
      timeZone: 'Europe/Berlin',
      rotation: { startsOn: '2026-01-05', handoffTime: '09:00', members: ['alice'] },
    },
  ],
  policies: [
    {
      id: 'urgent',
      name: 'Urgent',
      steps: [
        {
          targets: [
            { kind: 'schedule', id: 'primary' },
            { kind: 'responder', id: 'alice' },
          ],
          waitSeconds: 60,
        },
      ],
    },
  ],
  connections: [{ id: 'deployer', name: 'Deployer', url: 'https://deploy.example.com' }],
}

const check = (change: object, known: string[] = []) =>
  danglingReferences(Organisation.parse({ ...whole, ...change }), known).map(({ path }) => path)

describe('danglingReferences', () => {
  it('finds none in a whole document', () => {
    expect(check({})).toEqual([])
  })

  it.each([
    [{ components: [] }, ['services.0.components.0']],
    [{ policies: [] }, ['services.0.escalation.0.policy']],
    [
      { services: [{ id: 'shop', name: 'Shop', dependsOn: ['db'], owner: 'web' }] },
      ['services.0.dependsOn.0', 'services.0.owner'],
    ],
    [
      { services: [{ id: 'shop', name: 'Shop', impact: { connection: 'prometheus', errorRate: 'x' } }] },
      ['services.0.impact.connection'],
    ],
    [{ teams: [{ id: 'web', name: 'Web', members: ['zoe'] }] }, ['teams.0.members.0']],
    [
      { routingRules: [{ id: 'a', name: 'A', set: { service: 'db', policy: 'slow' } }] },
      ['routingRules.0.set.service', 'routingRules.0.set.policy'],
    ],
    [{ heartbeats: [{ id: 'backup', name: 'Backup', service: 'db', everySeconds: 60 }] }, ['heartbeats.0.service']],
    [{ schedules: [] }, ['policies.0.steps.0.targets.0.id']],
    [{ responders: [] }, ['schedules.0.rotation.members.0', 'policies.0.steps.0.targets.1.id']],
    [{ components: [...whole.components, ...whole.components] }, ['components.1.id']],
    [
      { responders: [...whole.responders, { ...whole.responders[0], id: 'bob', email: 'ALICE@example.com' }] },
      ['responders.1.email'],
    ],
  ])('finds them with %j', (change, paths) => {
    expect(check(change)).toEqual(paths)
  })

  it('takes those who are stored for granted', () => {
    expect(check({ responders: [] }, ['alice'])).toEqual([])
  })

  it('finds them in a playbook', () => {
    const playbook = Playbook.parse({
      name: 'Restart',
      services: ['shop', 'blog'],
      steps: [
        { kind: 'act', title: 'Restart', connection: 'nowhere' },
        { kind: 'update', title: 'Tell', body: 'Done', components: [{ id: 'search', status: 'operational' }] },
      ],
    })
    expect(danglingInPlaybook(playbook, Organisation.parse(whole)).map(({ path }) => path)).toEqual([
      'services.1',
      'steps.0.connection',
      'steps.1.components.0.id',
    ])
  })
})
