import { NO_LINK_SETTINGS } from '../domain/affectedLink.ts'
import type { LinkSettings } from '../domain/affectedLink.ts'
import type { ShownThirdParty } from '../domain/dependency.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import type { ImportedPast } from '../domain/importPast.ts'
import type { RecordedOwnChange } from '../domain/ownChanges.ts'
import type { ActionItem } from '../domain/postMortem.ts'
import type { PublicIncident, PublicMaintenance, PublicPostMortem } from '../domain/publicModel.ts'
import type { PublishedCharts } from './publishedMetrics.ts'
import type { StatusPublisher } from './statusPublisher.ts'

/** The main page's publisher knows the others: what is told to it, it tells them. Each takes what is its own. */

const KEY = 'pages'
const LINKS_KEY = 'links'
const GONE_KEY = 'pages gone'
const COPIES_KEY = 'copies of pages gone'

/** What the main page's publisher passes on. */
export type Told =
  | { readonly kind: 'incident'; readonly version: number; readonly incident: PublicIncident }
  | { readonly kind: 'maintenance'; readonly version: number; readonly maintenance: PublicMaintenance }
  | { readonly kind: 'states'; readonly version: number; readonly changes: readonly RecordedOwnChange[] }
  | { readonly kind: 'withdrawn'; readonly id: string }
  | { readonly kind: 'third_parties'; readonly all: readonly ShownThirdParty[] }
  | { readonly kind: 'metrics'; readonly published: readonly PublishedCharts[] }
  | { readonly kind: 'past'; readonly past: ImportedPast }
  | {
      readonly kind: 'post_mortem'
      readonly postMortem: PublicPostMortem
      readonly actionItems: readonly ActionItem[]
    }

type Publisher = DurableObjectStub<StatusPublisher>

export class FurtherPages {
  readonly #kv: SyncKvStorage
  readonly #env: Env

  constructor(kv: SyncKvStorage, env: Env) {
    this.#kv = kv
    this.#env = env
  }

  get entries(): readonly PageEntry[] {
    return this.#kv.get<readonly PageEntry[]>(KEY) ?? []
  }

  /** Whether they differ from what was there. */
  use(entries: readonly PageEntry[]): boolean {
    const before = this.entries
    if (JSON.stringify(before) === JSON.stringify(entries)) return false
    const isThere = (id: string) => entries.some((entry) => entry.id === id)
    const gone = new Set([...this.#gone, ...before.map(({ id }) => id)].filter((id) => !isThere(id)))
    this.#kv.put(KEY, entries)
    this.#kv.put(GONE_KEY, [...gone])
    return true
  }

  get links(): LinkSettings {
    return this.#kv.get<LinkSettings>(LINKS_KEY) ?? NO_LINK_SETTINGS
  }

  /** Whether they differ from what was there. */
  useLinks(links: LinkSettings): boolean {
    if (JSON.stringify(this.links) === JSON.stringify(links)) return false
    this.#kv.put(LINKS_KEY, links)
    return true
  }

  /** Each is told, whatever becomes of the others; throws when one did not hear it, so that the teller comes again. */
  async each(what: (publisher: Publisher) => Promise<unknown>): Promise<void> {
    const told = await Promise.allSettled(this.entries.map(({ id }) => what(this.#publisher(id))))
    const failed = told.find((each) => each.status === 'rejected')
    if (failed !== undefined) throw new Error('A further status page did not take it', { cause: failed.reason })
  }

  /** Those that are gone, but for their copies on the mirror. */
  get leavingMirror(): readonly string[] {
    const isThere = new Set(this.entries.map(({ id }) => id))
    return [...new Set([...this.#gone, ...this.#list(COPIES_KEY)])].filter((id) => !isThere.has(id))
  }

  /** Takes away what is kept of pages that are gone: their files, and their subscribers. */
  async removeGone(version: number): Promise<void> {
    for (const id of this.#gone) {
      try {
        await this.#publisher(id).remove(version)
        await this.#env.SUBSCRIBER_DESK.getByName(id).removeEverybody()
        this.#kv.put(COPIES_KEY, [...new Set([...this.#list(COPIES_KEY), id])])
        this.#without(GONE_KEY, id)
      } catch (error) {
        console.error(`The status page ${id} could not be removed; it is tried again`, error)
      }
    }
    await this.#lookAfterCopies()
  }

  /** A page that is gone takes its copy from the mirror by its own alarm; until then it is not forgotten here. */
  async #lookAfterCopies(): Promise<void> {
    for (const id of this.#list(COPIES_KEY)) {
      try {
        const isPage = this.entries.some((entry) => entry.id === id)
        if (isPage || !(await this.#publisher(id).isLeavingMirror())) this.#without(COPIES_KEY, id)
      } catch (error) {
        console.error(`Whether the mirror still has the status page ${id} is not known`, error)
      }
    }
  }

  get #gone(): readonly string[] {
    return this.#list(GONE_KEY)
  }

  #list(key: string): readonly string[] {
    return this.#kv.get<readonly string[]>(key) ?? []
  }

  #without(key: string, id: string): void {
    this.#kv.put(
      key,
      this.#list(key).filter((each) => each !== id),
    )
  }

  #publisher(id: string): Publisher {
    return this.#env.STATUS_PUBLISHER.getByName(id)
  }
}

/** What another page's publisher does with what it hears. */
export async function take(
  page: Pick<
    StatusPublisher,
    | 'publishIncident'
    | 'publishMaintenance'
    | 'publishComponentStates'
    | 'publishMetrics'
    | 'importPast'
    | 'publishThirdParties'
    | 'withdrawIncident'
    | 'publishPostMortem'
  >,
  told: Told,
): Promise<void> {
  switch (told.kind) {
    case 'incident':
      await page.publishIncident(told.version, told.incident)
      return
    case 'maintenance':
      await page.publishMaintenance(told.version, told.maintenance)
      return
    case 'states':
      await page.publishComponentStates(told.version, told.changes)
      return
    case 'metrics':
      await page.publishMetrics(told.published)
      return
    case 'third_parties':
      await page.publishThirdParties(told.all)
      return
    case 'past':
      await page.importPast(told.past, false)
      return
    case 'withdrawn':
      await page.withdrawIncident(told.id)
      return
    case 'post_mortem':
      await page.publishPostMortem(told.postMortem, told.actionItems)
  }
}
