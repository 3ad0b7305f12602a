import type { CssNode, MediaQuery } from 'css-tree'
import type { Theme } from './ownCssColour.ts'
import { THEMES } from './ownCssColour.ts'
import { CssRefusal } from './ownCssValue.ts'

/** When a rule of one's own CSS can hold. */

export interface Query {
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

export function queriesOf(prelude: CssNode | null): Query[] {
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

export function queryText({ type, features }: Query): string {
  return [...(type === null ? [] : [type]), ...features.map(({ name, value }) => `(${name}:${value})`)].join(' and ')
}

/** Those in which it could be. Paper is light. */
export function themesOf(queries: readonly Query[]): readonly Theme[] {
  return THEMES.filter((theme) =>
    queries.some(({ type, features }) => {
      if (type === 'print') return theme === 'light'
      return features.every(({ name, value }) => name !== 'prefers-color-scheme' || value === theme)
    }),
  )
}

/** On every screen of the themes it is for. */
export function isAlways(queries: readonly Query[] | null): boolean {
  return (
    queries === null ||
    queries.every(
      ({ type, features }) => type === null && features.every(({ name }) => name === 'prefers-color-scheme'),
    )
  )
}
