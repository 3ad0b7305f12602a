import { z } from 'zod'
import { Slug } from './identifiers.ts'
import { Language } from './language.ts'
import type { PublicPage } from './publicModel.ts'
import { PublicStatus } from './publicModel.ts'
import { addressIn } from './publicAddress.ts'
import { INVESTIGATING_WORDS } from './words/investigatingWords.ts'
import { momentIn } from './words/moment.ts'
import { localeOf } from './words/phrase.ts'
import { STATE_WORDS } from './words/stateWords.ts'

/**
 * Words prepared for an update, with blanks such as {{components}}. There is nothing in a template but text and blanks:
 * no conditions, no code, so filling one in takes time in proportion to its length.
 */

/** Every blank, and what it stands for. */
export const TEMPLATE_VARIABLES = {
  'incident.title': 'What customers read as the title',
  'incident.url': 'The address of the incident on the status page',
  components: 'The affected components, such as “Checkout and Search”',
  severity: 'How bad it is, such as sev2',
  status: 'The state that the update tells, such as Identified',
  started_at: 'When it started, in the page’s time zone',
  next_update: 'When the next update is promised, such as “14:30 CET”',
  'page.name': 'The name of the status page',
} as const

export type TemplateVariable = keyof typeof TEMPLATE_VARIABLES
export type TemplateValues = Readonly<Partial<Record<TemplateVariable, string>>>

export const TEMPLATE_LENGTH_MAX = 5000
export const FILLED_LENGTH_MAX = 10_000
export const TEMPLATES_MAX = 50
const VALUE_LENGTH_MAX = 500
const VARIABLES_MAX = 100

const TemplateText = z
  .string()
  .trim()
  .min(1)
  .max(TEMPLATE_LENGTH_MAX)
  .superRefine((text, context) => {
    const fault = faultOf(text)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })

export const UpdateTemplate = z.object({
  id: Slug,
  name: z.string().trim().min(1).max(100),
  text: TemplateText,
  /** The state that an update from it tells; absent: whatever it was. */
  status: PublicStatus.optional(),
  /** A promise that comes with it. */
  nextUpdateMinutes: z.number().int().min(1).max(1440).optional(),
  translations: z.partialRecord(Language, TemplateText).default({}),
})
export type UpdateTemplate = z.infer<typeof UpdateTemplate>

/** What the system says of an incident when nobody has, unless its owner has other words. */
export const INVESTIGATING_TEXT = investigatingTextIn('en')

/** As a template. */
export function investigatingTextIn(language: Language): string {
  return INVESTIGATING_WORDS[language].text('{{components}}')
}

/** The room knows only the incident itself. */
const ROOM_VALUES: TemplateValues = { 'incident.title': 'x', severity: 'x', components: 'x' }

const RoomText = TemplateText.refine(
  (text) => renderTemplate(text, ROOM_VALUES).ok,
  'Here only {{components}}, {{incident.title}} and {{severity}} can be filled in.',
)
export const InvestigatingText = RoomText.default(INVESTIGATING_TEXT)
export const InvestigatingTranslations = z.partialRecord(Language, RoomText).default({})

const BLANK = /\{\{([^{}]{0,60})\}\}/g

/** What is wrong with a template, for whoever writes it; null: nothing. */
export function faultOf(text: string): string | null {
  const names = [...text.matchAll(BLANK)].map(([, name = '']) => name.trim())
  if (names.length > VARIABLES_MAX) return `At most ${VARIABLES_MAX} blanks, please.`
  const unknown = names.find((name) => !isVariable(name))
  if (unknown !== undefined)
    return `{{${unknown}}} is not known. There are ${Object.keys(TEMPLATE_VARIABLES)
      .map((name) => `{{${name}}}`)
      .join(', ')}.`
  return /\{\{|\}\}/.test(text.replace(BLANK, '')) ? 'A blank is not closed: write it as {{components}}.' : null
}

export type FilledTemplate =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string }

/** A blank without a value is an error as well: customers must not read half a sentence. */
export function renderTemplate(text: string, values: TemplateValues): FilledTemplate {
  const fault = text.length > TEMPLATE_LENGTH_MAX ? 'The template is too long.' : faultOf(text)
  if (fault !== null) return { ok: false, problem: fault }
  const missing = new Set<string>()
  const filled = text.replace(BLANK, (_blank, given: string) => {
    const name = given.trim()
    const value = isVariable(name) ? values[name] : undefined
    if (value === undefined || value === '') missing.add(name)
    return value === undefined ? '' : plainValue(value)
  })
  if (missing.size > 0) return { ok: false, problem: [...missing].map((name) => MISSING[name] ?? '').join(' ') }
  if (filled.length > FILLED_LENGTH_MAX)
    return { ok: false, problem: 'With its blanks filled in the text is too long.' }
  return { ok: true, text: filled }
}

/** What fills the blanks for an incident, as a text in this language has it; what is not known is left out. */
export function incidentVariables(
  incident: { readonly id: string; readonly publicTitle: string; readonly severity: string },
  components: readonly { readonly name: string }[],
  language: Language,
  more: {
    readonly status: PublicStatus | null
    readonly startedAtMs: number
    readonly nextUpdateAtMs: number | null
    readonly page: Pick<PublicPage, 'name' | 'url' | 'language' | 'timeZone'>
  } | null,
): TemplateValues {
  const names = components.map(({ name }) => name)
  return {
    'incident.title': incident.publicTitle,
    severity: incident.severity,
    ...(names.length === 0 ? {} : { components: listed(names, language) }),
    ...(more === null
      ? {}
      : {
          'incident.url': `${addressIn(more.page, language)}/incidents/${incident.id}`,
          started_at: momentIn(more.page.timeZone, more.startedAtMs, language),
          'page.name': more.page.name,
          ...(more.status === null ? {} : { status: STATE_WORDS[language].incident[more.status] }),
          ...(more.nextUpdateAtMs === null
            ? {}
            : { next_update: momentIn(more.page.timeZone, more.nextUpdateAtMs, language) }),
        }),
  }
}

const MISSING: Readonly<Record<string, string>> = {
  'incident.title': 'The incident has no title for customers.',
  'incident.url': 'The address of the incident is not known here.',
  components: 'Choose the affected components first: the template names them.',
  severity: 'The severity is not known.',
  status: 'Choose a state first: the template names it.',
  started_at: 'When it started is not known here.',
  next_update: 'Choose when the next update comes first: the template promises it.',
  'page.name': 'The name of the status page is not known here.',
}

function isVariable(name: string): name is TemplateVariable {
  return Object.hasOwn(TEMPLATE_VARIABLES, name)
}

/** A value is text: what would be markup in it is shown as written, and a blank in it stays unfilled. */
function plainValue(value: string): string {
  return value
    .slice(0, VALUE_LENGTH_MAX)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*[\]]/g, String.raw`\$&`)
}

function listed(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).format(names)
}
