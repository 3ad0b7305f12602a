import { z } from 'zod'
import { Slug } from './identifiers.ts'
import { ComponentStatus } from './componentStatus.ts'
import { PublicStatus } from './publicModel.ts'

/** A playbook as its YAML says it, after parsing. */

const Title = z.string().trim().min(1).max(200)
const Method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

export const PlaybookStep = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('diagnose'),
    title: Title,
    url: z.url().max(2000),
    expectStatus: z.number().int().min(100).max(599).optional(),
  }),
  z.object({ kind: z.literal('ask'), title: Title, options: z.array(z.string().min(1).max(100)).max(10).default([]) }),
  z.object({
    kind: z.literal('act'),
    title: Title,
    connection: Slug,
    method: Method.default('POST'),
    path: z.string().max(1000).regex(/^\//, 'starts with /').default('/'),
    body: z.string().max(10_000).optional(),
    /** `high`: someone other than whoever started the run must approve it first. */
    risk: z.enum(['low', 'high']).default('low'),
  }),
  z.object({ kind: z.literal('approve'), title: Title }),
  z.object({
    kind: z.literal('update'),
    title: Title,
    audience: z.enum(['internal', 'public']).default('internal'),
    body: z.string().min(1).max(10_000),
    status: PublicStatus.optional(),
    components: z
      .array(z.object({ id: Slug, status: ComponentStatus }))
      .max(50)
      .default([]),
  }),
  z.object({ kind: z.literal('wait'), title: Title, seconds: z.number().int().min(1).max(3600) }),
])
export type PlaybookStep = z.infer<typeof PlaybookStep>

export const Playbook = z.object({
  name: z.string().trim().min(1).max(120),
  description: z.string().max(1000).default(''),
  /** Offered first in incidents of these services; empty: in every incident. */
  services: z.array(Slug).max(50).default([]),
  steps: z.array(PlaybookStep).min(1).max(50),
})
export type Playbook = z.infer<typeof Playbook>
