import { z } from 'zod'
import { worstStatus } from '../domain/componentStatus.ts'
import type { ComponentStatus } from '../domain/componentStatus.ts'
import type { GroupedModel } from '../domain/groupId.ts'
import { groupId } from '../domain/groupId.ts'
import { Language } from '../domain/language.ts'
import { overallStatus } from '../domain/overallStatus.ts'
import type { OverallStatus } from '../domain/overallStatus.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import { BADGE_STYLES, drawBadge } from './badge.ts'
import type { Badge } from './badge.ts'

/** Badges of the status page: its overall state, a component's and a group's. */

const LABEL_LENGTH_MAX = 60

/** How a badge is wanted. What makes no sense counts as not said: a README is better off with a badge than without. */
export const BadgeWishes = z.object({
  style: z.enum(BADGE_STYLES).optional().catch(undefined),
  label: z.string().trim().min(1).max(LABEL_LENGTH_MAX).optional().catch(undefined),
  lang: Language.optional().catch(undefined),
})
export type BadgeWishes = z.infer<typeof BadgeWishes>

export const OVERALL_BADGE = 'badge.svg'
const PATH = /^badge\/(.+)\.svg$/

const COLOUR_OF_INDICATOR: Record<OverallStatus['indicator'], Badge['colour']> = {
  none: 'green',
  maintenance: 'blue',
  minor: 'amber',
  major: 'orange',
  critical: 'red',
}
const COLOUR_OF_STATUS: Record<ComponentStatus, Badge['colour']> = {
  operational: 'green',
  under_maintenance: 'blue',
  degraded_performance: 'amber',
  partial_outage: 'orange',
  major_outage: 'red',
}

export function isBadgePath(path: string): boolean {
  return path === OVERALL_BADGE || PATH.test(path)
}

/** Those of some components and of the groups that they are in; or of all. */
export function badgePaths(model: GroupedModel, only?: readonly string[]): string[] {
  const chosen = model.components.filter(({ id }) => only === undefined || only.includes(id))
  const groups = new Set(chosen.flatMap(({ group }) => (group === null ? [] : [groupId(model, group)])))
  return [...chosen.map(({ id }) => id), ...groups].map((id) => `badge/${id}.svg`)
}

/** What is to stand there; null where there is no such component or group. */
export function statusBadge(path: string, model: PublicModel, { style, label, lang }: BadgeWishes): string | null {
  const words = STATE_WORDS[lang ?? model.page.language]
  const looks = style === undefined ? {} : { style }
  if (path === OVERALL_BADGE) {
    const { indicator, description } = overallStatus(model)
    const word = words.overall[description]
    return drawBadge({ name: label ?? model.page.name, word, colour: COLOUR_OF_INDICATOR[indicator], ...looks })
  }
  const id = PATH.exec(path)?.[1]
  const shown = id === undefined ? null : shownBy(id, model)
  if (shown === null) return null
  const { name, status } = shown
  return drawBadge({ name: label ?? name, word: words.component[status], colour: COLOUR_OF_STATUS[status], ...looks })
}

function shownBy(id: string, model: PublicModel): { readonly name: string; readonly status: ComponentStatus } | null {
  const component = model.components.find((each) => each.id === id)
  if (component !== undefined) return component
  const name = model.components.flatMap(({ group }) => group ?? []).find((group) => groupId(model, group) === id)
  if (name === undefined) return null
  return {
    name,
    status: worstStatus(model.components.filter(({ group }) => group === name).map((each) => each.status)),
  }
}
