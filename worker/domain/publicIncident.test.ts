import { describe, expect, it } from 'vitest'
import { SYSTEM } from './actor.ts'
import { IncidentId } from './identifiers.ts'
import type { Incident, IncidentUpdate } from './incident.ts'
import { publicIncidentFrom } from './publicIncident.ts'

const SECRET = 'INTERNAL-ONLY'

function update(atMs: number, changes: Partial<IncidentUpdate> = {}): IncidentUpdate {
  return {
    id: `update-${atMs}`,
    audience: 'public',
    body: `Words at ${atMs}`,
    status: 'investigating',
    components: [],
    nextUpdateAtMs: null,
    by: { kind: 'responder', id: SECRET, name: SECRET },
    atMs,
    ...changes,
  }
}

function incident(updates: readonly IncidentUpdate[]): Incident {
  return {
    id: IncidentId.parse('0123456789ab'),
    version: 7,
    title: SECRET,
    publicTitle: 'Checkout is slow',
    summary: SECRET,
    phase: 'investigating',
    severity: 'sev1',
    severityReason: SECRET,
    severityParts: [],
    severities: [],
    services: [{ id: SECRET, name: SECRET }],
    components: [{ id: SECRET, name: SECRET, status: 'major_outage' }],
    times: {
      startedAtMs: 50,
      detectedAtMs: 60,
      firstPagedAtMs: 70,
      acknowledgedAtMs: 80,
      mitigatedAtMs: 90,
      resolvedAtMs: null,
    },
    alerts: { total: 3, firing: 3, fresh: 0 },
    amountsTo: { alerts: null, impact: null, whenSet: null },
    alertTitles: [SECRET],
    headline: { sentence: SECRET, clauses: [{ text: SECRET, fact: null }], changed: [SECRET] },
    measured: [],
    fixedBy: SECRET,
    roles: { commander: { id: SECRET, name: SECRET } },
    tasks: [{ id: SECRET, title: SECRET, owner: null, done: false }],
    hypotheses: [{ id: SECRET, statement: SECRET, owner: null, verdict: 'open', note: SECRET }],
    paging: null,
    pages: [],
    runs: [],
    updates,
    pendingUpdates: [],
    undoable: null,
    isBackdated: false,
    publicChangedAtMs: null,
    nextUpdateAtMs: 9999,
    mergedInto: null,
    absorbed: [],
  }
}

const change = (id: string, to: 'degraded_performance' | 'partial_outage' | 'major_outage' | 'operational') => ({
  id,
  name: id,
  from: 'operational' as const,
  to,
})

describe('publicIncidentFrom', () => {
  it('is nothing while the public was told nothing', () => {
    expect(publicIncidentFrom(incident([]))).toBeNull()
    expect(
      publicIncidentFrom(incident([update(100, { audience: 'internal' }), update(101, { audience: 'stakeholders' })])),
    ).toBeNull()
  })

  it('holds nothing internal', () => {
    const shown = publicIncidentFrom(
      incident([
        update(100, { audience: 'internal', body: SECRET, components: [change(SECRET, 'major_outage')] }),
        update(110),
        update(120, { audience: 'stakeholders', body: SECRET, nextUpdateAtMs: 555 }),
      ]),
    )
    expect(JSON.stringify(shown)).not.toContain(SECRET)
    expect(shown?.nextUpdateAtMs).toBeNull()
    expect(shown?.impact).toBe('none')
  })

  it.each([
    ['degraded_performance', 'minor'],
    ['partial_outage', 'major'],
    ['major_outage', 'critical'],
    ['operational', 'none'],
  ] as const)('calls the impact of %s %s', (to, impact) => {
    expect(publicIncidentFrom(incident([update(100, { components: [change('checkout', to)] })]))?.impact).toBe(impact)
  })

  it('keeps the worst impact after the component has recovered', () => {
    const shown = publicIncidentFrom(
      incident([
        update(100, { components: [change('checkout', 'major_outage')] }),
        update(110, { status: 'monitoring', components: [change('checkout', 'operational')] }),
      ]),
    )
    expect(shown).toMatchObject({
      status: 'monitoring',
      impact: 'critical',
      monitoringAtMs: 110,
      resolvedAtMs: null,
      components: [{ id: 'checkout', status: 'operational' }],
    })
  })

  it('takes all components back when it is resolved, at the time it was first said', () => {
    const shown = publicIncidentFrom(
      incident([
        update(100, { components: [change('checkout', 'major_outage')], nextUpdateAtMs: 500 }),
        update(110, { status: 'resolved' }),
        update(120, { status: 'resolved', body: 'One more word' }),
      ]),
    )
    expect(shown).toMatchObject({ status: 'resolved', resolvedAtMs: 110, updatedAtMs: 120, nextUpdateAtMs: null })
    expect(shown?.components).toEqual([{ id: 'checkout', name: 'checkout', status: 'operational' }])
    expect(shown?.updates.map(({ id }) => id)).toEqual(['update-120', 'update-110', 'update-100'])
  })

  it('repeats the status where an update names none', () => {
    const shown = publicIncidentFrom(incident([update(100, { status: 'identified' }), update(110, { status: null })]))
    expect(shown?.status).toBe('identified')
  })

  it('says of who spoke only whether it was a person', () => {
    const byPerson = publicIncidentFrom(incident([update(100)]))?.updates[0]
    const { isAutomatic, ...rest } = publicIncidentFrom(incident([update(100, { by: SYSTEM })]))?.updates[0] ?? {}
    expect(isAutomatic).toBe(true)
    expect(rest).toEqual(byPerson)
  })
})
