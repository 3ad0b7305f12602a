import type { PublicModel } from './publicModel.ts'

/** Groups have no id of their own: the first member's names it. The dot keeps it apart from every component id. */
export function groupId({ components }: GroupedModel, name: string): string {
  const first = components.find((component) => component.group === name)
  return `group.${first?.id ?? name}`
}

export interface GroupedModel {
  readonly components: readonly Pick<PublicModel['components'][number], 'id' | 'group'>[]
}
