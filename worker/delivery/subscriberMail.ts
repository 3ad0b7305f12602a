import { oneLine } from '../domain/alert.ts'
import type { PublicPage } from '../domain/publicModel.ts'
import { renderMarkdown } from '../publishing/markdown.ts'
import { escapeMarkup } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { link, mailHtml, mailText, messageIdOf } from './mailLayout.ts'

/** Pure: what all mails to subscribers of the status page have in common. */

/** The one they go to. */
export interface Addressee {
  readonly subscriberId: string
  readonly email: string
  /** Opens a page that asks; a POST to it unsubscribes at once (RFC 8058). */
  readonly unsubscribeUrl: string
  /** Where they change what they get, or leave. */
  readonly manageUrl?: string
  /** They had it in other words. */
  readonly isCorrection?: boolean
  /** They follow only this incident, and it is over. */
  readonly isLast?: boolean
}

export interface MailParts {
  readonly page: PublicPage
  readonly title: string
  /** Stable for what is told, without the subscriber. */
  readonly id: string
  /** What the mails of one thread have in common; null: it stands alone. */
  readonly thread: string | null
  /** How things stand, first in the preview of every inbox. */
  readonly state: string
  /** Beside the state, such as the time. */
  readonly when: string | null
  readonly components: readonly ComponentLine[]
  /** Markdown as written. */
  readonly body: string
  /** Facts below the body. */
  readonly facts: readonly string[]
  readonly url: string
  readonly linkLabel: string
}

export interface ComponentLine {
  readonly name: string
  readonly status: string
}

/** The subject never changes within a thread, so that mail programs keep it together. */
export function subscriberMail(parts: MailParts, from: string, to: Addressee): Mail {
  const { page, title, components, body, url } = parts
  const state = to.isCorrection === true ? `Corrected: ${parts.state}` : parts.state
  const heading = parts.when === null ? state : `${state}, ${parts.when}`
  const facts =
    to.isLast === true
      ? [...parts.facts, 'This was the last mail: you followed this incident, and it is resolved.']
      : parts.facts
  return {
    from,
    to: to.email,
    subject: oneLine(`[${page.name}] ${title}`, 200),
    messageId: messageIdOf(`${parts.id}${to.isCorrection === true ? '.corrected' : ''}.${to.subscriberId}`, page.url),
    headers: { ...(parts.thread === null ? {} : threadHeaders(parts.thread, page.url)), ...listHeaders(page, to) },
    text: mailText([
      heading,
      title,
      components.map(({ name, status }) => `- ${name}: ${status}`).join('\n'),
      body,
      ...facts,
      url,
      textFooter(page, to),
    ]),
    html: mailHtml({
      title,
      preheader: body === '' ? state : `${state}: ${oneLine(body, 140)}`,
      body:
        `<p class="state">${escapeMarkup(heading)}</p><h1>${escapeMarkup(title)}</h1>` +
        componentTable(components) +
        renderMarkdown(body, 2) +
        facts.map((fact) => `<p>${escapeMarkup(fact)}</p>`).join('') +
        `<p>${link(url, parts.linkLabel)}</p>`,
      footer: htmlFooter(page, to),
    }),
  }
}

/** The same root in every mail of a thread; nobody ever gets the mail with that id. */
function threadHeaders(thread: string, pageUrl: string): Record<string, string> {
  const root = messageIdOf(thread, pageUrl)
  return { 'In-Reply-To': root, References: root }
}

function listHeaders(page: PublicPage, to: Addressee): Record<string, string> {
  return {
    'List-Id': `<status.${new URL(page.url).hostname.replace(/[^A-Za-z0-9.-]/g, '-')}>`,
    'List-Unsubscribe': `<${to.unsubscribeUrl}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
    Precedence: 'bulk',
  }
}

function componentTable(components: readonly ComponentLine[]): string {
  if (components.length === 0) return ''
  const rows = components.map(
    ({ name, status }) => `<tr><td>${escapeMarkup(name)}</td><td>${escapeMarkup(status)}</td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

function textFooter(page: PublicPage, to: Addressee): string {
  const support = page.supportUrl === null ? '' : `\nSupport: ${page.supportUrl}`
  const manage = to.manageUrl === undefined ? '' : `\nChange what you get: ${to.manageUrl}`
  return `-- \n${page.name}: ${page.url}${support}${manage}\nUnsubscribe: ${to.unsubscribeUrl}`
}

function htmlFooter(page: PublicPage, to: Addressee): string {
  const support = page.supportUrl === null ? '' : ` · ${link(page.supportUrl, 'Support')}`
  const manage = to.manageUrl === undefined ? '' : ` · ${link(to.manageUrl, 'Change what you get')}`
  return `You get this because you subscribed to ${link(page.url, page.name)}.${support}${manage} · ${link(to.unsubscribeUrl, 'Unsubscribe')}`
}

export function timeIn(timeZone: string, atMs: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(atMs)
}
