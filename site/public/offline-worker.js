// Keeps what a reader has seen of the status page for when there is no network. The service worker of the site imports
// it (sw.js). Only what everybody may read is kept, and the network always goes first.

const PAGES = 'status-pages'
const SCRIPTS = 'status-scripts'
/** Of looks: another image has another name. */
const IMAGES = 'status-images'
const PAGES_MAX = 40
const IMAGES_MAX = 12
const SCRIPTS_MAX = 8
/** A network this slow is as good as none. */
const PATIENCE_MS = 5_000
const NOT_FOR_READERS = /^\/(?:api|console|alertmanager|hooks|heartbeats|pagerduty|opsgenie|healthz|metrics)(?:\/|$)/

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

/** What was loaded before there was anyone to keep it. */
self.addEventListener('message', (event) => {
  const addresses = event.data?.keep
  if (Array.isArray(addresses)) event.waitUntil(Promise.all(addresses.map(keepAddress)))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin || NOT_FOR_READERS.test(url.pathname)) return
  if (url.pathname.startsWith('/_astro/')) event.respondWith(unchanging(event, SCRIPTS))
  else if (isImage(url)) event.respondWith(unchanging(event, IMAGES))
  else if (request.mode === 'navigate') event.respondWith(page(event))
  else if (request.headers.get('Accept') === 'text/html') event.respondWith(freshPage(event))
})

async function unchanging(event, name) {
  const kept = await (await caches.open(name)).match(event.request, { ignoreVary: true })
  return kept ?? keeping(event, name, await fetch(event.request))
}

function isImage({ pathname }) {
  return /\/look\/[^/]+$/.test(pathname)
}

async function page(event) {
  const kept = await (await caches.open(PAGES)).match(event.request, { ignoreVary: true })
  const asked = fetch(event.request).then((answer) => keeping(event, PAGES, answer))
  try {
    const answer = await (kept === undefined ? asked : within(PATIENCE_MS, asked))
    return kept !== undefined && answer.status >= 500 ? kept : answer
  } catch (error) {
    // The slow answer is kept when it comes, for the next time.
    event.waitUntil(asked.catch(() => null))
    if (kept !== undefined) return kept
    const home = await keptHome(new URL(event.request.url))
    if (home === null) throw error
    return Response.redirect(home)
  }
}

/** The page's script asks whether it is still the same: a kept one would say yes. */
async function freshPage(event) {
  return keeping(event, PAGES, await fetch(event.request))
}

/** Of the nearest page above the address, such as /de/ or /pages/shop/. */
async function keptHome(url) {
  const cache = await caches.open(PAGES)
  for (let path = url.pathname; path !== ''; path = path.slice(0, -1).replace(/[^/]*$/, '')) {
    const home = new URL(path, url)
    if (path.endsWith('/') && home.href !== url.href && (await cache.match(home, { ignoreVary: true }))) return home
  }
  return null
}

async function keepAddress(address) {
  const url = new URL(address, self.location.origin)
  if (url.origin !== self.location.origin || NOT_FOR_READERS.test(url.pathname)) return
  const name = url.pathname.startsWith('/_astro/') ? SCRIPTS : isImage(url) ? IMAGES : PAGES
  const request = new Request(url, name === PAGES ? { headers: { Accept: 'text/html' }, cache: 'no-cache' } : {})
  await keep(name, request, await fetch(request))
}

function keeping(event, name, answer) {
  const copy = answer.clone()
  event.waitUntil(keep(name, event.request, copy).catch(() => null))
  return answer
}

async function keep(name, request, answer) {
  // Whoever may not read it (any more) has nothing of it here either.
  if (answer.status === 401) return void (await (await caches.open(name)).delete(request.url, { ignoreVary: true }))
  const type = answer.headers.get('Content-Type') ?? ''
  const isPublic = (answer.headers.get('Cache-Control') ?? '').includes('public')
  const isWanted = name === SCRIPTS || (isPublic && type.startsWith(name === IMAGES ? 'image/' : 'text/html'))
  if (answer.status !== 200 || answer.redirected || !isWanted) return
  const cache = await caches.open(name)
  // As the newest: the oldest go first.
  await cache.delete(request.url, { ignoreVary: true })
  await cache.put(request.url, answer)
  const keys = await cache.keys()
  const max = { [PAGES]: PAGES_MAX, [IMAGES]: IMAGES_MAX, [SCRIPTS]: SCRIPTS_MAX }[name]
  await Promise.all(keys.slice(0, Math.max(0, keys.length - max)).map((key) => cache.delete(key, { ignoreVary: true })))
}

function within(ms, work) {
  return Promise.race([work, new Promise((_, reject) => setTimeout(() => reject(new Error('too slow')), ms))])
}
