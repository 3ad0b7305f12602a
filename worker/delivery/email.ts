import { cloudflareTransport } from './cloudflareTransport.ts'
import type { Mail, MailTransport } from './mail.ts'
import { faultOf } from './mail.ts'
import type { Outcome } from './outcome.ts'
import { permanent, reasonOf, temporary } from './outcome.ts'
import { smtpTransport } from './smtpTransport.ts'

/** Sends one mail. Never throws: whatever goes wrong is an outcome with a kind. */
export async function sendMail(transport: MailTransport, mail: Mail): Promise<Outcome> {
  const fault = faultOf(mail)
  if (fault !== null) return permanent(fault)
  try {
    return await transport.send(mail)
  } catch (error) {
    return temporary(reasonOf(error))
  }
}

/** SMTP where an `SMTP_URL` is set, else Cloudflare's email binding. */
export function mailTransport(env: { readonly SMTP_URL?: string; readonly EMAIL: SendEmail }): MailTransport {
  return env.SMTP_URL ? smtpTransport(env.SMTP_URL) : cloudflareTransport(env.EMAIL)
}
