import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listPage, mailPage } from './inboxPages.ts'
import type { MailStore } from './mailStore.ts'
import { HOST } from './settings.ts'

const LISTED_MAX = 200
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:; base-uri 'none'"
/** Mail that opens in its own frame: no script, no network, links open elsewhere. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox"

/** The web inbox, which listens nowhere yet: `/`, `/messages/:id`, its `/html` and `/raw`, and `/messages.json` (`?limit=`) for programs. */
export function inboxServer(store: MailStore): Server {
  return createServer((request, response) => {
    answer(store, request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) response.writeHead(500)
      response.end('The inbox could not read its mail.')
    })
  })
}

async function answer(store: MailStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page elsewhere whose name is made to mean 127.0.0.1 must not read this machine's mail.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  if (!['127.0.0.1', 'localhost'].includes(host))
    return send(response, 421, 'text/plain', 'This inbox answers as 127.0.0.1.')
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'Read only.')

  const url = new URL(request.url ?? '/', `http://${HOST}`)
  const limit = Math.min(Math.max(Number(url.searchParams.get('limit')) || LISTED_MAX, 1), LISTED_MAX * 10)
  if (url.pathname === '/') return send(response, 200, 'text/html', listPage(await store.list(limit)))
  if (url.pathname === '/messages.json') {
    return send(response, 200, 'application/json', JSON.stringify({ messages: await store.list(limit) }))
  }

  const [, id = '', form] = /^\/messages\/(\d+)(?:\/(html|raw))?$/.exec(url.pathname) ?? []
  const mail = await store.read(id)
  if (mail === null) return send(response, 404, 'text/plain', 'No such mail.')
  if (form === 'raw') return send(response, 200, 'text/plain', (await store.source(id)) ?? '')
  if (form === 'html') return send(response, 200, 'text/html', `<base target="_blank">${mail.html ?? ''}`, MAIL_POLICY)
  return send(response, 200, 'text/html', mailPage(mail))
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, policy = POLICY): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  response.end(body)
}
