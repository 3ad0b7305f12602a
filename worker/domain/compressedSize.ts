/** Pure: about how many bytes a text takes in a page that is sent compressed. Rather too many than too few. */

const MATCH_LENGTH_MIN = 4
/** Of a repetition: how long it is, and how far back. */
const MATCH_BITS = 24

/** By what `gzip` does: what was there before costs a little, the rest by how often each character comes. */
export function compressedSize(text: string): number {
  const seen = new Map<string, number>()
  const literals = new Map<string, number>()
  let bits = 0
  for (let at = 0; at < text.length;) {
    const length = matchAt(text, at, seen)
    const taken = Math.max(length, 1)
    if (length === 0) {
      const character = text.charAt(at)
      literals.set(character, (literals.get(character) ?? 0) + 1)
    } else bits += MATCH_BITS
    for (let i = at; i < at + taken; i++) seen.set(text.slice(i, i + MATCH_LENGTH_MIN), i)
    at += taken
  }
  const total = Array.from(literals.values()).reduce((sum, count) => sum + count, 0)
  // A page's other text shares the code: what is short by itself costs a bit more among it.
  for (const count of literals.values()) bits += count * (Math.log2(total / count) + 1.5)
  return Math.ceil(bits / 8)
}

/** How much of what follows was there before; 0 for nothing worth a repetition. */
function matchAt(text: string, at: number, seen: ReadonlyMap<string, number>): number {
  const before = seen.get(text.slice(at, at + MATCH_LENGTH_MIN))
  if (before === undefined || at + MATCH_LENGTH_MIN > text.length) return 0
  let length = MATCH_LENGTH_MIN
  while (at + length < text.length && text.charAt(before + length) === text.charAt(at + length)) length++
  return length
}
