import type { Context } from 'hono'
import { Hono } from 'hono'
import type { Metric } from '../../domain/metric.ts'
import { METRICS_MAX } from '../../domain/metric.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { handleNotFound } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { presentOrganisation } from '../routingTrial.ts'
import { CONFIGURE, configurableView } from './configurable.ts'
import { readFormValues, valueOf } from './forms.ts'
import { NEW_METRIC, metricErrors, metricValues, readMetric } from './metricForm.ts'
import type { MetricView, MetricsView } from './metricViews.ts'
import { removeEntry, saveEntry } from './pageEntries.ts'
import { answerPage } from './pages.ts'
import type { FormState } from './views.ts'

/** Metrics of the status page: making one, and seeing whether its values come. Plain forms. */

const POINTS_SHOWN = 20
const NOTICE: Readonly<Record<string, string>> = {
  saved: 'The metric is saved.',
  removed: 'The metric and its values are removed. The versions of the configuration still have it, without values.',
  gone: 'This metric is not there any more.',
}

const LOOK = { role: 'viewer', scope: 'incidents:read' } as const

export function metricPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, metric: Metric | null, form: FormState, status = 200) =>
    answerPage(render, '/console/metric', await metricView(c, metric, form), status)
  const known = async (c: Context<HttpEnv>) => (await presentOrganisation(c.env))?.statusPage.metrics ?? []
  const found = async (c: Context<HttpEnv>) => (await known(c)).find(({ id }) => id === c.req.param('id')) ?? null
  const gone = (c: Context<HttpEnv>) => c.redirect('/console/metrics?done=gone', 303)

  routes.get('/console/metrics', allow(LOOK), async (c) => answerPage(render, '/console/metrics', await metricsView(c)))
  routes.get('/console/metrics/new', allow(CONFIGURE), (c) => page(c, null, { values: NEW_METRIC, errors: {} }))
  routes.get('/console/metrics/:id', allow(LOOK), async (c) => {
    const metric = await found(c)
    return metric === null ? handleNotFound(c) : page(c, metric, { values: metricValues(metric), errors: {} })
  })

  routes.post('/console/metrics', allow(CONFIGURE), async (c) => {
    const values = await readFormValues(c)
    const metrics = await known(c)
    const form = readMetric(
      values,
      null,
      metrics.map(({ id }) => id),
    )
    if (!form.ok) return page(c, null, { values, errors: form.errors }, 422)
    if (metrics.length >= METRICS_MAX)
      return page(c, null, { values, errors: { '': `There may be ${METRICS_MAX} metrics at most.` } }, 422)
    const refused = await saveEntry(c, 'metrics', form.data, null, metricErrors)
    if (refused !== null) return page(c, null, { values, errors: refused.errors }, refused.status)
    return c.redirect(`/console/metrics/${form.data.id}?done=saved`, 303)
  })

  routes.post('/console/metrics/:id', allow(CONFIGURE), async (c) => {
    const metric = await found(c)
    if (metric === null) return gone(c)
    const values = await readFormValues(c)
    const form = readMetric(values, metric, [])
    if (!form.ok) return page(c, metric, { values, errors: form.errors }, 422)
    const refused = await saveEntry(c, 'metrics', form.data, valueOf(values, 'seen'), metricErrors)
    if (refused !== null) return page(c, metric, { values, errors: refused.errors }, refused.status)
    return c.redirect(`/console/metrics/${metric.id}?done=saved`, 303)
  })

  routes.post('/console/metrics/:id/remove', allow(CONFIGURE), async (c) => {
    const metric = await found(c)
    if (metric === null) return gone(c)
    const refused = await removeEntry(c, 'metrics', metric)
    if (refused === null) return c.redirect('/console/metrics?done=removed', 303)
    return page(c, metric, { values: metricValues(metric), errors: refused.errors }, refused.status)
  })

  return routes
}

async function metricsView(c: Context<HttpEnv>): Promise<MetricsView> {
  const [view, listed, organisation] = await Promise.all([
    configurableView(c, NOTICE),
    c.env.METRIC_DESK.getByName('main').list(),
    presentOrganisation(c.env),
  ])
  const nameOf = (id: string) => organisation?.components.find((component) => component.id === id)?.name ?? id
  return {
    ...view,
    pageUrl: `${publicUrl(c.env)}/performance`,
    metrics: listed.map((status) => {
      const { component } = status.metric
      return { ...status, component: component === undefined ? null : nameOf(component) }
    }),
  }
}

async function metricView(c: Context<HttpEnv>, metric: Metric | null, form: FormState): Promise<MetricView> {
  const [view, organisation, kept] = await Promise.all([
    configurableView(c, NOTICE),
    presentOrganisation(c.env),
    metric === null ? null : c.env.METRIC_DESK.getByName('main').find(metric.id, POINTS_SHOWN),
  ])
  const named = (list: readonly { readonly id: string; readonly name: string }[] = []) =>
    list.map(({ id, name }) => ({ id, name }))
  return {
    ...view,
    metric,
    form,
    components: named(organisation?.components),
    connections: named(organisation?.connections),
    points: kept?.points ?? [],
    summary: kept?.charts.day.summary ?? null,
    failure: kept?.failure ?? null,
    curl: metric?.source.kind === 'pushed' ? curlFor(c.env, metric.id) : null,
  }
}

function curlFor(env: Env, id: string): string {
  return [
    `curl ${publicUrl(env)}/api/v1/metrics/${id} \\`,
    `  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `  -d '{"points": [{"value": 182}]}'`,
  ].join('\n')
}

function publicUrl(env: Env): string {
  return env.PUBLIC_URL.replace(/\/+$/, '')
}
