import type {
  AttributeSelector,
  CssNode,
  Declaration,
  MediaQuery,
  PseudoClassSelector,
  PseudoElementSelector,
  Rule,
  Selector,
} from 'css-tree'
import parse from 'css-tree/parser'
import type { Colours, Theme, ThemedColour } from './ownCssColour.ts'
import { THEMES, contrastFault } from './ownCssColour.ts'
import { grammarOf } from './ownCssGrammar.ts'
import { CssRefusal, writeValue } from './ownCssValue.ts'

/**
 * CSS of one's own for a status page. It is read into a tree and written anew from what is known of it, so that nothing
 * comes out that is not in the lists here. One thing that is refused refuses the whole, with its line: nothing is left
 * out in silence.
 */

export const CSS_BYTES_MAX = 4096
const SELECTORS_MAX = 100
/** Of one selector, such as `.page-head nav a`. */
const STEPS_MAX = 5
const FAULTS_SAID_MAX = 10

export interface CssFault {
  readonly line: number
  readonly message: string
}
export interface OwnCss {
  /** Empty when there is a fault. */
  readonly css: string
  readonly faults: readonly CssFault[]
}

/** What has to be seen keeps its colours, whatever is said before: nothing of one's own can say !important. */
const KEPT = [
  '.overall{background:var(--state-ground)!important}',
  '.overall h1,.state{color:var(--state-ink)!important}',
  '.state.stage{color:inherit!important}',
  '.overall .as-of{color:var(--ink)!important}',
  '.page-foot .as-of{background:var(--ground)!important;color:var(--ink)!important}',
  '.stale{background:var(--degraded-ground)!important;color:var(--degraded-ink)!important}',
  '[hidden]{display:none!important}',
].join('')

/** What comes after the page's own style; empty for none. */
export function ownCssStyle(text: string | undefined, colours: Colours): string {
  const { css } = text === undefined ? { css: '' } : readOwnCss(text, colours)
  return css === '' ? '' : css + KEPT
}

export function readOwnCss(text: string, colours: Colours): OwnCss {
  const strangers = strangersIn(text)
  if (strangers.length > 0) return { css: '', faults: strangers }
  const faults: CssFault[] = []
  const tree = parse(text, {
    positions: true,
    parseCustomProperty: true,
    onParseError: ({ line, message }) => faults.push({ line, message: `cannot be read: ${decapitalised(message)}` }),
  })
  if (faults.length > 0) return { css: '', faults: said(faults) }
  const css = new Writer(colours, faults).sheet(tree)
  return faults.length > 0 ? { css: '', faults: said(faults) } : { css, faults }
}

class Writer {
  readonly #colours: Colours
  readonly #faults: CssFault[]
  #selectors = 0

  constructor(colours: Colours, faults: CssFault[]) {
    this.#colours = colours
    this.#faults = faults
  }

  sheet(tree: CssNode): string {
    return this.#rules(tree.type === 'StyleSheet' ? tree.children.toArray() : [], THEMES, false)
  }

  #rules(nodes: readonly CssNode[], themes: readonly Theme[], isInMedia: boolean): string {
    return this.#each(nodes, (node) => {
      if (node.type === 'Rule') return this.#rule(node, themes)
      if (node.type !== 'Atrule') throw new CssRefusal('there is something that is no rule')
      if (node.name.toLowerCase() !== 'media' || isInMedia)
        throw new CssRefusal(
          `@${node.name} is not taken${isInMedia ? ' in @media' : ': of these there is only @media'}`,
        )
      const queries = queriesOf(node.prelude)
      const rules = this.#rules(node.block?.children.toArray() ?? [], themesOf(queries), true)
      return rules === '' ? '' : `@media ${queries.map(queryText).join(',')}{${rules}}`
    })
  }

  #rule({ prelude, block }: Rule, themes: readonly Theme[]): string {
    if (prelude.type !== 'SelectorList') throw new CssRefusal('the selector cannot be read')
    const selectors = prelude.children.toArray().map((node) => {
      if (node.type !== 'Selector') throw new CssRefusal('the selector cannot be read')
      return selectorText(node)
    })
    this.#selectors += selectors.length
    if (this.#selectors > SELECTORS_MAX) throw new CssRefusal(`there are more than ${SELECTORS_MAX} selectors`)
    let ink: ThemedColour | null = null
    const grounds: ThemedColour[] = []
    let paintedAt: CssNode = prelude
    const declarations = this.#each(block.children.toArray(), (node) => {
      if (node.type === 'Rule' || node.type === 'Atrule') throw new CssRefusal('rules in rules are not taken')
      if (node.type !== 'Declaration') throw new CssRefusal('there is something that is no declaration')
      const { property, text, colours } = this.#declaration(node, selectors)
      if (property === 'color') ink = colours[0] ?? null
      if (property.startsWith('background')) grounds.push(...colours)
      if (property === 'color' || property.startsWith('background')) paintedAt = node
      return `${property}:${text};`
    })
    if (declarations === '') return ''
    const fault = contrastFault({ ink, grounds, themes, isFrame: selectors.every(isFrame) }, this.#colours)
    if (fault !== null) this.#faults.push({ line: lineOf(paintedAt), message: fault })
    return `${selectors.join(',')}{${declarations.slice(0, -1)}}`
  }

  #declaration(node: Declaration, selectors: readonly string[]) {
    const property = node.property.toLowerCase()
    const grammar = grammarOf(property)
    if (typeof grammar === 'string') throw new CssRefusal(`${node.property} ${grammar}`)
    if (node.important !== false) throw new CssRefusal(`${property}: !important is not taken, and is not needed`)
    if (property === 'content' && !selectors.every((selector) => /::(?:before|after)$/.test(selector)))
      throw new CssRefusal('content is for ::before and ::after')
    if (node.value.type !== 'Value') throw new CssRefusal(`${property} has a value that cannot be read`)
    try {
      return { property, ...writeValue(node.value.children.toArray(), grammar, this.#colours) }
    } catch (error) {
      throw error instanceof CssRefusal ? new CssRefusal(`${property}: ${error.message}`) : error
    }
  }

  /** All of them, and a fault for each that is refused. */
  #each(nodes: readonly CssNode[], write: (node: CssNode) => string): string {
    return nodes
      .filter(({ type }) => type !== 'Comment' && type !== 'WhiteSpace')
      .map((node) => {
        try {
          return write(node)
        } catch (error) {
          if (!(error instanceof CssRefusal)) throw error
          this.#faults.push({ line: lineOf(node), message: error.message })
          return ''
        }
      })
      .join('')
  }
}

const NAME = /^-?[A-Za-z_][\w-]*$/
const ATTRIBUTES = ['dir', 'lang', 'open', 'aria-current']
const PSEUDO_CLASSES = [
  'root',
  'link',
  'visited',
  'hover',
  'active',
  'focus',
  'focus-visible',
  'target',
  'first-child',
  'last-child',
  'first-of-type',
  'last-of-type',
]
const PSEUDO_ELEMENTS = ['before', 'after', 'marker']

function selectorText({ children }: Selector): string {
  const parts = children.toArray()
  if (parts.filter(({ type }) => type === 'Combinator').length >= STEPS_MAX || parts.length > 3 * STEPS_MAX)
    throw new CssRefusal(`a selector has at most ${STEPS_MAX} steps`)
  return parts.map(partText).join('')
}

function partText(part: CssNode): string {
  const text = partOf(part)
  if (text === null)
    throw new CssRefusal(
      'the selector is not taken: it can have names of elements, classes and ids, and :hover and the like',
    )
  return text
}

function partOf(part: CssNode): string | null {
  if (part.type === 'TypeSelector')
    return part.name === '*' || /^[a-z][a-z0-9]*$/i.test(part.name) ? part.name.toLowerCase() : null
  if (part.type === 'ClassSelector') return NAME.test(part.name) ? `.${part.name}` : null
  if (part.type === 'IdSelector') return NAME.test(part.name) ? `#${part.name}` : null
  if (part.type === 'Combinator') return ['>', '+', '~', ' '].includes(part.name) ? part.name : null
  if (part.type === 'AttributeSelector') return attributeText(part)
  if (part.type === 'PseudoClassSelector') return pseudoText(':', part, PSEUDO_CLASSES)
  return part.type === 'PseudoElementSelector' ? pseudoText('::', part, PSEUDO_ELEMENTS) : null
}

function attributeText({ name: { name }, matcher, value, flags }: AttributeSelector): string | null {
  const small = name.toLowerCase()
  if (!ATTRIBUTES.includes(small) || flags !== null) return null
  if (matcher === null) return `[${small}]`
  const text = value?.type === 'String' ? value.value : value?.name
  return matcher === '=' && text !== undefined && NAME.test(text) ? `[${small}="${text}"]` : null
}

function pseudoText(
  colons: string,
  { name, children }: PseudoClassSelector | PseudoElementSelector,
  known: readonly string[],
): string {
  const small = name.toLowerCase()
  if (children === null && known.includes(small)) return `${colons}${small}`
  throw new CssRefusal(`${colons}${name} is not taken: there are ${known.map((each) => `${colons}${each}`).join(', ')}`)
}

/** Nothing that readers must see is there, but for the stamp, which keeps its ground. */
function isFrame(selector: string): boolean {
  return /^(?:\.page-head|\.page-foot|\.follow|\.action|button)(?![\w-])/.test(selector) && !/[+~]/.test(selector)
}

interface Query {
  readonly type: string | null
  readonly features: readonly { readonly name: string; readonly value: string }[]
}

const FEATURES: Readonly<Record<string, readonly string[]>> = {
  'prefers-color-scheme': ['light', 'dark'],
  'prefers-reduced-motion': ['reduce', 'no-preference'],
  'prefers-contrast': ['more', 'less', 'no-preference'],
  orientation: ['portrait', 'landscape'],
}
const QUERY =
  'a query has screen or print, prefers-color-scheme, prefers-reduced-motion, prefers-contrast, orientation, min-width and max-width, with “and” or a comma between'

function queriesOf(prelude: CssNode | null): Query[] {
  const [list, ...more] = prelude?.type === 'AtrulePrelude' ? prelude.children.toArray() : []
  if (list?.type !== 'MediaQueryList' || more.length > 0) throw new CssRefusal(QUERY)
  return list.children.toArray().map((query) => {
    if (query.type !== 'MediaQuery') throw new CssRefusal(QUERY)
    return queryOf(query)
  })
}

function queryOf({ modifier, mediaType, condition }: MediaQuery): Query {
  const type = mediaType?.toLowerCase() ?? null
  if (modifier !== null || (type !== null && type !== 'screen' && type !== 'print')) throw new CssRefusal(QUERY)
  const features = (condition?.children.toArray() ?? []).flatMap((part) => {
    if (part.type === 'Identifier' && part.name.toLowerCase() === 'and') return []
    if (part.type !== 'Feature') throw new CssRefusal(QUERY)
    const name = part.name.toLowerCase()
    const { value } = part
    if (value?.type === 'Identifier' && FEATURES[name]?.includes(value.name.toLowerCase()) === true)
      return [{ name, value: value.name.toLowerCase() }]
    if ((name === 'min-width' || name === 'max-width') && value?.type === 'Dimension') {
      const unit = value.unit.toLowerCase()
      if (/^\d{1,4}(?:\.\d{1,4})?$/.test(value.value) && ['px', 'rem', 'em'].includes(unit))
        return [{ name, value: `${value.value}${unit}` }]
    }
    throw new CssRefusal(QUERY)
  })
  if (type === null && features.length === 0) throw new CssRefusal(QUERY)
  return { type, features }
}

function queryText({ type, features }: Query): string {
  return [...(type === null ? [] : [type]), ...features.map(({ name, value }) => `(${name}:${value})`)].join(' and ')
}

/** Those in which it could be. Paper is light. */
function themesOf(queries: readonly Query[]): readonly Theme[] {
  return THEMES.filter((theme) =>
    queries.some(({ type, features }) => {
      if (type === 'print') return theme === 'light'
      return features.every(({ name, value }) => name !== 'prefers-color-scheme' || value === theme)
    }),
  )
}

/** What has no place in it at all, found before it is read. */
function strangersIn(text: string): CssFault[] {
  const bytes = new TextEncoder().encode(text).length
  if (bytes > CSS_BYTES_MAX)
    return [
      {
        line: 1,
        message: `it has ${bytes} bytes, and may have at most ${CSS_BYTES_MAX}: it is part of each page, so that the page stays one request`,
      },
    ]
  const faults = text.split('\n').flatMap((content, i) => {
    const line = i + 1
    if (content.includes('<'))
      return [{ line, message: '“<” is not taken: widths are asked for by min-width and max-width' }]
    if (content.includes('\\')) return [{ line, message: '“\\” is not taken: write the character itself' }]
    return /[^\P{Cc}\t\r]/u.test(content) ? [{ line, message: 'there is a character that cannot be seen' }] : []
  })
  const open = text.replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length)).indexOf('/*')
  if (open !== -1) faults.push({ line: text.slice(0, open).split('\n').length, message: 'a comment is not closed' })
  return said(faults)
}

function said(faults: readonly CssFault[]): CssFault[] {
  return [...faults].sort((a, b) => a.line - b.line).slice(0, FAULTS_SAID_MAX)
}

function lineOf({ loc }: CssNode): number {
  return loc?.start.line ?? 1
}

function decapitalised(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
