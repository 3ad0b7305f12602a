import type { Alert, Labels } from './alert.ts'
import { alertTitle } from './alert.ts'
import type { NamedLink, Service } from './catalogue.ts'

/** Where it says what to do: of the affected services in the catalogue, and of the alerts themselves. */

export interface Runbook extends NamedLink {
  /** The service or the alert that it is for. */
  readonly of: string
}

const RUNBOOKS_MAX = 12

/** Only an address that a browser can follow safely. */
export function runbookUrlOf(annotations: Labels): string | null {
  const url = (annotations['runbook_url'] ?? annotations['runbook'] ?? '').trim()
  return /^https?:\/\/[^\s]+$/i.test(url) && url.length <= 2000 && URL.canParse(url) ? url : null
}

/** Those of the alerts first: they are for what happens. Each address once. */
export function runbooksFor(
  serviceIds: readonly string[],
  services: readonly Service[],
  alerts: readonly Pick<Alert, 'labels' | 'annotations'>[],
): Runbook[] {
  const found = new Map<string, Runbook>()
  for (const alert of alerts) {
    const url = runbookUrlOf(alert.annotations)
    const title = alertTitle(alert)
    if (url !== null && !found.has(url)) found.set(url, { title: `Runbook of ${title}`, url, of: title })
  }
  for (const { id, name, runbooks } of services)
    if (serviceIds.includes(id))
      for (const { title, url } of runbooks) if (!found.has(url)) found.set(url, { title, url, of: name })
  return [...found.values()].slice(0, RUNBOOKS_MAX)
}
