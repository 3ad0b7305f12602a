import type { AlertSource } from '../worker/domain/alert.ts'
import type { IncomingAlert } from '../worker/domain/alertIntake.ts'
import type { BatchPlan } from '../worker/domain/batchPlan.ts'
import { compileJudging } from '../worker/domain/judging.ts'
import { OrganisationForAlerts } from '../worker/domain/organisation.ts'
import { SimulatedDesk } from '../worker/domain/simulatedDesk.ts'

/** The simulated desk with the defaults of tests. */
export class PlainDesk extends SimulatedDesk {
  written = 0

  constructor(organisation: Partial<OrganisationForAlerts> = {}) {
    super(compileJudging(OrganisationForAlerts.parse(organisation), plainRegex), ({ records }) => {
      this.written += records.length
    })
  }

  take(alerts: readonly IncomingAlert[], nowMs = NOW, from: { source?: AlertSource; sender?: string } = {}): BatchPlan {
    const { source = 'alertmanager', sender = 'am' } = from
    return this.takeBatch({ source, sender, alerts }, nowMs)
  }

  /** What the sweep of each minute does. */
  sweep(nowMs: number): void {
    this.expire(nowMs)
    this.release([...this.held.values()], nowMs)
  }

  /** The fingerprints of each incident that something fires in, in a canonical order. */
  partition(): string[] {
    const members = Map.groupBy(this.memory.firing(), ({ incidentId }) => incidentId)
    return [...members.values()]
      .map((alerts) =>
        alerts
          .map(({ alert }) => alert.fingerprint)
          .toSorted()
          .join(),
      )
      .toSorted()
  }
}

const NOW = Date.UTC(2100, 0, 1)

export function incoming(labels: Record<string, string>, more: Partial<IncomingAlert> = {}): IncomingAlert {
  return { labels, annotations: {}, startsAtMs: null, endsAtMs: null, generatorUrl: '', ...more }
}

/** JavaScript's own engine, anchored at both ends: patterns of tests are harmless. */
export function plainRegex(pattern: string): (text: string) => boolean {
  const regex = new RegExp(`^(?:${pattern})$`, 'su')
  return (text) => regex.test(text)
}
