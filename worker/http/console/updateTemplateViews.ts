import type { Language } from '../../domain/language.ts'
import type { UpdateTemplate } from '../../domain/updateTemplate.ts'
import type { FilledText } from './updateTemplateForm.ts'
import type { ConfigurableView, FormState } from './views.ts'

/** What the console's pages of templates for updates are rendered from. */

export interface UpdateTemplatesView extends ConfigurableView {
  /** What every update waits for. */
  readonly rules: FormState
  readonly templates: readonly {
    readonly id: string
    readonly name: string
    readonly text: string
    readonly facts: readonly string[]
  }[]
}

export interface UpdateTemplateView extends ConfigurableView {
  /** Null: a new one. */
  readonly template: UpdateTemplate | null
  readonly form: FormState
  readonly pageLanguage: Language
  /** What may stand in a text, and what each stands for. */
  readonly blanks: readonly (readonly [name: string, what: string])[]
  readonly lengthMax: number
  /** With its blanks filled in; null: not asked for. */
  readonly preview: readonly FilledText[] | null
}
