declare module 'css-tree/parser' {
  import type { CssNode, ParseOptions } from 'css-tree'
  /** The parser alone: a third of the whole. */
  const parse: (text: string, options?: ParseOptions) => CssNode
  export default parse
}

declare module 'css-tree/tokenizer' {
  import type { tokenTypes as typesByName } from 'css-tree'
  export function tokenize(text: string, onToken: (type: number, start: number, end: number) => void): void
  export const tokenTypes: typeof typesByName
}
