import { z } from 'zod'
import { COMPONENT_STATUSES } from './componentStatus.ts'
import { IMPACTS, PublicStatus } from './publicModel.ts'

/** What another status page has told, in one form whatever product it was: the body of an import. */

export const IMPORT_SOURCES = ['statuspage', 'cachet', 'upptime'] as const
export type ImportSource = (typeof IMPORT_SOURCES)[number]

const INCIDENTS_MAX = 2000
const UPDATES_MAX = 200
const COMPONENTS_MAX = 500

/** How the other page calls it: part of addresses there, and of ids here. */
const Code = z.string().regex(/^[a-z0-9_-]{1,40}$/i, 'use letters, digits, - and _, at most 40')
const Title = z.string().trim().min(1).max(300)
const Time = z.iso.datetime({ offset: true })
/** An address on the other page that is to lead here. */
const OldPath = z
  .string()
  .max(300)
  .regex(/^\/[^\s?#\\]*$/, 'a path such as /incidents/abc')
  .refine((path) => !path.startsWith('//'), 'a path of this site')

const Change = z.object({ component: Code, to: z.enum(COMPONENT_STATUSES) })
const update = {
  code: Code,
  at: Time,
  body: z.string().max(25_000),
  components: z.array(Change).max(COMPONENTS_MAX).default([]),
}
const thing = { code: Code, title: Title, paths: z.array(OldPath).max(10).default([]) }

export const PastIncident = z.object({
  ...thing,
  impact: z.enum(IMPACTS),
  startedAt: Time.nullable().default(null),
  /** In any order. */
  updates: z.array(z.object({ ...update, status: PublicStatus })).max(UPDATES_MAX),
})
export type PastIncident = z.infer<typeof PastIncident>

export const PastMaintenance = z.object({
  ...thing,
  scheduledFor: Time,
  scheduledUntil: Time,
  startedAt: Time.nullable().default(null),
  completedAt: Time.nullable().default(null),
  components: z.array(Code).max(COMPONENTS_MAX).default([]),
  updates: z
    .array(z.object({ ...update, status: z.enum(['scheduled', 'in_progress', 'verifying', 'completed', 'cancelled']) }))
    .max(UPDATES_MAX),
})
export type PastMaintenance = z.infer<typeof PastMaintenance>

export const PastDocument = z.object({
  source: z.object({ kind: z.enum(IMPORT_SOURCES), url: z.url({ protocol: /^https?$/ }).max(500) }),
  components: z
    .array(
      z.object({
        code: Code,
        name: z.string().trim().min(1).max(120),
        group: z.string().max(120).nullable().default(null),
      }),
    )
    .max(COMPONENTS_MAX)
    .default([]),
  incidents: z.array(PastIncident).max(INCIDENTS_MAX).default([]),
  maintenances: z.array(PastMaintenance).max(INCIDENTS_MAX).default([]),
})
export type PastDocument = z.infer<typeof PastDocument>
