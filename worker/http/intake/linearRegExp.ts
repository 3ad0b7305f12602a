import { RE2JS } from 're2js'
import type { EffortLimit } from './mappingLimits.ts'

/** As much of JavaScript's RegExp as JSONata uses, in linear time, and paid for by the length of the text. */

const CHARACTERS_A_STEP = 16

interface Found extends Array<string | undefined> {
  index: number
}

/** What JSONata has parsed: only its pattern and flags are used, never its engine. */
interface Parsed {
  readonly source: string
  readonly flags: string
}

export class LinearRegExp {
  lastIndex = 0
  readonly #effort: EffortLimit
  readonly #regex: RE2JS

  private constructor(effort: EffortLimit, regex: RE2JS) {
    this.#effort = effort
    this.#regex = regex
  }

  /** The class to give to one evaluation. Compiled once for each pattern, although evaluated for each value. */
  static within(effort: EffortLimit) {
    const compiled = new Map<string, RE2JS>()
    return class extends LinearRegExp {
      constructor({ source, flags }: Parsed) {
        const name = `${flags} ${source}`
        const regex = compiled.get(name) ?? compile(source, flags)
        compiled.set(name, regex)
        super(effort, regex)
      }
    }
  }

  exec(text: string): Found | null {
    this.#effort.spend(1 + (text.length - this.lastIndex) / CHARACTERS_A_STEP)
    const matcher = this.#regex.matcher(text)
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined)
    this.lastIndex = matcher.end()
    return Object.assign(groups, { index: matcher.start() })
  }
}

function compile(source: string, flags: string): RE2JS {
  const insensitive = flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0
  return RE2JS.compile(source, insensitive | (flags.includes('m') ? RE2JS.MULTILINE : 0))
}
