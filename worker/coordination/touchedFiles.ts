import { laterPathsTouchedBy } from '../publishing/laterPaths.ts'
import { newsIn, pathsTouchedBy, translationsOf } from '../publishing/publicPaths.ts'
import type { PublicChange } from '../publishing/publicPaths.ts'
import { LATER, NEWS_TRANSLATED, TRANSLATED } from './urgency.ts'
import type { PublicStore } from './publicStore.ts'

/** Marks what has to be written anew after a change: what was said first, also in other languages, then what goes with it. */
export function markTouched(store: PublicStore, change: PublicChange, urgency: number): void {
  const paths = pathsTouchedBy(change)
  const later = laterPathsTouchedBy(change, (ids) => store.components.pathsOfEach(ids))
  const news = newsIn(change)
  const others = [...paths, ...later].filter((path) => !news.includes(path))
  store.markStale(paths, urgency)
  store.markStale(translationsOf(news, store.language), NEWS_TRANSLATED)
  store.markStale(later, LATER)
  store.markStale(translationsOf(others, store.language), TRANSLATED)
}

/** Whether a file was neither written nor waits for it: an earlier version of this program did not know it. */
export function lacksFiles(store: PublicStore, nowMs: number): boolean {
  const paths = pathsTouchedBy(store.everything(nowMs))
  const waiting = new Set(Array.from(store.staleFiles(), ({ path }) => path))
  return [...paths, ...translationsOf(paths, store.language)].some(
    (path) => !waiting.has(path) && store.written(path) === null,
  )
}
