import type { Organisation } from './organisation.ts'
import type { Playbook } from './playbook.ts'

/** What one part of a configuration says of another that is not so. `path` leads to the place in the document. */
export interface DanglingReference {
  readonly path: string
  readonly message: string
}

/**
 * Every id that is used twice or names nothing. `knownResponders` are those already stored: a document need not repeat
 * them, because it never removes anyone.
 */
export function danglingReferences(
  organisation: Organisation,
  knownResponders: readonly string[] = [],
): DanglingReference[] {
  const { components, services, schedules, policies, connections, teams, routingRules, heartbeats, pages, statusPage } =
    organisation
  const known = {
    service: idsOf(services),
    team: idsOf(teams),
    connection: idsOf(connections),
    component: idsOf(components),
    dependency: idsOf(statusPage.dependencies),
    'status page': idsOf(pages),
    policy: idsOf(policies),
    schedule: idsOf(schedules),
    responder: new Set([...idsOf(organisation.responders), ...knownResponders]),
  }
  const missing = (kind: keyof typeof known, id: string, path: string) =>
    known[kind].has(id) ? [] : [{ path, message: `there is no ${kind} "${id}"` }]

  const named = (kind: keyof typeof known, id: string | undefined, path: string) =>
    id === undefined ? [] : missing(kind, id, path)

  return [
    ...KINDS.flatMap((kind) => repeated<{ readonly id: string }>(kind, organisation[kind], ({ id }) => id, 'id')),
    ...repeated('responders', organisation.responders, ({ email }) => email.toLowerCase(), 'email'),
    ...statusPage.componentRules.flatMap(({ component, when }, i) => [
      ...missing('component', component, `statusPage.componentRules.${i}.component`),
      ...named('service', when.service, `statusPage.componentRules.${i}.when.service`),
      ...named('dependency', when.dependency?.id, `statusPage.componentRules.${i}.when.dependency.id`),
    ]),
    ...repeated('statusPage.dependencies', statusPage.dependencies, ({ id }) => id, 'id'),
    ...statusPage.dependencies.flatMap((each, i) => [
      ...each.components.flatMap((id, j) => missing('component', id, `statusPage.dependencies.${i}.components.${j}`)),
      ...each.services.flatMap((id, j) => missing('service', id, `statusPage.dependencies.${i}.services.${j}`)),
      ...each.pages.flatMap((id, j) => missing('status page', id, `statusPage.dependencies.${i}.pages.${j}`)),
    ]),
    ...repeated('statusPage.metrics', statusPage.metrics, ({ id }) => id, 'id'),
    ...statusPage.metrics.flatMap(({ component, source }, i) => [
      ...named('component', component, `statusPage.metrics.${i}.component`),
      ...(source.kind === 'prometheus'
        ? missing('connection', source.connection, `statusPage.metrics.${i}.source.connection`)
        : []),
    ]),
    ...(['regions', 'plans'] as const).flatMap((kind) => {
      const audiences = statusPage.audiences[kind]
      const path = `statusPage.audiences.${kind}`
      return [
        ...repeated(path, audiences, ({ id }) => id, 'id'),
        ...audiences.flatMap((each, i) =>
          each.components.flatMap((id, j) => missing('component', id, `${path}.${i}.components.${j}`)),
        ),
      ]
    }),
    ...services.flatMap((service, i) => [
      ...service.components.flatMap((id, j) => missing('component', id, `services.${i}.components.${j}`)),
      ...service.escalation.flatMap(({ policy }, j) =>
        missing('policy', policy, `services.${i}.escalation.${j}.policy`),
      ),
      ...service.dependsOn.flatMap((id, j) => missing('service', id, `services.${i}.dependsOn.${j}`)),
      ...named('team', service.owner, `services.${i}.owner`),
      ...named('connection', service.impact?.connection, `services.${i}.impact.connection`),
    ]),
    ...teams.flatMap(({ members }, i) =>
      members.flatMap((id, j) => missing('responder', id, `teams.${i}.members.${j}`)),
    ),
    ...routingRules.flatMap(({ set: { service, policy } }, i) => [
      ...named('service', service, `routingRules.${i}.set.service`),
      ...named('policy', policy, `routingRules.${i}.set.policy`),
    ]),
    ...pages.flatMap((page, i) =>
      page.components.flatMap((id, j) => missing('component', id, `pages.${i}.components.${j}`)),
    ),
    ...heartbeats.flatMap(({ service }, i) => named('service', service, `heartbeats.${i}.service`)),
    ...schedules.flatMap(({ rotation }, i) =>
      rotation.members.flatMap((id, j) => missing('responder', id, `schedules.${i}.rotation.members.${j}`)),
    ),
    ...policies.flatMap((policy, i) =>
      policy.steps.flatMap(({ targets }, j) =>
        targets.flatMap(({ kind, id }, k) => missing(kind, id, `policies.${i}.steps.${j}.targets.${k}.id`)),
      ),
    ),
  ]
}

/** The same for what a playbook names: its YAML is read outside the domain. */
export function danglingInPlaybook(playbook: Playbook, organisation: Organisation): DanglingReference[] {
  const components = idsOf(organisation.components)
  const connections = idsOf(organisation.connections)
  const services = idsOf(organisation.services)
  const dangling: DanglingReference[] = []
  playbook.services.forEach((id, i) => {
    if (!services.has(id)) dangling.push({ path: `services.${i}`, message: `there is no service "${id}"` })
  })
  playbook.steps.forEach((step, i) => {
    if (step.kind === 'act' && !connections.has(step.connection))
      dangling.push({ path: `steps.${i}.connection`, message: `there is no connection "${step.connection}"` })
    if (step.kind === 'update')
      step.components.forEach(({ id }, j) => {
        if (!components.has(id))
          dangling.push({ path: `steps.${i}.components.${j}.id`, message: `there is no component "${id}"` })
      })
  })
  return dangling
}

const KINDS = [
  'pages',
  'responders',
  'teams',
  'environments',
  'components',
  'services',
  'routingRules',
  'heartbeats',
  'schedules',
  'policies',
  'playbooks',
  'connections',
] as const

function idsOf(list: readonly { readonly id: string }[]): Set<string> {
  return new Set(list.map(({ id }) => id))
}

function repeated<T>(kind: string, list: readonly T[], of: (entry: T) => string, field: string): DanglingReference[] {
  const seen = new Set<string>()
  return list.flatMap((entry, i) => {
    const value = of(entry)
    if (seen.has(value)) return [{ path: `${kind}.${i}.${field}`, message: `"${value}" stands here twice` }]
    seen.add(value)
    return []
  })
}
