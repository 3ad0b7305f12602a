import type { Channel } from '../domain/channel.ts'
import { deliverToChat } from './chatChannel.ts'
import type { MailTransport } from './mail.ts'
import { addressOf } from './mail.ts'
import { deliverMail } from './mailChannel.ts'
import type { Outcome } from './outcome.ts'
import { reasonOf, temporary } from './outcome.ts'
import type { PushSender } from './pushChannel.ts'
import { deliverPush } from './pushChannel.ts'
import type { Carrier, Message } from './sender.ts'
import type { SmsSender } from './smsChannel.ts'
import { deliverSms } from './smsChannel.ts'
import type { WebhookPage } from './statuspageWebhook.ts'
import type { VapidKeys } from './webPush.ts'
import { deliverWebhook } from './webhookChannel.ts'

export interface ChannelBindings {
  readonly MAIL_FROM: string
  readonly PRIVATE_TARGETS: string
}

/** What channels need that is opened or read only when one of them is used. */
export interface Opening {
  readonly transport: () => MailTransport
  readonly webhookPage: () => Promise<WebhookPage>
  readonly pushKeys: () => Promise<VapidKeys>
  /** Null: texts are not set up. */
  readonly smsSender: SmsSender | null
}

/** Every way to tell a subscriber; each has a file of its own beside this one. */
export function openCarrier(env: ChannelBindings, opening: Opening): Carrier {
  let transport: MailTransport | null = null
  let page: Promise<WebhookPage> | null = null
  let pushSender: Promise<PushSender> | null = null
  const options = { privateTargets: env.PRIVATE_TARGETS }

  async function carry(channel: Channel, message: Message): Promise<Outcome> {
    switch (channel.kind) {
      case 'email':
        transport ??= opening.transport()
        return deliverMail(transport, env.MAIL_FROM, channel, message)
      case 'webhook':
        page ??= opening.webhookPage()
        return deliverWebhook(channel, message, await page, options)
      case 'slack':
      case 'discord':
      case 'teams':
        return deliverToChat(channel, message, options)
      case 'push':
        pushSender ??= opening
          .pushKeys()
          .then((keys) => ({ keys, contact: `mailto:${addressOf(env.MAIL_FROM).email}` }))
        return deliverPush(channel, message, await pushSender, options)
      case 'sms':
        return deliverSms(channel, message, opening.smsSender, options)
    }
  }

  async function deliver(channel: Channel, message: Message): Promise<Outcome> {
    try {
      return await carry(channel, message)
    } catch (error) {
      return temporary(reasonOf(error))
    }
  }

  return { deliver, close: () => transport?.close() }
}
