import { describe, expect, it } from 'vitest'
import { sampleModel } from '../../test/samplePublicModel.ts'
import { COMPONENT_STATUSES } from '../domain/componentStatus.ts'
import { LANGUAGES } from '../domain/language.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import { BADGE_COLOUR } from './badge.ts'
import { BadgeWishes, badgePaths, isBadgePath, statusBadge } from './statusBadge.ts'

const model = sampleModel()
const [first] = model.components
if (first === undefined) throw new Error('the sample has no component')
const checkout = first
const grouped = {
  ...model,
  components: [
    { ...checkout, id: 'eu', name: 'Europe', group: 'Shop', status: 'operational' as const },
    { ...checkout, id: 'us', name: 'America', group: 'Shop', status: 'major_outage' as const },
  ],
}

const titleOf = (svg: string | null) => /<title>(.*)<\/title>/.exec(svg ?? '')?.[1]

describe('a badge of the status page', () => {
  it('says the overall state, in every language', () => {
    expect(titleOf(statusBadge('badge.svg', model, {}))).toBe('Example &amp; Sons: Partial System Outage')
    for (const lang of LANGUAGES)
      expect(titleOf(statusBadge('badge.svg', model, { lang }))).toBe(
        `Example &amp; Sons: ${STATE_WORDS[lang].overall['Partial System Outage']}`,
      )
  })

  it.each(COMPONENT_STATUSES)('says that a component is %s in a word, for which the colour is not needed', (status) => {
    const svg = statusBadge('badge/eu.svg', { ...grouped, components: [{ ...checkout, id: 'eu', status }] }, {})
    expect(titleOf(svg)).toBe(`Checkout: ${STATE_WORDS.en.component[status]}`)
    expect(svg).toContain('role="img"')
  })

  it('says the worst of a group', () => {
    expect(titleOf(statusBadge('badge/group.eu.svg', grouped, {}))).toBe('Shop: Major outage')
    expect(titleOf(statusBadge('badge/eu.svg', grouped, {}))).toBe('Europe: Operational')
    expect(statusBadge('badge/group.us.svg', grouped, {})).toBeNull()
    expect(statusBadge('badge/gone.svg', grouped, {})).toBeNull()
  })

  it('has a file for each component and group', () => {
    expect(badgePaths(grouped)).toEqual(['badge/eu.svg', 'badge/us.svg', 'badge/group.eu.svg'])
    expect(badgePaths(grouped, ['us'])).toEqual(['badge/us.svg', 'badge/group.eu.svg'])
    for (const path of ['badge.svg', ...badgePaths(grouped)]) expect(isBadgePath(path)).toBe(true)
    expect(isBadgePath('badges/x.svg')).toBe(false)
  })

  it('looks as it is wished, and takes what makes no sense as not said', () => {
    expect(BadgeWishes.parse({ style: 'large', label: ' API ', lang: 'ja' })).toEqual({
      style: 'large',
      label: 'API',
      lang: 'ja',
    })
    expect(BadgeWishes.parse({ style: 'huge', label: 'x'.repeat(61), lang: 'xx' })).toEqual({})
    expect(statusBadge('badge.svg', model, { style: 'large' })).toContain('height="32"')
    expect(statusBadge('badge.svg', model, { style: 'square' })).toContain('rx="0"')
    expect(statusBadge('badge.svg', model, { label: '<b>"' })).toContain('&lt;b&gt;&quot;')
  })

  it.each(Object.entries(BADGE_COLOUR))('has white words that can be read on %s', (_, colour) => {
    const channel = (at: number) => {
      const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
    }
    const light = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    expect(1.05 / (light + 0.05)).toBeGreaterThanOrEqual(4.5)
    // Beside the words the colour has to stand out on both grounds (WCAG 1.4.11).
    expect((light + 0.05) / 0.05).toBeGreaterThanOrEqual(3)
  })
})
