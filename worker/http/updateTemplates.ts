import type { Incident } from '../domain/incident.ts'
import type { PublicStatus, Translations } from '../domain/publicModel.ts'
import type { FilledTemplate, UpdateTemplate } from '../domain/updateTemplate.ts'
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
  const { name: pageName, url: pageUrl, timeZone } = await publishedPage(env.PUBLIC_FILES, env.PUBLIC_URL)
  const touched = components.length > 0 ? components : incident.components
  const values = incidentVariables(incident, touched, {
    status: status ?? template.status ?? null,
    startedAt: momentIn(timeZone, incident.times.startedAtMs),
    nextUpdate: nextUpdateAtMs === null ? null : momentIn(timeZone, nextUpdateAtMs),
    pageName,
    pageUrl,
  })
  const body = renderTemplate(template.text, values)
  if (!body.ok) return body
  const translations: Record<string, string> = {}
  for (const [language, text] of Object.entries(template.translations)) {
    const translated: FilledTemplate = renderTemplate(text, values)
    if (!translated.ok) return { ok: false, problem: `${language}: ${translated.problem}` }
    translations[language] = translated.text
  }
  return { ok: true, body: body.text, translations }
}

/** Such as 24 Nov 2026, 14:30 CET. */
export function momentIn(timeZone: string, atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(atMs)
}
