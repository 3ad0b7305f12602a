import type { z } from 'zod'
import { Organisation } from './organisation.ts'

/** What may be tried before it is saved: the rules, in their order, and the limits around them. */
export const RoutingDraft = Organisation.pick({
  routingRules: true,
  groupBy: true,
  grouping: true,
  flapping: true,
  storm: true,
})
export type RoutingDraft = z.infer<typeof RoutingDraft>
