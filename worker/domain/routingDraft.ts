import type { z } from 'zod'
import { OrganisationAsStored } from './organisation.ts'

/** What may be tried before it is saved: the rules, in their order, and the limits around them. */
export const RoutingDraft = OrganisationAsStored.pick({
  routingRules: true,
  groupBy: true,
  grouping: true,
  flapping: true,
  storm: true,
})
export type RoutingDraft = z.infer<typeof RoutingDraft>
