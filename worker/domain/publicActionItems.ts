import type { ActionItem } from './postMortem.ts'
import type { PublicActionItem } from './publicModel.ts'

/** The action items that were marked public, field by field. */
export function publicActionItems(items: readonly ActionItem[]): PublicActionItem[] {
  return items.filter((item) => item.isPublic).map(({ title, type, dueOn, done }) => ({ title, type, dueOn, done }))
}
