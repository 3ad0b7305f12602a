// Keeps the incident room up to date while it is open. Without it, the page is as it was when it was loaded.

import { entryAddress } from '../components/console/room/entryAddress.ts'
import './clocks.ts'

const PING_MS = 30_000
const SILENCE_MAX_MS = 2.5 * PING_MS
const REFRESH_DELAY_MS = 150
const RECONNECT_MS = [1_000, 2_000, 5_000, 10_000, 30_000]

const shown = document.querySelector<HTMLElement>('[data-room]')
if (shown !== null) follow(shown)

function follow(room: HTMLElement): void {
  const address = `/console/incidents/${room.dataset['room']}`
  let sequence = Number(room.dataset['sequence'])
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRefreshing = false
  let hasPending = false

  showWantedEntry(address)
  window.addEventListener('hashchange', () => showWantedEntry(address))
  connect()
  room.addEventListener('focusout', () => {
    if (hasPending) refreshSoon()
  })

  function connect(): void {
    const url = new URL(`/api/v1${address.slice('/console'.length)}/live?after=${sequence}`, location.href)
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(url)
    const isOver = new AbortController()
    let heardAtMs = Date.now()
    const ping = setInterval(() => {
      // After a sleep a connection may be dead without saying so.
      if (Date.now() - heardAtMs > SILENCE_MAX_MS) socket.close()
      else if (socket.readyState === WebSocket.OPEN) socket.send('ping')
    }, PING_MS)
    window.addEventListener('offline', () => socket.close(), { signal: isOver.signal })
    socket.addEventListener('open', () => {
      failures = 0
      say('[data-connection]', 'Live')
    })
    socket.addEventListener('message', ({ data }) => {
      heardAtMs = Date.now()
      const seen = sequenceIn(data)
      if (seen <= sequence) return
      sequence = seen
      refreshSoon()
    })
    socket.addEventListener('close', () => {
      clearInterval(ping)
      isOver.abort()
      const waitMs = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)] ?? 0
      failures += 1
      say('[data-connection]', navigator.onLine ? 'Reconnecting …' : 'Offline')
      setTimeout(connect, waitMs)
    })
  }

  function refreshSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void refresh(), REFRESH_DELAY_MS)
  }

  async function refresh(): Promise<void> {
    if (isRefreshing) return refreshSoon()
    isRefreshing = true
    try {
      // A refused form stands at an address that only takes posts.
      const isHere = location.pathname === address
      const answer = await fetch(isHere ? address + location.search : address)
      if (!answer.ok || answer.redirected) throw new Error(`The room answered ${answer.status}`)
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const news = newEntries(fresh)
      hasPending = swapParts(fresh)
      say('[data-announce]', news)
    } catch {
      hasPending = true
    } finally {
      isRefreshing = false
      show('[data-reload]', hasPending)
    }
  }
}

/** A link to an entry may mean one that stands on an older page of the timeline. */
function showWantedEntry(address: string): void {
  const sequence = Number(/^#event-(\d+)$/.exec(location.hash)?.[1])
  if (!(sequence > 0) || document.querySelector(location.hash) !== null) return
  const wanted = entryAddress(address, sequence)
  if (!location.href.endsWith(wanted)) location.replace(wanted)
}

/** Replaces the parts of the page that are at rest. True when some part is being used and was left as it is. */
function swapParts(fresh: Document): boolean {
  let hasLeft = false
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const next = fresh.querySelector<HTMLElement>(`[data-live="${part.dataset['live']}"]`)
    if (next === null) continue
    if (isInUse(part)) {
      // A text being written is guarded by the version it began at; only what is hidden from view is worth a hint.
      hasLeft ||= part.dataset['live'] !== 'composer'
      continue
    }
    keepOpen(part, next)
    part.replaceWith(next)
  }
  return hasLeft
}

function isInUse(part: HTMLElement): boolean {
  if (part.contains(document.activeElement)) return true
  // What was typed before the page came back is in no field's change.
  if (part.querySelector('[data-back]') !== null) return true
  return [
    ...part.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>('input, textarea, select'),
  ].some(isChanged)
}

function isChanged(field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement): boolean {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options]
    const first = Math.max(
      0,
      options.findIndex((option) => option.defaultSelected),
    )
    return field.selectedIndex !== first
  }
  if (field instanceof HTMLInputElement && (field.type === 'radio' || field.type === 'checkbox'))
    return field.checked !== field.defaultChecked
  return field.value !== field.defaultValue
}

/** What someone has unfolded stays so. */
function keepOpen(part: HTMLElement, next: HTMLElement): void {
  const open = new Set(
    [...part.querySelectorAll('details[open] > summary')].map((summary) => summary.textContent.trim()),
  )
  for (const details of next.querySelectorAll('details'))
    if (open.has(details.querySelector('summary')?.textContent.trim() ?? '')) details.open = true
}

/** What the fresh timeline has that this page has not, for those who listen to the page. */
function newEntries(fresh: Document): string {
  const news = [...fresh.querySelectorAll('[data-live="timeline"] li[id]')].filter(
    ({ id }) => document.getElementById(id) === null,
  )
  const latest = news[0]?.querySelector('.what > p')?.textContent.replaceAll(/\s+/g, ' ').trim()
  if (latest === undefined) return ''
  return news.length === 1 ? `New: ${latest}` : `${news.length} new entries. The latest: ${latest}`
}

function sequenceIn(data: unknown): number {
  if (typeof data !== 'string' || !data.startsWith('{')) return 0
  const message: unknown = JSON.parse(data)
  if (typeof message !== 'object' || message === null || !('event' in message)) return 0
  const { event } = message
  if (typeof event !== 'object' || event === null || !('sequence' in event)) return 0
  return typeof event.sequence === 'number' ? event.sequence : 0
}

function say(selector: string, text: string): void {
  const place = document.querySelector(selector)
  if (place !== null && text !== '') place.textContent = text
}

function show(selector: string, isShown: boolean): void {
  const place = document.querySelector<HTMLElement>(selector)
  if (place !== null) place.hidden = !isShown
}

/** How long an update can still be taken back. */
setInterval(() => {
  for (const place of document.querySelectorAll<HTMLElement>('[data-countdown]')) {
    const seconds = Math.ceil((Number(place.dataset['countdown']) - Date.now()) / 1000)
    place.textContent = seconds > 0 ? `, in ${seconds} s` : ''
    if (seconds <= 0) place.closest<HTMLElement>('.undo')?.setAttribute('hidden', '')
  }
}, 500)
