// Types only: the script of the status page has this file, and would carry what comes with it.
import type { Language } from '../language.ts'

/** What stands before and after a moment, a name or a figure: languages put them at different places. */
export type Around = readonly [before: string, after: string]

/** What stands before, between and after two of them. */
export type AroundTwo = readonly [before: string, between: string, after: string]

/** The sentence around what it is about. */
export function phrase([before, after]: Around, about: string): string {
  return `${before}${about}${after}`
}

const COLON: Partial<Record<Language, string>> = { fr: ' : ', ja: '：', zh: '：' }

/** Such as a state before a title. */
export function headed(language: Language, head: string, text: string): string {
  return `${head}${COLON[language] ?? ': '}${text}`
}

const CLAUSE_COMMA: Partial<Record<Language, string>> = { ar: '، ', ja: '、', zh: '，' }

/** Such as a state, and when it began. */
export function apposed(language: Language, head: string, text: string): string {
  return `${head}${CLAUSE_COMMA[language] ?? ', '}${text}`
}

/** The forms of a count by the language's own plural rules (CLDR); `#` is the figure. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** Figures are Latin in every language, so that they read the same beside times, codes and what people write. */
export function localeOf(language: Language): string {
  if (language === 'ar') return 'ar-u-nu-latn'
  return language === 'en' ? 'en-GB' : language
}

const rules = new Map<Language, Intl.PluralRules>()
const numbers = new Map<Language, Intl.NumberFormat>()

export function counted(language: Language, count: number, forms: Forms): string {
  const rule = rules.get(language) ?? new Intl.PluralRules(localeOf(language))
  rules.set(language, rule)
  return (forms[rule.select(count)] ?? forms.other).replace('#', writtenNumber(language, count))
}

export function writtenNumber(language: Language, value: number): string {
  const format = numbers.get(language) ?? new Intl.NumberFormat(localeOf(language))
  numbers.set(language, format)
  return format.format(value)
}

const COMMA: Partial<Record<Language, string>> = { ja: '、', zh: '、', ar: '، ' }

/** One beside the other, without an "and". */
export function listed(language: Language, parts: readonly string[]): string {
  return parts.join(COMMA[language] ?? ', ')
}

const percents = new Map<string, Intl.NumberFormat>()

/** Such as 100% or 99.987%, from 0 to 100. Three decimals unless it is whole: 100 must not look rounded. */
export function writtenPercent(language: Language, percent: number): string {
  const decimals = percent === 100 ? 0 : 3
  const key = `${language} ${decimals}`
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  const format = percents.get(key) ?? new Intl.NumberFormat(localeOf(language), { style: 'percent', ...digits })
  percents.set(key, format)
  return format.format(percent / 100)
}

const measures = new Map<string, Intl.NumberFormat>()

/** A measured value with its unit, such as 182 ms; a unit that people wrote is the same in every language. */
export function writtenValue(
  language: Language,
  value: number,
  { unit, decimals }: { readonly unit: string; readonly decimals: number },
): string {
  const key = `${language} ${decimals}`
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  const format = measures.get(key) ?? new Intl.NumberFormat(localeOf(language), digits)
  measures.set(key, format)
  const written = unit === '' ? format.format(value) : `${format.format(value)}\u00A0${unit}`
  // Among words from right to left a unit in Latin letters would change places with its value.
  return language === 'ar' ? isolated(written) : written
}

/** From left to right and on one line, inside a text from right to left. */
export function isolated(text: string): string {
  return `\u2066${text.replaceAll(' ', '\u00A0')}\u2069`
}
