import type { ComponentStatus } from './componentStatus.ts'
import { COMPONENT_STATUSES } from './componentStatus.ts'
import { isUnderWay } from './maintenance.ts'
import type { OwnComponentState } from './ownComponentState.ts'
import type { PublicModel } from './publicModel.ts'

/** Where the state of a component comes from: everyone who says something of it now, the worst first. */

export type ComponentSource =
  | {
      readonly kind: 'incident' | 'maintenance'
      readonly status: ComponentStatus
      readonly id: string
      readonly title: string
    }
  | {
      readonly kind: 'hand'
      readonly status: ComponentStatus
      readonly by: string
      readonly reason: string
      readonly atMs: number
      readonly untilMs: number | null
    }
  /** `isOverruled`: someone has set it by hand, and rules wait for that to end. */
  | {
      readonly kind: 'rule'
      readonly status: ComponentStatus
      readonly because: readonly string[]
      readonly isOverruled: boolean
    }

type Told = Pick<PublicModel, 'activeIncidents' | 'maintenances'>

export function sourcesOf(
  { id, word, ruled }: OwnComponentState,
  { activeIncidents, maintenances }: Told,
): ComponentSource[] {
  const told = [
    ...activeIncidents.map(({ id: of, title, updates }) => ({ kind: 'incident' as const, id: of, title, updates })),
    ...maintenances
      .filter(({ status }) => isUnderWay(status))
      .map(({ id: of, title, updates }) => ({ kind: 'maintenance' as const, id: of, title, updates })),
  ].flatMap(({ updates, ...named }): ComponentSource[] => {
    const status = lastSaid(updates, id)
    return status === 'operational' ? [] : [{ ...named, status }]
  })
  const own: ComponentSource[] = [
    ...(word === null ? [] : [{ kind: 'hand' as const, ...word, by: word.by.name }]),
    ...(ruled === null ? [] : [{ kind: 'rule' as const, ...ruled, isOverruled: word !== null }]),
  ]
  return [...told, ...own].toSorted((a, b) => weightOf(b) - weightOf(a))
}

/** Updates stand newest first. */
function lastSaid(
  updates: PublicModel['incidents'][number]['updates'] | PublicModel['maintenances'][number]['updates'],
  id: string,
): ComponentStatus {
  for (const { components } of updates) {
    const change = components.find((each) => each.id === id)
    if (change !== undefined) return change.to
  }
  return 'operational'
}

/** What is overruled decides nothing: it stands last. */
function weightOf(source: ComponentSource): number {
  return source.kind === 'rule' && source.isOverruled ? -1 : COMPONENT_STATUSES.indexOf(source.status)
}
