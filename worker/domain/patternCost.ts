/**
 * Pure: about how much a pattern costs to compile and to keep, in instructions of its program, told from its text alone:
 * `(?:a{1,30}){1,30}` is short to write, and what it stands for is not. Never less than the program has.
 */

/** What every pattern costs, however short: its tables. */
const PATTERN = 20
/** The ranges of a class such as `\pL`, in instructions that take as much memory. */
const UNICODE_CLASS = 25
const REPETITION = /\{(\d{1,9})(?:(,)(\d{0,9}))?\}/y
/** Flags by themselves, or all that opens a group. */
const OPENING = /\(\?(?:[A-Za-z-]*[:)]|P?<\w*>)/y

/** What stands between two brackets, so far. */
interface Level {
  total: number
  /** What a repetition that comes now repeats. */
  last: number
}

export function patternCost(pattern: string): number {
  let level: Level = { total: PATTERN, last: 0 }
  const outer: Level[] = []
  const add = (cost: number) => {
    level.total += cost
    level.last = cost
  }
  const repeat = (times: number) => {
    const cost = level.last * times + times + 1
    level.total += cost - level.last
    level.last = cost
  }
  for (let at = 0, end = 0; at < pattern.length; at = end) {
    end = endOfPart(pattern, at)
    const part = pattern.slice(at, end)
    switch (part.charAt(0)) {
      case '(':
        // Nothing that could be repeated.
        if (part.endsWith(')')) break
        outer.push(level)
        level = { total: 0, last: 0 }
        break
      case ')': {
        const { total } = level
        level = outer.pop() ?? { total: 0, last: 0 }
        add(total + 2)
        break
      }
      case '*':
      case '+':
      case '?':
        repeat(1)
        break
      case '|':
        add(2)
        break
      case '{': {
        const times = timesOf(part)
        if (times === null) add(1)
        else repeat(times)
        break
      }
      default: {
        if (!part.startsWith('\\Q')) add(1 + UNICODE_CLASS * (part.match(/\\[pP]/g)?.length ?? 0))
        // Its last letter alone would be repeated.
        else for (const letter of part.slice(2).replace(/\\E$/, '')) add(letter.length)
      }
    }
  }
  // Brackets that were never closed are refused elsewhere.
  return outer.reduce((sum, { total }) => sum + total, level.total)
}

/** Without an end, the last of them is repeated. */
function timesOf(part: string): number | null {
  REPETITION.lastIndex = 0
  const [, min, isRange, max] = REPETITION.exec(part) ?? []
  if (min === undefined) return null
  return Math.max(1, Number(min), isRange === undefined ? 0 : max === '' ? Number(min) + 1 : Number(max))
}

function endOfPart(pattern: string, at: number): number {
  const next = pattern.charAt(at + 1)
  switch (pattern.charAt(at)) {
    case '\\':
      if (next === 'Q') return after(pattern, '\\E', at + 2)
      if ('pPxu'.includes(next) && pattern.charAt(at + 2) === '{') return after(pattern, '}', at + 3)
      return at + (next === 'p' || next === 'P' ? 3 : 2)
    case '[':
      return endOfClass(pattern, at)
    case '{':
      return endOf(REPETITION, pattern, at) ?? at + 1
    case '(':
      return endOf(OPENING, pattern, at) ?? at + 1
    default:
      return at + 1
  }
}

function endOfClass(pattern: string, at: number): number {
  let end = at + 1
  if (pattern.charAt(end) === '^') end++
  // One that stands first closes nothing.
  if (pattern.charAt(end) === ']') end++
  while (end < pattern.length && pattern.charAt(end) !== ']') {
    if (pattern.startsWith('[:', end)) end = after(pattern, ':]', end + 2)
    else end += pattern.charAt(end) === '\\' ? 2 : 1
  }
  return end + 1
}

/** One that is never closed goes to the end, and does not compile. */
function after(pattern: string, close: string, from: number): number {
  const found = pattern.indexOf(close, from)
  return found === -1 ? pattern.length : found + close.length
}

function endOf(sticky: RegExp, pattern: string, at: number): number | null {
  sticky.lastIndex = at
  const [found] = sticky.exec(pattern) ?? []
  return found === undefined ? null : at + found.length
}
