import { printable } from '../publishing/text.ts'
import type { Ask, Brief, Tone } from './brief.ts'
import type { ChatLinks } from './chatChannel.ts'
import { byteLength, clip } from './clip.ts'
import type { Dialect } from './markedText.ts'
import { markedText } from './markedText.ts'

/** Pure: an Adaptive Card, as Teams' Workflows and its older incoming webhooks take it. */

/** Teams says 28 KB and refuses some cards from 21 KB on. */
const CARD_BYTES_MAX = 20_000
const BODY_LENGTHS = [6_000, 3_000, 1_200, 400, 0] as const
const COMPONENTS_MAX = 40
const TEXT_LENGTH_MAX = 200

const COLOUR: Record<Tone, string> = {
  operational: 'Good',
  under_maintenance: 'Accent',
  degraded_performance: 'Warning',
  partial_outage: 'Warning',
  major_outage: 'Attention',
}

const TEAMS: Dialect = {
  escape: (text) => printable(text).replace(/[\\*_[\]()`~#>]/g, String.raw`\$&`),
  strong: '**',
  emphasis: '_',
  // A card knows neither struck text nor code.
  strike: '',
  code: (text) => TEAMS.escape(text),
  fence: (text) => TEAMS.escape(text),
  link: (label, url) => `[${label}](${url.replace(/[\s()]/g, percent)})`,
  quote: '',
}

export function teamsMessage(brief: Brief, links: ChatLinks): object {
  const whole = card(brief, links, BODY_LENGTHS[0])
  if (byteLength(JSON.stringify(whole)) <= CARD_BYTES_MAX) return whole
  const shorter = BODY_LENGTHS.map((length) => card(brief, links, length))
  return (
    shorter.find((each) => byteLength(JSON.stringify(each)) <= CARD_BYTES_MAX) ??
    card({ ...brief, components: [], facts: [] }, links, 0)
  )
}

export function teamsRequest({ title, text, otherwise, label, url }: Ask): object {
  return message(
    title,
    [
      runs([{ text: line(title), weight: 'Bolder', size: 'Large' }]),
      ...[text, otherwise].filter((each) => each !== '').map((each) => runs([{ text: line(each) }])),
    ],
    [{ type: 'Action.OpenUrl', title: label, url }],
  )
}

function card(brief: Brief, links: ChatLinks, bodyLength: number): object {
  const { components, facts, when, state, tone } = brief
  const shown = components.slice(0, COMPONENTS_MAX)
  const body = bodyLength === 0 ? '' : markedText(brief.body, TEAMS, bodyLength)
  return message(
    `${brief.pageName}: ${state}: ${brief.title}`,
    [
      runs([{ text: line(brief.pageName), isSubtle: true }]),
      runs([{ text: line(brief.title), weight: 'Bolder', size: 'Large' }]),
      runs([
        { text: line(state), weight: 'Bolder', color: COLOUR[tone] },
        ...(when === null ? [] : [{ text: ` · ${line(when)}` }]),
      ]),
      ...shown.map(({ name, status }) => runs([{ text: `${line(name)}: `, weight: 'Bolder' }, { text: line(status) }])),
      ...(components.length > shown.length ? [runs([{ text: '…' }])] : []),
      ...(body === '' ? [] : [{ type: 'TextBlock', text: body, wrap: true }]),
      ...facts.map((fact) => runs([{ text: line(fact) }])),
    ],
    [
      { type: 'Action.OpenUrl', title: links.words.openPage, url: brief.url },
      { type: 'Action.OpenUrl', title: links.words.change, url: links.manage },
      { type: 'Action.OpenUrl', title: links.words.unsubscribe, url: links.unsubscribe },
    ],
  )
}

/** `contentUrl` has to be there for the older webhooks. */
function message(fallbackText: string, body: readonly object[], actions: readonly object[]): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          msteams: { width: 'Full' },
          fallbackText: line(fallbackText),
          body,
          actions,
        },
      },
    ],
  }
}

/** Runs show no marks: names stand there as they are. */
function runs(inlines: readonly Readonly<Record<string, unknown>>[]): object {
  return { type: 'RichTextBlock', inlines: inlines.map((inlineText) => ({ type: 'TextRun', ...inlineText })) }
}

function line(text: string): string {
  return clip(printable(text).replace(/\s+/g, ' ').trimStart(), TEXT_LENGTH_MAX)
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
