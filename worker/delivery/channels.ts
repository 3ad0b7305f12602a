import type { Channel } from '../domain/channel.ts'
import type { MailTransport } from './mail.ts'
import { deliverMail } from './mailChannel.ts'
import type { Outcome } from './outcome.ts'
import { permanent } from './outcome.ts'
import type { Carrier, Message } from './sender.ts'

export interface ChannelBindings {
  readonly MAIL_FROM: string
}

/** Every way to tell a subscriber; each has a file of its own beside this one. */
export function openCarrier(env: ChannelBindings, openTransport: () => MailTransport): Carrier {
  let transport: MailTransport | null = null

  async function deliver(channel: Channel, message: Message): Promise<Outcome> {
    switch (channel.kind) {
      case 'email':
        transport ??= openTransport()
        return deliverMail(transport, env.MAIL_FROM, channel, message)
      case 'webhook':
      case 'slack':
      case 'discord':
      case 'teams':
      case 'push':
      case 'sms':
        return permanent('This channel is not set up.')
    }
  }

  return { deliver, close: () => transport?.close() }
}
