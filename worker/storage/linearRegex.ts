import { RE2JS, RE2Set } from 're2js'
import type { CompileRegex } from '../domain/matchers.ts'
import { patternCost } from '../domain/patternCost.ts'

/** As written out, each literal pattern that a matcher can hold is less. */
const PATTERN_COST_MAX = 5_000
/** Of all patterns that come together: some 6 MB, and a fifth of a second. */
const TOGETHER_COST_MAX = 60_000
/** What one pattern may keep of its way through texts; beyond that it forgets, and goes on. */
const MATCH_BYTES_MAX = 64 * 1024

/**
 * Anchored at both ends, in linear time: patterns come from callers, and a backtracking engine would let one of them
 * hold the Worker. Throws on a pattern that is not valid RE2, and before it is compiled on one that would take too much.
 */
export function compileLinearRegex(pattern: string): (text: string) => boolean {
  if (patternCost(pattern) > PATTERN_COST_MAX)
    throw new Error(
      `the pattern is too large: it stands for more than ${PATTERN_COST_MAX} steps with its repetitions written out`,
    )
  // As in Alertmanager, the dot matches no line break unless the pattern says (?s).
  const set = new RE2Set(RE2Set.ANCHOR_BOTH, 0, MATCH_BYTES_MAX)
  set.add(RE2JS.translateRegExp(pattern))
  set.compile()
  return (text) => set.match(text).length > 0
}

/** For the patterns of one request or document: each of them may be small, and all of them together too much. */
export function linearRegexes(): CompileRegex {
  let cost = 0
  return (pattern) => {
    cost += patternCost(pattern)
    if (cost > TOGETHER_COST_MAX)
      throw new Error(
        `the patterns up to here are too large together: they stand for more than ${TOGETHER_COST_MAX} steps with their repetitions written out`,
      )
    return compileLinearRegex(pattern)
  }
}
