import type { AttributeSelector, CssNode, PseudoClassSelector, PseudoElementSelector, Selector } from 'css-tree'
import { CssRefusal } from './ownCssValue.ts'

/** Whom a rule of one's own CSS can be about. */

/** Of one selector, such as `.page-head nav a`. */
const STEPS_MAX = 5
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

export function selectorText({ children }: Selector): string {
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

export const FRAMES = ['.page-head', '.page-foot']

/** Nothing that readers must see is there, but for the stamp, which keeps its ground. */
export function isFrame(selector: string): boolean {
  return /^(?:\.page-head|\.page-foot|\.follow|\.action|button)(?![\w-])/.test(selector) && !/[+~]/.test(selector)
}
