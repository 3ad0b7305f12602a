/** What is to be looked at again, and when. */
export class Wakes {
  /** Ascending, each once. */
  readonly #times: number[] = []
  readonly #due = new Map<number, Set<string>>()

  add(atMs: number, fingerprint: string): void {
    const known = this.#due.get(atMs)
    if (known !== undefined) {
      known.add(fingerprint)
      return
    }
    this.#due.set(atMs, new Set([fingerprint]))
    // Most are later than all before.
    let i = this.#times.length
    while (i > 0 && (this.#times[i - 1] ?? 0) > atMs) i--
    this.#times.splice(i, 0, atMs)
  }

  /** The earliest before that, which is then done; null: none. */
  next(beforeMs: number): { readonly atMs: number; readonly fingerprints: readonly string[] } | null {
    const [atMs] = this.#times
    if (atMs === undefined || atMs >= beforeMs) return null
    this.#times.shift()
    const fingerprints = [...(this.#due.get(atMs) ?? [])]
    this.#due.delete(atMs)
    return { atMs, fingerprints }
  }
}
