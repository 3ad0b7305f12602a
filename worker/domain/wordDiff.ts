/** What changed between two texts, word by word. */

export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Where more than this would have to be compared, the changed middle is shown as replaced as a whole. */
const CELLS_MAX = 2_000_000

/** A word, a sign, or white space; scripts without spaces go sign by sign. */
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_])+|\s+|[^]/gu

/** The removed before the added; what is the same and what is removed is `before`, what is the same and added is `after`. */
export function wordDiff(before: string, after: string): DiffPart[] {
  const [a, b] = [tokens(before), tokens(after)]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++

  const parts = new Parts()
  parts.add('same', a.slice(0, start))
  middle(a.slice(start, a.length - end), b.slice(start, b.length - end), parts)
  parts.add('same', a.slice(a.length - end))
  return parts.listed()
}

function tokens(text: string): string[] {
  return text.match(TOKEN) ?? []
}

/** By the longest common subsequence. */
function middle(a: readonly string[], b: readonly string[], parts: Parts): void {
  if (a.length === 0 || b.length === 0 || a.length * b.length > CELLS_MAX) {
    parts.add('removed', a)
    parts.add('added', b)
    return
  }
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))

  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      parts.add('same', a.slice(i, i + 1))
      i++
      j++
    } else if (at(i + 1, j) >= at(i, j + 1)) parts.add('removed', a.slice(i, ++i))
    else parts.add('added', b.slice(j, ++j))
  }
  parts.add('removed', a.slice(i))
  parts.add('added', b.slice(j))
}

/** Gathers neighbours of one kind; between two stretches that stay the same, what was removed stands first. */
class Parts {
  readonly #parts: DiffPart[] = []
  #removed = ''
  #added = ''

  add(kind: DiffPart['kind'], words: readonly string[]): void {
    const text = words.join('')
    if (text === '') return
    if (kind === 'removed') this.#removed += text
    else if (kind === 'added') this.#added += text
    else {
      this.#flush()
      const last = this.#parts.at(-1)
      if (last?.kind === 'same') this.#parts[this.#parts.length - 1] = { kind, text: last.text + text }
      else this.#parts.push({ kind, text })
    }
  }

  listed(): DiffPart[] {
    this.#flush()
    return this.#parts
  }

  #flush(): void {
    if (this.#removed !== '') this.#parts.push({ kind: 'removed', text: this.#removed })
    if (this.#added !== '') this.#parts.push({ kind: 'added', text: this.#added })
    this.#removed = ''
    this.#added = ''
  }
}
