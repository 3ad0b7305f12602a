import { oneLine } from '../domain/alert.ts'
import { COMPONENT_STATUS_LABEL } from '../domain/componentStatus.ts'
import type { PublicIncident, PublicPage, PublicPostMortem, PublicStatus, PublicUpdate } from '../domain/publicModel.ts'
import { renderMarkdown } from '../publishing/markdown.ts'
import { escapeMarkup } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { button, link, mailHtml, mailText, messageIdOf } from './mailLayout.ts'

/** Pure: the mails that a subscriber of the status page gets. */

/** The one they go to. */
export interface Addressee {
  readonly subscriberId: string
  readonly email: string
  /** Opens a page that asks; a POST to it unsubscribes at once (RFC 8058). */
  readonly unsubscribeUrl: string
}

export interface Announcement {
  readonly page: PublicPage
  readonly incident: PublicIncident
  readonly update: PublicUpdate
}

export interface PostMortemAnnouncement {
  readonly page: PublicPage
  readonly postMortem: PublicPostMortem
}

const STATUS_LABEL: Record<PublicStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
}

/** One public update. The subject never changes within an incident, so that mail programs keep one thread. */
export function updateMail({ page, incident, update }: Announcement, from: string, to: Addressee): Mail {
  const state = STATUS_LABEL[update.status]
  const when = timeIn(page.timeZone, update.atMs)
  const url = `${page.url}/incidents/${incident.id}`
  const nextUpdate =
    update.status === 'resolved' || incident.nextUpdateAtMs === null
      ? null
      : `Next update by ${timeIn(page.timeZone, incident.nextUpdateAtMs)}.`
  const components = componentsOf(incident, update)
  return {
    from,
    to: to.email,
    subject: oneLine(`[${page.name}] ${incident.title}`, 200),
    messageId: messageIdOf(`update.${update.id}.${to.subscriberId}`, page.url),
    headers: { ...threadHeaders(incident.id, page.url), ...listHeaders(page, to) },
    text: mailText([
      `${state}, ${when}`,
      incident.title,
      components.map(({ name, status }) => `- ${name}: ${status}`).join('\n'),
      update.body,
      nextUpdate,
      url,
      textFooter(page, to),
    ]),
    html: mailHtml({
      title: incident.title,
      preheader: `${state}: ${oneLine(update.body, 140)}`,
      body:
        `<p class="state">${state}, ${escapeMarkup(when)}</p><h1>${escapeMarkup(incident.title)}</h1>` +
        componentTable(components) +
        renderMarkdown(update.body, 2) +
        (nextUpdate === null ? '' : `<p>${escapeMarkup(nextUpdate)}</p>`) +
        `<p>${link(url, 'See the whole incident')}</p>`,
      footer: htmlFooter(page, to),
    }),
  }
}

/** To those who asked for it. It stands in the thread of its incident. */
export function postMortemMail({ page, postMortem }: PostMortemAnnouncement, from: string, to: Addressee): Mail {
  const url = `${page.url}/post-mortems/${postMortem.id}`
  const times = `${timeIn(page.timeZone, postMortem.startedAtMs)} to ${timeIn(page.timeZone, postMortem.resolvedAtMs)}`
  return {
    from,
    to: to.email,
    subject: oneLine(`[${page.name}] Post-mortem: ${postMortem.title}`, 200),
    messageId: messageIdOf(`post-mortem.${postMortem.id}.${postMortem.publishedAtMs}.${to.subscriberId}`, page.url),
    headers: { ...threadHeaders(postMortem.id, page.url), ...listHeaders(page, to) },
    text: mailText(['Post-mortem published', postMortem.title, times, postMortem.body, url, textFooter(page, to)]),
    html: mailHtml({
      title: postMortem.title,
      preheader: `Post-mortem published: ${oneLine(postMortem.body, 140)}`,
      body:
        `<p class="state">Post-mortem published</p><h1>${escapeMarkup(postMortem.title)}</h1>` +
        `<p class="muted">${escapeMarkup(times)}</p>` +
        renderMarkdown(postMortem.body, 2) +
        `<p>${link(url, 'Read it on the status page')}</p>`,
      footer: htmlFooter(page, to),
    }),
  }
}

export interface Confirmation {
  readonly pageName: string
  readonly publicUrl: string
  readonly email: string
  readonly subscriberId: string
  readonly confirmUrl: string
  /** Tells one request from the next, so that the second mail is not dropped as a repeat. */
  readonly requestedAtMs: number
}

/** The first half of the double opt-in. Without the click nothing more is sent, and the address is forgotten. */
export function confirmMail(confirmation: Confirmation, from: string): Mail {
  const { pageName, publicUrl, email, subscriberId, confirmUrl, requestedAtMs } = confirmation
  const ask = `Someone, hopefully you, asked for status updates from ${pageName} to be sent to ${email}.`
  const otherwise = 'If it was not you, do nothing: no further mail comes, and the address is deleted after 7 days.'
  return {
    from,
    to: email,
    subject: oneLine(`Confirm your subscription to ${pageName}`, 200),
    messageId: messageIdOf(`confirm.${subscriberId}.${requestedAtMs}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: mailText([ask, `Confirm: ${confirmUrl}`, otherwise]),
    html: mailHtml({
      title: `Confirm your subscription to ${pageName}`,
      preheader: 'One click and status updates come to this address.',
      body: `<h1>Confirm your subscription</h1><p>${escapeMarkup(ask)}</p>${button(confirmUrl, 'Confirm')}`,
      footer: escapeMarkup(otherwise),
    }),
  }
}

function threadHeaders(incidentId: string, pageUrl: string): Record<string, string> {
  const root = messageIdOf(`incident.${incidentId}`, pageUrl)
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

interface ComponentLine {
  readonly name: string
  readonly status: string
}

/** What this update changed, or, when it changed nothing, what the incident touches. */
function componentsOf(incident: PublicIncident, update: PublicUpdate): ComponentLine[] {
  if (update.components.length > 0)
    return update.components.map(({ name, from, to }) => ({
      name,
      status:
        from === to
          ? COMPONENT_STATUS_LABEL[to]
          : `${COMPONENT_STATUS_LABEL[to]} (was: ${COMPONENT_STATUS_LABEL[from]})`,
    }))
  return incident.components.map(({ name, status }) => ({ name, status: COMPONENT_STATUS_LABEL[status] }))
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
  return `-- \n${page.name}: ${page.url}${support}\nUnsubscribe: ${to.unsubscribeUrl}`
}

function htmlFooter(page: PublicPage, to: Addressee): string {
  const support = page.supportUrl === null ? '' : ` · ${link(page.supportUrl, 'Support')}`
  return `You get this because you subscribed to ${link(page.url, page.name)}.${support} · ${link(to.unsubscribeUrl, 'Unsubscribe')}`
}

function timeIn(timeZone: string, atMs: number): string {
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
