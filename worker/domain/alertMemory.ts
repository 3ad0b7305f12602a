import type { AlertRecord, BatchPlan, DeskView } from './batchPlan.ts'
import type { StoredAlert } from './alertIntake.ts'
import type { IncidentId } from './identifiers.ts'
import type { DeskIncident } from './deskIncident.ts'
import { OpenIncidents } from './openIncidents.ts'
import { Openings } from './openings.ts'

/** What the AlertDesk knows by heart: all that fires, with ends newer than the table has, and every incident it fed. */
export class AlertMemory {
  readonly #firing = new Map<string, StoredAlert>()
  readonly #incidents = new Map<string, DeskIncident>()
  readonly #open = new OpenIncidents()
  readonly #openings = new Openings()
  readonly #firingIn = new Map<string, number>()

  constructor(incidents: readonly DeskIncident[], firing: readonly StoredAlert[]) {
    for (const incident of incidents) this.remember(incident)
    for (const known of firing) this.#set(known)
  }

  get size(): number {
    return this.#firing.size
  }

  get openIncidents(): number {
    return this.#open.size
  }

  view(): Omit<DeskView, 'held' | 'suppressedBy' | 'flaps' | 'newIncidentId'> {
    return {
      firing: (fingerprint) => {
        const known = this.#firing.get(fingerprint)
        if (known === undefined) return null
        return { ...known, incidentResolvedAtMs: this.#incidents.get(known.incidentId)?.resolvedAtMs ?? null }
      },
      firingCount: this.#firing.size,
      openIncidentOf: (groupKey) => this.#open.ofGroup(groupKey),
      openIncidentsOfService: (serviceId) => this.#open.ofService(serviceId),
      openedSince: (sender, sinceMs) => this.#openings.since(sender, sinceMs),
    }
  }

  firing(): IterableIterator<StoredAlert> {
    return this.#firing.values()
  }

  firingAlert(fingerprint: string): StoredAlert | undefined {
    return this.#firing.get(fingerprint)
  }

  incident(id: string): DeskIncident | undefined {
    return this.#incidents.get(id)
  }

  remember(incident: DeskIncident): void {
    if (!this.#incidents.has(incident.id)) this.#openings.add(incident)
    this.#incidents.set(incident.id, incident)
    this.#open.put(incident)
  }

  /** Those that fire in one incident fire in the other from now on. */
  reassign(from: IncidentId, into: IncidentId, fingerprints: readonly string[]): void {
    for (const fingerprint of fingerprints) {
      const known = this.#firing.get(fingerprint)
      if (known?.incidentId === from) this.#set({ ...known, incidentId: into })
    }
  }

  /** How many alerts fire in it. */
  firingIn(id: IncidentId): number {
    return this.#firingIn.get(id) ?? 0
  }

  keepOnly(incidentIds: ReadonlySet<string>): void {
    for (const [id, incident] of this.#incidents) {
      if (incidentIds.has(id)) continue
      this.#incidents.delete(id)
      this.#openings.remove(incident)
    }
  }

  /** How many alerts will fire in each incident that the plan touches. */
  firingAfter(plan: BatchPlan): Map<IncidentId, number> {
    const after = new Map<IncidentId, number>()
    for (const { alert, incidentId, endedAtMs } of plan.records) {
      const before = this.#firing.get(alert.fingerprint)?.incidentId === incidentId ? 1 : 0
      const known = after.get(incidentId) ?? this.#firingIn.get(incidentId) ?? 0
      after.set(incidentId, known + (endedAtMs === null ? 1 : 0) - before)
    }
    return after
  }

  /** Call once the plan is on disk. */
  apply(plan: BatchPlan): void {
    for (const record of plan.records) this.#applyRecord(record)
    for (const alert of plan.repeats) {
      const known = this.#firing.get(alert.fingerprint)
      if (known !== undefined) this.#firing.set(alert.fingerprint, { ...known, alert })
    }
  }

  #applyRecord({ alert, source, incidentId, serviceId, severity, endedAtMs }: AlertRecord): void {
    if (endedAtMs === null) this.#set({ alert, source, incidentId, serviceId, severity, incidentResolvedAtMs: null })
    else if (this.#firing.get(alert.fingerprint)?.incidentId === incidentId) this.#delete(alert.fingerprint)
  }

  #set(known: StoredAlert): void {
    this.#delete(known.alert.fingerprint)
    this.#firing.set(known.alert.fingerprint, known)
    this.#countFiring(known.incidentId, 1)
  }

  #delete(fingerprint: string): void {
    const known = this.#firing.get(fingerprint)
    if (known === undefined) return
    this.#firing.delete(fingerprint)
    this.#countFiring(known.incidentId, -1)
  }

  #countFiring(incidentId: IncidentId, by: number): void {
    const firing = (this.#firingIn.get(incidentId) ?? 0) + by
    if (firing > 0) this.#firingIn.set(incidentId, firing)
    else this.#firingIn.delete(incidentId)
  }
}
