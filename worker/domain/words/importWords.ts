import type { Language } from '../language.ts'
import type { Around } from './phrase.ts'

/** What is said of what another page told: a sentence around the name of its product. */
export const TAKEN_OVER: Record<Language, Around> = {
  en: ['Taken over from the page that was here before (', ').'],
  de: ['Übernommen von der Seite, die vorher hier war (', ').'],
  fr: ['Repris de la page qui se trouvait ici auparavant (', ').'],
  es: ['Tomado de la página que estaba aquí antes (', ').'],
  pt: ['Trazido da página que estava aqui antes (', ').'],
  ja: ['以前のページ(', ')から引き継いだものです。'],
  zh: ['取自此处以前的页面(', ')。'],
  ar: ['منقول من الصفحة التي كانت هنا سابقًا (', ').'],
}
