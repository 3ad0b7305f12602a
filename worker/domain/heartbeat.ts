import { z } from 'zod'
import { Name, TimeZone } from './catalogue.ts'
import { Slug } from './identifiers.ts'
import { Severity } from './severity.ts'

const fields = z.object({
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
  timeZone: TimeZone.default('Etc/UTC'),
  /** How much later it may come. */
  graceSeconds: z
    .number()
    .int()
    .min(0)
    .max(7 * 24 * 3600, 'at most 7 days')
    .default(60),
  paused: z.boolean().default(false),
})

/** A dead-man's switch, as the operator configures it: something has to report, and an alert fires when it does not. */
export const Heartbeat = fields.refine(
  ({ everySeconds, cron }) => (everySeconds === undefined) !== (cron === undefined),
  { message: 'needs either everySeconds or cron', path: ['everySeconds'] },
)
export type Heartbeat = z.infer<typeof Heartbeat>

/** Where no times are read in it, a zone was once stored unchecked: one that is none must not keep the rest from being read. */
export const HeartbeatAsStored = fields.extend({ timeZone: TimeZone.catch('Etc/UTC') })
