import type { Context } from 'hono'
import { z } from 'zod'
import type { SearchDocument } from '../publishing/historySearch.ts'
import { QUERY_LENGTH_MAX, searchHistory } from '../publishing/historySearch.ts'
import { SEARCH_DOCUMENT, SEARCH_PAGE } from '../publishing/publicPaths.ts'
import { filledSearchPage, tellSearch } from '../publishing/searchResults.ts'
import { writtenAs } from '../publishing/toldFiles.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import type { HttpEnv } from './env.ts'
import { parsedOnce } from './parsedFile.ts'
import type { FileReading, StoredFile } from './publicFileReader.ts'
import type { ReaderForm } from './readerForms.ts'
import { siteOf } from './site.ts'

/** Answers `/history?q=…` from two stored files: the document that is searched, and the page with gaps. */

/** Only the publisher writes it; another version of the program may have. */
const Document = z.object({
  timeZone: z.string(),
  entries: z.array(
    z.object({
      id: z.string(),
      folder: z.enum(['incidents', 'maintenance']).default('incidents'),
      title: z.string(),
      startedAtMs: z.number(),
      components: z.array(z.string()),
      text: z.string(),
    }),
  ),
})

const documentIn = parsedOnce((text): SearchDocument => Document.parse(JSON.parse(text)))

export interface SearchFiles {
  /** The stored file at a path. */
  readonly read: (path: string) => Promise<FileReading>
  /** The page in the reader's language. */
  readonly readPage: (path: string) => Promise<FileReading>
}

/** The words someone searches for; null: no search. */
export function queryOf(c: Context<HttpEnv>): string | null {
  const query = c.req.query('q')?.trim().slice(0, QUERY_LENGTH_MAX) ?? ''
  return query === '' ? null : query
}

/** Null when a file is missing: the plain history is better than nothing. */
export async function answerSearch(
  c: Context<HttpEnv>,
  query: string,
  form: ReaderForm,
  files: SearchFiles,
  headers: Record<string, string>,
): Promise<Response | null> {
  const stored = await files.read(SEARCH_DOCUMENT)
  if (!stored.found) return null
  const document = documentOf(stored.file)
  if (document === null) return null
  const hits = searchHistory(document, query)
  const own = { ...headers, 'Cache-Control': 'no-cache', 'X-Robots-Tag': 'noindex' }
  const page = await files.readPage(SEARCH_PAGE)
  if (!page.found) return null
  const { body, csp, language } = page.file
  if (form !== 'html') {
    const statusPage = await publishedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    const told = writtenAs(form, tellSearch(query, hits, statusPage, language))
    return c.body(told.body, 200, { ...own, 'Content-Type': told.contentType, 'Content-Language': language })
  }
  const html = filledSearchPage(new TextDecoder().decode(body), query, hits, document, language)
  return c.html(html, 200, { ...own, 'Content-Security-Policy': csp, 'Content-Language': language })
}

function documentOf(file: StoredFile): SearchDocument | null {
  try {
    return documentIn(file)
  } catch (error) {
    console.error('The document that is searched cannot be read', error)
    return null
  }
}
