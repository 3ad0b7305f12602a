import { z } from 'zod'

export const ACTION_ITEM_TYPES = ['prevent', 'detect', 'mitigate', 'process'] as const

export const ActionItem = z.object({
  id: z.string().min(1).max(64),
  title: z.string().trim().min(1).max(300),
  owner: z.string().trim().max(120),
  /** ISO date; empty while nobody has set one. */
  dueOn: z.union([z.iso.date(), z.literal('')]),
  type: z.enum(ACTION_ITEM_TYPES),
  done: z.boolean(),
  /** Shown with the published post-mortem. */
  isPublic: z.boolean().default(false),
})
export type ActionItem = z.infer<typeof ActionItem>
