import type { Alert, AlertSource } from './alert.ts'
import type { AlertRecord, JoinedAlert, Judging } from './batchPlan.ts'
import type { GroupingView } from './grouping.ts'
import { Grouping } from './grouping.ts'
import type { IncidentId } from './identifiers.ts'
import type { TrailStep } from './trail.ts'
import type { Judgement } from './triage.ts'

/** Alerts on their way into incidents. Which ones is decided when all of a batch are known. */

export interface JoiningAlert {
  readonly alert: Alert
  readonly source: AlertSource
  readonly judgement: Judgement
  /** Set when it ends in the batch that brought it. */
  readonly endedAtMs: number | null
  /** What was decided beside its judgement and its place. */
  readonly also: readonly TrailStep[]
}

export class Joining {
  readonly #alerts = new Map<string, JoiningAlert>()

  /** Null unless it fires and came with this batch. */
  get(fingerprint: string): JoiningAlert | null {
    const found = this.#alerts.get(fingerprint)
    return found === undefined || found.endedAtMs !== null ? null : found
  }

  put(joining: JoiningAlert): void {
    this.#alerts.set(joining.alert.fingerprint, joining)
  }

  place(view: GroupingView, judging: Judging, sender: string, nowMs: number) {
    const grouping = new Grouping(view, { ...judging, sender }, nowMs)
    for (const [fingerprint, { judgement }] of this.#alerts) grouping.add(fingerprint, judgement)
    grouping.place()

    const records: AlertRecord[] = []
    const joined = new Map<IncidentId, JoinedAlert[]>()
    for (const [fingerprint, { alert, source, judgement, endedAtMs, also }] of this.#alerts) {
      const { incidentId, step } = grouping.placeOf(fingerprint)
      const { serviceId, severity } = judgement
      const trail = [...judgement.trail, ...also, step]
      records.push({ alert, source, incidentId, serviceId, severity, endedAtMs, trail })
      const others = joined.get(incidentId)
      if (others === undefined) joined.set(incidentId, [{ alert, judgement }])
      else others.push({ alert, judgement })
    }
    const { opened, placements, gatherings } = grouping
    return { records, joined, opened, placements, gatherings }
  }
}
