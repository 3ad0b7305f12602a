import type { Language } from './language.ts'
import type { Translations } from './publicModel.ts'

/** What the owner of a status page asks of its updates. */
export interface UpdateRules {
  readonly undo: {
    /** How long an update can be taken back before the page shows it. */
    readonly pageSeconds: number
    /** And from then on, before mail and other notices go out. */
    readonly noticeSeconds: number
  }
  /** An update goes out once a second person has released it. */
  readonly needsRelease: boolean
  /** Say "investigating" when nobody has told customers after so long; null: never. */
  readonly investigating: {
    readonly afterMinutes: number
    readonly text: string
    /** Of the text; absent in what was kept before there were translations. */
    readonly language?: Language
    readonly translations?: Translations
  } | null
}

/** Where no page is set up yet. */
export const NO_UPDATE_RULES: UpdateRules = {
  undo: { pageSeconds: 0, noticeSeconds: 0 },
  needsRelease: false,
  investigating: null,
}
