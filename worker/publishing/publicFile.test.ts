import { describe, expect, it } from 'vitest'
import {
  AT_MS,
  sampleIncident,
  sampleMaintenance,
  sampleModel,
  samplePostMortem,
} from '../../test/samplePublicModel.ts'
import { sampleMetric } from '../../test/sampleMetric.ts'
import { NO_LINK_SETTINGS } from '../domain/affectedLink.ts'
import { publicFile } from './publicFile.ts'
import { pathsTouchedBy } from './publicPaths.ts'
import type { PublicSource } from './publicSource.ts'
import { plainText } from './plainText.ts'
import { tellHome } from './tellPages.ts'

const source: PublicSource = {
  pages: [],
  links: NO_LINK_SETTINGS,
  model: sampleModel(),
  log: { head: () => null, entriesFrom: () => [], keys: () => [] },
  redirects: () => [],
  look: () => null,
  metrics: () => [sampleMetric(AT_MS)],
  incident: (id) => (id === '0123456789ab' ? sampleIncident() : null),
  maintenance: (id) => (id === '0123456789ab' ? sampleMaintenance() : null),
  evidence: () => null,
  postMortem: (id) =>
    id === '0123456789ab'
      ? {
          postMortem: samplePostMortem(),
          actionItems: [{ title: 'Add an index', type: 'prevent', dueOn: '', done: false }],
        }
      : null,
  history: {
    months: () => ['2100-11'],
    incidentsOf: (month) => (month === '2100-11' ? [sampleIncident()] : []),
    maintenancesOf: (month) => (month === '2100-12' ? [sampleMaintenance({ status: 'cancelled' })] : []),
    all: () => [sampleIncident()],
    allMaintenances: () => [],
  },
}

describe('pages', () => {
  it('can write every file that a change touches', () => {
    for (const path of [
      ...pathsTouchedBy({ kind: 'incident', id: '0123456789ab', months: ['2100-11'] }),
      ...pathsTouchedBy({
        kind: 'imported',
        incidentIds: ['0123456789ab'],
        maintenanceIds: ['0123456789ab'],
        months: ['2100-11'],
      }),
      ...pathsTouchedBy({ kind: 'post_mortem', id: '0123456789ab' }),
      ...pathsTouchedBy({ kind: 'maintenance', id: '0123456789ab', months: ['2100-12'] }),
      ...pathsTouchedBy({
        kind: 'everything',
        lookPaths: [],
        isMain: true,
        incidentIds: ['0123456789ab'],
        maintenanceIds: ['0123456789ab'],
        postMortemIds: ['0123456789ab'],
        months: ['2100-11'],
        metricIds: ['response-time'],
      }),
      ...pathsTouchedBy({
        kind: 'as_of',
        activeIncidentIds: ['0123456789ab'],
        openMaintenanceIds: ['0123456789ab'],
      }),
    ])
      expect(publicFile(path, source), path).not.toBeNull()
  })

  it('writes an incident before what links to it', () => {
    const paths = pathsTouchedBy({ kind: 'incident', id: '0123456789ab', months: [] })
    expect(paths.indexOf('incidents/0123456789ab.html')).toBeLessThan(paths.indexOf('index.html'))
  })

  it.each([
    'incidents/unknown.html',
    'history/2100-10.html',
    'history/2100-13.html',
    'incidents/0123456789ab.ics',
    'maintenance/unknown.ics',
    'post-mortems/unknown.txt',
    '../secret',
    'incidents/a/b.html',
    '',
  ])('has nothing at %j', (path) => expect(publicFile(path, source)).toBeNull())

  it('tells a terminal what matters first, and moves no cursor', () => {
    const text = plainText(tellHome(sampleModel([sampleIncident({ title: 'Slow\u001B[2J\u009B1A' })]), 'en'))
    expect(text.split('\n')[0]).toBe('Example & Sons: Partial System Outage')
    expect(text).toContain('A **database** is overloaded.')
    expect(text).toContain('Next update by 2100-11-24 12:25 UTC.')
    // oxlint-disable-next-line no-control-regex -- the characters that must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
  })

  it('tells a terminal of maintenance: above what goes on, below what comes', () => {
    const startedAtMs = AT_MS - 60_000
    const now = sampleMaintenance({ id: 'b', title: 'Going on', status: 'in_progress', startedAtMs })
    const text = plainText(
      tellHome({ ...sampleModel([]), maintenances: [sampleMaintenance({ id: 'a', title: 'To come' }), now] }, 'en'),
    )
    const places = ['Going on', 'COMPONENTS', 'SCHEDULED MAINTENANCE', 'To come', '/calendar.ics'].map((words) =>
      text.indexOf(words),
    )
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(places[0]).toBeGreaterThan(0)
  })
})
