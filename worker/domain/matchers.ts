import type { Labels } from './alert.ts'

/** Alertmanager's matchers: `name="value"`, `!=`, `=~`, `!~`; values with or without quotes, regexes anchored at both ends. */
export interface Matcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

export type ParsedMatcher =
  | { readonly ok: true; readonly matcher: Matcher }
  | { readonly ok: false; readonly reason: string }

const LENGTH_MAX = 4096
// The name may be quoted too, as Alertmanager 0.27 and later write names that are not identifiers.
const FORM = /^\s*(?:([A-Za-z_:][\w:.-]*)|"((?:[^"\\]|\\.)*)")\s*(=~|=|!=|!~)\s*(.*?)\s*$/su

export function parseMatcher(text: string): ParsedMatcher {
  const bad: ParsedMatcher = { ok: false, reason: `bad matcher format: ${text.slice(0, 200)}` }
  if (text.length > LENGTH_MAX) return bad
  const form = FORM.exec(text)
  if (form === null) return bad
  const [, bareName, quotedName, operator = '=', rest = ''] = form
  const name = bareName ?? unescape(quotedName ?? '')
  if (name === '') return bad
  const quoted = /^"((?:[^"\\]|\\.)*)"$/su.exec(rest)
  if (quoted === null && rest.includes('"'))
    return { ok: false, reason: `matcher value contains unescaped double quote: ${rest.slice(0, 200)}` }
  const value = quoted === null ? rest : unescape(quoted[1] ?? '')
  return { ok: true, matcher: { name, value, isRegex: operator.endsWith('~'), isEqual: operator.startsWith('=') } }
}

/** For what was checked when it was saved; throws on text that is no matcher. */
export function matcherFrom(text: string): Matcher {
  const parsed = parseMatcher(text)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.matcher
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gsu, (escaped, character: string) => {
    if (character === 'n') return '\n'
    return character === '"' || character === '\\' ? character : escaped
  })
}

/** Compiles a pattern in linear time and anchored at both ends, or throws; injected, since the engine is not ours. */
export type CompileRegex = (pattern: string) => (text: string) => boolean

/** Alertmanager takes an absent label for an empty one. Throws what `compileRegex` throws. */
export function compileMatcher(matcher: Matcher, compileRegex: CompileRegex): (labels: Labels) => boolean {
  const { name, value, isRegex, isEqual } = matcher
  const matches = isRegex ? compileRegex(value) : (text: string) => text === value
  return (labels) => matches(Object.hasOwn(labels, name) ? (labels[name] ?? '') : '') === isEqual
}

/** As `parseMatcher` reads it. */
export function matcherText({ name, value, isRegex, isEqual }: Matcher): string {
  const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='
  return `${/^[A-Za-z_:][\w:.-]*$/.test(name) ? name : quote(name)}${operator}${quote(value)}`
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}
