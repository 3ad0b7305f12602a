import { oneLine } from '../domain/alert.ts'
import { MAIL_WORDS } from '../domain/words/mailWords.ts'
import { NOTICE_WORDS } from '../domain/words/noticeWords.ts'
import { escapeMarkup } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { button, mailHtml, mailText, messageIdOf } from './mailLayout.ts'
import type { Addressee } from './noticeMail.ts'
import type { ConfirmationRequest, ManageLinkRequest } from './sender.ts'

/** The first half of the double opt-in. Without the click nothing more is sent, and the address is forgotten. */
export function confirmMail(request: ConfirmationRequest, from: string, to: Addressee): Mail {
  const { pageName, confirmUrl, incidentTitle } = request
  const words = { ...NOTICE_WORDS[to.language], ...MAIL_WORDS[to.language] }
  const what = incidentTitle === null ? words.updatesOf(pageName) : words.updatesOn(incidentTitle)
  return requestMail(request, from, to, {
    id: 'confirm',
    title: words.confirmTitle(pageName),
    preheader: words.oneClick,
    texts: [words.askConfirm(what, to.email), ...(incidentTitle === null ? [] : [words.endsByItself])],
    label: words.confirmLink,
    url: confirmUrl,
    otherwise: words.orNothing,
  })
}

/** Whoever asked for it reads the address, or nothing happens. */
export function manageLinkMail(request: ManageLinkRequest, from: string, to: Addressee): Mail {
  const words = { ...NOTICE_WORDS[to.language], ...MAIL_WORDS[to.language] }
  return requestMail(request, from, to, {
    id: 'manage',
    title: words.manageTitle(request.pageName),
    preheader: words.change,
    texts: [words.askManage(request.pageName, to.email)],
    label: words.change,
    url: to.links.manage,
    otherwise: words.orNothingChanges,
  })
}

interface Parts {
  readonly id: string
  readonly title: string
  readonly preheader: string
  readonly texts: readonly string[]
  readonly label: string
  readonly url: string
  readonly otherwise: string
}

function requestMail(
  { publicUrl, requestedAtMs }: Pick<ConfirmationRequest, 'publicUrl' | 'requestedAtMs'>,
  from: string,
  { email, subscriberId, language }: Addressee,
  { id, title, preheader, texts, label, url, otherwise }: Parts,
): Mail {
  return {
    from,
    to: email,
    subject: oneLine(title, 200),
    messageId: messageIdOf(`${id}.${subscriberId}.${requestedAtMs}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: mailText([...texts, `${label}: ${url}`, otherwise]),
    html: mailHtml({
      language,
      title,
      preheader,
      body:
        `<h1>${escapeMarkup(title)}</h1>` +
        texts.map((text) => `<p>${escapeMarkup(text)}</p>`).join('') +
        button(url, label),
      footer: escapeMarkup(otherwise),
    }),
  }
}
