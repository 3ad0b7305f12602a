import type { IncidentId } from './identifiers.ts'
import type { OrganisationForAlerts } from './organisation.ts'
import type { ServiceGraph } from './serviceGraph.ts'
import type { TrailStep } from './trail.ts'
import type { Judgement } from './triage.ts'

/**
 * Which incident newly firing alerts belong to. Two belong together when their group is the same, or when the service of
 * one needs the service of the other and they begin within the window. What belongs together with something that
 * belongs together with a third belongs to it too: the partition does not depend on the order within a batch.
 */

/** An incident that alerts may join. */
export interface OpenIncident {
  readonly id: IncidentId
  readonly openedAtMs: number
  readonly lastJoinedAtMs: number
}

export interface GroupingView {
  /** The latest to be opened of those that this group is in. */
  readonly openIncidentOf: (groupKey: string) => OpenIncident | null
  readonly openIncidentsOfService: (serviceId: string) => readonly OpenIncident[]
  /** How many incidents this sender's alerts have opened since then, those of its storms aside. */
  readonly openedSince: (sender: string, sinceMs: number) => number
  readonly newIncidentId: () => IncidentId
}

/** What placing adds to an incident. */
export interface Placement {
  readonly groupKeys: ReadonlySet<string>
  readonly services: ReadonlySet<string>
}

export interface Opened {
  readonly incidentId: IncidentId
  /** It takes in what a storm brings beyond the limit. */
  readonly isStorm: boolean
}

export interface Gathering {
  readonly from: IncidentId
  readonly into: IncidentId
}

interface Node {
  readonly groupKey: string
  readonly serviceId: string | null
  readonly fingerprints: string[]
  own: OpenIncident | null
  /** The service by which it came to others; for the trail. */
  through: string | null
}

/** What a sender's alerts are counted in once it has opened too many incidents. */
export function stormKey(sender: string): string {
  return `storm ${sender}`
}

export class Grouping {
  readonly opened: Opened[] = []
  /** Incidents that turn out to be one with an older one. */
  readonly gatherings: Gathering[] = []
  readonly placements = new Map<IncidentId, { groupKeys: Set<string>; services: Set<string> }>()
  readonly #view: GroupingView
  readonly #organisation: OrganisationForAlerts
  readonly #graph: ServiceGraph
  readonly #sender: string
  readonly #nowMs: number
  readonly #nodes = new Map<string, Node>()
  readonly #places = new Map<string, { readonly incidentId: IncidentId; readonly step: TrailStep }>()

  constructor(
    view: GroupingView,
    settings: { readonly organisation: OrganisationForAlerts; readonly graph: ServiceGraph; readonly sender: string },
    nowMs: number,
  ) {
    this.#view = view
    this.#organisation = settings.organisation
    this.#graph = settings.graph
    this.#sender = settings.sender
    this.#nowMs = nowMs
  }

  add(fingerprint: string, { groupKey, serviceId }: Judgement): void {
    const name = JSON.stringify([groupKey, serviceId])
    const node = this.#nodes.get(name) ?? { groupKey, serviceId, fingerprints: [], own: null, through: null }
    node.fingerprints.push(fingerprint)
    this.#nodes.set(name, node)
  }

  /** Call once, when all are added. */
  place(): void {
    const nodes = [...this.#nodes.values()]
    const union = new Union()
    const incidents = new Map<string, OpenIncident>()
    const meets = (node: Node, incident: OpenIncident) => {
      incidents.set(incident.id, incident)
      union.join(node, incident.id)
    }
    const byService = new Map<string, Node[]>()
    for (const node of nodes)
      if (node.serviceId !== null) byService.set(node.serviceId, [...(byService.get(node.serviceId) ?? []), node])

    const sameGroup = new Map<string, Node>()
    for (const node of nodes) {
      union.add(node)
      const twin = sameGroup.get(node.groupKey)
      if (twin !== undefined) union.join(twin, node)
      sameGroup.set(node.groupKey, node)
      node.own = this.#ownIncident(node.groupKey)
      if (node.own !== null) meets(node, node.own)
      if (node.serviceId === null || !this.#organisation.grouping.byDependency) continue
      for (const other of this.#graph.related(node.serviceId).keys()) {
        const near = this.#view.openIncidentsOfService(other).filter((incident) => this.#isNear(incident))
        if (near.length > 0 || byService.has(other)) node.through ??= other
        for (const incident of near) meets(node, incident)
        for (const neighbour of byService.get(other) ?? []) union.join(node, neighbour)
      }
    }
    for (const members of union.sets()) this.#placeSet(members, incidents)
  }

  /** Where an alert was placed, and why. */
  placeOf(fingerprint: string): { readonly incidentId: IncidentId; readonly step: TrailStep } {
    const place = this.#places.get(fingerprint)
    if (place === undefined) throw new Error(`the alert ${fingerprint} was not placed`)
    return place
  }

  #placeSet(members: readonly (Node | string)[], incidents: ReadonlyMap<string, OpenIncident>): void {
    const nodes = members.filter((member) => typeof member !== 'string')
    const [oldest, ...others] = members
      .flatMap((member) => (typeof member === 'string' ? (incidents.get(member) ?? []) : []))
      .toSorted((a, b) => a.openedAtMs - b.openedAtMs || (a.id < b.id ? -1 : 1))
    const target = oldest?.id ?? null
    if (target !== null) for (const { id } of others) this.gatherings.push({ from: id, into: target })
    const opened = target === null ? this.#open() : null

    for (const node of nodes) {
      const incidentId = node.own?.id ?? target ?? opened?.incidentId
      if (incidentId === undefined) throw new Error('a group without an incident')
      const isStorm = opened !== null && opened.isStorm
      const step = this.#stepOf(node, opened, isStorm)
      for (const fingerprint of node.fingerprints) this.#places.set(fingerprint, { incidentId, step })
      const placement = this.placements.get(incidentId) ?? { groupKeys: new Set(), services: new Set() }
      this.placements.set(incidentId, placement)
      // A storm's incident stands for its sender alone: whatever comes later of these groups is judged anew.
      if (isStorm) placement.groupKeys.add(stormKey(this.#sender))
      else {
        placement.groupKeys.add(node.groupKey)
        if (node.serviceId !== null) placement.services.add(node.serviceId)
      }
    }
  }

  /** A new incident, or the one that a storm is counted in. */
  #open(): Opened & { readonly isNew: boolean } {
    const { incidentsMax, withinMinutes } = this.#organisation.storm
    const here = this.opened.filter(({ isStorm }) => !isStorm).length
    const lately = this.#view.openedSince(this.#sender, this.#nowMs - withinMinutes * 60_000) + here
    if (lately < incidentsMax) {
      const opened = { incidentId: this.#view.newIncidentId(), isStorm: false }
      this.opened.push(opened)
      return { ...opened, isNew: true }
    }
    const known =
      this.opened.find(({ isStorm }) => isStorm)?.incidentId ?? this.#view.openIncidentOf(stormKey(this.#sender))?.id
    if (known !== undefined) return { incidentId: known, isStorm: true, isNew: false }
    const storm = { incidentId: this.#view.newIncidentId(), isStorm: true }
    this.opened.push(storm)
    return { ...storm, isNew: true }
  }

  #stepOf(node: Node, opened: { readonly isNew: boolean } | null, isStorm: boolean): TrailStep {
    const { incidentsMax, withinMinutes } = this.#organisation.storm
    const said = (about: TrailStep['about'], decided: string, because: string): TrailStep => {
      return { about, decided, because, ruleId: null }
    }
    if (isStorm)
      return said(
        'storm',
        'counted with the storm',
        `its sender has opened ${incidentsMax} incidents within ${withinMinutes} min`,
      )
    if (node.own !== null) return said('incident', 'joined', 'the incident of its group is open')
    const through = node.through === null ? null : this.#serviceName(node.through)
    if (opened === null)
      return said(
        'incident',
        'joined',
        through === null ? 'its group is in there' : `${through} is in there, and one of the two needs the other`,
      )
    return said('incident', 'opened', 'no incident of its group or of a service around it is open')
  }

  #serviceName(id: string): string {
    return this.#organisation.services.find((service) => service.id === id)?.name ?? id
  }

  #ownIncident(groupKey: string): OpenIncident | null {
    const { windowMinutes } = this.#organisation.grouping
    const found = this.#view.openIncidentOf(groupKey)
    if (found === null || windowMinutes === 0) return found
    return this.#nowMs - found.lastJoinedAtMs <= windowMinutes * 60_000 ? found : null
  }

  #isNear({ lastJoinedAtMs }: OpenIncident): boolean {
    return this.#nowMs - lastJoinedAtMs <= this.#organisation.grouping.dependencyWindowMinutes * 60_000
  }
}

/** Union-find over nodes and ids of incidents, in the order they were added. */
class Union {
  readonly #parents = new Map<Node | string, Node | string>()

  add(member: Node | string): void {
    if (!this.#parents.has(member)) this.#parents.set(member, member)
  }

  join(a: Node | string, b: Node | string): void {
    this.add(a)
    this.add(b)
    this.#parents.set(this.#root(b), this.#root(a))
  }

  sets(): (Node | string)[][] {
    const sets = new Map<Node | string, (Node | string)[]>()
    for (const member of this.#parents.keys()) {
      const root = this.#root(member)
      const set = sets.get(root) ?? []
      set.push(member)
      sets.set(root, set)
    }
    return [...sets.values()]
  }

  #root(member: Node | string): Node | string {
    let root = member
    for (
      let parent = this.#parents.get(root);
      parent !== undefined && parent !== root;
      parent = this.#parents.get(root)
    )
      root = parent
    // Shorter for the next one.
    this.#parents.set(member, root)
    return root
  }
}
