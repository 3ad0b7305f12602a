import type { PublicComponent } from '../../../worker/domain/publicModel.ts'

interface ComponentGroup {
  /** Null for those that stand alone. */
  readonly name: string | null
  readonly components: readonly PublicComponent[]
}

/** Those that stand alone first, then each group where its first component stands. */
export function componentGroups(components: readonly PublicComponent[]): ComponentGroup[] {
  const groups = Map.groupBy(
    components.toSorted((a, b) => a.position - b.position),
    ({ group }) => group,
  )
  return [...groups]
    .map(([name, members]) => ({ name, components: members }))
    .sort((a, b) => Number(a.name !== null) - Number(b.name !== null))
}
