// Shows what the status page tells this browser. The service worker of the site imports it (sw.js).

/** Where the remembered choices lie, one for each status page, for when the browser renews its subscription by itself. */
const CHOICE = 'push-choice'

self.addEventListener('push', (event) => {
  const said = read(event.data)
  if (said === null) return
  const shown = self.registration.showNotification(said.title, {
    body: said.body,
    tag: said.tag,
    // A later update takes the place of the earlier, and is heard all the same.
    renotify: true,
    lang: said.lang,
    dir: said.dir,
    timestamp: said.atMs,
    icon: '/favicon.svg',
    data: { url: here(said.url) },
  })
  // Nobody else could read this message: answering it proves that the browser wants it. A click asks again.
  const confirmed = said.confirm === undefined ? null : fetch(here(said.confirm), { method: 'POST' }).catch(() => null)
  event.waitUntil(Promise.all([shown, confirmed]))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(show(event.notification.data?.url ?? '/'))
})

self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renew(event))
})

function read(data) {
  try {
    const said = data.json()
    return typeof said.title === 'string' ? said : null
  } catch {
    return null
  }
}

/** The same page on the host that this browser knows: a status page may have several. */
function here(address) {
  const { pathname, search } = new URL(address, self.location.origin)
  return new URL(pathname + search, self.location.origin).href
}

async function show(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const open = windows.find((each) => each.url === url)
  return open === undefined ? self.clients.openWindow(url) : open.focus()
}

async function renew(event) {
  const cache = await caches.open(CHOICE)
  const places = await cache.keys()
  const options = event.oldSubscription?.options
  if (places.length === 0 || options === undefined) return
  const renewed = event.newSubscription ?? (await self.registration.pushManager.subscribe(options))
  const { endpoint, keys } = renewed.toJSON()
  for (const place of places) {
    const choice = await (await cache.match(place)).json()
    await fetch('/api/v1/subscribers', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...choice, channel: { kind: 'push', endpoint, p256dh: keys.p256dh, auth: keys.auth } }),
    })
  }
}
