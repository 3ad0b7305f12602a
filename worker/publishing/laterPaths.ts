import { EMBEDDED } from './publicPaths.ts'
import type { PublicChange } from './publicPaths.ts'

/** What the figures rest on, and what other pages show, may come a moment after the page. `ofEach`: of some components, or of all. */
export function laterPathsTouchedBy(change: PublicChange, ofEach: (ids?: readonly string[]) => string[]): string[] {
  switch (change.kind) {
    case 'incident':
    case 'maintenance':
    case 'components':
      return [...EMBEDDED, ...ofEach(change.componentIds)]
    case 'imported':
    case 'everything':
      return [...EMBEDDED, ...ofEach()]
    case 'post_mortem':
    case 'metrics':
    case 'mirror':
    case 'pages':
    case 'as_of':
      return []
  }
}
