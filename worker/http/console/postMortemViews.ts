import type { BlameFinding } from '../../domain/blameCheck.ts'
import type { ActionItem } from '../../domain/postMortem.ts'
import type { ListedPostMortem } from '../../storage/postMortems.ts'

/** What the pages around post-mortems are rendered from. */

export interface PostMortemsView {
  readonly me: { readonly name: string }
  readonly postMortems: readonly ListedPostMortem[]
  readonly total: number
  readonly offset: number
  readonly pageSize: number
}

export interface PostMortemView {
  readonly me: { readonly name: string }
  readonly id: string
  readonly mayEdit: boolean
  readonly notice: string | null
  readonly error: string | null
  /** As the form shows it: saved, or what was typed and is not saved yet. */
  readonly title: string
  readonly body: string
  readonly fixedBy: string
  /** Ends with empty rows for new ones. */
  readonly actionItems: readonly ActionItem[]
  readonly isSaved: boolean
  readonly version: number
  readonly publishedAtMs: number | null
  readonly publishedVersion: number | null
  /** Released, and readers do not have it yet. */
  readonly isPublishing: boolean
  readonly publicUrl: string
  readonly findings: readonly BlameFinding[]
  /** Exactly what readers would get, and the whole text for responders; both rendered. */
  readonly publicHtml: string
  readonly wholeHtml: string
  /** What someone else saved meanwhile. */
  readonly other: { readonly version: number; readonly title: string; readonly body: string } | null
}
