import { z } from 'zod'

/** The languages that the status page and its mail speak. What people write is shown as written, or as translated. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja', 'zh', 'ar'] as const
export const Language = z.enum(LANGUAGES)
export type Language = z.infer<typeof Language>

/** What a language calls itself, so that whoever reads nothing else finds it. */
export const LANGUAGE_NAME: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  ja: '日本語',
  zh: '中文',
  ar: 'العربية',
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr'
}

const RANGES_MAX = 20

/** The reader's own, the best first, out of an Accept-Language header (RFC 9110, 12.5.4); `otherwise` when none is spoken. */
export function preferredLanguage(header: string | undefined, otherwise: Language): Language {
  const wanted = (header ?? '')
    .split(',', RANGES_MAX)
    .map((range, position) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
      const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((q) => q !== undefined)
      return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight), position }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.position - b.position)
  for (const { tag } of wanted) {
    const spoken = tag === '*' ? otherwise : LANGUAGES.find((language) => tag.split('-', 1)[0] === language)
    if (spoken !== undefined) return spoken
  }
  return otherwise
}
