import type { ChannelOf } from '../domain/channel.ts'
import { outcomeOf, outcomeOrRefusal } from './httpPost.ts'
import type { Post } from './httpPost.ts'
import type { Outcome } from './outcome.ts'
import type { Message } from './sender.ts'
import type { WebhookFrame, WebhookPage } from './statuspageWebhook.ts'
import { answersChallenge, webhookBodies, webhookManageLink, webhookRequest } from './statuspageWebhook.ts'
import { postWebhook } from './webhook.ts'

/** Subscribers by a webhook of their own. */

export async function deliverWebhook(
  { url, secret }: ChannelOf<'webhook'>,
  message: Message,
  page: WebhookPage,
  options: Pick<Post, 'privateTargets' | 'fetch'>,
): Promise<Outcome> {
  const { content, links, filter, nowMs } = message
  const frame: WebhookFrame = { page, links, filter, nowMs }
  const send = (part: string, json: object) =>
    postWebhook({ url, id: webhookId(message.id, part), nowMs, body: JSON.stringify(json), secret, ...options })

  if (content.kind === 'confirmation') {
    const { challenge, json } = webhookRequest(content, frame)
    const answer = await send('', json)
    const outcome = outcomeOf(answer, nowMs)
    return outcome.ok && answer.ok && answersChallenge(answer.text, challenge)
      ? { ...outcome, confirms: true }
      : outcome
  }

  if (content.kind === 'manage_link') return outcomeOf(await send('', webhookManageLink(frame)), nowMs)

  let outcome: Outcome = { ok: true, receipt: 'Nothing of it was asked for.' }
  for (const { part, json } of webhookBodies(content, frame)) {
    // 410: the receiver wants no more. Parts that arrived come again with what failed, under the same ids.
    outcome = outcomeOrRefusal(await send(part, json), [410], nowMs)
    if (!outcome.ok) return outcome
  }
  return outcome
}

/** The dot is what Standard Webhooks parts its signed text with. */
function webhookId(id: string, part: string): string {
  return `msg_${part === '' ? id : `${id}_${part}`}`.replace(/[^A-Za-z0-9_-]/g, '_')
}
