import { Organisation } from '../../worker/domain/organisation.ts'
import type { Caller } from './instance.ts'

/**
 * What the demo needs of its own: a service, a component, a policy with waits of seconds, a playbook, a connection.
 * All ids start with `demo-`, are added to whatever is configured and taken away again afterwards. Its responders stay:
 * a configuration never removes people.
 */

const PREFIX = 'demo-'
export const DEMO_SERVICE = `${PREFIX}checkout`
export const DEMO_COMPONENT = `${PREFIX}checkout`
export const DEMO_PLAYBOOK = `${PREFIX}restart-checkout`
export const FIRST_WAIT_SECONDS = 4

interface DemoPerson {
  readonly id: string
  readonly name: string
  readonly email: string
}

export interface DemoPeople {
  readonly first: DemoPerson
  readonly second: DemoPerson
}

/** Alice and Bob of the sample organisation, or two made-up people where there are real ones. */
export function demoPeople(present: Organisation): DemoPeople {
  const sample = (id: string) =>
    present.responders.find((responder) => responder.id === id && isMadeUp(responder.email))
  const alice = sample('alice')
  const bob = sample('bob')
  if (alice !== undefined && bob !== undefined) return { first: alice, second: bob }
  return {
    first: { id: `${PREFIX}alice`, name: 'Demo Alice', email: 'demo-alice@example.com' },
    second: { id: `${PREFIX}bob`, name: 'Demo Bob', email: 'demo-bob@example.com' },
  }
}

export async function readOrganisation(api: Caller): Promise<Organisation> {
  return withoutDemo(Organisation.parse(await api.get('/api/v1/config')))
}

export async function addDemo(api: Caller, present: Organisation, people: DemoPeople, shopUrl: string): Promise<void> {
  const known = new Set(present.responders.map(({ id }) => id))
  const added = [people.first, people.second]
    .filter(({ id }) => !known.has(id))
    .map(({ id, name, email }) => ({ id, name, email, role: 'responder' }))
  const target = (person: { id: string }) => [{ kind: 'responder' as const, id: person.id }]
  await api.post('/api/v1/config', {
    ...present,
    responders: [...present.responders, ...added],
    components: [...present.components, { id: DEMO_COMPONENT, name: 'Demo checkout', group: 'Demo' }],
    services: [
      ...present.services,
      {
        id: DEMO_SERVICE,
        name: 'Demo checkout',
        tier: 1,
        components: [DEMO_COMPONENT],
        escalation: [{ severities: ['sev1', 'sev2', 'sev3', 'sev4', 'sev5'], policy: `${PREFIX}fast` }],
      },
    ],
    policies: [
      ...present.policies,
      {
        id: `${PREFIX}fast`,
        name: 'Demo: seconds instead of minutes',
        steps: [
          { targets: target(people.first), waitSeconds: FIRST_WAIT_SECONDS },
          { targets: target(people.second), waitSeconds: 600 },
        ],
        repeats: 0,
      },
    ],
    connections: [...present.connections, { id: `${PREFIX}shop`, name: 'Demo shop', url: shopUrl }],
    playbooks: [...present.playbooks, { id: DEMO_PLAYBOOK, yaml: playbookYaml(shopUrl) }],
  })
}

/** The configuration as it was: a connection keeps its token, because the document does not name one. */
export async function removeDemo(api: Caller, present: Organisation): Promise<void> {
  await api.post('/api/v1/config', present)
}

/** A demo that was interrupted left its parts behind. */
function withoutDemo(organisation: Organisation): Organisation {
  const isOwn = ({ id }: { id: string }) => !id.startsWith(PREFIX)
  return {
    ...organisation,
    components: organisation.components.filter(isOwn),
    services: organisation.services.filter(isOwn),
    policies: organisation.policies.filter(isOwn),
    connections: organisation.connections.filter(isOwn),
    playbooks: organisation.playbooks.filter(isOwn),
  }
}

function isMadeUp(email: string): boolean {
  return email.endsWith('@example.com')
}

function playbookYaml(shopUrl: string): string {
  return `name: Restart the demo checkout
description: When every database connection is in use.
services: [${DEMO_SERVICE}]
steps:
  - kind: diagnose
    title: Does checkout answer?
    url: ${shopUrl}/healthz
    expectStatus: 503
  - kind: ask
    title: Was anything released in the last hour?
    options: ['no', 'yes']
  - kind: act
    title: Restart checkout
    connection: ${PREFIX}shop
    method: POST
    path: /restart
    risk: high
  - kind: wait
    title: Let it warm up
    seconds: 1
  - kind: diagnose
    title: Does checkout answer now?
    url: ${shopUrl}/healthz
    expectStatus: 200
  - kind: update
    title: Tell the team
    audience: internal
    body: Checkout was restarted and answers again.
`
}
