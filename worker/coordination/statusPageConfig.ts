import type { ShownMetric } from '../domain/publicMetric.ts'
import type { LinkSettings } from '../domain/affectedLink.ts'
import type { Appearance } from '../domain/appearance.ts'
import type { Language } from '../domain/language.ts'
import type { PageEntry } from '../domain/pageDirectory.ts'
import type { LookFile } from '../domain/shownLook.ts'
import type { UpdateRules } from '../domain/updateRules.ts'
import type { UpdateTemplate } from '../domain/updateTemplate.ts'
import type { ShownComponent } from './listedComponents.ts'
import type { PagePlace } from './ownPlace.ts'

/** What a publisher is told of the configuration. */
export interface StatusPageConfig {
  readonly page: {
    /** Twelve characters, stable for the life of the instance. */
    readonly publicId: string
    readonly name: string
    readonly timeZone: string
    readonly supportUrl: string | null
    readonly language: Language
    /** Of what people write, where that is another. */
    readonly writtenIn?: Language
    /** Images that have no room in the page are paths of files. */
    readonly appearance?: Appearance | undefined
  }
  /** These files; absent: none. */
  readonly look?: readonly LookFile[]
  readonly components: readonly ShownComponent[]
  /** Of which it shows charts; absent: none. */
  readonly metrics?: readonly ShownMetric[]
  /** Of a page beside the main one. */
  readonly place?: PagePlace
  /** On the main page: the others. */
  readonly pages?: readonly PageEntry[]
  /** On the main page: what links that say who is affected are read by. */
  readonly links?: LinkSettings
  /** What is asked of updates, and the words prepared for them; absent: as before. */
  readonly updates?: { readonly rules: UpdateRules; readonly templates: readonly UpdateTemplate[] }
}

/** Before anybody has named it. */
export const UNNAMED: StatusPageConfig['page'] = {
  publicId: '',
  name: 'Status',
  timeZone: 'Etc/UTC',
  supportUrl: null,
  language: 'en',
}

/** As the publisher keeps it; an earlier version of this program kept no language. */
export interface StoredPage {
  readonly page: Omit<StatusPageConfig['page'], 'language'> & Partial<Pick<StatusPageConfig['page'], 'language'>>
  readonly changedAtMs: number
}

export function pageOf({
  page: { publicId, name, timeZone, supportUrl, language, writtenIn, appearance },
}: StatusPageConfig): StatusPageConfig['page'] {
  return {
    publicId,
    name,
    timeZone,
    supportUrl,
    language,
    ...(writtenIn === undefined ? {} : { writtenIn }),
    ...(appearance === undefined ? {} : { appearance }),
  }
}

/** For the rooms of incidents, which go by it. */
export function keepUpdates(kv: SyncKvStorage, updates: StatusPageConfig['updates']): void {
  if (updates === undefined) return
  kv.put('updateRules', updates.rules)
  kv.put('updateTemplates', updates.templates)
}
