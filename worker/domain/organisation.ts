import { z } from 'zod'
import { AccessRole } from './actor.ts'
import { Environment, HttpUrl, Name, Service, Team, TimeZone } from './catalogue.ts'
import { FurtherPage, PAGES_MAX } from './furtherPage.ts'
import { Heartbeat, HeartbeatAsStored } from './heartbeat.ts'
import { Slug } from './identifiers.ts'
import { MatcherTexts } from './matcherTexts.ts'
import { Flapping, Grouping, LabelName, RoutingRule, StormLimit } from './routingRule.ts'
import { StatusPage } from './statusPage.ts'

/** What an operator configures, as one document: `POST /api/v1/config` takes it, `GET` returns it. */

const WallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 09:00')
const Day = z.iso.date()

export const Responder = z.object({
  id: Slug,
  name: Name,
  email: z.email().max(254),
  role: AccessRole,
  /** Pages also go here, signed as Standard Webhooks. */
  webhookUrl: HttpUrl.optional(),
})
export type Responder = z.infer<typeof Responder>

export const Component = z.object({
  id: Slug,
  name: Name,
  description: z.string().max(500).optional(),
  /** Components of one group stand together on the status page. */
  group: Name.optional(),
})
export type Component = z.infer<typeof Component>

export const Schedule = z.object({
  id: Slug,
  name: Name,
  timeZone: TimeZone,
  rotation: z.object({
    /** The day the first member's first shift starts, in `timeZone`. */
    startsOn: Day,
    handoffTime: WallTime,
    weeks: z.number().int().min(1).max(8).default(1),
    members: z.array(Slug).min(1).max(50),
  }),
})
export type Schedule = z.infer<typeof Schedule>

export const Override = z.object({
  id: z.string().max(64),
  scheduleId: Slug,
  responderId: Slug,
  startsAtMs: z.number().int(),
  endsAtMs: z.number().int(),
})
export type Override = z.infer<typeof Override>

export const EscalationPolicy = z.object({
  id: Slug,
  name: Name,
  steps: z
    .array(
      z.object({
        targets: z
          .array(
            z.discriminatedUnion('kind', [
              z.object({ kind: z.literal('schedule'), id: Slug }),
              z.object({ kind: z.literal('responder'), id: Slug }),
            ]),
          )
          .min(1)
          .max(10),
        /** How long this step's people have before the next step is paged. */
        waitSeconds: z
          .number()
          .int()
          .min(1)
          .max(24 * 3600),
      }),
    )
    .min(1)
    .max(10),
  /** How often the whole policy starts over when nobody answers. */
  repeats: z.number().int().min(0).max(10).default(2),
})
export type EscalationPolicy = z.infer<typeof EscalationPolicy>

/** A named HTTP endpoint that playbooks may act on. */
export const Connection = z.object({
  id: Slug,
  name: Name,
  url: HttpUrl,
  /** Sealed at rest; never returned. */
  bearerToken: z.string().max(4000).optional(),
})
export type Connection = z.infer<typeof Connection>

/** While an alert fires that matches the source side, those are suppressed that match the target side and are equal to it. */
export const InhibitRule = z.object({
  sourceMatchers: MatcherTexts.min(1),
  targetMatchers: MatcherTexts.min(1),
  /** The labels whose values have to be the same on both. */
  equal: z.array(LabelName).max(20).default([]),
})
export type InhibitRule = z.infer<typeof InhibitRule>

function listOf<Entry extends z.ZodType>(entry: Entry, max: number) {
  return z.array(entry).max(max, `at most ${max} of them`).default([])
}

export const Organisation = z.object({
  statusPage: StatusPage,
  /** Status pages beside the main one. */
  pages: listOf(FurtherPage, PAGES_MAX),
  /** The labels whose values put alerts into one incident, where no rule says otherwise. */
  groupBy: z.array(LabelName).min(1).max(10).default(['alertname', 'service']),
  grouping: Grouping.default(Grouping.parse({})),
  /** The first that matches and says something of a setting decides it. */
  routingRules: listOf(RoutingRule, 200),
  inhibitRules: listOf(InhibitRule, 200),
  flapping: Flapping.default(Flapping.parse({})),
  storm: StormLimit.default(StormLimit.parse({})),
  environments: listOf(Environment, 50),
  teams: listOf(Team, 200),
  responders: listOf(Responder, 500),
  components: listOf(Component, 500),
  services: listOf(Service, 500),
  heartbeats: listOf(Heartbeat, 500),
  schedules: listOf(Schedule, 100),
  policies: listOf(EscalationPolicy, 100),
  playbooks: listOf(z.object({ id: Slug, yaml: z.string().max(50_000) }), 100),
  connections: listOf(Connection, 100),
})
export type Organisation = z.infer<typeof Organisation>

/**
 * For what is stored: it gets the defaults it lacks, and is not refused for how long its lists are. It could not be made
 * shorter otherwise.
 */
export const OrganisationAsStored = withoutLengths(Organisation).extend({
  heartbeats: z.array(HeartbeatAsStored).default([]),
})

/** Of the same type: a length is no part of it. */
function withoutLengths(schema: typeof Organisation): typeof Organisation {
  const lists = Object.entries(schema.shape).flatMap(([name, field]) => {
    const list = field instanceof z.ZodDefault ? field.unwrap() : null
    return list instanceof z.ZodArray && list.element instanceof z.ZodObject
      ? [[name, z.array(list.element).default([])] as const]
      : []
  })
  return schema.extend(Object.fromEntries(lists)) as unknown as typeof Organisation
}

/** The part that alerts are judged by; the AlertDesk keeps it, so that it can judge while D1 is gone. */
export const OrganisationForAlerts = OrganisationAsStored.pick({
  groupBy: true,
  grouping: true,
  routingRules: true,
  inhibitRules: true,
  flapping: true,
  storm: true,
  environments: true,
  services: true,
  components: true,
  policies: true,
})
export type OrganisationForAlerts = z.infer<typeof OrganisationForAlerts>

/** Before anyone has configured anything. */
export const NO_ORGANISATION: OrganisationForAlerts = OrganisationForAlerts.parse({})
