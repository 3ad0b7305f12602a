import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { LANGUAGES } from '../domain/language.ts'
import {
  CONFIRMATION,
  HOSTILE,
  NOTICES,
  UPDATE,
  RESOLVED,
  hostileUpdate,
  messageOf,
} from './channelMessage.fixtures.ts'
import { chatBody, deliverToChat } from './chatChannel.ts'
import { byteLength } from './clip.ts'

const CHATS = ['slack', 'discord', 'teams'] as const

/** What each chat refuses when it is not so. */
const SlackText = z.object({ type: z.enum(['mrkdwn', 'plain_text']), text: z.string().min(1).max(3000) }).loose()
const SlackMessage = z.object({
  text: z.string().min(1).max(3000),
  blocks: z
    .array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('header'), text: SlackText.extend({ text: z.string().min(1).max(150) }) }),
        z.object({ type: z.literal('section'), text: SlackText }),
        z.object({ type: z.literal('context'), elements: z.array(SlackText).min(1).max(10) }),
      ]),
    )
    .min(1)
    .max(50),
})
const DiscordMessage = z.object({
  allowed_mentions: z.object({ parse: z.array(z.string()).length(0) }),
  embeds: z
    .array(
      z.object({
        title: z.string().min(1).max(256),
        description: z.string().max(4096),
        fields: z
          .array(z.object({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
          .max(25)
          .default([]),
        footer: z.object({ text: z.string().max(2048) }).optional(),
      }),
    )
    .length(1),
})
const TeamsMessage = z.object({
  type: z.literal('message'),
  attachments: z
    .array(
      z.object({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        content: z
          .object({ type: z.literal('AdaptiveCard'), body: z.array(z.object({ type: z.string() }).loose()) })
          .loose(),
      }),
    )
    .length(1),
})
const SCHEMA = { slack: SlackMessage, discord: DiscordMessage, teams: TeamsMessage }

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}

describe.each(CHATS)('%s', (chat) => {
  it.each(Object.entries(NOTICES))('says %s', (_, notice) => {
    const body = chatBody(chat, messageOf(notice))
    SCHEMA[chat].parse(body)
    expect(body).toMatchSnapshot()
  })

  it('asks with a link to confirm, and tells how to be left in peace', () => {
    const body = chatBody(chat, messageOf(CONFIRMATION))
    SCHEMA[chat].parse(body)
    expect(body).toMatchSnapshot()
    expect(JSON.stringify(body)).toContain(CONFIRMATION.confirmUrl)
  })

  it.each(LANGUAGES)('keeps to the limits with hostile texts in %s', (language) => {
    for (const content of [hostileUpdate(), { ...CONFIRMATION, pageName: HOSTILE, incidentTitle: HOSTILE }]) {
      const body = chatBody(chat, messageOf(content, { language }))
      SCHEMA[chat].parse(body)
      expect(byteLength(JSON.stringify(body))).toBeLessThan(28_000)
      // oxlint-disable-next-line no-control-regex -- controls are what is looked for
      expect(textsIn(body).filter((text) => /[\u0000\u001b]/.test(text))).toEqual([])
    }
  })

  it('has the links to change and to leave', () => {
    const message = messageOf(UPDATE)
    const text = JSON.stringify(chatBody(chat, message))
    expect(text).toContain(message.links.manage)
    expect(text).toContain(message.links.unsubscribe)
  })

  it('speaks the language of the subscriber and leads to the page in it', () => {
    const german = {
      ...UPDATE,
      update: { ...UPDATE.update, translations: { de: 'Eine **Datenbank** ist überlastet.' } },
    }
    const text = JSON.stringify(chatBody(chat, messageOf(german, { language: 'de' })))
    for (const said of ['Ursache gefunden', 'Datenbank', 'Teilausfall', 'https://status.example/de/incidents/'])
      expect(text).toContain(said)
  })

  it('says what was corrected, and what was the last', () => {
    const text = JSON.stringify(chatBody(chat, messageOf(RESOLVED, { isCorrection: true, isLast: true })))
    expect(text).toContain('Corrected: Resolved')
    expect(text).toContain('This was the last message')
  })
})

it('Slack mentions nobody', () => {
  const { text, blocks } = SlackMessage.parse(chatBody('slack', messageOf(hostileUpdate())))
  const marked = blocks.flatMap((block) => (block.type === 'context' ? block.elements : [block.text]))
  const texts = marked.filter(({ type }) => type === 'mrkdwn').map((each) => each.text)
  expect([text, ...texts].join('\n')).not.toMatch(/<[!@#]|<javascript/)
})

it('Discord mentions nobody, links nothing unsafe, and takes all texts together', () => {
  const { embeds } = DiscordMessage.parse(chatBody('discord', messageOf(hostileUpdate())))
  for (const { title, description, fields, footer } of embeds) {
    const parts = fields.flatMap(({ name, value }) => [name, value])
    expect([title, description, ...parts].join('\n')).not.toMatch(/(?<!\\)<[@#!]|(?<!\\)\]\(javascript/)
    const length = [title, description, footer?.text ?? '', ...parts].join('').length
    expect(length).toBeLessThanOrEqual(6000)
  }
})

it('Teams links nothing unsafe', () => {
  const { attachments } = TeamsMessage.parse(chatBody('teams', messageOf(hostileUpdate())))
  const marked = attachments.flatMap(({ content }) => content.body.filter(({ type }) => type === 'TextBlock'))
  expect(marked).not.toEqual([])
  expect(JSON.stringify(marked)).not.toMatch(/[^\\]\]\(javascript/)
})

describe('the answer', () => {
  const URLS = {
    slack: 'https://hooks.slack.com/services/T0/B0/x',
    discord: 'https://discord.com/api/webhooks/1/x',
    teams: 'https://prod-1.westeurope.logic.azure.com:443/workflows/x/triggers/manual/paths/invoke?sig=x',
  }
  const deliver = (kind: (typeof CHATS)[number], status: number, text = '', headers: Record<string, string> = {}) =>
    deliverToChat({ kind, url: URLS[kind] }, messageOf(UPDATE), {
      privateTargets: '',
      fetch: async () => new Response(text, { status, headers }),
    })

  it.each<[(typeof CHATS)[number], number, string, object]>([
    ['slack', 200, 'ok', { ok: true }],
    ['slack', 404, 'no_service', { kind: 'permanent', recipientRefused: true }],
    ['slack', 410, 'channel_is_archived', { kind: 'permanent', recipientRefused: true }],
    ['slack', 403, 'action_prohibited', { kind: 'permanent', recipientRefused: true }],
    ['slack', 500, 'rollup_error', { kind: 'temporary' }],
    ['discord', 404, '{"message":"Unknown Webhook","code":10015}', { kind: 'permanent', recipientRefused: true }],
    ['discord', 429, '{"message":"slow down","retry_after":1.25}', { kind: 'temporary', retryAfterMs: 1250 }],
    ['teams', 202, '', { ok: true }],
    ['teams', 200, '1', { ok: true }],
    [
      'teams',
      200,
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
      { kind: 'temporary' },
    ],
    ['teams', 404, '{"error":{"code":"WorkflowNotFound"}}', { kind: 'permanent', recipientRefused: true }],
    ['teams', 400, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}', { kind: 'permanent', recipientRefused: true }],
  ])('of %s, %i %s', async (kind, status, text, expected) => {
    expect(await deliver(kind, status, text)).toMatchObject(expected)
  })

  it('a malformed message ends that message alone', async () => {
    for (const kind of CHATS) expect(await deliver(kind, 400, 'invalid_payload')).not.toHaveProperty('recipientRefused')
  })

  it.each(CHATS)('of %s that asks for time is given it', async (kind) => {
    expect(await deliver(kind, 429, '', { 'retry-after': '30' })).toMatchObject({
      kind: 'temporary',
      retryAfterMs: 30_000,
    })
  })

  it('is not asked for where the address is not the chat’s', async () => {
    const outcome = await deliverToChat(
      { kind: 'slack', url: 'https://hooks.slack.com.evil.example/services/a/b/c' },
      messageOf(UPDATE),
      {
        privateTargets: '',
        fetch: () => Promise.reject(new Error('called')),
      },
    )
    expect(outcome).toMatchObject({ kind: 'permanent' })
  })
})
