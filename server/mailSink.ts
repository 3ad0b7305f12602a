import type { Server } from 'node:http'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { startInbox } from './inbox.ts'
import { openMailStore, type Envelope, type MailStore } from './mailStore.ts'
import { freePortFrom } from './ports.ts'
import { HOST } from './settings.ts'

const SMTP_PORT_FIRST = 1025
const INBOX_PORT_FIRST = 8025
const MAIL_BYTES_MAX = 10 * 1024 * 1024

/** A running SMTP server that keeps what it gets, and the inbox that shows it. */
export interface MailSink {
  readonly host: string
  readonly port: number
  readonly inboxUrl: string
  stop(): Promise<void>
}

/** Starts both on the first free ports from their usual ones. */
export async function startMailSink(folder: string): Promise<MailSink> {
  const store = await openMailStore(folder)
  const smtp = smtpServer(store)
  const port = await freePortFrom(SMTP_PORT_FIRST)
  await new Promise<void>((resolve, reject) => {
    smtp.server.once('error', reject)
    smtp.listen(port, HOST, resolve)
  })
  // A client that goes away in the middle of a mail is its own affair.
  smtp.on('error', () => {})
  const inboxPort = await freePortFrom(INBOX_PORT_FIRST)
  const inbox = await startInbox(store, inboxPort)
  return {
    host: HOST,
    port,
    inboxUrl: `http://${HOST}:${inboxPort}`,
    async stop() {
      await Promise.all([new Promise<void>((resolve) => smtp.close(() => resolve())), closed(inbox)])
    },
  }
}

function smtpServer(store: MailStore): SMTPServer {
  return new SMTPServer({
    banner: 'Allclear inbox',
    size: MAIL_BYTES_MAX,
    authOptional: true,
    // Only this machine reaches it.
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      void receive(store, stream, session, done)
    },
  })
}

/** The 250 that ends a mail means that it is on disk. */
async function receive(
  store: MailStore,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  done: (error?: Error | null) => void,
): Promise<void> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(Buffer.from(chunk))
    if (stream.sizeExceeded) throw Object.assign(new Error('This mail is larger than 10 MB.'), { responseCode: 552 })
    await store.add(envelopeOf(session), Buffer.concat(chunks))
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
