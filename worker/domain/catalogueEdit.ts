import type { Environment, Service, Team } from './catalogue.ts'
import type { Organisation } from './organisation.ts'
import type { Severity } from './severity.ts'
import { SEVERITIES } from './severity.ts'

/** Adding, changing and removing one thing of the catalogue, as an edit of the whole configuration. */

export const CATALOGUE_KINDS = ['services', 'teams', 'environments'] as const
export type CatalogueKind = (typeof CATALOGUE_KINDS)[number]

/** In its place, or at the end where there is none of this id. */
export function withEntry<Entry extends { readonly id: string }>(list: readonly Entry[], entry: Entry): Entry[] {
  const isKnown = list.some(({ id }) => id === entry.id)
  return isKnown ? list.map((each) => (each.id === entry.id ? entry : each)) : [...list, entry]
}

/** Without it, and without what other parts say of it. Playbooks are texts of their own: they are left as they are. */
export function withoutEntry(organisation: Organisation, kind: CatalogueKind, id: string): Organisation {
  switch (kind) {
    case 'environments':
      return { ...organisation, environments: without<Environment>(organisation.environments, id) }
    case 'teams':
      return {
        ...organisation,
        teams: without<Team>(organisation.teams, id),
        services: organisation.services.map((service) => unless(service, 'owner', id)),
      }
    case 'services':
      return {
        ...organisation,
        services: without<Service>(organisation.services, id).map((service) => ({
          ...service,
          dependsOn: service.dependsOn.filter((each) => each !== id),
        })),
        routingRules: organisation.routingRules.map((rule) => ({ ...rule, set: unless(rule.set, 'service', id) })),
        heartbeats: organisation.heartbeats.map((heartbeat) => unless(heartbeat, 'service', id)),
        statusPage: {
          ...organisation.statusPage,
          dependencies: organisation.statusPage.dependencies.map((dependency) => ({
            ...dependency,
            services: dependency.services.filter((each) => each !== id),
          })),
        },
      }
  }
}

/** Which policy decides for each severity; those without one page nobody. */
export function policyBySeverity(escalation: Service['escalation']): ReadonlyMap<Severity, string> {
  return new Map(
    SEVERITIES.flatMap((severity) => {
      const policy = escalation.find(({ severities }) => severities.includes(severity))?.policy
      return policy === undefined ? [] : [[severity, policy]]
    }),
  )
}

/** The same the other way round: one entry for each policy. */
export function escalationFrom(chosen: ReadonlyMap<Severity, string>): Service['escalation'] {
  return [...new Set(chosen.values())].map((policy) => ({
    severities: SEVERITIES.filter((severity) => chosen.get(severity) === policy),
    policy,
  }))
}

function without<Entry extends { readonly id: string }>(list: readonly Entry[], id: string): Entry[] {
  return list.filter((each) => each.id !== id)
}

function unless<Thing, Key extends keyof Thing>(thing: Thing, key: Key, value: Thing[Key]): Thing {
  if (thing[key] !== value) return thing
  const { [key]: _gone, ...rest } = thing
  return rest as Thing
}
