import { Appearance } from '../worker/domain/appearance.ts'
import { imagesInPage } from '../worker/domain/lookWeight.ts'
import { metricLine } from '../worker/domain/publicMetric.ts'
import type { PublicView } from '../worker/domain/publicModel.ts'
import { PUBLIC_PAGES } from './publicPages.fixtures.ts'
import { sampleMetric } from './sampleMetric.ts'

/** The first view in one request: as it is sent, compressed. */
export const FIRST_VIEW_BYTES_MAX = 15 * 1024

/** The worst day with charts, and with a look that has all there can be, as heavy as is taken. */
export function fullestHome(): PublicView {
  const view = PUBLIC_PAGES['home-worst-day']
  if (view?.view !== 'home') throw new Error('There is no example of a bad day.')
  const { model } = view
  const metrics = Array.from({ length: 8 }, (_, i) =>
    metricLine(sampleMetric(model.asOfMs, { id: `response-${i}`, name: `Response time in region ${i}` })),
  )
  return {
    ...view,
    model: { ...model, metrics, page: { ...model.page, appearance: heaviestLook(), hasPerformance: true } },
  }
}

function heaviestLook(): Appearance {
  const rest = {
    accent: { light: '#7a1f5c', dark: '#ffb3dd' },
    background: { light: '#f5f6f8', dark: '#0f141b' },
    font: 'serif',
    corners: 'round',
    favicon: `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>')}`,
    headerLinks: [{ label: 'Help centre', url: 'https://example.com/help' }],
    footerLinks: [{ label: 'Imprint', url: 'https://example.com/imprint' }],
    css: '.page-head { padding: 1rem; background: #7a1f5c; color: #ffffff }\n.page-head a { color: #ffffff }\nh2 { border-bottom: 2px solid light-dark(#7a1f5c, #ffb3dd) }',
  }
  let heaviest = Appearance.parse(rest)
  for (let length = 100; ; length += 20) {
    const look = Appearance.parse({ ...rest, logo: { light: noise(length), alt: 'Larkspur' } })
    // What is heavier is a file of its own.
    if (imagesInPage(look).size < 2) return heaviest
    heaviest = look
  }
}

/** A PNG as far as anybody asks, of what does not get smaller; the same in every run. */
function noise(length: number): string {
  let state = 1
  const bytes = Array.from({ length }, () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return String.fromCharCode(state >>> 24)
  })
  return `data:image/png;base64,${btoa(`\u0089PNG\r\n\u001A\n${bytes.join('')}`)}`
}
