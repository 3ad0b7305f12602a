import type { PublicIncident, PublicMaintenance, PublicModel, PublicPostMortem } from '../worker/domain/publicModel.ts'

/** A status page in the middle of an incident, for tests; times are in November 2100. */

export const AT_MS = Date.UTC(2100, 10, 24, 12, 0)
const MINUTE_MS = 60_000

/** What is so of most updates. */
export const AS_POSTED = { translations: {}, edits: [], nextUpdateAtMs: null }

export function sampleIncident(changes: Partial<PublicIncident> = {}): PublicIncident {
  return {
    id: '0123456789ab',
    title: 'Checkout is slow',
    status: 'identified',
    impact: 'major',
    createdAtMs: AT_MS - 20 * MINUTE_MS,
    updatedAtMs: AT_MS - 5 * MINUTE_MS,
    startedAtMs: AT_MS - 30 * MINUTE_MS,
    monitoringAtMs: null,
    resolvedAtMs: null,
    nextUpdateAtMs: AT_MS + 25 * MINUTE_MS,
    components: [{ id: 'checkout', name: 'Checkout', status: 'partial_outage' }],
    updates: [
      {
        id: 'update-2',
        status: 'identified',
        body: 'A **database** is overloaded.',
        ...AS_POSTED,
        nextUpdateAtMs: AT_MS + 25 * MINUTE_MS,
        atMs: AT_MS - 5 * MINUTE_MS,
        components: [{ id: 'checkout', name: 'Checkout', from: 'degraded_performance', to: 'partial_outage' }],
      },
      {
        id: 'update-1',
        status: 'investigating',
        body: 'We are looking into it.',
        ...AS_POSTED,
        atMs: AT_MS - 20 * MINUTE_MS,
        components: [{ id: 'checkout', name: 'Checkout', from: 'operational', to: 'degraded_performance' }],
      },
    ],
    hasPostMortem: false,
    isBackdated: false,
    ...changes,
  }
}

/** Announced an hour ago, tomorrow from noon for two hours. */
export function sampleMaintenance(changes: Partial<PublicMaintenance> = {}): PublicMaintenance {
  const DAY_MS = 24 * 60 * MINUTE_MS
  return {
    id: '0123456789ab',
    title: 'Database upgrade',
    status: 'scheduled',
    scheduledForMs: AT_MS + DAY_MS,
    scheduledUntilMs: AT_MS + DAY_MS + 120 * MINUTE_MS,
    createdAtMs: AT_MS - 60 * MINUTE_MS,
    updatedAtMs: AT_MS - 60 * MINUTE_MS,
    startedAtMs: null,
    completedAtMs: null,
    sequence: 0,
    components: [{ id: 'checkout', name: 'Checkout' }],
    updates: [
      {
        id: 'planned',
        status: 'scheduled',
        body: 'Checkout will be away for **some minutes**.',
        translations: {},
        edits: [],
        atMs: AT_MS - 60 * MINUTE_MS,
        components: [],
        rescheduledFrom: null,
      },
    ],
    ...changes,
  }
}

export function samplePostMortem(changes: Partial<PublicPostMortem> = {}): PublicPostMortem {
  return {
    id: '0123456789ab',
    title: 'Checkout was slow',
    publishedAtMs: AT_MS,
    updatedAtMs: AT_MS,
    body: '## Summary\n\nA query had no index.',
    startedAtMs: AT_MS - 30 * MINUTE_MS,
    resolvedAtMs: AT_MS - 2 * MINUTE_MS,
    services: ['Checkout'],
    ...changes,
  }
}

export function sampleModel(incidents: readonly PublicIncident[] = [sampleIncident()]): PublicModel {
  const createdAtMs = AT_MS - 10 * 24 * 60 * MINUTE_MS
  const component = { description: null, createdAtMs, updatedAtMs: createdAtMs, days: [], uptimePercent: 100 }
  return {
    page: {
      id: 'abcdefghjkmn',
      name: 'Example & Sons',
      url: 'https://status.example',
      timeZone: 'Etc/UTC',
      supportUrl: null,
      language: 'en',
      updatedAtMs: AT_MS - 5 * MINUTE_MS,
    },
    components: [
      { ...component, id: 'checkout', name: 'Checkout', group: 'Shop', position: 1, status: 'partial_outage' },
      { ...component, id: 'docs', name: 'Docs', group: null, position: 2, status: 'operational' },
      { ...component, id: 'search', name: 'Search', group: 'Shop', position: 3, status: 'operational' },
    ],
    activeIncidents: incidents.filter((incident) => incident.resolvedAtMs === null),
    incidents,
    maintenances: [],
    metrics: [],
    ownChanges: [],
    postMortems: [],
    mirror: null,
    asOfMs: AT_MS,
  }
}
