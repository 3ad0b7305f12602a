import { z } from 'zod'
import { Slug } from './identifiers.ts'
import { Severity } from './severity.ts'

/** What there is to look after: services, who owns them, what they need, and where they run. Part of the configuration. */

export const Name = z.string().trim().min(1).max(120)

export const TimeZone = z.string().max(64).refine(isTimeZone, 'not an IANA time zone, such as Europe/Berlin')

export const HttpUrl = z.url({ protocol: /^https?$/ }).max(2000)

/** A page that a responder may want at hand. */
export const NamedLink = z.object({ title: Name, url: HttpUrl })
export type NamedLink = z.infer<typeof NamedLink>

export const Team = z.object({
  id: Slug,
  name: Name,
  /** Ids of responders. */
  members: z.array(Slug).max(200).default([]),
})
export type Team = z.infer<typeof Team>

/** Where services run; alerts and changes name it by id or name. */
export const Environment = z.object({
  id: Slug,
  name: Name,
  /** Whether customers suffer when something breaks there. */
  production: z.boolean().default(false),
})
export type Environment = z.infer<typeof Environment>

/** Asks Prometheus how many people a problem of the service reaches. `{{label}}` stands for the alert's value of it. */
export const ImpactQuery = z.object({
  /** The connection whose server answers `/api/v1/query`. */
  connection: Slug,
  /** PromQL for the number of people affected. */
  affectedUsers: z.string().min(1).max(2000).optional(),
  /** PromQL for the share of requests that fail, from 0 to 1. */
  errorRate: z.string().min(1).max(2000).optional(),
})
export type ImpactQuery = z.infer<typeof ImpactQuery>

export const Service = z.object({
  id: Slug,
  name: Name,
  description: z.string().max(500).optional(),
  /** 1 is what the business stops without. */
  tier: z.number().int().min(1).max(4).default(3),
  /** The team that looks after it. */
  owner: Slug.optional(),
  /** Ids of the services it cannot do without. */
  dependsOn: z.array(Slug).max(50).default([]),
  /** Other names that senders have for it. */
  aliases: z.array(Name).max(20).default([]),
  /** The status page components that suffer when this service does. */
  components: z.array(Slug).max(50).default([]),
  runbooks: z.array(NamedLink).max(20).default([]),
  dashboards: z.array(NamedLink).max(20).default([]),
  /** As `owner/name`, the way changes name them. */
  repositories: z.array(z.string().trim().min(1).max(200)).max(20).default([]),
  /** How many people use it: turns a number of affected users into a share. */
  users: z.number().int().positive().max(10_000_000_000).optional(),
  impact: ImpactQuery.optional(),
  /** The first entry whose severities include the incident's decides; none: nobody is paged. */
  escalation: z
    .array(z.object({ severities: z.array(Severity).min(1), policy: Slug }))
    .max(5)
    .default([]),
})
export type Service = z.infer<typeof Service>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
