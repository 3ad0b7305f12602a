import { printable } from '../publishing/text.ts'
import type { Brief } from './brief.ts'
import { clip } from './clip.ts'
import { PLAIN, markedText } from './markedText.ts'

/** Pure: what a notice says beside its title, in one line: its words, else what changed, else when. */
export function shortBody({ body, components, when }: Brief, lengthMax: number): string {
  const words = markedText(body, PLAIN, 4 * lengthMax).replace(/\s+/g, ' ')
  const changed = components.map(({ name, status }) => `${name}: ${status}`).join(', ')
  return clip(printable([words, changed].find((text) => text !== '') ?? when ?? ''), lengthMax)
}
