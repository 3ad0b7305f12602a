import type { Language } from '../language.ts'

/** On other people's pages. */
export interface WidgetWords {
  /** Of the button that puts the notice away. */
  readonly close: string
  /** After the title of one thing: how many more there are. */
  readonly andMore: (count: number) => string
}

export const WIDGET_WORDS: Record<Language, WidgetWords> = {
  en: { close: 'Close', andMore: (count) => `and ${count} more` },
  de: { close: 'Schließen', andMore: (count) => `und ${count} weitere` },
  fr: { close: 'Fermer', andMore: (count) => `et ${count} de plus` },
  es: { close: 'Cerrar', andMore: (count) => `y ${count} más` },
  pt: { close: 'Fechar', andMore: (count) => `e mais ${count}` },
  ja: { close: '閉じる', andMore: (count) => `ほか${count}件` },
  zh: { close: '关闭', andMore: (count) => `另有${count}项` },
  ar: { close: 'إغلاق', andMore: (count) => `و${count} أخرى` },
}
