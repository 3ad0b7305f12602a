import type { LinkSettings } from '../domain/affectedLink.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { PRIVATE_FOLDER } from '../domain/pageDirectory.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import type { PageLens } from '../domain/pageLens.ts'
import type { CopiedPlace } from './mirror.ts'
import type { FurtherPages } from './furtherPages.ts'

/** Where a publisher's page is, and which part of what is public it has. The main page has all of it. */

export interface PagePlace {
  /** No trailing slash. */
  readonly url: string
  /** Before the paths of its files; ends with a slash. */
  readonly folder: string
  readonly lens: PageLens
}

const KEY = 'place'
const LEFT_KEY = 'folders left'

export class OwnPlace {
  readonly #kv: SyncKvStorage
  readonly #mainUrl: string

  constructor(kv: SyncKvStorage, publicUrl: string) {
    this.#kv = kv
    this.#mainUrl = publicUrl.replace(/\/+$/, '')
  }

  get url(): string {
    return this.#place()?.url ?? this.#mainUrl
  }

  get folder(): string {
    return this.#place()?.folder ?? ''
  }

  get isMain(): boolean {
    return this.#place() === null
  }

  /** As the configuration names the page. */
  get pageId(): string {
    return this.folder.split('/').at(-2) ?? MAIN_PAGE
  }

  get isPrivate(): boolean {
    return this.folder.startsWith(PRIVATE_FOLDER)
  }

  /** Null: everything. */
  get lens(): PageLens | null {
    return this.#place()?.lens ?? null
  }

  /** Where it was before, and what has yet to be deleted there. */
  get foldersLeft(): readonly string[] {
    return this.#kv.get<readonly string[]>(LEFT_KEY) ?? []
  }

  isAt(place: PagePlace): boolean {
    return JSON.stringify(this.#place()) === JSON.stringify(place)
  }

  /** Whether its files lie elsewhere now. */
  use(place: PagePlace): boolean {
    const before = this.#place()
    this.#kv.put(KEY, place)
    this.#kv.put(
      LEFT_KEY,
      [...this.foldersLeft, ...(before === null ? [] : [before.folder])].filter((folder) => folder !== place.folder),
    )
    return before !== null && before.folder !== place.folder
  }

  /** Deletes what lies where it was before, once nothing is being written there. Never throws. */
  async clearAway(bucket: R2Bucket, written: () => Promise<void | null>): Promise<void> {
    try {
      for (const folder of this.foldersLeft) {
        await written()
        await emptyFolder(bucket, folder)
        this.#kv.put(
          LEFT_KEY,
          this.foldersLeft.filter((each) => each !== folder),
        )
      }
    } catch (error) {
      console.error('What lies at the former place of a status page is still there; it is tried again', error)
    }
  }

  #place(): PagePlace | null {
    return this.#kv.get<PagePlace>(KEY) ?? null
  }
}

/** As the publisher's store sees it: where the page is, and which others it knows of. */
export interface PlaceOfPage {
  readonly url: string
  readonly isMain: boolean
  readonly isPrivate: boolean
  readonly pages: readonly PageEntry[]
  readonly links: LinkSettings
}

export function placeIn(place: OwnPlace, pages: Pick<FurtherPages, 'entries' | 'links'>): PlaceOfPage {
  return {
    get url() {
      return place.url
    },
    get isMain() {
      return place.isMain
    },
    get isPrivate() {
      return place.isPrivate
    },
    get pages() {
      return pages.entries
    },
    get links() {
      return pages.links
    },
  }
}

/** As its mirror sees it: what is private or not set up is not copied. */
export function copiedPlace(place: OwnPlace, store: { readonly isConfigured: boolean }): CopiedPlace {
  return {
    get url() {
      return place.url
    },
    get folder() {
      return place.folder
    },
    get mayBeCopied() {
      return store.isConfigured && !place.isPrivate
    },
  }
}

const FILES_A_TIME = 1000

/** Deletes all that lies under a folder of the bucket. */
export async function emptyFolder(bucket: R2Bucket, folder: string): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({ prefix: folder, limit: FILES_A_TIME })
    if (objects.length === 0) return
    await bucket.delete(objects.map(({ key }) => key))
  }
}
