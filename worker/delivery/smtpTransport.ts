import net from 'node:net'
import tls from 'node:tls'
import { createTransport } from 'nodemailer'
import type { NodemailerError, SMTPPoolOptions } from 'nodemailer'
import type { MailTransport } from './mail.ts'
import { addressOf } from './mail.ts'
import type { Outcome } from './outcome.ts'
import { permanent, temporary } from './outcome.ts'

const TIMEOUT_MS = 10_000
const CONNECTIONS_MAX = 5

/**
 * Mail over SMTP: `smtp://user:password@host:port` (STARTTLS where the server offers it) or `smtps://…`.
 * Connections are opened as needed, used for many mails and ended by `close()`.
 */
export function smtpTransport(url: string): MailTransport {
  const options = poolOptions(url)
  if (options === null)
    return {
      send: async () => temporary('SMTP_URL is not of the form smtp://host:port or smtps://user:password@host:port.'),
      close: () => undefined,
    }
  const pool = createTransport(options)
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    send: async (mail) => {
      try {
        // Whole before it goes out: in parts, each part would wait for whatever the object is writing down.
        const { message } = await composer.sendMail({
          from: addressFor(mail.from),
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
          html: mail.html,
          messageId: mail.messageId,
          headers: Object.entries(mail.headers).map(([key, value]) => ({ key, value })),
          // What the parts hold is text; nothing in it names a file or an address to load.
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        const info = await pool.sendMail({
          envelope: { from: addressOf(mail.from).email, to: [mail.to] },
          raw: message,
        })
        return { ok: true, receipt: info.response }
      } catch (error) {
        return outcomeOf(error)
      }
    },
    close: () => pool.close(),
  }
}

function poolOptions(url: string): (SMTPPoolOptions & { pool: true }) | null {
  if (!URL.canParse(url)) return null
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  if ((!secure && protocol !== 'smtp:') || hostname === '') return null
  const server = {
    host: decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
  }
  return {
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    maxRequeues: 0,
    ...server,
    // nodemailer would resolve the name itself, which in a Worker means DNS over HTTPS and no local names.
    getSocket: (_options, callback) => {
      connectTo(server, (error, connection) =>
        connection === null ? callback(error) : callback(null, { connection, secured: secure }),
      )
    },
    // On this machine there is nothing to hide, and rarely a certificate that anyone has signed.
    ignoreTLS: isThisMachine(hostname),
    // A password never goes over a line that others can read.
    requireTLS: !secure && username !== '' && !isThisMachine(hostname),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
  }
}

interface Server {
  readonly host: string
  readonly port: number
  readonly secure: boolean
}

function connectTo(
  { host, port, secure }: Server,
  done: (error: Error | null, socket: net.Socket | null) => void,
): void {
  const socket = secure
    ? tls.connect({ host, port, ...(net.isIP(host) === 0 ? { servername: host } : {}) })
    : net.connect({ host, port })
  const timer = setTimeout(() => socket.destroy(new Error(`${host}:${port} did not answer in time.`)), TIMEOUT_MS)
  const fail = (error: Error) => {
    clearTimeout(timer)
    done(error, null)
  }
  socket.once('error', fail)
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer)
    socket.off('error', fail)
    done(null, socket)
  })
}

function isThisMachine(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

function addressFor(from: string): { name: string; address: string } {
  const { name, email } = addressOf(from)
  return { name, address: email }
}

/** What a server answers of one recipient or message (greylisting, a full mailbox), not of itself. */
const ABOUT_THIS_MAIL = new Set([450, 451, 452])

/** 5xx is final, 4xx and a broken connection are not; refused credentials are for the operator to mend, so mail waits. */
function outcomeOf(error: unknown): Outcome {
  const { message, responseCode, code, command } = asNodemailerError(error)
  if (code === 'EAUTH' || responseCode === undefined || responseCode < 500) {
    const putOff = temporary(message)
    const carrierWorks = ABOUT_THIS_MAIL.has(responseCode ?? 0) && (command === 'RCPT TO' || command === 'DATA')
    return carrierWorks && !putOff.ok ? { ...putOff, carrierWorks } : putOff
  }
  const refused = permanent(message)
  return command === 'RCPT TO' && !refused.ok ? { ...refused, recipientRefused: true } : refused
}

/** nodemailer rejects with its own error; anything else has at least a message. */
function asNodemailerError(error: unknown): Partial<NodemailerError> & { message: string } {
  return error instanceof Error ? error : { message: String(error) }
}
