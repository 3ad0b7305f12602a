import { z } from 'zod'
import { waitFor } from './narrator.ts'

const Mail = z.object({
  id: z.string(),
  receivedAtMs: z.number(),
  envelope: z.object({ from: z.string(), to: z.array(z.string()) }),
  subject: z.string(),
  messageId: z.string().nullable(),
  references: z.array(z.string()),
  listUnsubscribe: z.string().nullable(),
  text: z.string(),
})
export type Mail = z.infer<typeof Mail>

const MailList = z.object({ messages: z.array(Mail) })

/** The mails that have arrived at the host's SMTP server since the demo began. */
export class Mailbox {
  readonly #inboxUrl: string
  readonly #sinceMs = Date.now()

  constructor(inboxUrl: string) {
    this.#inboxUrl = inboxUrl
  }

  /** Oldest first. */
  async to(address: string): Promise<Mail[]> {
    const response = await fetch(`${this.#inboxUrl}/messages.json?limit=500`)
    const { messages } = MailList.parse(await response.json())
    return messages
      .filter(({ receivedAtMs, envelope }) => receivedAtMs >= this.#sinceMs && envelope.to.includes(address))
      .toReversed()
  }

  /** Waits for a mail to this address of which something is true. */
  async waitForMail(address: string, what: string, is: (mail: Mail) => boolean, waitMsMax = 30_000): Promise<Mail> {
    return waitFor(`${what} to ${address}`, async () => (await this.to(address)).find(is) ?? null, waitMsMax)
  }

  addressOf(mail: Mail): string {
    return `${this.#inboxUrl}/messages/${mail.id}`
  }
}

/** The first address in the mail's text whose path contains `path`. */
export function linkIn(mail: Mail, path: string): string {
  const link = mail.text.match(/https?:\/\/\S+/g)?.find((url) => url.includes(path))
  if (link === undefined) throw new Error(`The mail "${mail.subject}" has no link with ${path}.`)
  return link
}
