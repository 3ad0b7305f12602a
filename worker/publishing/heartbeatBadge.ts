import type { HeartbeatState } from '../domain/heartbeatWatch.ts'
import { escapeMarkup } from './text.ts'

/** The state of a heartbeat as a small picture for a README or a wiki: a word, with a colour that repeats it. */

const WORD: Record<HeartbeatState, string> = {
  new: 'waiting',
  healthy: 'healthy',
  late: 'late',
  silent: 'silent',
  failed: 'failed',
  paused: 'paused',
}
/** White on each has a contrast of at least 4.5:1, and each stands out on white and on black. */
const COLOUR: Record<HeartbeatState, string> = {
  new: '#5b6673',
  healthy: '#0a7a5f',
  late: '#8a6100',
  silent: '#c0143f',
  failed: '#c0143f',
  paused: '#5b6673',
}
const NAME_COLOUR = '#36404c'

const CHARACTER_PX = 6.6
const PADDING_PX = 8
const NAME_LENGTH_MAX = 40

export function heartbeatBadge(name: string, state: HeartbeatState): string {
  const characters = charactersOf(name)
  const shown = characters.length > NAME_LENGTH_MAX ? `${characters.slice(0, NAME_LENGTH_MAX - 1).join('')}…` : name
  const nameWidth = widthOf(shown)
  const wordWidth = widthOf(WORD[state])
  const width = nameWidth + wordWidth
  const label = escapeMarkup(`${shown}: ${WORD[state]}`)
  // The length is told, so that another font than the one measured by does not run over.
  const text = (value: string, x: number, boxWidth: number) =>
    `<text x="${x + PADDING_PX}" y="14" textLength="${boxWidth - 2 * PADDING_PX}" lengthAdjust="spacingAndGlyphs">${escapeMarkup(value)}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img" aria-label="${label}">
<title>${label}</title>
<clipPath id="r"><rect width="${width}" height="20" rx="4"/></clipPath>
<g clip-path="url(#r)"><rect width="${nameWidth}" height="20" fill="${NAME_COLOUR}"/><rect x="${nameWidth}" width="${wordWidth}" height="20" fill="${COLOUR[state]}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(shown, 0, nameWidth)}${text(WORD[state], nameWidth, wordWidth)}</g>
</svg>
`
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function charactersOf(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

function widthOf(text: string): number {
  // Wide scripts take about twice the room of a Latin letter.
  const units = charactersOf(text).reduce((sum, character) => sum + (character >= '\u1100' ? 1.8 : 1), 0)
  return Math.round(units * CHARACTER_PX) + 2 * PADDING_PX
}
