import { z } from 'zod'
import { Name } from './catalogue.ts'
import { Slug } from './identifiers.ts'
import { MatcherTexts } from './matcherTexts.ts'
import { Severity } from './severity.ts'

/** How alerts are judged, as the operator writes it: an ordered list of rules, and the limits around them. */

export const LabelName = z.string().min(1).max(100)

/** What a rule decides. The first rule that matches and says something of a setting decides that setting. */
export const RuleSettings = z.object({
  service: Slug.optional(),
  /** The label whose value names the service. */
  serviceLabel: LabelName.optional(),
  /** What the alert is taken to say, whatever its labels say. */
  severity: Severity.optional(),
  /** It is at least this bad. */
  severityFloor: Severity.optional(),
  /** The labels whose values put these alerts into one incident. */
  groupBy: z.array(LabelName).min(1).max(10).optional(),
  policy: Slug.optional(),
  /** False: an incident is opened, and nobody is paged for it. */
  page: z.boolean().optional(),
  /** True: kept and listed, but no incident. */
  suppress: z.boolean().optional(),
  /** It has to fire for this long before it opens an incident; what ends before is only listed. */
  pauseSeconds: z.number().int().min(0).max(3600).optional(),
})
export type RuleSettings = z.infer<typeof RuleSettings>

export const RoutingRule = z.object({
  id: Slug,
  name: Name,
  enabled: z.boolean().default(true),
  /** All of them have to match; none: every alert. */
  matchers: MatcherTexts.default([]),
  set: RuleSettings.default({}),
  /** No later rule is looked at for an alert that matches this one. */
  last: z.boolean().default(false),
})
export type RoutingRule = z.infer<typeof RoutingRule>

export const Grouping = z.object({
  /** An alert joins its group's open incident only if something joined that in the last so many minutes; 0: whenever it is open. */
  windowMinutes: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 60)
    .default(0),
  /** Alerts of services that depend on each other share an incident. */
  byDependency: z.boolean().default(true),
  /** … when they begin within so many minutes of each other. */
  dependencyWindowMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(15),
})
export type Grouping = z.infer<typeof Grouping>

/** An alert that comes and goes: from the `firings`th begin within `withinMinutes` on it goes on firing until it was quiet for `quietMinutes`. */
export const Flapping = z.object({
  firings: z.number().int().min(2).max(100).default(4),
  withinMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(30),
  quietMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(10),
})
export type Flapping = z.infer<typeof Flapping>

/** Beyond so many new incidents of one source in so many minutes, its further alerts are counted in one incident. */
export const StormLimit = z.object({
  incidentsMax: z.number().int().min(1).max(10_000).default(30),
  withinMinutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60)
    .default(5),
})
export type StormLimit = z.infer<typeof StormLimit>
