import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export interface ReceivedMail {
  readonly to: string
  readonly messageId: string
  readonly text: string
}

/** A mail server that outlives the host, and takes everything. */
export async function startReceiver(): Promise<{ url: string; mails: ReceivedMail[]; stop: () => Promise<void> }> {
  const mails: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      simpleParser(stream, (error, mail) => {
        if (error !== null && error !== undefined) return done(error)
        const to = session.envelope.rcptTo[0]?.address ?? ''
        mails.push({ to, messageId: mail.messageId ?? '', text: mail.text ?? '' })
        done()
      })
    },
  })
  // A host that is killed in mid-sentence is what this is for.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
