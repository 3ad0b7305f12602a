import type { Labels } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'

/**
 * For sources that speak of one thing at two levels, a warning and the real thing, as one cycle. What fires keeps its
 * severity until it is over, so each level is an alert of its own: the worse joins the incident of the other, and pages
 * if it is worse than what was acknowledged. Each level ends the other, at `atMs`; the end ends both.
 */
export function ofTwoLevels(alert: IncomingAlert, isLesser: boolean, atMs: number, nowMs: number): IncomingAlert[] {
  const { identity = {}, labels } = alert
  const lesser: Labels = { ...identity, level: 'lesser' }
  const [mine, other] = isLesser ? [lesser, identity] : [identity, lesser]
  const endsAtMs = alert.endsAtMs !== null && alert.endsAtMs <= nowMs ? alert.endsAtMs : atMs
  const over = { labels: { alertname: labels['alertname'] ?? '' }, annotations: {}, generatorUrl: '' }
  return [
    { ...alert, identity: mine },
    { ...over, identity: other, startsAtMs: endsAtMs, endsAtMs },
  ]
}
