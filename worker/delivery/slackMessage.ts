import { printable } from '../publishing/text.ts'
import type { Ask, Brief, Tone } from './brief.ts'
import type { ChatLinks } from './chatChannel.ts'
import { clip } from './clip.ts'
import type { Dialect } from './markedText.ts'
import { clipEscaped, markedText } from './markedText.ts'

/** Pure: a message of Slack's incoming webhooks, in Block Kit. */

const HEADER_LENGTH_MAX = 150
/** Of one section; Slack refuses the whole message when one text is longer. */
const SECTION_LENGTH_MAX = 3_000
const COMPONENTS_MAX = 40
const NAME_LENGTH_MAX = 120

const SYMBOL: Record<Tone, string> = {
  operational: '🟢',
  under_maintenance: '🔵',
  degraded_performance: '🟡',
  partial_outage: '🟠',
  major_outage: '🔴',
}

/** All that Slack takes for control: without these nobody is mentioned and nothing is linked. */
export function escapeSlack(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

const SLACK: Dialect = {
  escape: escapeSlack,
  strong: '*',
  emphasis: '_',
  strike: '~',
  code: (text) => `\`${escapeSlack(text).replaceAll('`', 'ˋ')}\``,
  fence: (text) => `\`\`\`${escapeSlack(text).replaceAll('```', 'ˋˋˋ')}\`\`\``,
  link: slackLink,
  quote: '> ',
}

export function slackMessage(brief: Brief, links: ChatLinks): object {
  const { title, pageName, components, body, facts } = brief
  const shown = components
    .slice(0, COMPONENTS_MAX)
    .map(({ name, status }) => `• ${part(name)}: ${part(status)}`)
    .join('\n')
  const rest = components.length > COMPONENTS_MAX ? '\n…' : ''
  return message(clipEscaped(`[${pageName}] ${brief.state}: ${title}`, escapeSlack, SECTION_LENGTH_MAX), [
    header(title, pageName),
    section(
      `${SYMBOL[brief.tone]} *${part(brief.state)}*${brief.when === null ? '' : ` · ${escapeSlack(brief.when)}`}`,
    ),
    section(clipLines(shown + rest)),
    section(markedText(body, SLACK, SECTION_LENGTH_MAX)),
    section(clipEscaped(facts.join('\n'), escapeSlack, SECTION_LENGTH_MAX)),
    context(
      [
        slackLink(escapeSlack(links.words.openPage), brief.url),
        slackLink(escapeSlack(links.words.change), links.manage),
        slackLink(escapeSlack(links.words.unsubscribe), links.unsubscribe),
      ].join(' · '),
    ),
  ])
}

export function slackRequest({ title, text, otherwise, label, url }: Ask): object {
  return message(clipEscaped(`${title}: ${url}`, escapeSlack, SECTION_LENGTH_MAX), [
    header(title, title),
    section(clipEscaped(text, escapeSlack, SECTION_LENGTH_MAX)),
    // A link and no button: a button asks for an app that answers, and shows a warning without one.
    section(`*${slackLink(escapeSlack(label), url)}*`),
    otherwise === '' ? null : context(clipEscaped(otherwise, escapeSlack, SECTION_LENGTH_MAX)),
  ])
}

function message(text: string, blocks: readonly (object | null)[]): object {
  return { text, unfurl_links: false, unfurl_media: false, blocks: blocks.filter((block) => block !== null) }
}

function header(title: string, otherwise: string): object {
  const text = clip(printable(title).trim(), HEADER_LENGTH_MAX) || clip(otherwise, HEADER_LENGTH_MAX)
  return { type: 'header', text: { type: 'plain_text', text, emoji: false } }
}

/** `verbatim`: Slack links nothing by itself. An empty text would be refused. */
function section(text: string): object | null {
  return text.trim() === '' ? null : { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }
}

function context(text: string): object {
  return { type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }
}

function slackLink(label: string, url: string): string {
  const address = escapeSlack(url).replaceAll('|', '%7C').replace(/\s/g, '%20')
  return `<${address}|${label.replaceAll('|', '¦')}>`
}

function part(text: string): string {
  return clipEscaped(text.replace(/\s+/g, ' '), escapeSlack, NAME_LENGTH_MAX)
}

/** Whole lines as long as they fit. */
function clipLines(text: string): string {
  if (text.length <= SECTION_LENGTH_MAX) return text
  const end = text.lastIndexOf('\n', SECTION_LENGTH_MAX - 2)
  return `${text.slice(0, Math.max(end, 0))}\n…`
}
