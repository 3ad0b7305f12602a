import { z } from 'zod'
import { Audiences } from './affectedLink.ts'
import { Appearance } from './appearance.ts'
import { HttpUrl, Name, TimeZone } from './catalogue.ts'
import { ComponentRule, RULES_MAX } from './componentRule.ts'
import { DEPENDENCIES_MAX, Dependency } from './dependency.ts'
import { LANGUAGES, Language } from './language.ts'
import { METRICS_MAX, Metric } from './metric.ts'
import type { Translations } from './publicModel.ts'
import {
  INVESTIGATING_TEXT,
  InvestigatingText,
  InvestigatingTranslations,
  TEMPLATES_MAX,
  UpdateTemplate,
  investigatingTextIn,
} from './updateTemplate.ts'
import type { UpdateRules } from './updateRules.ts'

/** How the operator wants the status page: part of the configuration, kept as one document. */

export const UNDO_SECONDS_MAX = 300
const undoSeconds = z.number().int().min(0).max(UNDO_SECONDS_MAX)

/** How long an update can be taken back before anyone has it. */
export const Undo = z.object({
  /** 0: the page shows an update within a second. */
  pageSeconds: undoSeconds.default(0),
  /** Mail and every other notice. */
  noticeSeconds: undoSeconds.default(20),
})

export const StatusPage = z.object({
  name: Name,
  timeZone: TimeZone.default('Etc/UTC'),
  supportUrl: HttpUrl.optional(),
  /** Of what people write on it; readers choose the language of the rest. */
  language: Language.default('en'),
  appearance: Appearance.optional(),
  undo: Undo.default(Undo.parse({})),
  /** An update goes out once a second person has released it. */
  needsRelease: z.boolean().default(false),
  /** Say "investigating" of an incident that customers would notice when nobody has after so long; null: never. */
  investigatingAfterMinutes: z.number().int().min(1).max(1440).nullable().default(null),
  investigatingText: InvestigatingText,
  /** Of that text. While it is ours, so are they. */
  investigatingTranslations: InvestigatingTranslations,
  /** Words prepared for updates. */
  updateTemplates: z.array(UpdateTemplate).max(TEMPLATES_MAX).default([]),
  /** Which components customers of a region or on a plan use, for "am I affected" links. */
  audiences: Audiences.default(Audiences.parse({})),
  /** When components are in a state by themselves. */
  componentRules: z.array(ComponentRule).max(RULES_MAX).default([]),
  /** Third parties: pages of others that are followed. */
  dependencies: z.array(Dependency).max(DEPENDENCIES_MAX).default([]),
  /** Figures over time, shown as charts. */
  metrics: z.array(Metric).max(METRICS_MAX).default([]),
})
export type StatusPage = z.infer<typeof StatusPage>

export function updateRulesOf(page: StatusPage): UpdateRules {
  const { undo, needsRelease, investigatingAfterMinutes: afterMinutes, language } = page
  const investigating = afterMinutes === null ? null : { afterMinutes, language, ...investigatingTexts(page) }
  return { undo, needsRelease, investigating }
}

const OUR_TEXTS: Translations = Object.fromEntries(LANGUAGES.map((each) => [each, investigatingTextIn(each)]))

function investigatingTexts({ language, investigatingText, investigatingTranslations }: StatusPage) {
  const { [language]: text = investigatingText, ...translations }: Translations =
    investigatingText === INVESTIGATING_TEXT
      ? { ...OUR_TEXTS, ...investigatingTranslations }
      : { ...investigatingTranslations, [language]: investigatingText }
  return { text, translations }
}
