import type { DeskIncident } from './deskIncident.ts'
import { stormKey } from './grouping.ts'

/** When each sender's alerts opened incidents: a storm is noticed without looking at every incident there is. */
export class Openings {
  /** Ascending. */
  readonly #times = new Map<string, number[]>()

  add(incident: DeskIncident): void {
    if (isStorm(incident)) return
    const times = this.#times.get(incident.sender) ?? []
    this.#times.set(incident.sender, times)
    times.splice(countUntil(times, incident.openedAtMs), 0, incident.openedAtMs)
  }

  remove(incident: DeskIncident): void {
    if (isStorm(incident)) return
    const times = this.#times.get(incident.sender) ?? []
    times.splice(countUntil(times, incident.openedAtMs) - 1, 1)
    if (times.length === 0) this.#times.delete(incident.sender)
  }

  /** How many were opened after that moment. */
  since(sender: string, sinceMs: number): number {
    const times = this.#times.get(sender) ?? []
    return times.length - countUntil(times, sinceMs)
  }
}

/** It was opened because there were too many, and would keep the storm going by itself. What it was opened for stands first. */
function isStorm({ groupKeys, sender }: DeskIncident): boolean {
  return groupKeys[0] === stormKey(sender)
}

/** How many are not after it. */
function countUntil(times: readonly number[], atMs: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}
