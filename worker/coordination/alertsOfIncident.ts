import type { Alert } from '../domain/alert.ts'
import type { AlertMemory } from '../domain/alertMemory.ts'
import type { AlertRecord } from '../domain/batchPlan.ts'

/** What the AlertDesk tells of the alerts of an incident. */

export interface AlertOfIncident extends Alert {
  readonly firing: boolean
  /** The service that it was taken to be about when it fired. */
  readonly serviceId: string | null
}

export interface AlertsOfIncident {
  readonly alerts: readonly AlertOfIncident[]
  readonly total: number
}

/** While it fires, the memory knows a newer end of it. */
export function alertOfIncident({ alert, endedAtMs, serviceId }: AlertRecord, memory: AlertMemory): AlertOfIncident {
  const firing = endedAtMs === null
  return { ...(firing ? (memory.firingAlert(alert.fingerprint)?.alert ?? alert) : alert), firing, serviceId }
}
