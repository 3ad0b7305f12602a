import { RE2JS } from 're2js'

/**
 * Anchored at both ends, in linear time: patterns come from callers, and a backtracking engine would let one of them
 * hold the Worker. Throws on a pattern that is not valid RE2.
 */
export function compileLinearRegex(pattern: string): (text: string) => boolean {
  // By itself first, so that an error shows what was written.
  RE2JS.compile(pattern)
  // As in Alertmanager, the dot matches no line break unless the pattern says (?s).
  const regex = RE2JS.compile(`^(?:${pattern})$`)
  return (text) => regex.testExact(text)
}
