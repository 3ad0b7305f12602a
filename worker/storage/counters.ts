/**
 * What this isolate has done since it started, for /metrics. A counter that starts over is what Prometheus expects;
 * nothing is stored.
 */

export interface Counter {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

// Labels come from code, never from callers' input; the cap is for the day one does.
const COUNTERS_MAX = 2000

const values = new Map<string, Counter>()

/** Adds `by` to the counter of this name and these labels. */
export function count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
  const id = `${name} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`
  const known = values.get(id)
  if (known === undefined && values.size >= COUNTERS_MAX) return
  values.set(id, { name, labels, value: (known?.value ?? 0) + by })
}

/** Every counter, sorted by name. */
export function counters(): Counter[] {
  return [...values.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
