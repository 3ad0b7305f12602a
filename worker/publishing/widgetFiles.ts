import { LANGUAGES } from '../domain/language.ts'
import { STATE_WORDS } from '../domain/words/stateWords.ts'
import { WIDGET_WORDS } from '../domain/words/widgetWords.ts'
import { WIDGET_CODE } from './widgetCode.ts'

/** The widget for other people's pages: one script, and for each language the words for what Statuspage's JSON says. */

export const WIDGET = 'widget.js'
export const WIDGET_WORD_FILES: readonly string[] = LANGUAGES.map((language) => `widget/${language}.json`)

export function widgetScript(): string {
  return `${WIDGET_CODE}\n`
}

/** Null: there is no such file. */
export function widgetWords(path: string): string | null {
  const language = LANGUAGES.find((each) => path === `widget/${each}.json`)
  if (language === undefined) return null
  const { overall, component, incident, maintenance } = STATE_WORDS[language]
  const { close } = WIDGET_WORDS[language]
  return JSON.stringify({ ...overall, ...component, ...incident, ...maintenance, close })
}
