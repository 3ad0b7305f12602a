import { LANGUAGES } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'

/** Where on the status page an address leads, apart from the language in front of it. */
export interface SiteAddress {
  /** Null: the reader has not chosen one by the address. */
  readonly language: Language | null
  readonly path: string
}

/** What is not the readers' has no language: such an address leads nowhere. */
const NOT_FOR_READERS =
  /^\/(?:api\/v1|console|alertmanager|hooks|heartbeats|pagerduty|opsgenie|healthz|metrics)(?:\/|$)/

export function belongsToReaders(path: string): boolean {
  return !NOT_FOR_READERS.test(path)
}

/** `/de/history` is `/history` in German. */
export function siteAddressOf(pathname: string): SiteAddress {
  const [, first = ''] = pathname.split('/', 2)
  const language = LANGUAGES.find((each) => each === first)
  const path = pathname.slice(first.length + 1)
  if (language === undefined || path === '' || !belongsToReaders(path)) return { language: null, path: pathname }
  return { language, path }
}
