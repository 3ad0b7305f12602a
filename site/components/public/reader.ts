import type { AstroGlobal } from 'astro'
import type { Language } from '../../../worker/domain/language.ts'
import type { PublicView } from '../../../worker/domain/publicModel.ts'

/** For whom a public page is written, and where it lies: every part of the page finds it in `Astro.locals.reader`. */
export interface Reader {
  readonly language: Language
  /** The page's own address inside the status page, without a language. */
  readonly path: string
  /**
   * Relative, so that a page leads to its neighbours in its own language, under any prefix, and in a copy on any host;
   * `path` has a leading slash, and may have a query and a fragment.
   */
  readonly address: (path: string) => string
}

/** What the page shows, with its reader noted for its parts. */
export async function viewOf<Kind extends PublicView['view']>(
  astro: AstroGlobal,
  _kind: Kind,
): Promise<Extract<PublicView, { view: Kind }>> {
  const { language, path, ...view } = await astro.request.json<Omit<Reader, 'address'>>()
  const up = '../'.repeat(path.split('/').length - 2)
  astro.locals.reader = { language, path, address: (to) => `${up === '' ? './' : up}${to.slice(1)}` }
  return view as unknown as Extract<PublicView, { view: Kind }>
}
