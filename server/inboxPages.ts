import type { Mail } from './mailStore.ts'

/** The inbox's pages. Everything in a mail was written by others: it is text here, and its HTML stays in a sandbox. */

const STYLE = `
  :root { color-scheme: light dark; --line: light-dark(#d5d9de, #3a4048); --quiet: light-dark(#545c66, #a3abb5) }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1rem }
  h1 { font-size: 1.25rem; overflow-wrap: anywhere }
  ol { list-style: none; padding: 0 }
  li { border-block-end: 1px solid var(--line); padding-block: .5rem }
  li a { font-weight: 600; overflow-wrap: anywhere }
  p, dl { margin-block: .25rem } dt { color: var(--quiet) } dd { margin: 0 0 .25rem; overflow-wrap: anywhere }
  .quiet { color: var(--quiet) }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); padding: 1rem }
  iframe { width: 100%; height: 40rem; border: 1px solid var(--line); background: #fff }
`

export function listPage(mails: readonly Mail[]): string {
  const items = mails.map(
    (mail) => `<li><a href="/messages/${mail.id}">${escaped(mail.subject || '(no subject)')}</a>
<p class="quiet">to ${escaped(mail.envelope.to.join(', '))} · <time>${timeOf(mail)}</time></p></li>`,
  )
  const body =
    items.length === 0
      ? '<p>No mail yet. Everything this instance sends arrives here; nothing leaves the machine.</p>'
      : `<ol>${items.join('')}</ol>`
  return page('Inbox', `<h1>Inbox</h1>${body}`)
}

export function mailPage(mail: Mail): string {
  const fields: [string, string | null][] = [
    ['From', mail.from],
    ['To', mail.to],
    ['Delivered to', mail.envelope.to.join(', ')],
    ['Received', timeOf(mail)],
    ['Message-ID', mail.messageId],
    ['In-Reply-To', mail.inReplyTo],
    ['List-Unsubscribe', mail.listUnsubscribe],
  ]
  const list = fields
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value ?? '')}</dd>`)
  const html =
    mail.html === null
      ? ''
      : `<h2>As HTML</h2><iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/messages/${mail.id}/html"></iframe>`
  return page(
    mail.subject,
    `<p><a href="/">Inbox</a></p><h1>${escaped(mail.subject || '(no subject)')}</h1>
<dl>${list.join('')}</dl><p><a href="/messages/${mail.id}/raw">Source</a></p>
<pre>${linked(mail.text)}</pre>${html}`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body><main>${body}</main></body></html>`
}

function timeOf(mail: Mail): string {
  return `${new Date(mail.receivedAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function linked(text: string): string {
  return escaped(text).replace(
    /https?:\/\/[^\s<>"]+?(?=[.,)]*(?:\s|&gt;|&lt;|&quot;|$))/g,
    (url) => `<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`,
  )
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
