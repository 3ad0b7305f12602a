import type { Language } from '../domain/language.ts'
import { RANGE_NAMES } from '../domain/metricSeries.ts'
import type { PublicMetric } from '../domain/publicMetric.ts'
import type { PublicModel } from '../domain/publicModel.ts'
import { PERFORMANCE_WORDS } from '../domain/words/performanceWords.ts'
import { headed, writtenValue } from '../domain/words/phrase.ts'
import { utcMinute } from './text.ts'
import type { Part, Told } from './told.ts'

/** What the page with charts says, for whoever reads no HTML. Null: there is no such page without metrics. */
export function tellPerformance(
  { page, asOfMs }: PublicModel,
  metrics: readonly PublicMetric[],
  language: Language,
): Told | null {
  if (metrics.length === 0) return null
  return {
    language,
    title: headed(language, page.name, PERFORMANCE_WORDS[language].title),
    asOfMs,
    parts: metrics.flatMap((metric) => metricParts(page.url, metric, language)),
  }
}

function metricParts(url: string, metric: PublicMetric, language: Language): Part[] {
  const { id, name, description, charts } = metric
  const words = PERFORMANCE_WORDS[language]
  const written = (value: number) => writtenValue(language, value, metric).replace('\u00A0', ' ')
  const latest = charts?.latest ?? null
  const sentences = [
    ...(description === null ? [] : [description]),
    ...(latest === null
      ? []
      : [headed(language, words.latest, `${written(latest.value)} (${utcMinute(latest.atMs)})`)]),
    ...RANGE_NAMES.map((range) => {
      const summary = charts?.[range].summary ?? null
      if (summary === null) return headed(language, words.range[range], words.none)
      const { lowest, average, p95, highest } = summary
      return headed(
        language,
        words.range[range],
        words.summary(written(lowest), written(average), written(p95), written(highest)),
      )
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
