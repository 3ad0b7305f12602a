import type { AstroGlobal } from 'astro'
import type { Language } from '../../../worker/domain/language.ts'
import { languageWritten } from '../../../worker/domain/publicAddress.ts'
import type { PublicPage, PublicView } from '../../../worker/domain/publicModel.ts'

/** For whom a public page is written, and where it lies: every part of the page finds it in `Astro.locals.reader`. */
export interface Reader {
  readonly language: Language
  /** In which people write on this page. */
  readonly written: Language
  /** The page's own address inside the status page, without a language. */
  readonly path: string
  /**
   * Relative, so that a page leads to its neighbours in its own language, under any prefix, and in a copy on any host;
   * `path` has a leading slash, and may have a query and a fragment.
   */
  readonly address: (path: string) => string
  /** The same for what never asks a browser for its language: feeds and the calendar. */
  readonly feed: (path: string) => string
}

/** As much of a view as its reader is known by. */
type Told = Pick<Reader, 'language' | 'path'> & {
  readonly page?: PublicPage
  readonly model?: { readonly page: PublicPage }
}

/** What the page shows, with its reader noted for its parts. */
export async function viewOf<Kind extends PublicView['view']>(
  astro: AstroGlobal,
  _kind: Kind,
): Promise<Extract<PublicView, { view: Kind }>> {
  const { language, path, ...view } = await astro.request.json<Told>()
  const page = view.page ?? view.model?.page ?? { language }
  const written = languageWritten(page)
  const up = '../'.repeat(path.split('/').length - 2)
  const address = (to: string) => `${up === '' ? './' : up}${to.slice(1)}`
  const feed = (to: string) =>
    address(language === page.language ? to : `${to}${to.includes('?') ? '&' : '?'}lang=${language}`)
  astro.locals.reader = { language, written, path, address, feed }
  return view as unknown as Extract<PublicView, { view: Kind }>
}
