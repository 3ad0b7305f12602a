import { printable } from '../publishing/text.ts'
import type { Ask, Brief, Tone } from './brief.ts'
import type { ChatLinks } from './chatChannel.ts'
import type { Dialect } from './markedText.ts'
import { clipEscaped, markedText } from './markedText.ts'

/** Pure: a message of Discord's webhooks, as one embed. All texts of it together may have 6,000 characters. */

const TITLE_LENGTH_MAX = 256
const BODY_LENGTH_MAX = 2_400
const FACTS_LENGTH_MAX = 500
const FIELDS_MAX = 20
const NAME_LENGTH_MAX = 50
const STATUS_LENGTH_MAX = 70
const FOOTER_LENGTH_MAX = 100
/** Of a description as a whole. */
const DESCRIPTION_LENGTH_MAX = 4_096

const COLOUR: Record<Tone, number> = {
  operational: 0x2e7d32,
  under_maintenance: 0x1565c0,
  degraded_performance: 0xf9a825,
  partial_outage: 0xef6c00,
  major_outage: 0xc62828,
}
const NEUTRAL = 0x546e7a

/** Marks of Discord's Markdown, and what begins a mention, a channel or a time. */
export function escapeDiscord(text: string): string {
  return printable(text).replace(/[\\*_~`|>#[\]()<@]/g, String.raw`\$&`)
}

const DISCORD: Dialect = {
  escape: escapeDiscord,
  strong: '**',
  emphasis: '*',
  strike: '~~',
  code: (text) => `\`${printable(text).replaceAll('`', 'ˋ')}\``,
  fence: (text) => `\`\`\`\n${printable(text).replaceAll('```', 'ˋˋˋ')}\n\`\`\``,
  link: discordLink,
  quote: '> ',
}

export function discordMessage(brief: Brief, links: ChatLinks): object {
  const { components, body, facts, state, when } = brief
  const ways = `${discordLink(escapeDiscord(links.words.change), links.manage)} · ${discordLink(escapeDiscord(links.words.unsubscribe), links.unsubscribe)}`
  const head = `**${part(state, 150)}**${when === null ? '' : ` · ${part(when, 150)}`}`
  const shown = components.slice(0, FIELDS_MAX)
  return message({
    title: part(brief.title, TITLE_LENGTH_MAX) || part(brief.pageName, TITLE_LENGTH_MAX),
    url: brief.url,
    color: COLOUR[brief.tone],
    description: description([
      head,
      markedText(body, DISCORD, BODY_LENGTH_MAX),
      clipEscaped(facts.join('\n'), escapeDiscord, FACTS_LENGTH_MAX),
      components.length > shown.length ? '…' : '',
      ways,
    ]),
    fields: shown.map(({ name, status }) => ({
      name: part(name, NAME_LENGTH_MAX) || '–',
      value: part(status, STATUS_LENGTH_MAX) || '–',
      inline: true,
    })),
    footer: { text: plain(brief.pageName) },
    timestamp: new Date(brief.atMs).toISOString(),
  })
}

export function discordRequest({ title, text, otherwise, label, url }: Ask): object {
  return message({
    title: part(title, TITLE_LENGTH_MAX),
    color: NEUTRAL,
    description: description([
      clipEscaped(text, escapeDiscord, FACTS_LENGTH_MAX),
      `**${discordLink(escapeDiscord(label), url)}**`,
      clipEscaped(otherwise, escapeDiscord, FACTS_LENGTH_MAX),
    ]),
  })
}

/** Nobody is mentioned, whatever the text says. */
function message(embed: object): object {
  return { embeds: [embed], allowed_mentions: { parse: [] } }
}

/** What does not fit is left out from the middle: the first says how things stand, the last how to leave. */
function description(paragraphs: readonly string[]): string {
  const kept = paragraphs.filter((paragraph) => paragraph !== '')
  while (kept.length > 2 && kept.join('\n\n').length > DESCRIPTION_LENGTH_MAX) kept.splice(kept.length - 2, 1)
  return kept.join('\n\n')
}

function discordLink(label: string, url: string): string {
  const address = url.replace(/[\s()<>\\]/g, (character) =>
    encodeURIComponent(character).replace('(', '%28').replace(')', '%29'),
  )
  return `[${label}](${address})`
}

function part(text: string, lengthMax: number): string {
  return clipEscaped(text.replace(/\s+/g, ' ').trim(), escapeDiscord, lengthMax)
}

/** A footer shows no marks. */
function plain(text: string): string {
  return clipEscaped(printable(text), (same) => same, FOOTER_LENGTH_MAX)
}
