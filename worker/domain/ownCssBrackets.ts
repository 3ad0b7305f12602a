import { tokenTypes, tokenize } from 'css-tree/tokenizer'

const CLOSES: ReadonlyMap<number, { readonly type: number; readonly sign: string }> = new Map([
  [tokenTypes.Function, { type: tokenTypes.RightParenthesis, sign: ')' }],
  [tokenTypes.LeftParenthesis, { type: tokenTypes.RightParenthesis, sign: ')' }],
  [tokenTypes.LeftSquareBracket, { type: tokenTypes.RightSquareBracket, sign: ']' }],
  [tokenTypes.LeftCurlyBracket, { type: tokenTypes.RightCurlyBracket, sign: '}' }],
])
const CLOSING: ReadonlySet<number> = new Set([...CLOSES.values()].map(({ type }) => type))

/**
 * Where brackets do not go in pairs first, and what is wrong there; null when they all do. To be asked before css-tree
 * parses: of other texts it goes by what is left of the text before, and may never come to an end (3.2.1).
 */
export function bracketFault(text: string): { readonly offset: number; readonly message: string } | null {
  const open: { readonly closedBy: number; readonly sign: string; readonly offset: number }[] = []
  let stray: number | null = null
  tokenize(text, (type, offset) => {
    if (stray !== null) return
    const closing = CLOSES.get(type)
    if (closing !== undefined) open.push({ closedBy: closing.type, sign: closing.sign, offset })
    else if (CLOSING.has(type) && open.pop()?.closedBy !== type) stray = offset
  })
  if (stray !== null) return { offset: stray, message: `cannot be read: “${text.charAt(stray)}” closes nothing` }
  const last = open.at(-1)
  return last === undefined ? null : { offset: last.offset, message: `cannot be read: “${last.sign}” is missing` }
}
