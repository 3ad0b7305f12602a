import type { ComponentStatus } from './componentStatus.ts'
import type { PublicIncident } from './publicModel.ts'

/** A component was in this state for so long, as customers were told. */
export interface ComponentSpan {
  readonly status: ComponentStatus
  readonly fromMs: number
  /** Null: it still is. */
  readonly untilMs: number | null
}

export interface ComponentHistory {
  readonly id: string
  readonly name: string
  /** Oldest first, without gaps; back to operational is where the last one ends. */
  readonly spans: readonly ComponentSpan[]
}

/** What an incident did to each component it touched, in the order in which they were named. */
export function componentHistories({
  updates,
  components,
}: Pick<PublicIncident, 'updates' | 'components'>): ComponentHistory[] {
  const oldestFirst = updates.toReversed()
  return components.map(({ id, name }) => {
    const changes = oldestFirst.flatMap(({ atMs, status, components: changed }) => {
      const change = changed.find((each) => each.id === id)
      if (change !== undefined) return [{ atMs, status: change.to }]
      return status === 'resolved' ? [{ atMs, status: 'operational' as const }] : []
    })
    return { id, name, spans: spansOf(changes) }
  })
}

function spansOf(changes: readonly { readonly atMs: number; readonly status: ComponentStatus }[]): ComponentSpan[] {
  const distinct = changes.filter(({ status }, i) => status !== (changes[i - 1]?.status ?? 'operational'))
  return distinct.flatMap(({ atMs, status }, i) =>
    status === 'operational' ? [] : [{ status, fromMs: atMs, untilMs: distinct[i + 1]?.atMs ?? null }],
  )
}
