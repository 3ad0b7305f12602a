import { DurableObject } from 'cloudflare:workers'
import { askPrometheusRange } from '../delivery/prometheusRange.ts'
import type { RangeAnswer, RangeQuestion } from '../delivery/prometheusRange.ts'
import type { Metric, MetricPoint } from '../domain/metric.ts'
import { POINT_AGE_MS_MAX, pointsToKeep } from '../domain/metric.ts'
import type { MetricCharts, Rollup } from '../domain/metricSeries.ts'
import { HOUR_MS, metricCharts } from '../domain/metricSeries.ts'
import { openConnection } from '../storage/connections.ts'
import { count } from '../storage/counters.ts'
import { database } from '../storage/database.ts'
import { retryAtMs } from './backOff.ts'
import { holdVersion, isOvertaken } from './configOrder.ts'
import { MetricStore } from './metricStore.ts'

export type PushAnswer =
  | { readonly ok: true; readonly kept: number; readonly left: number }
  | { readonly ok: false; readonly reason: 'unknown_metric' | 'not_pushed' }

export interface MetricStatus {
  readonly metric: Metric
  readonly latest: MetricPoint | null
  /** What went wrong when Prometheus was asked last; null: nothing. */
  readonly failure: string | null
}

/** What readers have is at most so old while values come: as long as the day's chart has for one point. */
const PUBLISH_EVERY_MS = 5 * 60_000
/** Values of one batch come together; the first after a pause is shown soon. */
const GATHER_MS = 2_000
const MONTH_MS = 31 * 24 * HOUR_MS

/**
 * The single writer of the figures that the status page shows as charts. Values are kept for a day, hours for ninety
 * days. What readers get of it is published every few minutes, behind everything that is urgent.
 */
export class MetricDesk extends DurableObject<Env> {
  readonly #store = new MetricStore(this.ctx.storage)
  #working: Promise<void> | null = null

  async useMetrics(version: number, metrics: readonly Metric[]): Promise<void> {
    this.#countRequest()
    const { kv } = this.ctx.storage
    if (await isOvertaken(version, kv, this.env)) return
    const changed = this.ctx.storage.transactionSync(() => {
      holdVersion(version, kv)
      return this.#store.useMetrics(metrics)
    })
    if (!changed) return
    // Whoever changes them looks at the page next.
    this.#store.notePublishing({ isFresh: this.#store.lastValueMs() !== null, atMs: 0, attempts: 0 })
    await this.#arm()
  }

  /** When it returns, what is kept of them is on disk. The same again changes nothing. */
  async push(id: string, points: readonly MetricPoint[]): Promise<PushAnswer> {
    this.#countRequest()
    const metric = this.#metric(id)
    if (metric === undefined) return { ok: false, reason: 'unknown_metric' }
    if (metric.source.kind !== 'pushed') return { ok: false, reason: 'not_pushed' }
    const kept = pointsToKeep(points, Date.now())
    this.#store.put(id, kept)
    await this.#arm()
    return { ok: true, kept: kept.length, left: points.length - kept.length }
  }

  /** In the order of the configuration. */
  async list(): Promise<MetricStatus[]> {
    this.#countRequest()
    return this.#store.metrics.map((metric) => this.#status(metric))
  }

  /** Null: there is none with this id. */
  async find(
    id: string,
    pointsMax: number,
  ): Promise<(MetricStatus & { readonly points: readonly MetricPoint[]; readonly charts: MetricCharts }) | null> {
    this.#countRequest()
    const metric = this.#metric(id)
    if (metric === undefined) return null
    this.#store.sumHours()
    return {
      ...this.#status(metric),
      points: this.#store.lastPoints(id, pointsMax),
      charts: this.#charts(id, Date.now()),
    }
  }

  /** What each hour came to, oldest first; at most ninety days of it. Null: there is none with this id. */
  async hours(id: string, fromMs: number): Promise<Rollup[] | null> {
    this.#countRequest()
    if (this.#metric(id) === undefined) return null
    this.#store.sumHours()
    return this.#store.hours(id, fromMs)
  }

  /** Never throws: a throw would spend the platform's few retries, and then nobody would ask for values. */
  override async alarm(): Promise<void> {
    await this.#work()
  }

  /** From the cron, in case the alarm is gone. */
  async sweep(nowMs: number): Promise<void> {
    this.#countRequest()
    this.#store.forget(nowMs)
    await this.#work()
  }

  #work(): Promise<void> {
    this.#working ??= this.#workOnce().finally(() => {
      this.#working = null
    })
    return this.#working
  }

  async #workOnce(): Promise<void> {
    try {
      await Promise.all(this.#store.metrics.map((metric) => this.#poll(metric)))
      this.#store.sumHours()
      await this.#publishDue()
    } catch (error) {
      console.error('The metric desk could not finish its work', error)
    } finally {
      await this.#arm()
    }
  }

  /** From where it was asked for last, so that a time in which nobody asked leaves no gap. */
  async #poll({ id, source }: Metric): Promise<void> {
    if (source.kind !== 'prometheus') return
    const before = this.#store.poll(id)
    const nowMs = Date.now()
    if (before.dueMs > nowMs) return
    const stepMs = source.everySeconds * 1000
    const endMs = nowMs - (nowMs % stepMs)
    const startMs = Math.max(before.untilMs + stepMs, endMs - POINT_AGE_MS_MAX + stepMs)
    const dueMs = endMs + stepMs
    if (startMs > endMs) return this.#store.putPoll({ ...before, dueMs })
    const answer = await this.#ask(source, { startMs, endMs, stepMs })
    // It may have been configured in another way, or taken away, meanwhile.
    if (JSON.stringify(this.#metric(id)?.source) !== JSON.stringify(source)) return
    if (answer.ok) {
      this.#store.put(id, pointsToKeep(answer.points, Date.now()))
      return this.#store.putPoll({ metric: id, dueMs, untilMs: endMs, attempts: 0, failure: null })
    }
    const attempts = before.attempts + 1
    const againMs = Math.max(dueMs, retryAtMs(attempts, Date.now()))
    this.#store.putPoll({ ...before, dueMs: againMs, attempts, failure: answer.detail })
  }

  /** Never throws: one that cannot be asked holds up no other, and is asked again like one that does not answer. */
  async #ask(
    { connection: id, query }: Extract<Metric['source'], { kind: 'prometheus' }>,
    range: Pick<RangeQuestion, 'startMs' | 'endMs' | 'stepMs'>,
  ): Promise<RangeAnswer> {
    try {
      const connection = await openConnection(database(this.env.DB), this.env.MASTER_KEY, id)
      if (connection === null) return { ok: false, detail: `There is no connection ${id}.` }
      return await askPrometheusRange({ ...connection, query, ...range }, this.env.PRIVATE_TARGETS)
    } catch (error) {
      console.error(`The connection ${id} could not be asked for a metric`, error)
      return { ok: false, detail: 'it could not be asked' }
    }
  }

  async #publishDue(): Promise<void> {
    const dueMs = this.#publishDueMs()
    const nowMs = Date.now()
    if (dueMs === null || dueMs > nowMs) return
    const { attempts } = this.#store.publishing
    this.#store.notePublishing({ isFresh: false, atMs: nowMs, attempts: 0 })
    try {
      const shown = this.#store.metrics.filter((metric) => metric.public)
      const charts = shown.map(({ id }) => ({ id, charts: this.#charts(id, nowMs) }))
      await this.env.STATUS_PUBLISHER.getByName('main').publishMetrics(charts)
    } catch (error) {
      console.error('The charts could not be published; it is tried again', error)
      this.#store.notePublishing({ isFresh: true, atMs: nowMs, attempts: attempts + 1 })
    }
  }

  /** While values are shown, charts move on also when none comes: a gap has to be seen. Null: there is nothing to show. */
  #publishDueMs(): number | null {
    const { isFresh, atMs, attempts } = this.#store.publishing
    if (attempts > 0) return retryAtMs(attempts, atMs)
    if (isFresh) return atMs + PUBLISH_EVERY_MS
    if (!this.#store.metrics.some((metric) => metric.public)) return null
    const lastMs = this.#store.lastValueMs()
    if (lastMs === null || atMs - lastMs > MONTH_MS) return null
    return atMs + (atMs - lastMs > POINT_AGE_MS_MAX + HOUR_MS ? HOUR_MS : PUBLISH_EVERY_MS)
  }

  #charts(id: string, nowMs: number): MetricCharts {
    const points = this.#store.points(id, nowMs - POINT_AGE_MS_MAX)
    const [latest = null] = this.#store.lastPoints(id, 1)
    return metricCharts(points, this.#store.hours(id, nowMs - MONTH_MS), latest, nowMs)
  }

  #status(metric: Metric): MetricStatus {
    const [latest = null] = this.#store.lastPoints(metric.id, 1)
    return { metric, latest, failure: this.#store.poll(metric.id).failure }
  }

  #metric(id: string): Metric | undefined {
    return this.#store.metrics.find((metric) => metric.id === id)
  }

  async #arm(): Promise<void> {
    const polls = this.#store.metrics
      .filter(({ source }) => source.kind === 'prometheus')
      .map(({ id }) => this.#store.poll(id).dueMs)
    const publishMs = this.#publishDueMs()
    const due = [...polls, ...(publishMs === null ? [] : [publishMs])]
    if (due.length === 0) return
    const atMs = Math.max(Math.min(...due), Date.now() + GATHER_MS)
    const alarmMs = await this.ctx.storage.getAlarm()
    // One that is sooner stays: what comes every second must not put it off for ever.
    if (alarmMs === null || alarmMs > atMs) await this.ctx.storage.setAlarm(atMs)
  }

  #countRequest(): void {
    count('allclear_object_requests_total', { object: 'MetricDesk' }, 1)
  }
}
