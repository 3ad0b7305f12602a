import type { CssNode } from 'css-tree'
import type { Colours, ThemedColour } from './ownCssColour.ts'
import { tokenColour } from './ownCssColour.ts'
import type { Grammar } from './ownCssGrammar.ts'

/** A value of CSS of one's own, written anew from its tree: only what is known here comes out. */

export interface Written {
  readonly text: string
  /** That can be behind or on something; those that are see-through or of the surroundings are not among them. */
  readonly colours: readonly ThemedColour[]
}

/** In words, for the line it stands in. */
export class CssRefusal extends Error {}

const PIXELS: Readonly<Record<string, number>> = { px: 1, rem: 16, em: 16, ch: 8, fr: 0, deg: 1 }
const PLAIN_NUMBER = /^-?(?:\d{1,4}(?:\.\d{1,4})?|\.\d{1,4})$/
const FAMILY = /^[A-Za-z][\w-]*$/
const STRING_MAX = 80
/** Quotes, backslashes, what could end an element and what turns the text after it around stay out. */
const PLAIN_STRING = /^[^"'\\<>\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]*$/u
const THROUGH = ['transparent', 'currentcolor']
const NAMED: Readonly<Record<string, string>> = { white: '#ffffff', black: '#000000' }

export function writeValue(nodes: readonly CssNode[], grammar: Grammar, own: Colours): Written {
  const colours: ThemedColour[] = []
  const text = joined(nodes.map((node) => write(node)))
  if (text === '') throw new CssRefusal('has no value')
  return { text, colours }

  function write(node: CssNode): string {
    if (node.type === 'WhiteSpace') return ''
    if (node.type === 'Identifier') return word(node.name)
    if (node.type === 'Hash') return hexOf(node.value)
    if (node.type === 'Number') return number(node.value)
    if (node.type === 'Dimension') return dimension(node.value, node.unit)
    if (node.type === 'Percentage') return percentage(node.value)
    if (node.type === 'String') return quoted(node.value)
    if (node.type === 'Function') return call(node.name.toLowerCase(), node.children.toArray())
    if (node.type === 'Operator' && node.value === ',') return ','
    if (node.type === 'Operator') throw new CssRefusal(`“${node.value}” is not taken`)
    if (node.type === 'Url') throw new CssRefusal('url() would load something: a status page loads nothing')
    throw new CssRefusal('has something in it that is not taken')
  }

  function word(name: string): string {
    const small = name.toLowerCase()
    if (grammar.words?.includes(small) === true) return small
    if (grammar.colours !== undefined) {
      const hex = NAMED[small]
      if (hex !== undefined) return hexOf(hex.slice(1))
      if (grammar.colours === 'any' && THROUGH.includes(small)) return small
    }
    if (grammar.families === true && FAMILY.test(name)) return name
    if (small === 'none' || small === 'contents' || small === 'hidden' || small === 'transparent')
      throw new CssRefusal(`“${name}” would hide what readers have to see`)
    throw new CssRefusal(
      `“${name}” is not taken here${grammar.colours === undefined ? '' : '; a colour is written as #rrggbb'}`,
    )
  }

  function hexOf(digits: string): string {
    if (grammar.colours === undefined) throw new CssRefusal(`“#${digits}” is not taken here`)
    const small = digits.toLowerCase()
    const full = /^[0-9a-f]{3}$/.test(small) ? small.replaceAll(/./g, '$&$&') : small
    if (!/^[0-9a-f]{6}$/.test(full)) throw new CssRefusal(`“#${digits}” is not taken: a colour is written as #rrggbb`)
    colours.push({ light: `#${full}`, dark: `#${full}` })
    return `#${full}`
  }

  function percentage(value: string): string {
    within(value, grammar.percent, `${value}%`)
    return `${value}%`
  }

  function number(value: string): string {
    if (Number(value) === 0 && grammar.px !== undefined) return dimension('0', 'px').slice(0, 1)
    within(value, grammar.numbers, value)
    return value
  }

  function dimension(value: string, unit: string): string {
    const small = unit.toLowerCase()
    const pixels = PIXELS[small]
    if (grammar.px === undefined || grammar.units?.includes(small) !== true || pixels === undefined)
      throw new CssRefusal(
        `“${value}${unit}” is not taken here${grammar.px === undefined ? '' : `; units are ${grammar.units?.join(', ')}`}`,
      )
    if (!PLAIN_NUMBER.test(value)) throw new CssRefusal(`“${value}” is not a plain number`)
    const [min, max] = grammar.px
    const size = Number(value) * pixels
    if (size < min || size > max)
      throw new CssRefusal(`${value}${unit} is not between ${min}px and ${max}px, so that all stays readable`)
    return `${value}${small}`
  }

  function quoted(value: string): string {
    if (grammar.strings !== true) throw new CssRefusal('a string is not taken here')
    if (value.length > STRING_MAX || !PLAIN_STRING.test(value))
      throw new CssRefusal(
        `a string has at most ${STRING_MAX} characters, with no quotes, < or > in it, and nothing that turns text around`,
      )
    return `"${value}"`
  }

  function call(name: string, children: readonly CssNode[]): string {
    if (name === 'var') return variable(children)
    if (name === 'light-dark' && grammar.colours !== undefined) return themed(children)
    if (grammar.functions?.includes(name) === true) return `${name}(${joined(children.map((child) => write(child)))})`
    throw new CssRefusal(
      `${name}() is not taken${grammar.colours === undefined ? '' : '; a colour is written as #rrggbb'}`,
    )
  }

  function variable(children: readonly CssNode[]): string {
    const [first, ...more] = children
    const name = first?.type === 'Identifier' && more.length === 0 ? first.name : ''
    const colour = grammar.colours === undefined ? null : tokenColour(name, own)
    if (colour !== null) colours.push(colour)
    if (colour !== null || grammar.tokens?.test(name) === true) return `var(${name})`
    throw new CssRefusal(`var(${name}) is not taken here`)
  }

  function themed(children: readonly CssNode[]): string {
    const before = colours.length
    const pair = joined(children.map((child) => write(child)))
    const [light, dark, ...more] = colours.splice(before)
    if (!/^#\w{6},#\w{6}$/.test(pair) || light === undefined || dark === undefined || more.length > 0)
      throw new CssRefusal('light-dark() has two colours as #rrggbb')
    colours.push({ light: light.light, dark: dark.dark })
    return `light-dark(${pair})`
  }
}

function within(value: string, range: readonly [number, number] | undefined, said: string): void {
  if (range === undefined) throw new CssRefusal(`“${said}” is not taken here`)
  if (!PLAIN_NUMBER.test(value)) throw new CssRefusal(`“${said}” is not a plain number`)
  const [min, max] = range
  if (Number(value) < min || Number(value) > max) throw new CssRefusal(`${said} is not between ${min} and ${max}`)
}

/** With a space between, except beside a comma. */
function joined(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .reduce((all, part) => (all === '' || all.endsWith(',') || part === ',' ? all + part : `${all} ${part}`), '')
}
