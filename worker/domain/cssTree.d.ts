declare module 'css-tree/parser' {
  import type { CssNode, ParseOptions } from 'css-tree'
  /** The parser alone: a third of the whole. */
  const parse: (text: string, options?: ParseOptions) => CssNode
  export default parse
}

declare module 'css-tree/tokenizer' {
  export function tokenize(text: string, onToken: (type: number, start: number, end: number) => void): void
  export const tokenTypes: typeof import('css-tree').tokenTypes
}
