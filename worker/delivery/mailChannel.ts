import type { ChannelOf } from '../domain/channel.ts'
import { filterDigest } from '../domain/weeklyDigest.ts'
import { confirmMail, manageLinkMail } from './confirmMail.ts'
import { digestMail } from './digestMail.ts'
import { sendMail } from './email.ts'
import type { Mail, MailTransport } from './mail.ts'
import { componentsMail, maintenanceMail } from './maintenanceMail.ts'
import type { Outcome } from './outcome.ts'
import type { Message } from './sender.ts'
import type { Addressee } from './subscriberMail.ts'
import { postMortemMail, updateMail } from './updateMail.ts'

/** Subscribers by mail. */
export function deliverMail(
  transport: MailTransport,
  from: string,
  { address }: ChannelOf<'email'>,
  message: Message,
): Promise<Outcome> {
  return sendMail(transport, mailOf(message, from, address))
}

function mailOf(
  { content, subscriberId, filter, links, isCorrection, isLast }: Message,
  from: string,
  email: string,
): Mail {
  const { unsubscribe: unsubscribeUrl, manage: manageUrl } = links
  const to: Addressee = { subscriberId, email, unsubscribeUrl, manageUrl, isCorrection, isLast }
  switch (content.kind) {
    case 'confirmation':
      return confirmMail({ ...content, email, subscriberId }, from)
    case 'update':
      return updateMail(content, from, to)
    case 'post_mortem':
      return postMortemMail(content, from, to)
    case 'maintenance':
      return maintenanceMail(content, from, to)
    case 'components':
      return componentsMail(content, from, to)
    case 'digest':
      return digestMail(filterDigest(content, filter), from, to)
    case 'manage_link':
      return manageLinkMail({ ...content, email, subscriberId, manageUrl }, from)
  }
}
