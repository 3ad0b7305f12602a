import { z } from 'zod'
import { Name } from './catalogue.ts'
import { Slug } from './identifiers.ts'
import { Severity } from './severity.ts'

export const HEARTBEATS_MAX = 500

/** A dead-man's switch, as the operator configures it: something has to report, and an alert fires when it does not. */
export const Heartbeat = z
  .object({
    id: Slug,
    name: Name,
    service: Slug.optional(),
    severity: Severity.default('sev3'),
    /** It reports at least this often. */
    everySeconds: z
      .number()
      .int()
      .min(30, 'at least 30 seconds')
      .max(366 * 24 * 3600, 'at most 366 days')
      .optional(),
    /** Or: it reports at these times, five fields as in crontab. */
    cron: z.string().trim().min(9).max(100).optional(),
    /** The zone that `cron` is read in. */
    timeZone: z.string().max(64).default('Etc/UTC'),
    /** How much later it may come. */
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(7 * 24 * 3600, 'at most 7 days')
      .default(60),
    paused: z.boolean().default(false),
  })
  .refine(({ everySeconds, cron }) => (everySeconds === undefined) !== (cron === undefined), {
    message: 'needs either everySeconds or cron',
    path: ['everySeconds'],
  })
export type Heartbeat = z.infer<typeof Heartbeat>
