import type { Language } from './language.ts'
import type { PublicPage } from './publicModel.ts'

/** In which people write what stands on a page. */
export function languageWritten({ language, writtenIn }: Pick<PublicPage, 'language' | 'writtenIn'>): Language {
  return writtenIn ?? language
}

/** Where the pages in this language begin, whatever the browser of whoever follows the link asks for. */
export function addressIn(
  { url, language: written }: Pick<PublicPage, 'url' | 'language'>,
  language: Language,
): string {
  return language === written ? url : `${url}/${language}`
}
