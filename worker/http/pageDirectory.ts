import type { Context } from 'hono'
import { ACCESS_FILE, PageEntries, PageRoutes, ROUTES_FILE } from '../domain/pageDirectory.ts'
import type { PageEntry, PageRoute } from '../domain/pageDirectory.ts'
import type { HttpEnv } from './env.ts'
import { parsedOnce } from './parsedFile.ts'
import type { PublicFileReader, StoredFile } from './publicFileReader.ts'

const routesIn = parsedOnce((text) => PageRoutes.parse(JSON.parse(text)))
const entriesIn = parsedOnce((text) => PageEntries.parse(JSON.parse(text)))

/** Which status pages there are beside the main one, and who may read them: from stored files, as all that readers get. */
export class PageDirectory {
  readonly #reader: PublicFileReader

  constructor(reader: PublicFileReader) {
    this.#reader = reader
  }

  /** Null: nobody can say at the moment. */
  async routes(c: Context<HttpEnv>): Promise<readonly PageRoute[] | null> {
    return this.#read(c, ROUTES_FILE, routesIn)
  }

  /** Who may read a page. Null: nobody can say, so nobody may. */
  async entry(c: Context<HttpEnv>, id: string): Promise<PageEntry | null> {
    const entries = await this.#read(c, ACCESS_FILE, entriesIn)
    return entries?.find((entry) => entry.id === id) ?? null
  }

  async #read<Entry>(
    c: Context<HttpEnv>,
    path: string,
    entriesOf: (file: StoredFile) => readonly Entry[],
  ): Promise<readonly Entry[] | null> {
    const reading = await this.#reader.read(path, false, c.env, Date.now(), (work) => c.executionCtx.waitUntil(work))
    if (reading.found) return entriesOf(reading.file)
    // Before the first publish there are none.
    return reading.reason === 'no_such_file' ? [] : null
  }
}
