import { escapeMarkup } from './text.ts'

/** A name and a state as a small picture for a README or a wiki: a word, with a colour that repeats it. */

/** White on each has a contrast of at least 4.5:1, and each stands out on white and on black. */
export const BADGE_COLOUR = {
  grey: '#5b6673',
  green: '#0a7a5f',
  blue: '#2a62c9',
  amber: '#8a6100',
  orange: '#b3460b',
  red: '#c0143f',
} as const

export const BADGE_STYLES = ['flat', 'square', 'large'] as const
export type BadgeStyle = (typeof BADGE_STYLES)[number]

export interface Badge {
  readonly name: string
  readonly word: string
  readonly colour: keyof typeof BADGE_COLOUR
  readonly style?: BadgeStyle
}

interface Look {
  readonly heightPx: number
  readonly baselinePx: number
  readonly cornerPx: number
  readonly paddingPx: number
  readonly fontPx: number
  readonly characterPx: number
}

const SMALL = { heightPx: 20, baselinePx: 14, paddingPx: 8, fontPx: 11, characterPx: 6.6 }
const LOOK: Record<BadgeStyle, Look> = {
  flat: { ...SMALL, cornerPx: 4 },
  square: { ...SMALL, cornerPx: 0 },
  large: { heightPx: 32, baselinePx: 21, cornerPx: 6, paddingPx: 12, fontPx: 14, characterPx: 8.4 },
}

const NAME_COLOUR = '#36404c'
const NAME_LENGTH_MAX = 40

export function drawBadge({ name, word, colour, style = 'flat' }: Badge): string {
  const { heightPx: height, baselinePx, cornerPx, paddingPx, fontPx, characterPx } = LOOK[style]
  const characters = charactersOf(name)
  const shown = characters.length > NAME_LENGTH_MAX ? `${characters.slice(0, NAME_LENGTH_MAX - 1).join('')}…` : name
  const widthOf = (text: string) => Math.round(unitsOf(text) * characterPx) + 2 * paddingPx
  const nameWidth = widthOf(shown)
  const wordWidth = widthOf(word)
  const width = nameWidth + wordWidth
  const label = escapeMarkup(`${shown}: ${word}`)
  // The length is told, so that another font than the one measured by does not run over.
  const text = (value: string, x: number, boxWidth: number) =>
    `<text x="${x + paddingPx}" y="${baselinePx}" textLength="${boxWidth - 2 * paddingPx}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(value)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<title>${label}</title>
<clipPath id="r"><rect width="${width}" height="${height}" rx="${cornerPx}"/></clipPath>
<g clip-path="url(#r)"><rect width="${nameWidth}" height="${height}" fill="${NAME_COLOUR}"/><rect x="${nameWidth}" width="${wordWidth}" height="${height}" fill="${BADGE_COLOUR[colour]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="${fontPx}">${text(shown, 0, nameWidth)}${text(word, nameWidth, wordWidth)}</g>
</svg>
`
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

/** Wide scripts take about twice the room of a Latin letter. */
function unitsOf(text: string): number {
  return charactersOf(text).reduce((sum, character) => sum + (character >= '\u1100' ? 1.8 : 1), 0)
}
