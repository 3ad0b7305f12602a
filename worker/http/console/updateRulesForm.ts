import { z } from 'zod'
import { UNDO_SECONDS_MAX } from '../../domain/statusPage.ts'
import type { StatusPage } from '../../domain/statusPage.ts'
import { INVESTIGATING_TEXT, TEMPLATE_LENGTH_MAX } from '../../domain/updateTemplate.ts'
import type { Fault } from '../problem.ts'
import type { FormValues } from './forms.ts'
import { besideFields } from './pageEntries.ts'

/** The form of what every update waits for, and of what is said when nobody says anything. */

const MINUTES_MAX = 1440

const seconds = z
  .string()
  .refine(
    (text) => isWholeNumber(text, 0, UNDO_SECONDS_MAX),
    `Write a whole number of seconds, at most ${UNDO_SECONDS_MAX}; 0 for none.`,
  )
export const UpdateRulesForm = z.object({
  pageSeconds: seconds,
  noticeSeconds: seconds,
  needsRelease: z.enum(['yes', '']).default(''),
  investigatingAfterMinutes: z
    .string()
    .refine(
      (text) => text === '' || isWholeNumber(text, 1, MINUTES_MAX),
      `Write a whole number of minutes, at most ${MINUTES_MAX}, or leave it empty.`,
    )
    .default(''),
  investigatingText: z
    .string()
    .max(TEMPLATE_LENGTH_MAX, `At most ${TEMPLATE_LENGTH_MAX} characters, please.`)
    .default(''),
  seen: z.string().max(20_000).default(''),
})
export type UpdateRulesFields = z.infer<typeof UpdateRulesForm>

export function updateRulesValues(page: StatusPage): FormValues {
  return { ...shownOf(page), seen: seenOf(page) }
}

/** With these rules; a sentence when somebody else has changed them since the form was opened. */
export function withUpdateRules(page: StatusPage, fields: UpdateRulesFields): StatusPage | string {
  if (seenOf(page) !== fields.seen)
    return 'Someone else has changed this since you opened the form. Open it again to see what it is like now.'
  const { investigatingAfterMinutes: minutes, investigatingText: text } = fields
  return {
    ...page,
    undo: { pageSeconds: Number(fields.pageSeconds), noticeSeconds: Number(fields.noticeSeconds) },
    needsRelease: fields.needsRelease === 'yes',
    investigatingAfterMinutes: minutes === '' ? null : Number(minutes),
    investigatingText: text === '' ? INVESTIGATING_TEXT : text,
  }
}

export function updateRulesErrors(faults: readonly Fault[]): Record<string, string> {
  return besideFields(faults, Object.keys(UpdateRulesForm.shape), (path) => path.split('.').at(-1) ?? '')
}

function shownOf({ undo, needsRelease, investigatingAfterMinutes, investigatingText }: StatusPage): FormValues {
  return {
    pageSeconds: String(undo.pageSeconds),
    noticeSeconds: String(undo.noticeSeconds),
    needsRelease: needsRelease ? 'yes' : '',
    investigatingAfterMinutes: investigatingAfterMinutes === null ? '' : String(investigatingAfterMinutes),
    investigatingText,
  }
}

function seenOf(page: StatusPage): string {
  return JSON.stringify(shownOf(page))
}

function isWholeNumber(text: string, least: number, most: number): boolean {
  return /^\d{1,4}$/.test(text) && Number(text) >= least && Number(text) <= most
}
