import type { Language } from '../../worker/domain/language.ts'
import { dayIn, writtenMoment } from '../components/public/publicTime.ts'

// Writes each moment again in the reader's own time zone, with UTC beside it. Days, and what is counted in days, stay
// as the page has them. Nothing that is in sight moves: where a line has no room for both, UTC is in the tooltip.

interface Rewrite {
  readonly time: HTMLTimeElement
  readonly local: string
  readonly both: string
}

interface Block {
  readonly element: HTMLElement
  readonly heightPx: number
  readonly isBelowFirstSight: boolean
  readonly rewrites: Rewrite[]
}

const BLOCK = 'p, dd, td, summary, li, div'

const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone

export function inReadersZone(root: ParentNode, language: Language): void {
  const blocks = blocksOf(rewritesFor(root, language))
  for (const { rewrites } of blocks) for (const { time, both } of rewrites) time.textContent = both
  const grown = blocks.filter((block) => grownBy(block) > 1 && !block.isBelowFirstSight)
  for (const { time, local, both } of grown.flatMap(({ rewrites }) => rewrites)) {
    time.textContent = local
    time.title = both
  }
  for (const { element, heightPx } of blocks.filter((block) => grownBy(block) < -1)) {
    element.style.minBlockSize = `${heightPx}px`
  }
}

/** What was a moment on its own becomes one with its day, where the reader's zone puts it on another. */
function rewritesFor(root: ParentNode, language: Language): Rewrite[] {
  return [...root.querySelectorAll('time')].flatMap((time) => {
    const atMs = Date.parse(time.dateTime)
    if (!time.dateTime.includes('T') || Number.isNaN(atMs)) return []
    const before = time.parentElement === root ? null : time.parentElement?.querySelector('time')
    const besideMs = before && before !== time ? Date.parse(before.dateTime) : Date.now()
    const isBrief = time.dataset['time'] !== undefined && dayIn(timeZone, atMs) === dayIn(timeZone, besideMs)
    const { local, utc } = writtenMoment(language, atMs, timeZone, isBrief ? 'time' : 'date-and-time')
    // In UTC each moment is written already.
    if (utc === null) return []
    const both = `${local} (${utc})`
    return time.textContent === both ? [] : [{ time, local, both }]
  })
}

/** All are measured before anything is written, and again after: the browser lays the page out no more often than that. */
function blocksOf(rewrites: readonly Rewrite[]): Block[] {
  const blocks = new Map<HTMLElement, Block>()
  for (const rewrite of rewrites) {
    const element = rewrite.time.closest<HTMLElement>(BLOCK) ?? rewrite.time
    const block = blocks.get(element) ?? measured(element)
    block.rewrites.push(rewrite)
    blocks.set(element, block)
  }
  return [...blocks.values()]
}

function measured(element: HTMLElement): Block {
  const { top, height } = element.getBoundingClientRect()
  return { element, heightPx: height, isBelowFirstSight: top + window.scrollY > window.innerHeight, rewrites: [] }
}

function grownBy({ element, heightPx }: Block): number {
  return element.getBoundingClientRect().height - heightPx
}
