import type { Language } from '../../worker/domain/language.ts'
import { LIVE_WORDS } from '../../worker/domain/words/liveWords.ts'
import { localeOf } from '../../worker/domain/words/phrase.ts'
import { walkDays } from './days.ts'
import { morph } from './morph.ts'
import { inReadersZone } from './readerTime.ts'

// Keeps a page of the status page fresh while somebody looks at it, says when it is not, and keeps it for when there is
// no network. Without this script the page says all that it has to say.

const EVERY_MS = 30_000
const JITTER_MS = 30_000
const BACK_OFF_MS_MAX = 10 * 60_000
/** The page is stamped anew every five minutes at the latest. */
const OLD_MS = 10 * 60_000
const LOOK_MS = 15_000
const TIMEOUT_MS = 20_000
const SAID_LENGTH_MAX = 300

const { lang } = document.documentElement
const language = isLanguage(lang) ? lang : 'en'
const words = LIVE_WORDS[language]
const relative = new Intl.RelativeTimeFormat(localeOf(language))
/** What changes; the rest of the page stays. */
const REGIONS = ['main', '.page-foot']
/** A copy on another host or a disk has no addresses of ours, and nothing that could refresh it. */
const isOriginal = location.protocol.startsWith('http') && import.meta.url.startsWith(`${location.origin}/_astro/`)

let etag: string | null = null
let failures = 0
let lastTryMs = Date.now()
/** How far the reader's clock is behind that of the server; null until that was heard. */
let clockBehindMs: number | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let isAsking = false
/** The look itself changed, and only a new page brings it. */
let needsReload = false

const notice = document.createElement('div')
notice.className = 'stale'
const noticeText = document.createElement('p')
const again = document.createElement('button')
again.type = 'button'
again.textContent = words.tryAgain
again.addEventListener('click', () => void refresh())
const said = document.createElement('p')
said.className = 'unseen'
said.setAttribute('role', 'status')

function isLanguage(name: string): name is Language {
  return name in LIVE_WORDS
}

function begin(): void {
  enhance()
  notice.append(noticeText, again)
  again.hidden = !isOriginal
  notice.hidden = true
  document.querySelector('main')?.before(notice, said)
  tellAge()
  setInterval(tellAge, LOOK_MS)
  if (!isOriginal) return
  if (ageMs() > OLD_MS) void refresh()
  else plan()
  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', () => void refresh())
  window.addEventListener('offline', tellAge)
  if ('serviceWorker' in navigator) void keepForOffline().catch(() => null)
}

function enhance(): void {
  walkDays(language)
  inReadersZone(document, language)
}

function onVisibility(): void {
  if (document.hidden) {
    clearTimeout(timer)
    if (needsReload) location.reload()
  } else if (Date.now() - lastTryMs > EVERY_MS) void refresh()
  else plan()
}

/** Never while nobody looks; later and later while it fails. */
function plan(): void {
  clearTimeout(timer)
  if (document.hidden) return
  const waitMs = Math.min((EVERY_MS + Math.random() * JITTER_MS) * 2 ** failures, BACK_OFF_MS_MAX)
  timer = setTimeout(() => void refresh(), waitMs)
}

async function refresh(): Promise<void> {
  if (isAsking) return
  isAsking = true
  lastTryMs = Date.now()
  try {
    await ask()
    failures = 0
  } catch {
    failures += 1
  } finally {
    isAsking = false
    tellAge()
    plan()
  }
}

async function ask(): Promise<void> {
  const answer = await fetch(location.href.replace(/#.*$/, ''), {
    headers: { Accept: 'text/html', ...(etag === null ? {} : { 'If-None-Match': etag }) },
    ...(etag === null ? { cache: 'no-cache' } : {}),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const date = Date.parse(answer.headers.get('Date') ?? '')
  clockBehindMs = Number.isNaN(date) ? (clockBehindMs ?? 0) : date - Date.now()
  if (answer.status === 304) return
  // Whatever else answers, such as the sign-in of a private page, is not this page.
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`)
  const html = await answer.text()
  show(new DOMParser().parseFromString(html, 'text/html'))
  etag = answer.headers.get('ETag')
}

function show(fetched: Document): void {
  const headline = document.querySelector('h1')?.textContent
  const before = new Set(updates(document).map(textOf))
  const { activeElement } = document
  const place = seenPlace()
  for (const selector of REGIONS) {
    const [ours, theirs] = [document.querySelector(selector), fetched.querySelector(selector)]
    if (ours !== null && theirs !== null) morph(ours, theirs)
  }
  document.title = fetched.title
  enhance()
  if (activeElement instanceof HTMLElement && !activeElement.isConnected) document.querySelector('main')?.focus()
  place?.()
  needsReload ||= styleOf(document) !== styleOf(fetched)

  const news = updates(document)
    .map(textOf)
    .filter((text) => !before.has(text))
  const now = document.querySelector('h1')?.textContent ?? ''
  if (news.length === 0 && now === headline) return
  said.textContent = `${words.changed} ${now === headline ? '' : `${now}. `}${news.join(' ')}`.slice(0, SAID_LENGTH_MAX)
}

/** Puts what the reader looks at back where it was; not every browser does so by itself. */
function seenPlace(): (() => void) | null {
  if (window.scrollY === 0) return null
  const { activeElement } = document
  const isSeen = (element: Element) => {
    const { top, bottom } = element.getBoundingClientRect()
    return bottom > 0 && top < window.innerHeight
  }
  const focused = activeElement !== null && activeElement.closest('main > *') !== null && isSeen(activeElement)
  const seen = focused ? activeElement : [...document.querySelectorAll('main :is(h2, h3, h4, li, p)')].find(isSeen)
  if (seen === undefined) return null
  const before = seen.getBoundingClientRect().top
  return () => {
    if (seen.isConnected) window.scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: 'instant' })
  }
}

function updates(root: ParentNode): Element[] {
  return [...root.querySelectorAll('.updates > li')]
}

/** Without its moment, which is written in another zone before and after. */
function textOf(element: Element): string {
  const copy = document.importNode(element, true)
  for (const time of copy.querySelectorAll('time')) time.remove()
  return (copy.textContent ?? '').replace(/\s+/g, ' ').trim()
}

function styleOf(root: Document): string {
  return [...root.querySelectorAll('style')].map((style) => style.textContent).join('')
}

/** How long ago the page was stamped. */
function ageMs(): number {
  const stamp = document.querySelector<HTMLTimeElement>('.as-of time')
  return stamp === null ? 0 : Date.now() + (clockBehindMs ?? 0) - Date.parse(stamp.dateTime)
}

function tellAge(): void {
  const age = ageMs()
  const isOffline = isOriginal && !navigator.onLine
  const trouble = isOffline ? words.offline : failures > 1 ? words.unreachable : ''
  // A clock that is wrong by hours would cry wolf, until the server's was heard.
  const isOld = age > OLD_MS && (clockBehindMs !== null || failures > 0 || isOffline || !isOriginal)
  const text =
    trouble === '' && !isOld
      ? ''
      : [trouble, age > 0 ? words.lastUpdated(ago(age)) : '', words.mayHaveChanged]
          .filter((part) => part !== '')
          .join(' ')
  noticeText.textContent = text
  // Read out when it appears, not again with each minute that passes.
  if (notice.hidden && text !== '') said.textContent = text
  notice.hidden = text === ''
}

function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 90) return relative.format(-minutes, 'minute')
  return minutes < 36 * 60
    ? relative.format(-Math.round(minutes / 60), 'hour')
    : relative.format(-Math.round(minutes / 1440), 'day')
}

async function keepForOffline(): Promise<void> {
  await navigator.serviceWorker.register('/sw.js')
  const { active } = await navigator.serviceWorker.ready
  const home = document.querySelector<HTMLAnchorElement>('.page-name a')?.href
  const logo = document.querySelector<HTMLImageElement>('.logo')?.currentSrc
  const keep = [location.href.replace(/[#].*$/, ''), home, import.meta.url, logo].filter((each) => each !== undefined)
  // oxlint-disable-next-line require-post-message-target-origin -- a worker has no origin to name: it is of ours
  active?.postMessage({ keep })
}

begin()
