import { z } from 'zod'
import { Name } from './catalogue.ts'
import { Slug } from './identifiers.ts'

/** A figure over time that the status page shows as a chart. Part of the status page's settings. */

export const METRICS_MAX = 20

export const Metric = z.object({
  id: Slug,
  name: Name,
  /** Written after each value, such as ms or %. */
  unit: z.string().trim().max(20).default(''),
  /** What is measured, for readers. */
  description: z.string().trim().max(300).optional(),
  /** What it is about; further status pages show those of their components. */
  component: Slug.optional(),
  /** How many of each value are written. */
  decimals: z.number().int().min(0).max(6).default(0),
  /** Whether readers see it. */
  public: z.boolean().default(true),
  source: z
    .discriminatedUnion('kind', [
      /** By `POST /api/v1/metrics/<id>`. */
      z.object({ kind: z.literal('pushed') }),
      z.object({
        kind: z.literal('prometheus'),
        /** The connection whose server answers `/api/v1/query_range`. */
        connection: Slug,
        /** PromQL for one series. */
        query: z.string().trim().min(1).max(2000),
        everySeconds: z.number().int().min(30).max(3600).default(60),
      }),
    ])
    .default({ kind: 'pushed' }),
})
export type Metric = z.infer<typeof Metric>

/** A value that was measured. */
export interface MetricPoint {
  readonly atMs: number
  readonly value: number
}

export const POINTS_AT_ONCE_MAX = 1000
/** One value is kept for each: a later one takes its place. */
export const POINT_EVERY_MS = 10_000
export const POINT_AGE_MS_MAX = 24 * 3600 * 1000
const AHEAD_MS_MAX = 5 * 60_000
/** Larger ones cannot be added up. */
const VALUE_MAX = 1e15

/** Which of them are kept: neither too old nor from the future, and the last of each ten seconds. */
export function pointsToKeep(points: readonly MetricPoint[], nowMs: number): MetricPoint[] {
  const kept = new Map<number, MetricPoint>()
  for (const { atMs, value } of points) {
    const isInTime = atMs > nowMs - POINT_AGE_MS_MAX && atMs <= nowMs + AHEAD_MS_MAX
    if (!isInTime || !Number.isFinite(value) || Math.abs(value) > VALUE_MAX) continue
    const slotMs = atMs - (atMs % POINT_EVERY_MS)
    kept.set(slotMs, { atMs: slotMs, value })
  }
  return [...kept.values()]
}
