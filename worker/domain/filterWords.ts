import type { Language } from './language.ts'
import type { ReaderFilter } from './readerFilter.ts'
import { CHOICE_WORDS } from './words/choiceWords.ts'
import { FEED_WORDS } from './words/feedWords.ts'
import { listed } from './words/phrase.ts'

/** A filter in words. `nameOf`: what readers call a component. */
export function filterInWords(
  language: Language,
  { components, groups, impact, level, postMortems, language: chosen }: ReaderFilter,
  nameOf: (componentId: string) => string = (id) => id,
): string {
  const words = FEED_WORDS[language]
  const places = [...components.map(nameOf), ...groups]
  return listed(
    language,
    [
      CHOICE_WORDS[language].levels[level],
      places.length === 0 ? '' : words.on(listed(language, places)),
      words.least[impact],
      postMortems || level === 'maintenance_only' ? '' : words.noPostMortems,
      chosen ?? '',
    ].filter((part) => part !== ''),
  )
}
