import type { Outcome } from './outcome.ts'

/** One mail to one person. */
export interface Mail {
  /** An address, or `Name <address>`. */
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
  /** `<left@host>`; the same on every attempt, so that a receiver can drop repeats. */
  readonly messageId: string
}

/** A way out for mail. `send` may throw; `sendMail` turns that into an outcome. */
export interface MailTransport {
  readonly send: (mail: Mail) => Promise<Outcome>
  /** Ends what was opened; the transport is not used again. */
  readonly close: () => void
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\r\n\0]/
const ADDRESS = /^[^\s@<>",;:\\()[\]]+@[^\s@<>",;:\\()[\]]+$/
const MESSAGE_ID = /^<[^\s<>@]+@[^\s<>@]+>$/
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]*$/

/** Why this mail must not leave: a line break in a header would let its content write further headers. */
export function faultOf(mail: Mail): string | null {
  const headers = Object.entries(mail.headers)
  const lines = [mail.from, mail.to, mail.subject, mail.messageId, ...headers.flat()]
  if (lines.some((line) => FORBIDDEN.test(line))) return 'A header holds a line break or NUL.'
  if (!ADDRESS.test(mail.to)) return 'The recipient is not one plain address.'
  if (!ADDRESS.test(addressOf(mail.from).email)) return 'The sender (MAIL_FROM) is not an address or Name <address>.'
  if (!MESSAGE_ID.test(mail.messageId)) return 'The Message-ID is not of the form <left@host>.'
  const badName = headers.find(([name]) => !HEADER_NAME.test(name))
  return badName === undefined ? null : `${badName[0]} is not the name of a header.`
}

/** Splits `Name <address>`. */
export function addressOf(from: string): { readonly name: string; readonly email: string } {
  const parts = /^\s*(.*?)\s*<([^<>]*)>\s*$/.exec(from)
  if (parts === null) return { name: '', email: from.trim() }
  return { name: (parts[1] ?? '').replace(/^"(.*)"$/, '$1'), email: (parts[2] ?? '').trim() }
}
