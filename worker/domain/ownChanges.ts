import type { PublicComponent, PublicIncident, PublicMaintenance, PublicOwnChange } from './publicModel.ts'
import type { OwnChange, StateChange } from './uptime.ts'
import { stateChanges } from './uptime.ts'

/** What readers are told of components that change by themselves: what no incident or maintenance tells already. */

export interface RecordedOwnChange extends OwnChange {
  readonly sequence: number
}

interface Told {
  readonly incidents: readonly PublicIncident[]
  readonly maintenances: readonly PublicMaintenance[]
  readonly own: readonly RecordedOwnChange[]
}

/** Each change of its own that changed what readers saw, newest first. */
export function ownChangesShown(
  components: readonly Pick<PublicComponent, 'id' | 'name'>[],
  shown: ReadonlyMap<string, readonly StateChange[]>,
  own: readonly RecordedOwnChange[],
): PublicOwnChange[] {
  const names = new Map(components.map(({ id, name }) => [id, name]))
  return own
    .flatMap(({ sequence, component, atMs }): PublicOwnChange[] => {
      const name = names.get(component)
      const changes = shown.get(component) ?? []
      const to = changes.find((change) => change.atMs === atMs)?.status
      const from = changes.findLast((change) => change.atMs < atMs)?.status ?? 'operational'
      if (name === undefined || to === undefined || from === to) return []
      return [{ changeId: String(sequence), atMs, id: component, name, from, to }]
    })
    .toReversed()
}

/**
 * What to tell of a component that changed by itself since then: from what readers saw before to what they see now. Null
 * where that is the same, or where an incident or a maintenance has said as much.
 */
export function changeSince(
  { id, name }: Pick<PublicComponent, 'id' | 'name'>,
  sinceMs: number,
  { incidents, maintenances, own }: Told,
): Omit<PublicOwnChange, 'changeId' | 'atMs'> | null {
  const shown = stateChanges(incidents, maintenances, own).get(id) ?? []
  const told = stateChanges(incidents, maintenances).get(id) ?? []
  const from = shown.findLast((change) => change.atMs < sinceMs)?.status ?? 'operational'
  const to = shown.at(-1)?.status ?? 'operational'
  if (from === to || (to !== 'operational' && told.at(-1)?.status === to)) return null
  return { id, name, from, to }
}
