/**
 * What evaluating a mapping may cost. Counted in steps and sizes, not in time: on Workers the clock stands still while
 * code runs.
 */

/** One is about a microsecond: evaluating a node, or going through 64 characters. */
const EFFORT_MAX = 300_000
/** Of any value on the way: its characters, and one for each value in it. */
const WEIGHT_MAX = 2_000_000
const DEPTH_MAX = 100

export class LimitReached extends Error {}

export class EffortLimit {
  #left = EFFORT_MAX
  readonly #weights = new WeakMap<object, number>()

  spend(effort: number): void {
    this.#left -= effort
    if (this.#left < 0)
      throw new LimitReached('The expression takes too long for this message: it may loop, or go through too much.')
  }

  /** The weight of a value. Throws when it is too large, also where it only refers to the same part many times. */
  accept(value: unknown): Weighed {
    const weight = this.#weigh(value, 0)
    if (weight > WEIGHT_MAX) throw new LimitReached('A value of the expression becomes too large.')
    return { weight, length: Array.isArray(value) ? value.length : 0 }
  }

  #weigh(value: unknown, depth: number): number {
    if (typeof value === 'string') return 1 + value.length
    if (typeof value !== 'object' || value === null || isFunctionValue(value)) return 1
    const known = this.#weights.get(value)
    if (known !== undefined) return known
    if (depth > DEPTH_MAX) throw new LimitReached('A value of the expression nests too deep.')
    let weight = 1
    if (Array.isArray(value)) for (const item of value) weight += this.#weigh(item, depth + 1)
    else for (const [name, item] of Object.entries(value)) weight += name.length + this.#weigh(item, depth + 1)
    this.#weights.set(value, weight)
    return weight
  }
}

interface Weighed {
  readonly weight: number
  readonly length: number
}

/** What a step costs beyond its one: where the whole value is gone through, by its weight, else by its length. */
export function costOf({ weight, length }: Weighed, isGoneThrough: boolean): number {
  return isGoneThrough ? weight / 64 : length / 8
}

/** JSONata's functions are objects that hold their surroundings. */
function isFunctionValue(value: object): boolean {
  return '_jsonata_lambda' in value || '_jsonata_function' in value
}
