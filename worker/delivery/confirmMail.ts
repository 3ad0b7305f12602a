import { oneLine } from '../domain/alert.ts'
import { escapeMarkup } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { button, mailHtml, mailText, messageIdOf } from './mailLayout.ts'
import type { ConfirmationRequest, ManageLinkRequest } from './sender.ts'

export interface Confirmation extends ConfirmationRequest {
  readonly email: string
  readonly subscriberId: string
}

/** The first half of the double opt-in. Without the click nothing more is sent, and the address is forgotten. */
export function confirmMail(confirmation: Confirmation, from: string): Mail {
  const { pageName, publicUrl, email, subscriberId, confirmUrl, incidentTitle, requestedAtMs } = confirmation
  const what = incidentTitle === null ? `status updates from ${pageName}` : `the updates on “${incidentTitle}”`
  const ask = `Someone, hopefully you, asked for ${what} to be sent to ${email}.`
  const ends = incidentTitle === null ? '' : 'They end by themselves once the incident is resolved.'
  const otherwise = 'If it was not you, do nothing: no further mail comes, and the address is deleted after 7 days.'
  return {
    from,
    to: email,
    subject: oneLine(`Confirm your subscription to ${pageName}`, 200),
    messageId: messageIdOf(`confirm.${subscriberId}.${requestedAtMs}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: mailText([ask, ends, `Confirm: ${confirmUrl}`, otherwise]),
    html: mailHtml({
      title: `Confirm your subscription to ${pageName}`,
      preheader: 'One click and status updates come to this address.',
      body:
        `<h1>Confirm your subscription</h1><p>${escapeMarkup(ask)}</p>` +
        `${ends === '' ? '' : `<p>${escapeMarkup(ends)}</p>`}${button(confirmUrl, 'Confirm')}`,
      footer: escapeMarkup(otherwise),
    }),
  }
}

export interface ManageLink extends ManageLinkRequest {
  readonly email: string
  readonly subscriberId: string
  readonly manageUrl: string
}

/** Whoever asked for it reads the address, or nothing happens. */
export function manageLinkMail(request: ManageLink, from: string): Mail {
  const { pageName, publicUrl, email, subscriberId, manageUrl, requestedAtMs } = request
  const title = `Your subscription to ${pageName}`
  const ask = `Someone, hopefully you, asked for the link to change what ${pageName} sends to ${email}.`
  const otherwise = 'If it was not you, do nothing: nothing changes.'
  return {
    from,
    to: email,
    subject: oneLine(title, 200),
    messageId: messageIdOf(`manage.${subscriberId}.${requestedAtMs}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: mailText([ask, `Change what you get: ${manageUrl}`, otherwise]),
    html: mailHtml({
      title,
      preheader: 'The link to change what you get, or to leave.',
      body: `<h1>Your subscription</h1><p>${escapeMarkup(ask)}</p>${button(manageUrl, 'Change what you get')}`,
      footer: escapeMarkup(otherwise),
    }),
  }
}
