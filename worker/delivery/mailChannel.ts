import type { ChannelOf } from '../domain/channel.ts'
import { filterDigest } from '../domain/weeklyDigest.ts'
import { confirmMail, manageLinkMail } from './confirmMail.ts'
import { sendMail } from './email.ts'
import type { Mail, MailTransport } from './mail.ts'
import { noticeMail } from './noticeMail.ts'
import type { Outcome } from './outcome.ts'
import type { Message } from './sender.ts'

/** Subscribers by mail. */
export function deliverMail(
  transport: MailTransport,
  from: string,
  { address }: ChannelOf<'email'>,
  message: Message,
): Promise<Outcome> {
  return sendMail(transport, mailOf(message, from, address))
}

function mailOf(message: Message, from: string, email: string): Mail {
  const { content, filter } = message
  const to = { ...message, email }
  switch (content.kind) {
    case 'confirmation':
      return confirmMail(content, from, to)
    case 'manage_link':
      return manageLinkMail(content, from, to)
    case 'digest':
      return noticeMail({ kind: 'digest', ...filterDigest(content, filter) }, from, to)
    case 'update':
    case 'post_mortem':
    case 'maintenance':
    case 'components':
      return noticeMail(content, from, to)
  }
}
