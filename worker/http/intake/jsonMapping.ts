import type { Environment, ExprNode, Focus } from 'jsonata'
import jsonata from 'jsonata'
import { LinearRegExp } from './linearRegExp.ts'
import { costOf, EffortLimit, LimitReached } from './mappingLimits.ts'

/**
 * Evaluates a JSONata expression over a message. The expression is an admin's and the message a sender's: neither may
 * hold the Worker, nor reach anything but the message. See docs/decisions/0012-mapping-limits.md.
 */

export const EXPRESSION_LENGTH_MAX = 20_000

/** How long a list may become on the way, and how deep evaluation may nest. */
const SEQUENCE_MAX = 10_000
const DEPTH_MAX = 300
const REGEX_LENGTH_MAX = 500
const SORTED_MAX = 1_000
const TEXT_LENGTH_MAX = 1_000_000

/** What is wrong with an expression, or what went wrong as it was evaluated. */
export interface MappingFault {
  readonly message: string
  /** Counted from 1, where it is known. */
  readonly place: { readonly line: number; readonly column: number } | null
}

export type Evaluated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: MappingFault }

/** What is wrong with it as it stands, before any message; null: nothing. */
export function expressionFault(expression: string): MappingFault | null {
  try {
    compile(expression)
    return null
  } catch (error) {
    return faultOf(error, expression)
  }
}

/** The value is plain JSON; undefined when the expression finds nothing. */
export async function evaluateMapping(expression: string, message: unknown): Promise<Evaluated> {
  try {
    const effort = new EffortLimit()
    const compiled = compile(expression, effort)
    if (hasReservedName(message))
      throw new Unavailable('The message has a field whose name begins with _jsonata_, which JSONata keeps to itself.')
    effort.accept(message)
    const value: unknown = await compiled.evaluate(message)
    effort.accept(value)
    // Lists of JSONata carry marks of their own, and a function may be among what is found.
    return { ok: true, value: value === undefined ? undefined : JSON.parse(JSON.stringify(value) ?? 'null') }
  } catch (error) {
    return { ok: false, fault: faultOf(error, expression) }
  }
}

/** By such a field JSONata knows its own functions; a message must not pass for one. */
function hasReservedName(message: unknown): boolean {
  if (typeof message !== 'object' || message === null) return false
  return Object.entries(message).some(([name, value]) => name.startsWith('_jsonata_') || hasReservedName(value))
}

class Unavailable extends Error {
  readonly position: number | undefined

  constructor(message: string, position?: number) {
    super(message)
    this.position = position
  }
}

function compile(expression: string, effort = new EffortLimit()): jsonata.Expression {
  if (expression.length > EXPRESSION_LENGTH_MAX)
    throw new Unavailable(`An expression may have ${EXPRESSION_LENGTH_MAX} characters.`)
  const regexes = LinearRegExp.within(effort)
  const compiled = jsonata(expression, {
    // The type asks for the class itself; what is made and called of it is a constructor and `exec`.
    RegexEngine: regexes as unknown as RegExpConstructor,
    sequence: SEQUENCE_MAX,
    stack: DEPTH_MAX,
  })
  const weighed = inspect(compiled.ast(), regexes)
  limitFunctions(compiled, effort)
  // Called for each node before and after it is evaluated. `assign` takes symbols, although its type does not say so.
  const assign = (name: symbol, value: unknown) => compiled.assign(name as unknown as string, value)
  assign(Symbol.for('jsonata.__evaluate_entry'), () => effort.spend(1))
  assign(
    Symbol.for('jsonata.__evaluate_exit'),
    (node: ExprNode, input: unknown, _environment: Environment, result: unknown) => {
      effort.spend(costOf(effort.accept(result), weighed.has(node)))
      // It walks all that is in its input.
      if (node.type === 'descendant') effort.spend(costOf(effort.accept(input), true))
    },
  )
  return compiled
}

/** Refuses what cannot be bounded; returns the nodes whose whole value a function or an operator goes through. */
function inspect(ast: ExprNode, regexes: ReturnType<typeof LinearRegExp.within>): ReadonlySet<unknown> {
  const weighed = new Set<unknown>()
  const visit = (value: unknown, isWeighed: boolean): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, isWeighed)
      return
    }
    if (typeof value !== 'object' || value === null || value instanceof RegExp || weighed.has(value)) return
    const node: Record<string, unknown> = Object.fromEntries(Object.entries(value))
    const position = typeof node['position'] === 'number' ? node['position'] : undefined
    const type = node['type']
    const isTaken = type === 'function' || type === 'binary' || type === 'apply' || type === 'unary'
    if (isWeighed || type === 'function' || type === 'apply') weighed.add(value)
    if (type === 'transform') throw new Unavailable('The transform operator | … | is not available here.', position)
    if (type === 'partial') throw new Unavailable('Functions cannot be applied in part here.', position)
    if (type === 'lambda' && node['signature'] !== undefined)
      throw new Unavailable('Functions cannot have a signature here.', position)
    if (type === 'regex' && node['value'] instanceof RegExp) checkRegex(node['value'], regexes, position)
    for (const [name, child] of Object.entries(node)) if (name !== 'ancestor') visit(child, isTaken)
  }
  visit(ast, false)
  return weighed
}

function checkRegex(regex: RegExp, Engine: ReturnType<typeof LinearRegExp.within>, position: number | undefined): void {
  if (regex.source.length > REGEX_LENGTH_MAX)
    throw new Unavailable(`A regular expression may have ${REGEX_LENGTH_MAX} characters.`, position)
  try {
    new Engine(regex).exec('')
  } catch {
    throw new Unavailable(
      `/${regex.source}/ is not a regular expression of RE2, which has no look-around and no back-references.`,
      position,
    )
  }
}

type Native = (this: Focus, ...values: unknown[]) => unknown

/** Functions that reach outside, that no effort bounds, or that answer differently each time. */
const REMOVED = ['eval', 'random', 'shuffle', 'formatInteger', 'parseInteger'] as const

function limitFunctions(compiled: jsonata.Expression, effort: EffortLimit): void {
  for (const name of REMOVED)
    compiled.registerFunction(name, () => {
      throw new Unavailable(`$${name} is not available here.`)
    })
  // Their pictures become regular expressions that backtrack, or texts of any length.
  compiled.registerFunction('now', () => new Date(Date.now()).toISOString(), '<:s>')
  compiled.registerFunction('fromMillis', (ms?: number) => isoText(ms), '<n-:s>')
  compiled.registerFunction('toMillis', (text?: string) => instant(text), '<s-:n>')
  compiled.registerFunction('distinct', (values: unknown) => distinct(values), '<x:x>')

  replaceNative(compiled, 'pad', '<s-ns?:s>', (_text, width) => Math.abs(Number(width ?? 0)))
  replaceNative(compiled, 'join', '<a<s>s?:s>', (texts, separator) =>
    Array.isArray(texts) ? texts.length * lengthOf(separator) : 0,
  )
  replaceNative(compiled, 'replace', '<s-(sf)(sf)n?:s>', (text, _pattern, replacement) =>
    typeof replacement === 'string' ? lengthOf(text) * replacement.length : 0,
  )
  replaceNative(compiled, 'sort', '<af?:a>', (values) => {
    if (Array.isArray(values) && values.length > SORTED_MAX)
      throw new LimitReached(`$sort takes at most ${SORTED_MAX} values here.`)
    return 0
  })

  function replaceNative(
    expression: jsonata.Expression,
    name: keyof typeof NATIVE_OF,
    signature: string,
    lengthMaxOf: (...values: unknown[]) => number,
  ): void {
    const limited: Native = async function (...values) {
      const lengthMax = lengthMaxOf(...values)
      if (lengthMax > TEXT_LENGTH_MAX) throw new LimitReached(`$${name} would make a text that is too long.`)
      effort.spend(lengthMax / 64)
      const native = await nativeOf(name)
      return native.apply(this, values)
    }
    expression.registerFunction(name, limited, signature)
  }
}

const NATIVE_OF = { pad: '$pad', join: '$join', replace: '$replace', sort: '$sort' } as const

const natives = new Map<keyof typeof NATIVE_OF, Native>()

async function nativeOf(name: keyof typeof NATIVE_OF): Promise<Native> {
  const native = natives.get(name) ?? (await readNative(name))
  natives.set(name, native)
  return native
}

/** The value of `$pad` is the definition of the function itself. */
async function readNative(name: keyof typeof NATIVE_OF): Promise<Native> {
  const definition: unknown = await jsonata(NATIVE_OF[name]).evaluate(null)
  if (typeof definition === 'object' && definition !== null && 'implementation' in definition) {
    const { implementation } = definition
    if (typeof implementation === 'function') return implementation as Native
  }
  throw new Error(`JSONata has no ${name}`)
}

function isoText(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined
  if (!(Math.abs(ms) <= 8.64e15)) throw new Unavailable('$fromMillis takes milliseconds since 1970.')
  return new Date(ms).toISOString()
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = text.length > 40 ? Number.NaN : Date.parse(text)
  if (Number.isNaN(ms))
    throw new Unavailable(`$toMillis does not understand "${text.slice(0, 40)}": it takes ISO 8601.`)
  return ms
}

/** JSONata's own compares each with each. */
function distinct(values: unknown): unknown {
  if (!Array.isArray(values)) return values
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0
}

function faultOf(error: unknown, expression: string): MappingFault {
  // JSONata throws plain objects.
  const { message, position } = typeof error === 'object' && error !== null ? { ...wordsOf(error) } : {}
  if (error instanceof RangeError) return { message: 'The expression nests too deep.', place: null }
  return {
    message: message === undefined || message === '' ? 'The expression cannot be evaluated.' : message.slice(0, 500),
    place: position === undefined ? null : placeOf(expression, position),
  }
}

function wordsOf(error: object): { message?: string; position?: number } {
  return {
    ...('message' in error && typeof error.message === 'string' ? { message: error.message } : {}),
    ...('position' in error && typeof error.position === 'number' ? { position: error.position } : {}),
  }
}

function placeOf(expression: string, position: number): { line: number; column: number } {
  const before = expression.slice(0, Math.max(0, position))
  const lines = before.split('\n')
  return { line: lines.length, column: Math.max(1, lines.at(-1)?.length ?? 1) }
}
