import { RANGE_NAMES } from '../domain/metricSeries.ts'
import type { PublicMetric } from '../domain/publicMetric.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { PERFORMANCE_WORDS } from '../domain/words/performanceWords.ts'
import { writtenValue } from '../domain/words/phrase.ts'
import { utcMinute } from './text.ts'
import type { Part, Told } from './told.ts'

/** What the page with charts says, for whoever reads no HTML. Null: there is no such page without metrics. */
export function tellPerformance({ page, asOfMs }: PublicModel, metrics: readonly PublicMetric[]): Told | null {
  if (metrics.length === 0) return null
  return {
    title: `${page.name}: performance`,
    asOfMs,
    parts: metrics.flatMap((metric) => metricParts(page.url, metric)),
  }
}

function metricParts(url: string, metric: PublicMetric): Part[] {
  const { id, name, description, charts } = metric
  const words = PERFORMANCE_WORDS.en
  const written = (value: number) => writtenValue('en', value, metric).replace('\u00A0', ' ')
  const latest = charts?.latest ?? null
  const sentences = [
    ...(description === null ? [] : [description]),
    ...(latest === null ? [] : [`${words.latest}: ${written(latest.value)} (${utcMinute(latest.atMs)})`]),
    ...RANGE_NAMES.map((range) => {
      const summary = charts?.[range].summary ?? null
      if (summary === null) return `${words.range[range]}: ${words.none}`
      const { lowest, average, p95, highest } = summary
      return `${words.range[range]}: ${words.summary(written(lowest), written(average), written(p95), written(highest))}`
    }),
  ]
  return [
    { kind: 'section', title: name },
    ...sentences.map((text): Part => ({ kind: 'sentence', text })),
    {
      kind: 'links',
      rows: ['csv', 'json'].map((ending) => ({
        label: ending.toUpperCase(),
        url: `${url}/performance/${id}.${ending}`,
      })),
    },
  ]
}
