import { LANGUAGES } from '../domain/language.ts'
import type { Language } from '../domain/language.ts'

/** Where on a status page an address leads, apart from the page and the language in front of it. */
export interface SiteAddress {
  /** Null: the page of the host, as a rule the main one. */
  readonly page: string | null
  /** Null: the reader has not chosen one by the address. */
  readonly language: Language | null
  readonly path: string
}

/** What is not the readers' has no language and is on no page: such an address leads nowhere. */
const NOT_FOR_READERS =
  /^\/(?:api\/v1|console|alertmanager|hooks|heartbeats|pagerduty|opsgenie|healthz|metrics)(?:\/|$)/
const PAGE = /^\/pages\/([a-z0-9][a-z0-9_-]{0,63})(?=\/)/

export function belongsToReaders(path: string): boolean {
  return !NOT_FOR_READERS.test(path)
}

/** Icons, styles and scripts: they are no page's own. */
export function belongsToProgram(path: string): boolean {
  return /^\/(?:_astro\/.*|favicon\.svg|sw\.js|push-worker\.js|offline-worker\.js)$/.test(path)
}

/** `/de/history` is `/history` in German, and `/pages/shop/de/history` that of the page `shop`. */
export function siteAddressOf(pathname: string): SiteAddress {
  const [prefix = '', page = null] = PAGE.exec(pathname) ?? []
  const rest = pathname.slice(prefix.length)
  if (page !== null && (!belongsToReaders(rest) || PAGE.test(rest)))
    return { page: null, language: null, path: pathname }
  const [, first = ''] = rest.split('/', 2)
  const language = LANGUAGES.find((each) => each === first)
  const path = rest.slice(first.length + 1)
  if (language === undefined || path === '' || !belongsToReaders(path)) return { page, language: null, path: rest }
  return { page, language, path }
}
