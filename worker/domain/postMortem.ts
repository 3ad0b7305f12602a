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

export const POST_MORTEM_LIMITS = {
  titleLength: 200,
  bodyLength: 200_000,
  actionItems: 100,
  fixedByLength: 300,
} as const

/** What people edit. */
export const PostMortemContent = z.object({
  title: z.string().trim().min(1).max(POST_MORTEM_LIMITS.titleLength),
  /** Markdown. Sections whose heading ends in "(internal)" are never published. */
  body: z.string().max(POST_MORTEM_LIMITS.bodyLength),
  actionItems: z.array(ActionItem).max(POST_MORTEM_LIMITS.actionItems),
  /** What ended it, in one line. */
  fixedBy: z.string().trim().max(POST_MORTEM_LIMITS.fixedByLength).default(''),
})
export type PostMortemContent = z.infer<typeof PostMortemContent>

export interface PostMortem extends PostMortemContent {
  /** The incident's. */
  readonly id: string
  readonly version: number
  readonly services: readonly string[]
  readonly startedAtMs: number
  readonly resolvedAtMs: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Null before its first release. */
  readonly publishedAtMs: number | null
  /** The version that readers have. */
  readonly publishedVersion: number | null
}

/** What was let out to the public, as it was then. */
export interface Release {
  readonly version: number
  readonly atMs: number
  readonly title: string
  readonly body: string
  readonly actionItems: readonly ActionItem[]
}
