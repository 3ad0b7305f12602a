/** Alerts as Prometheus sends them of a cluster in trouble. */

export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

const FOUR_MINUTES_MS = 4 * 60_000

/** Every `number` is another alert; all of one `alertname` belong together. */
export function prometheusAlert(alertname: string, number: number, startedAtMs: number, sentAtMs: number): SentAlert {
  const pod = `checkout-${Math.floor(number / 8)}-${number % 8}`
  return {
    labels: {
      alertname,
      cluster: 'eu-1',
      container: 'web',
      instance: `10.4.${(number >> 8) & 255}.${number & 255}:9102`,
      job: 'kubernetes-pods',
      namespace: 'shop',
      number: String(number),
      pod,
      service: 'checkout',
      severity: 'warning',
    },
    annotations: {
      summary: `${pod} answers more than 5 % of its requests with 5xx`,
      description: `The share of 5xx of ${pod} in shop has been above 5 % for ten minutes; it is 7.${number % 100} % now.`,
      runbook_url: 'https://runbooks.example.org/checkout/5xx',
    },
    startsAt: new Date(startedAtMs).toISOString(),
    // Prometheus moves it each time it repeats the alert.
    endsAt: new Date(sentAtMs + FOUR_MINUTES_MS).toISOString(),
    generatorURL: 'http://prometheus.example.org:9090/graph?g0.expr=job%3Aerrors%3Aratio_rate5m+%3E+0.05&g0.tab=1',
  }
}

/** Bodies of `size` alerts each: the alerts `from` to `from + count`, as they are sent at `sentAtMs`. */
export function batches(
  alertname: string,
  { from, count, size }: { from: number; count: number; size: number },
  startedAtMs: number,
  sentAtMs: number,
): string[] {
  const bodies: string[] = []
  for (let first = from; first < from + count; first += size) {
    const length = Math.min(size, from + count - first)
    const alerts = Array.from({ length }, (_, i) => prometheusAlert(alertname, first + i, startedAtMs, sentAtMs))
    bodies.push(JSON.stringify(alerts))
  }
  return bodies
}
