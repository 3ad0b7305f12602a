import type { CssNode, Declaration, Rule } from 'css-tree'
import parse from 'css-tree/parser'
import type { Colours, Grounds, Theme, ThemedColour } from './ownCssColour.ts'
import { bracketFault } from './ownCssBrackets.ts'
import { THEMES, contrastFault, pagesGrounds } from './ownCssColour.ts'
import { grammarOf } from './ownCssGrammar.ts'
import type { Query } from './ownCssMedia.ts'
import { isAlways, queriesOf, queryText, themesOf } from './ownCssMedia.ts'
import { FRAMES, isFrame, selectorText } from './ownCssSelector.ts'
import { CssRefusal, writeValue } from './ownCssValue.ts'

/**
 * CSS of one's own for a status page. It is read into a tree and written anew from what is known of it, so that nothing
 * comes out that is not in the lists here. One thing that is refused refuses the whole, with its line: nothing is left
 * out in silence.
 */

export const CSS_BYTES_MAX = 4096
const SELECTORS_MAX = 100
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
  '[hidden],head,style,script,template{display:none!important}',
].join('')

/** The last one: all pages of one publication have the same. */
let written = { from: '', style: '' }

/** What comes after the page's own style; empty for none. */
export function ownCssStyle(text: string | undefined, { accent, background }: Colours): string {
  if (text === undefined) return ''
  const from = JSON.stringify([text, accent, background])
  if (written.from !== from) {
    const { css } = readOwnCss(text, { accent, background })
    written = { from, style: css === '' ? '' : css + KEPT }
  }
  return written.style
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
  /** Of the head and the foot, which what is in them stands on. */
  readonly #framesGrounds = new Map<string, Grounds>()
  #selectors = 0

  constructor(colours: Colours, faults: CssFault[]) {
    this.#colours = colours
    this.#faults = faults
  }

  sheet(tree: CssNode): string {
    return this.#rules(tree.type === 'StyleSheet' ? tree.children.toArray() : [], null)
  }

  #rules(nodes: readonly CssNode[], queries: readonly Query[] | null): string {
    return this.#each(nodes, (node) => {
      if (node.type === 'Rule') return this.#rule(node, queries)
      if (node.type !== 'Atrule') throw new CssRefusal('there is something that is no rule')
      if (node.name.toLowerCase() !== 'media' || queries !== null)
        throw new CssRefusal(
          `@${node.name} is not taken${queries !== null ? ' in @media' : ': of these there is only @media'}`,
        )
      const asked = queriesOf(node.prelude)
      const rules = this.#rules(node.block?.children.toArray() ?? [], asked)
      return rules === '' ? '' : `@media ${asked.map(queryText).join(',')}{${rules}}`
    })
  }

  #rule({ prelude, block }: Rule, queries: readonly Query[] | null): string {
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
    const themes = queries === null ? THEMES : themesOf(queries)
    for (const frame of selectors.filter((selector) => FRAMES.includes(selector)))
      this.#stand(frame, grounds, themes, isAlways(queries))
    const under = selectors.map((selector) => this.#under(selector))
    const fault = contrastFault(
      {
        ink,
        grounds,
        under: {
          light: under.flatMap(({ light }) => light),
          dark: under.flatMap(({ dark }) => dark),
        },
        themes,
        isFrame: selectors.every(isFrame),
      },
      this.#colours,
    )
    if (fault !== null) this.#faults.push({ line: lineOf(paintedAt), message: fault })
    return `${selectors.join(',')}{${declarations.slice(0, -1)}}`
  }

  #under(selector: string): Grounds {
    const frame = isFrame(selector) ? FRAMES.find((each) => selector.startsWith(each)) : undefined
    return (frame === undefined ? undefined : this.#framesGrounds.get(frame)) ?? pagesGrounds(this.#colours)
  }

  /** From here on, the head or the foot has these grounds; or these as well, where it depends on a width or the like. */
  #stand(frame: string, grounds: readonly ThemedColour[], themes: readonly Theme[], always: boolean): void {
    if (grounds.length === 0) return
    const before = this.#under(frame)
    const of = (theme: Theme) => {
      const added = grounds.map((ground) => ground[theme])
      return themes.includes(theme) ? (always ? added : [...before[theme], ...added]) : before[theme]
    }
    this.#framesGrounds.set(frame, { light: of('light'), dark: of('dark') })
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
  if (open !== -1) faults.push({ line: lineAt(text, open), message: 'a comment is not closed' })
  if (faults.length > 0) return said(faults)
  const unpaired = bracketFault(text)
  return unpaired === null ? [] : [{ line: lineAt(text, unpaired.offset), message: unpaired.message }]
}

function said(faults: readonly CssFault[]): CssFault[] {
  return [...faults].sort((a, b) => a.line - b.line).slice(0, FAULTS_SAID_MAX)
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function lineOf({ loc }: CssNode): number {
  return loc?.start.line ?? 1
}

function decapitalised(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
