import { describe, expect, it } from 'vitest'
import { sourcesOf } from './componentSource.ts'
import type { OwnComponentState } from './ownComponentState.ts'
import { newComponentState } from './ownComponentState.ts'
import type { ComponentStatus } from './componentStatus.ts'
import type { MaintenanceStatus, PublicIncident, PublicMaintenance } from './publicModel.ts'
import { sampleIncident, sampleMaintenance } from '../../test/samplePublicModel.ts'

const NOTHING = { activeIncidents: [], maintenances: [] }
const ALICE = { kind: 'responder', id: 'alice', name: 'Alice' } as const
const word = { status: 'operational', reason: 'Checked', by: ALICE, atMs: 5, untilMs: null } as const
const ruled = { status: 'partial_outage', because: ['an alert fires'], tellsSubscribers: true } as const
const state = (parts: Partial<OwnComponentState> = {}) => ({ ...newComponentState('checkout'), ...parts })

describe('the sources of a state', () => {
  it('are none while nobody says anything', () => {
    expect(sourcesOf(state(), NOTHING)).toEqual([])
  })

  it('stand with the worst first, and a rule that a human overrules last', () => {
    const told = {
      activeIncidents: [incidentWith('i1', ['major_outage', 'degraded_performance'])],
      maintenances: [maintenanceWith('m1', 'in_progress'), maintenanceWith('m2', 'scheduled')],
    }
    expect(sourcesOf(state({ word, ruled }), told).map(({ kind, status }) => [kind, status])).toEqual([
      ['incident', 'degraded_performance'],
      ['maintenance', 'under_maintenance'],
      ['hand', 'operational'],
      ['rule', 'partial_outage'],
    ])
    expect(sourcesOf(state({ ruled }), told).map(({ kind }) => kind)).toEqual(['rule', 'incident', 'maintenance'])
  })

  it('are not incidents that gave it back, nor those about others', () => {
    const activeIncidents = [incidentWith('i1', ['major_outage', 'operational'])]
    expect(sourcesOf(state(), { ...NOTHING, activeIncidents })).toEqual([])
    expect(sourcesOf({ ...state(), id: 'search' }, { ...NOTHING, activeIncidents })).toEqual([])
  })
})

/** What it said of checkout, oldest first. */
function incidentWith(id: string, said: readonly ComponentStatus[]): PublicIncident {
  const [update] = sampleIncident().updates
  if (update === undefined) throw new Error('the sample has updates')
  const updates = said.map((to, i) => ({
    ...update,
    id: `u${i}`,
    components: [{ id: 'checkout', name: 'Checkout', from: 'operational' as const, to }],
  }))
  return sampleIncident({ id, updates: updates.toReversed() })
}

function maintenanceWith(id: string, status: MaintenanceStatus): PublicMaintenance {
  const [update] = sampleMaintenance().updates
  if (update === undefined) throw new Error('the sample has updates')
  const change = { id: 'checkout', name: 'Checkout', from: 'operational', to: 'under_maintenance' } as const
  return sampleMaintenance({ id, status, updates: [{ ...update, status, components: [change] }] })
}
