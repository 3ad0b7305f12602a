import { z } from 'zod'
import type { ChannelOf } from '../domain/channel.ts'
import { jsonIn } from '../domain/jsonText.ts'
import type { NoticeWords } from '../domain/words/noticeWords.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import type { Ask, Brief } from './brief.ts'
import { askOf, briefOf } from './brief.ts'
import { chatFault } from './channelTarget.ts'
import { discordMessage, discordRequest } from './discordMessage.ts'
import type { Post, PostAnswer } from './httpPost.ts'
import { outcomeOf, outcomeOrRefusal, post, refusedForGood } from './httpPost.ts'
import type { Outcome } from './outcome.ts'
import { permanent, temporary } from './outcome.ts'
import type { Links, Message } from './sender.ts'
import { slackMessage, slackRequest } from './slackMessage.ts'
import { teamsMessage, teamsRequest } from './teamsMessage.ts'

/** Subscribers by an incoming webhook of a chat. */

type ChatKind = 'slack' | 'discord' | 'teams'
export type ChatChannel = ChannelOf<ChatKind>

export interface ChatLinks extends Links {
  readonly words: Pick<NoticeWords, 'openPage' | 'change' | 'unsubscribe'>
}

interface Chat {
  readonly message: (brief: Brief, links: ChatLinks) => object
  readonly request: (ask: Ask) => object
  readonly outcome: (answer: PostAnswer, nowMs: number) => Outcome
}

const CHATS: Record<ChatKind, Chat> = {
  // 403: posting there was forbidden to the webhook; 404 and 410: the webhook or the channel is gone.
  slack: {
    message: slackMessage,
    request: slackRequest,
    outcome: (answer, nowMs) => outcomeOrRefusal(answer, [403, 404, 410], nowMs),
  },
  discord: { message: discordMessage, request: discordRequest, outcome: discordOutcome },
  teams: { message: teamsMessage, request: teamsRequest, outcome: teamsOutcome },
}

export async function deliverToChat(
  channel: ChatChannel,
  message: Message,
  options: Pick<Post, 'privateTargets' | 'fetch'>,
): Promise<Outcome> {
  const fault = chatFault(channel, options.privateTargets)
  if (fault !== null) return permanent(fault)
  const body = JSON.stringify(chatBody(channel.kind, message))
  const answer = await post({ url: channel.url, headers: { 'content-type': 'application/json' }, body, ...options })
  return CHATS[channel.kind].outcome(answer, message.nowMs)
}

export function chatBody(kind: ChatKind, message: Message): object {
  const { content, language, links } = message
  const words = NOTICE_WORDS[language]
  const chat = CHATS[kind]
  if (content.kind === 'confirmation' || content.kind === 'manage_link') return chat.request(askOf(content, message))
  return chat.message(briefOf(content, message), { ...links, words })
}

const DiscordLimit = z.object({ retry_after: z.number().min(0) })

/** Who goes on posting to a webhook that is gone is shut out by Discord as a whole. */
function discordOutcome(answer: PostAnswer, nowMs: number): Outcome {
  if (answer.ok && answer.status === 429 && !answer.headers.has('retry-after')) {
    const limit = DiscordLimit.safeParse(jsonIn(answer.text))
    if (limit.success) return temporary('The receiver answered HTTP 429.', Math.ceil(limit.data.retry_after * 1000))
  }
  return outcomeOrRefusal(answer, [401, 403, 404, 410], nowMs)
}

/** Of Teams' older webhooks, which answer 200 and put what went wrong into words. */
const TEAMS_FAILURE = /HTTP error (\d{3})/

function teamsOutcome(answer: PostAnswer, nowMs: number): Outcome {
  if (!answer.ok) return outcomeOf(answer, nowMs)
  const status = answer.status === 200 ? Number(TEAMS_FAILURE.exec(answer.text)?.[1] ?? 200) : answer.status
  // A flow that its owner switched off answers 400.
  if (status === 400 && answer.text.includes('WorkflowTriggerIsNotEnabled'))
    return refusedForGood('its flow is switched off', '')
  return outcomeOrRefusal({ ...answer, status }, [401, 403, 404, 410], nowMs)
}
