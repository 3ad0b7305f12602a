import { oneLine } from '../domain/alert.ts'
import type { Language } from '../domain/language.ts'
import { ENTRANCE_WORDS } from '../domain/words/entranceWords.ts'
import { escapeMarkup } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { button, mailHtml, mailText, messageIdOf } from './mailLayout.ts'

export interface SignInRequest {
  readonly pageName: string
  readonly publicUrl: string
  readonly link: string
  readonly language: Language
  readonly nowMs: number
}

/** The link that lets somebody read a private status page. */
export function signInMail(request: SignInRequest, from: string, to: string): Mail {
  const { pageName, publicUrl, link, language, nowMs } = request
  const words = ENTRANCE_WORDS[language]
  const title = words.mailTitle(pageName)
  const texts = [words.mailAsked(pageName, to), words.mailOnce]
  return {
    from,
    to,
    subject: oneLine(title, 200),
    messageId: messageIdOf(`sign-in.${nowMs}.${link.slice(-12)}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: mailText([...texts, `${words.open}: ${link}`, words.mailOtherwise]),
    html: mailHtml({
      language,
      title,
      preheader: words.mailOnce,
      body:
        `<h1>${escapeMarkup(title)}</h1>` +
        texts.map((text) => `<p>${escapeMarkup(text)}</p>`).join('') +
        button(link, words.open),
      footer: escapeMarkup(words.mailOtherwise),
    }),
  }
}
