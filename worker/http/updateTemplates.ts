import type { Incident } from '../domain/incident.ts'
import type { Language } from '../domain/language.ts'
import { LANGUAGES } from '../domain/language.ts'
import type { PublicStatus, Translations } from '../domain/publicModel.ts'
import type { UpdateTemplate } from '../domain/updateTemplate.ts'
import { incidentVariables, renderTemplate } from '../domain/updateTemplate.ts'
import { publishedPage } from '../storage/publishedPage.ts'

/** Templates of the status page, filled in for an incident. */

export function updateTemplates(env: Env): Promise<readonly UpdateTemplate[]> {
  return env.STATUS_PUBLISHER.getByName('main').updateTemplates()
}

/** What the update itself says, which the template may name. */
export interface TemplateOccasion {
  readonly components: readonly { readonly name: string }[]
  readonly status: PublicStatus | null
  readonly nextUpdateAtMs: number | null
}

export type FilledUpdate =
  | { readonly ok: true; readonly body: string; readonly translations: Translations }
  | { readonly ok: false; readonly problem: string }

export async function filledTemplate(
  env: Env,
  template: UpdateTemplate,
  incident: Incident,
  { components, status, nextUpdateAtMs }: TemplateOccasion,
): Promise<FilledUpdate> {
  const page = await publishedPage(env.PUBLIC_FILES, env.PUBLIC_URL)
  const touched = components.length > 0 ? components : incident.components
  const fill = (text: string, language: Language) =>
    renderTemplate(
      text,
      incidentVariables(incident, touched, language, {
        status: status ?? template.status ?? null,
        startedAtMs: incident.times.startedAtMs,
        nextUpdateAtMs,
        page,
      }),
    )
  const body = fill(template.text, page.language)
  if (!body.ok) return body
  const translations: Partial<Record<Language, string>> = {}
  for (const language of LANGUAGES) {
    const text = template.translations[language]
    if (text === undefined) continue
    const translated = fill(text, language)
    if (!translated.ok) return { ok: false, problem: `${language}: ${translated.problem}` }
    translations[language] = translated.text
  }
  return { ok: true, body: body.text, translations }
}
