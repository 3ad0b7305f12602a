import { Level, readerFilter } from '../domain/readerFilter.ts'
import type { ReaderFilter } from '../domain/readerFilter.ts'
import { Language } from '../domain/language.ts'
import { IMPACTS } from '../domain/publicModel.ts'

/** The fields of the forms in which readers choose what they are told. */

export type PostedForm = Record<string, string | File | (string | File)[]>

/** `spoken`: the language of the page, for who chose none. What makes no sense counts as not said. */
export function filterIn(form: PostedForm, spoken: Language): ReaderFilter {
  const [impact] = textsOf(form['impact'])
  return readerFilter({
    components: [...textsOf(form['component']), ...textsOf(form['components'])],
    groups: textsOf(form['group']),
    impact: IMPACTS.find((each) => each === impact) ?? 'none',
    level: Level.safeParse(textsOf(form['level'])[0]).data ?? 'everything',
    postMortems: textsOf(form['postMortems']).length > 0,
    language: Language.safeParse(textsOf(form['lang'])[0]).data ?? spoken,
  })
}

/** A field that is posted once, several times or not at all. */
export function textsOf(field: string | File | (string | File)[] | undefined): string[] {
  const values = Array.isArray(field) ? field : [field]
  return values.filter((value): value is string => typeof value === 'string' && value !== '')
}
