import { oneLine } from '../domain/alert.ts'
import type { Notice } from '../domain/notice.ts'
import { MAIL_WORDS } from '../domain/words/mailWords.ts'
import { apposed, headed } from '../domain/words/phrase.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import { renderMarkdown } from '../publishing/markdown.ts'
import { escapeMarkup } from '../publishing/text.ts'
import type { Brief } from './brief.ts'
import { briefOf } from './brief.ts'
import type { Mail } from './mail.ts'
import { PLAIN, markedText } from './markedText.ts'
import { link, mailHtml, mailText, messageIdOf } from './mailLayout.ts'
import type { Message } from './sender.ts'

/** Pure: what subscribers of the status page are told by mail. */

/** Paragraphs and lists as they are, links written out; quotes as mail has always marked them. */
const TEXT = { ...PLAIN, quote: '> ' }
/** No bound of a mail: what is longer than any update or post-mortem may be. */
const BODY_LENGTH_MAX = 200_000

/** The one it goes to, and how. */
export interface Addressee extends Pick<
  Message,
  'subscriberId' | 'language' | 'links' | 'threadTitle' | 'isCorrection' | 'isLast'
> {
  readonly email: string
}

/** The subject never changes within a thread, so that mail programs keep it together; the state leads the preview. */
export function noticeMail(notice: Notice, from: string, to: Addressee): Mail {
  const { page } = notice
  const words = NOTICE_WORDS[to.language]
  const brief = briefOf(notice, to)
  const { state, when, components, body, facts, url } = brief
  const title = notice.kind === 'post_mortem' ? MAIL_WORDS[to.language].postMortemOf(brief.title) : brief.title
  const heading = when === null ? state : apposed(to.language, state, when)
  return {
    from,
    to: to.email,
    subject: oneLine(`[${page.name}] ${to.threadTitle ?? title}`, 200),
    messageId: messageIdOf(`${idOf(notice)}${to.isCorrection ? '.corrected' : ''}.${to.subscriberId}`, page.url),
    headers: { ...threadHeaders(brief.thread, page.url), ...listHeaders(notice, to) },
    text: mailText([
      heading,
      title,
      components.map(({ name, status }) => `- ${name}: ${status}`).join('\n'),
      markedText(body, TEXT, BODY_LENGTH_MAX),
      ...facts,
      url,
      textFooter(notice, to),
    ]),
    html: mailHtml({
      language: to.language,
      title,
      preheader:
        body === '' ? state : headed(to.language, state, oneLine(markedText(body, PLAIN, BODY_LENGTH_MAX), 140)),
      body:
        `<p class="state">${escapeMarkup(heading)}</p><h1 dir="auto">${escapeMarkup(title)}</h1>` +
        componentTable(components) +
        `<div dir="auto">${renderMarkdown(body, 2)}</div>` +
        facts.map((fact) => `<p>${escapeMarkup(fact)}</p>`).join('') +
        `<p>${link(url, words.openPage)}</p>`,
      footer: htmlFooter(notice, to),
    }),
  }
}

/** Stable for what is told, without the subscriber. */
function idOf(notice: Notice): string {
  switch (notice.kind) {
    case 'update':
      return `update.${notice.update.id}`
    case 'maintenance':
      return `maintenance.${notice.update.id}${notice.what === 'reminder' ? '.reminder' : ''}`
    case 'components':
      return `components.${notice.id}`
    case 'post_mortem':
      return `post-mortem.${notice.postMortem.id}.${notice.postMortem.publishedAtMs}`
    case 'digest':
      return `digest.${notice.untilMs}`
  }
}

/** The same root in every mail of a thread; nobody ever gets the mail with that id. */
function threadHeaders(thread: string, pageUrl: string): Record<string, string> {
  const root = messageIdOf(thread, pageUrl)
  return { 'In-Reply-To': root, References: root }
}

function listHeaders({ page }: Notice, { links }: Addressee): Record<string, string> {
  return {
    'List-Id': `<${listIdOf(page.url)}>`,
    'List-Unsubscribe': `<${links.unsubscribe}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Auto-Submitted': 'auto-generated',
    Precedence: 'bulk',
  }
}

/** Of the page: one below another page's address has a name of its own. */
function listIdOf(pageUrl: string): string {
  const { hostname, pathname } = new URL(pageUrl)
  const labels = ['status', ...pathname.split('/').filter((part) => part !== '')].toReversed()
  return `${labels.join('.')}.${hostname}`.replace(/[^A-Za-z0-9.-]/g, '-')
}

function componentTable(components: Brief['components']): string {
  if (components.length === 0) return ''
  const rows = components.map(
    ({ name, status }) => `<tr><td><bdi>${escapeMarkup(name)}</bdi></td><td>${escapeMarkup(status)}</td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

function textFooter({ page }: Notice, { language, links }: Addressee): string {
  const words = NOTICE_WORDS[language]
  return [
    '-- ',
    `${page.name}: ${page.url}`,
    ...(page.supportUrl === null ? [] : [`${MAIL_WORDS[language].support}: ${page.supportUrl}`]),
    `${words.change}: ${links.manage}`,
    `${words.unsubscribe}: ${links.unsubscribe}`,
  ].join('\n')
}

function htmlFooter({ page }: Notice, { language, links: { manage, unsubscribe } }: Addressee): string {
  const words = NOTICE_WORDS[language]
  const links = [
    ...(page.supportUrl === null ? [] : [link(page.supportUrl, MAIL_WORDS[language].support)]),
    link(manage, words.change),
    link(unsubscribe, words.unsubscribe),
  ]
  // Our own words around it hold no markup.
  return `${words.youSubscribed(link(page.url, page.name))}<br>${links.join(' · ')}`
}
