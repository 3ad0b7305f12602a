import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { anyFreePort } from '../../server/ports.ts'
import { mulberry32 } from './mulberry32.ts'

export interface TakenMail {
  readonly to: string
  readonly messageId: string
  readonly unsubscribe: string
  readonly atMs: number
}

type Trouble = 'at_recipient' | 'at_message' | 'goes_away'

export function readerAddress(number: number): string {
  return `reader-${number}@example.org`
}
const READER = /^reader-(\d+)@/

/** Half of the attempts meet trouble, but no address more than twice: the back-off doubles with each. */
const REFUSED_OF_ATTEMPTS = 0.5
const REFUSALS_MAX = 2
/** Most is about one recipient or message; once in a while the whole server says that it cannot now. */
const GOES_AWAY_OF_REFUSALS = 0.1

/** A mail server that puts off half of what it is given, can be killed, and comes back under the same address. */
export class UnwillingReceiver {
  readonly url: string
  readonly mails: TakenMail[] = []
  readonly answered = { 421: 0, 451: 0 }
  isUnwilling = false
  readonly #port: number
  readonly #seed: number
  readonly #attempts = new Map<string, number>()
  #server: SMTPServer | null = null

  constructor(port: number, seed: number) {
    this.#port = port
    this.#seed = seed
    this.url = `smtp://127.0.0.1:${port}`
  }

  static async start(seed: number): Promise<UnwillingReceiver> {
    const receiver = new UnwillingReceiver(await anyFreePort(), seed)
    await receiver.open()
    return receiver
  }

  async open(): Promise<void> {
    const troubles = new WeakMap<object, Trouble | null>()
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, session, done) => {
        const trouble = this.#troubleWith(address)
        troubles.set(session, trouble)
        done(trouble === 'at_recipient' ? this.#refusal(451) : trouble === 'goes_away' ? this.#refusal(421) : null)
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          if (troubles.get(session) === 'at_message') return done(this.#refusal(451))
          const to = session.envelope.rcptTo[0]?.address ?? ''
          // Responders are mailed as well.
          if (READER.test(to)) this.mails.push(takenFrom(to, Buffer.concat(chunks).toString()))
          done()
        })
      },
    })
    // A host that is killed in mid-sentence is what this is for.
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
  }

  /** As `kill -9` would: every connection breaks wherever it is. */
  async kill(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const { _socket: socket } of server.connections) socket.destroy()
    await Promise.race([closed, sleep(1_000)])
  }

  #troubleWith(address: string): Trouble | null {
    const reader = READER.exec(address)?.[1]
    if (!this.isUnwilling || reader === undefined) return null
    const attempt = this.#attempts.get(address) ?? 0
    this.#attempts.set(address, attempt + 1)
    if (attempt >= REFUSALS_MAX) return null
    const random = mulberry32(this.#seed + attempt + 7 * Number(reader))
    if (random() >= REFUSED_OF_ATTEMPTS) return null
    if (random() < GOES_AWAY_OF_REFUSALS) return 'goes_away'
    return random() < 0.5 ? 'at_recipient' : 'at_message'
  }

  #refusal(code: 421 | 451): Error {
    this.answered[code]++
    return Object.assign(new Error('Not now, try again later'), { responseCode: code })
  }
}

/** Long values are folded over lines; neither of these holds a space of its own. */
function takenFrom(to: string, raw: string): TakenMail {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, '')
  const value = (name: string) => new RegExp(`^${name}: *<(\\S+)>`, 'im').exec(head)?.[1] ?? ''
  return { to, messageId: value('Message-ID'), unsubscribe: value('List-Unsubscribe'), atMs: Date.now() }
}
