import type { Server } from 'node:http'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { alertKeyOf, type MailRefusal } from './alertMail.ts'
import { inboxServer } from './inbox.ts'
import { openMailStore, type Envelope, type MailStore } from './mailStore.ts'
import { listenFrom } from './ports.ts'
import { HOST } from './settings.ts'

export const SMTP_PORT_FIRST = 1025
const INBOX_PORT_FIRST = 8025
const MAIL_BYTES_MAX = 10 * 1024 * 1024

/** A running SMTP server that keeps what it gets, and the inbox that shows it. */
export interface MailSink {
  readonly host: string
  readonly port: number
  readonly inboxUrl: string
  stop(): Promise<void>
}

/** Takes a mail for the alert address with this key; null once the alert is on disk. */
type HandOver = (key: string, mail: Uint8Array) => Promise<MailRefusal | null>

/**
 * Starts both on the first free ports from `smtpPort` and from the inbox's usual one. Mail for an alert address goes to
 * `handOver`, not to the inbox.
 */
export async function startMailSink(folder: string, smtpPort: number, handOver: HandOver): Promise<MailSink> {
  const store = await openMailStore(folder)
  const smtp = smtpServer(store, handOver)
  // A client that goes away in the middle of a mail is its own affair.
  smtp.on('error', () => {})
  const port = await listenFrom(smtp.server, smtpPort)
  const inbox = inboxServer(store)
  const inboxPort = await listenFrom(inbox, INBOX_PORT_FIRST)
  return {
    host: HOST,
    port,
    inboxUrl: `http://${HOST}:${inboxPort}`,
    async stop() {
      await Promise.all([new Promise<void>((resolve) => smtp.close(() => resolve())), closed(inbox)])
    },
  }
}

function smtpServer(store: MailStore, handOver: HandOver): SMTPServer {
  return new SMTPServer({
    banner: 'Allclear inbox',
    size: MAIL_BYTES_MAX,
    authOptional: true,
    // Only this machine reaches it.
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      void receive(store, handOver, stream, session, done)
    },
  })
}

/** The 250 that ends a mail means that it is on disk, and so is the alert, if it is for an alert address. */
async function receive(
  store: MailStore,
  handOver: HandOver,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  done: (error?: Error | null) => void,
): Promise<void> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(Buffer.from(chunk))
    if (stream.sizeExceeded) throw Object.assign(new Error('This mail is larger than 10 MB.'), { responseCode: 552 })
    const mail = Buffer.concat(chunks)
    const { from, to } = envelopeOf(session)
    for (const address of to) {
      const key = alertKeyOf(address)
      const refusal = key === null ? null : await handOver(key, mail)
      if (refusal !== null) throw Object.assign(new Error(refusal.reason), { responseCode: refusal.code })
    }
    // An alert address holds a key, and the inbox is read by whoever opens it.
    const others = to.filter((address) => alertKeyOf(address) === null)
    if (others.length > 0) await store.add({ from, to: others }, mail)
    done()
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)))
  }
}

function envelopeOf({ envelope }: SMTPServerSession): Envelope {
  return {
    from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
    to: envelope.rcptTo.map(({ address }) => address),
  }
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
