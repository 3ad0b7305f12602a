import { currentMaintenances } from '../domain/maintenanceLists.ts'
import { overallStatus } from '../domain/overallStatus.ts'
import type { PublicModel, PublicView } from '../domain/publicModel.ts'

/** The banner for frames on other people's pages. */

export const BANNER = 'embed.html'
export const BANNER_THEMES = ['auto', 'light', 'dark'] as const
export type BannerTheme = (typeof BANNER_THEMES)[number]

export function bannerView(model: PublicModel, theme: BannerTheme): PublicView {
  const { indicator, description } = overallStatus(model)
  const incidents = model.activeIncidents.map(({ id, title }) => ({ path: `/incidents/${id}`, title }))
  const maintenances = currentMaintenances(model).map(({ id, title }) => ({ path: `/maintenance/${id}`, title }))
  return { view: 'embed', page: model.page, indicator, description, told: [...incidents, ...maintenances], theme }
}
