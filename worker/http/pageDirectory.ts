import type { Context } from 'hono'
import { ACCESS_FILE, PageEntries, PageRoutes, ROUTES_FILE } from '../domain/pageDirectory.ts'
import type { PageEntry, PageRoute } from '../domain/pageDirectory.ts'
import type { HttpEnv } from './env.ts'
import type { PublicFileReader } from './publicFileReader.ts'

/** Which status pages there are beside the main one, and who may read them: from stored files, as all that readers get. */
export class PageDirectory {
  readonly #reader: PublicFileReader

  constructor(reader: PublicFileReader) {
    this.#reader = reader
  }

  /** Null: nobody can say at the moment. */
  async routes(c: Context<HttpEnv>): Promise<readonly PageRoute[] | null> {
    const text = await this.#text(c, ROUTES_FILE)
    return text === null ? null : PageRoutes.parse(JSON.parse(text))
  }

  /** Who may read a page. Null: nobody can say, so nobody may. */
  async entry(c: Context<HttpEnv>, id: string): Promise<PageEntry | null> {
    const text = await this.#text(c, ACCESS_FILE)
    return text === null ? null : (PageEntries.parse(JSON.parse(text)).find((entry) => entry.id === id) ?? null)
  }

  async #text(c: Context<HttpEnv>, path: string): Promise<string | null> {
    const reading = await this.#reader.read(path, false, c.env, Date.now(), (work) => c.executionCtx.waitUntil(work))
    if (reading.found) return new TextDecoder().decode(reading.file.body)
    // Before the first publish there are none.
    return reading.reason === 'no_such_file' ? '[]' : null
  }
}
