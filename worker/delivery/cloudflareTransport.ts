import type { MailTransport } from './mail.ts'
import { addressOf } from './mail.ts'
import type { Outcome } from './outcome.ts'
import { permanent, reasonOf, temporary } from './outcome.ts'

/** The service writes Message-ID and Date itself and refuses a mail with any header beyond these and X-*. */
const ALLOWED_HEADER = /^(in-reply-to|references|list-[a-z-]+|precedence|auto-submitted|x-[a-z0-9-]+)$/i

/**
 * What sending again cannot mend. Of these, only a suppressed recipient is about the recipient.
 * Source: developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes
 */
const PERMANENT_CODE =
  /^E_(VALIDATION_ERROR|FIELD_MISSING|TOO_MANY_RECIPIENTS|RECIPIENT_NOT_ALLOWED|CONTENT_TOO_LARGE|HEADERS?_[A-Z_]+)$/

/**
 * Mail over Cloudflare's Email Service. The stable id travels as `X-Allclear-Message`,
 * because the service refuses a Message-ID that is not its own.
 */
export function cloudflareTransport(binding: SendEmail): MailTransport {
  return {
    send: async (mail) => {
      const { name, email } = addressOf(mail.from)
      try {
        const { messageId } = await binding.send({
          from: name === '' ? email : { name, email },
          to: mail.to,
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          headers: {
            ...Object.fromEntries(Object.entries(mail.headers).filter(([header]) => ALLOWED_HEADER.test(header))),
            'X-Allclear-Message': mail.messageId,
          },
        })
        return { ok: true, receipt: messageId }
      } catch (error) {
        return outcomeOf(error)
      }
    },
    close: () => undefined,
  }
}

function outcomeOf(error: unknown): Outcome {
  const code = codeOf(error)
  const reason = code === '' ? reasonOf(error) : `${code}: ${reasonOf(error)}`
  if (code === 'E_RECIPIENT_SUPPRESSED') return { ok: false, kind: 'permanent', reason, recipientRefused: true }
  return PERMANENT_CODE.test(code) ? permanent(reason) : temporary(reason)
}

/** The binding throws plain errors that carry a `code`. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
