import type { Context } from 'hono'
import { z } from 'zod'
import type { UpdateContent } from '../../domain/pendingUpdate.ts'
import { LANGUAGES, LANGUAGE_NAME } from '../../domain/language.ts'
import { PublicStatus } from '../../domain/publicModel.ts'
import type { Translations } from '../../domain/publicModel.ts'
import type { HttpEnv } from '../env.ts'
import { affectedComponents } from '../names.ts'
import type { FormValues } from './forms.ts'
import { NEXT_UPDATE_MINUTES, chosenComponents, instantOf, optional, valueOf } from './forms.ts'
import type { WrongFields } from './roomForm.ts'
import { timeZoneOf } from './roomView.ts'

/** The composer's fields, and the update they say. */

const MINUTE_MS = 60_000
const BODY_LENGTH_MAX = 10_000

const fields = {
  audience: z.enum(['internal', 'public'], 'Choose who the update is for.'),
  status: z.union([z.literal(''), PublicStatus]).default(''),
  nextUpdate: z.enum(['', ...NEXT_UPDATE_MINUTES, 'at']).default(''),
  nextUpdateAt: optional(30),
  when: z.enum(['now', 'at']).default('now'),
  postAt: optional(30),
  happenedAt: optional(30),
  notify: z.enum(['', 'yes']).default(''),
  /** The draft that is being worked on. */
  draft: z.string().max(64).default(''),
  template: z.string().max(64).default(''),
  expectedVersion: z.coerce.number().int().min(1).optional().catch(undefined),
}

export const UpdateForm = z.object({
  ...fields,
  body: z
    .string('Write what you want to say.')
    .min(1, 'Write what you want to say.')
    .max(BODY_LENGTH_MAX, `At most ${BODY_LENGTH_MAX} characters, please.`),
})
export type UpdateFields = z.infer<typeof UpdateForm>

/** Before a template has filled it in, there may be no text. */
export const TemplateForm = z.object({ ...fields, body: optional(BODY_LENGTH_MAX) })

export interface ReadUpdate {
  readonly content: UpdateContent
  readonly postsAtMs: number | null
}

export async function updateOf(
  c: Context<HttpEnv>,
  data: z.infer<typeof TemplateForm>,
  values: FormValues,
): Promise<ReadUpdate | WrongFields> {
  const chosen = chosenComponents(values)
  if (!chosen.ok) return chosen
  const named = affectedComponents(chosen.data, await c.env.ALERT_DESK.getByName('main').organisation())
  if (!named.ok) return { errors: { components: named.detail } }

  const [nowMs, timeZone] = [Date.now(), await timeZoneOf(c.env)]
  const promise = promiseOf(data, timeZone, nowMs)
  if ('errors' in promise) return promise
  const postsAtMs = data.when === 'at' ? instantOf(data.postAt, timeZone) : null
  if (data.when === 'at' && (postsAtMs === null || postsAtMs <= nowMs))
    return { errors: { postAt: 'Enter a date and time in the future.' } }
  const happenedAtMs = data.happenedAt === '' ? null : instantOf(data.happenedAt, timeZone)
  if (data.happenedAt !== '' && happenedAtMs === null)
    return { errors: { happenedAt: 'Enter a date and time, such as 2026-11-24T09:00.' } }
  const translations = translationsOf(values)
  if ('errors' in translations) return translations
  return {
    postsAtMs,
    content: {
      audience: data.audience,
      body: data.body,
      status: data.status === '' ? null : data.status,
      components: named.affected,
      ...promise,
      translations: translations.given,
      happenedAtMs,
      ...(happenedAtMs === null ? {} : { notify: data.notify === 'yes' }),
    },
  }
}

/** The fields `translation:de` and so on; an empty one is none. */
export function translationsOf(values: FormValues): { readonly given: Translations } | WrongFields {
  const given: Record<string, string> = {}
  for (const language of LANGUAGES) {
    const text = valueOf(values, `translation:${language}`)
    if (text.length > BODY_LENGTH_MAX)
      return { errors: { translations: `${LANGUAGE_NAME[language]}: at most 10,000 characters, please.` } }
    if (text !== '') given[language] = text
  }
  return { given }
}

type Promised = Pick<UpdateContent, 'nextUpdateAtMs' | 'nextUpdateAfterMs'>

function promiseOf(data: z.infer<typeof TemplateForm>, timeZone: string, nowMs: number): Promised | WrongFields {
  if (data.nextUpdate === '') return { nextUpdateAtMs: null, nextUpdateAfterMs: null }
  if (data.nextUpdate !== 'at') return { nextUpdateAtMs: null, nextUpdateAfterMs: Number(data.nextUpdate) * MINUTE_MS }
  const nextUpdateAtMs = instantOf(data.nextUpdateAt, timeZone)
  if (nextUpdateAtMs === null) return { errors: { nextUpdateAt: 'Enter the date and time of the next update.' } }
  if (nextUpdateAtMs <= nowMs) return { errors: { nextUpdateAt: 'The next update has to be in the future.' } }
  return { nextUpdateAtMs, nextUpdateAfterMs: null }
}
