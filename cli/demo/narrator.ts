import { setTimeout as sleep } from 'node:timers/promises'

const STILL_WAITING_EVERY_MS = 3000
const LOOK_EVERY_MS = 60

/** Where a step's result can be looked at, and what came of it. */
export interface Shown {
  readonly address: string
  readonly note?: string
}

/** Tells a story step by step on a terminal, with the time each step took. */
export class Narrator {
  readonly #write: (line: string) => void
  readonly #startedAtMs = Date.now()
  #steps = 0

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  chapter(title: string): void {
    this.#write('')
    this.#write(title)
  }

  /** Runs one step, then prints what it did, how long it took and where to see it. */
  async step<T>(title: string, act: () => Promise<T>, show: (result: T) => Shown): Promise<T> {
    this.#steps++
    const number = String(this.#steps).padStart(4)
    const startedAtMs = Date.now()
    const progress = setInterval(() => {
      this.#write(`${number}  … ${title}: ${((Date.now() - startedAtMs) / 1000).toFixed(0)} s so far`)
    }, STILL_WAITING_EVERY_MS)
    try {
      const result = await act()
      const { address, note } = show(result)
      const took = `${Date.now() - startedAtMs} ms`.padStart(9)
      this.#write(`${number}  ${took}  ${title}${note === undefined ? '' : `: ${note}`}`)
      this.#write(`${' '.repeat(17)}${address}`)
      return result
    } catch (error) {
      this.#write(`${number}  FAILED  ${title}`)
      throw error
    } finally {
      clearInterval(progress)
    }
  }

  summary(): string {
    return `${this.#steps} steps in ${((Date.now() - this.#startedAtMs) / 1000).toFixed(1)} s`
  }
}

/** Looks again and again until there is something; gives up with a sentence that says what was missing. */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  waitMsMax = 20_000,
): Promise<T> {
  const deadlineMs = Date.now() + waitMsMax
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > deadlineMs) throw new Error(`Waited ${waitMsMax / 1000} s for ${what}, and it did not come.`)
    await sleep(LOOK_EVERY_MS)
  }
}
