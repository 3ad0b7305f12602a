declare module 'css-tree/parser' {
  import type { CssNode, ParseOptions } from 'css-tree'
  /** The parser alone: a third of the whole. */
  const parse: (text: string, options?: ParseOptions) => CssNode
  export default parse
}
