import { z } from 'zod'
import { LANGUAGES, LANGUAGE_NAME } from '../../domain/language.ts'
import type { Language } from '../../domain/language.ts'
import { PublicStatus } from '../../domain/publicModel.ts'
import type { PublicPage } from '../../domain/publicModel.ts'
import { PUBLIC_STATUS_LABEL } from '../../domain/publicWords.ts'
import { TEMPLATE_LENGTH_MAX, UpdateTemplate, incidentVariables, renderTemplate } from '../../domain/updateTemplate.ts'
import type { Fault } from '../problem.ts'
import { seenAs } from './editConflict.ts'
import type { FormValues, ParsedForm } from './forms.ts'
import { parseForm, valueOf } from './forms.ts'
import { besideFields } from './pageEntries.ts'
import { freeId } from './slug.ts'

/** The form of one template for updates. What may stand in its text is the domain's matter. */

const Form = z.object({
  name: z
    .string()
    .min(1, 'Give it a name: when it is used, such as Outage, first words.')
    .max(100, 'At most 100 characters.'),
  text: z
    .string()
    .min(1, 'Write the words, with blanks such as {{components}}.')
    .max(TEMPLATE_LENGTH_MAX, `At most ${TEMPLATE_LENGTH_MAX} characters, please.`),
  status: z.union([z.literal(''), PublicStatus], 'Choose one of these.').default(''),
  nextUpdateMinutes: z
    .string()
    .regex(/^\d{0,4}$/, 'Write a whole number of minutes, at most 1440, or leave it empty.')
    .default(''),
})

/** The field of a translation. */
export function translationField(language: Language): string {
  return `text-${language}`
}

const FIELDS = ['name', 'text', 'status', 'nextUpdateMinutes', ...LANGUAGES.map(translationField)]

export function templateValues(template: UpdateTemplate): FormValues {
  const { name, text, status = '', nextUpdateMinutes, translations } = template
  return {
    name,
    text,
    status,
    nextUpdateMinutes: nextUpdateMinutes === undefined ? '' : String(nextUpdateMinutes),
    ...Object.fromEntries(LANGUAGES.map((language) => [translationField(language), translations[language] ?? ''])),
    seen: seenAs(template),
  }
}

/** `known` is the template that is changed: its id stays. `taken` are the ids of the others. */
export function readTemplate(
  values: FormValues,
  known: UpdateTemplate | null,
  taken: readonly string[],
): ParsedForm<UpdateTemplate> {
  const form = parseForm(Form, values)
  if (!form.ok) return form
  const { name, text, status, nextUpdateMinutes } = form.data
  const { data, error } = UpdateTemplate.safeParse({
    id: known?.id ?? freeId(name, 'template', [...taken, 'new', 'preview', 'rules']),
    name,
    text,
    ...(status === '' ? {} : { status }),
    ...(nextUpdateMinutes === '' ? {} : { nextUpdateMinutes: Number(nextUpdateMinutes) }),
    translations: Object.fromEntries(
      LANGUAGES.flatMap((language) => {
        const translated = valueOf(values, translationField(language))
        return translated === '' ? [] : [[language, translated] as const]
      }),
    ),
  })
  if (error === undefined) return { ok: true, data }
  return {
    ok: false,
    errors: templateErrors(error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))),
  }
}

export function templateErrors(faults: readonly Fault[]): Record<string, string> {
  return besideFields(faults, FIELDS, (path) => path.replace(/^translations\./, 'text-').split('.')[0] ?? '')
}

export interface FilledText {
  readonly language: Language
  readonly name: string
  readonly filled: ReturnType<typeof renderTemplate>
}

/** As it reads for an incident that there might be. */
export function filledExample(
  template: UpdateTemplate,
  page: Pick<PublicPage, 'name' | 'url' | 'language' | 'timeZone'>,
  components: readonly { readonly name: string }[],
  moments: { readonly startedAtMs: number; readonly nextUpdateAtMs: number },
): FilledText[] {
  const incident = { id: '4k8m2p6r0s3t', publicTitle: 'Orders fail', severity: 'sev2' }
  const touched = components.length === 0 ? [{ name: 'Checkout' }] : components.slice(0, 2)
  const more = { status: template.status ?? 'investigating', ...moments, page }
  const fill = (text: string, language: Language) =>
    renderTemplate(text, incidentVariables(incident, touched, language, more))
  const texts = [
    [page.language, template.text] as const,
    ...LANGUAGES.map((each) => [each, template.translations[each]] as const),
  ]
  return texts.flatMap(([language, text]) =>
    text === undefined ? [] : [{ language, name: LANGUAGE_NAME[language], filled: fill(text, language) }],
  )
}

/** What comes with a template, in words. */
export function templateFacts({ status, nextUpdateMinutes, translations }: UpdateTemplate): string[] {
  const languages = LANGUAGES.filter((language) => translations[language] !== undefined)
  return [
    ...(status === undefined ? [] : [`tells ${PUBLIC_STATUS_LABEL[status]}`]),
    ...(nextUpdateMinutes === undefined ? [] : [`promises the next update in ${nextUpdateMinutes} min`]),
    ...(languages.length === 0 ? [] : [`also in ${languages.map((language) => LANGUAGE_NAME[language]).join(', ')}`]),
  ]
}
