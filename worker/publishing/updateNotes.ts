import type { Language } from '../domain/language.ts'
import type { PublicUpdate } from '../domain/publicModel.ts'
import { INCIDENT_WORDS } from '../domain/words/incidentWords.ts'
import { utcMinute } from './text.ts'

/** What text says of an update beside its words: that nobody wrote it, and each time that it was edited. */
export function updateNotes({ edits, isAutomatic }: Pick<PublicUpdate, 'edits' | 'isAutomatic'>, language: Language) {
  const words = INCIDENT_WORDS[language]
  return [
    ...(isAutomatic === true ? [words.automatic] : []),
    ...edits.map(({ untilMs }) => `${words.edited} ${utcMinute(untilMs)}`),
  ]
}
