import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { cloudflareTransport } from './cloudflareTransport.ts'
import { sendMail } from './email.ts'
import type { Mail } from './mail.ts'
import { smtpTransport } from './smtpTransport.ts'

const MAIL: Mail = {
  from: 'Acme "Status" <status@acme.example>',
  to: 'alice@example.com',
  subject: 'Grüße: the database is slow',
  text: 'Plain words.\n.\nA line with only a dot came before this one.',
  html: '<p>Words</p>',
  headers: { 'List-Id': '<status.acme.example>', 'In-Reply-To': '<incident.1@acme.example>' },
  messageId: '<update.1@acme.example>',
}

const opened: (() => void)[] = []
afterEach(() => {
  for (const close of opened.splice(0)) close()
})

/** A real SMTP server that keeps the raw data of what it took. */
async function smtpSink(options: SMTPServerOptions = {}) {
  const received: string[] = []
  let connections = 0
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onConnect: (_session, done) => {
      connections++
      done()
    },
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString('utf8'))
        done()
      })
    },
    ...options,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const transport = smtpTransport(`smtp://127.0.0.1:${port}`)
  opened.push(transport.close, () => server.close())
  return { received, transport, port, connections: () => connections }
}

function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code })
}

describe('over SMTP', () => {
  it('writes the headers it was given, and its own Message-ID', async () => {
    const { received, transport } = await smtpSink()
    expect(await sendMail(transport, MAIL)).toMatchObject({ ok: true })
    const [head = '', body = ''] = (received[0] ?? '').split(/\r\n\r\n(.*)/s)
    expect(head).toMatch(/^Message-ID: <update\.1@acme\.example>\r?$/m)
    expect(head).toMatch(/^List-Id: <status\.acme\.example>\r?$/im)
    expect(head).toMatch(/^In-Reply-To: <incident\.1@acme\.example>\r?$/m)
    expect(head).toMatch(/^Subject: =\?UTF-8\?Q\?/m)
    expect(body).toContain('A line with only a dot came before this one.')
  })

  it('uses one connection again', async () => {
    const { received, transport, connections } = await smtpSink()
    for (let i = 0; i < 10; i++) await sendMail(transport, { ...MAIL, messageId: `<update.${i}@acme.example>` })
    expect(received).toHaveLength(10)
    expect(connections()).toBe(1)
  })

  it('never has more than five connections', async () => {
    const { received, transport, connections } = await smtpSink()
    await Promise.all(Array.from({ length: 40 }, () => sendMail(transport, MAIL)))
    expect(received).toHaveLength(40)
    expect(connections()).toBeLessThanOrEqual(5)
  })

  it.each<[string, Partial<Mail>]>([
    ['subject', { subject: 'Hello\r\nBcc: eve@example.com' }],
    ['subject with LF', { subject: 'Hello\nBcc: eve@example.com' }],
    ['subject with NUL', { subject: 'Hello\0' }],
    ['recipient', { to: 'alice@example.com\r\nRCPT TO:<eve@example.com>' }],
    ['two recipients', { to: 'alice@example.com, eve@example.com' }],
    ['recipient with a name', { to: 'Eve <eve@example.com>' }],
    ['sender', { from: 'Acme\r\nBcc: eve@example.com <status@acme.example>' }],
    ['header value', { headers: { 'X-A': 'a\r\nBcc: eve@example.com' } }],
    ['header name', { headers: { 'X-A: b\r\nBcc': 'eve@example.com' } }],
    ['header name with a colon', { headers: { 'Bcc: x': 'eve@example.com' } }],
    ['Message-ID', { messageId: '<a@b>\r\nBcc: eve@example.com' }],
    ['empty Message-ID', { messageId: '' }],
  ])('refuses what would write another header: %s', async (_name, change) => {
    const { received, transport } = await smtpSink()
    expect(await sendMail(transport, { ...MAIL, ...change })).toMatchObject({ ok: false, kind: 'permanent' })
    expect(received).toEqual([])
  })

  it('lets no line of the body become a header', async () => {
    const { received, transport } = await smtpSink()
    const sneaky = 'x\r\n.\r\nMAIL FROM:<eve@example.com>\r\n\r\nBcc: eve@example.com'
    await sendMail(transport, { ...MAIL, text: sneaky, html: sneaky })
    expect(received).toHaveLength(1)
    expect((received[0] ?? '').split('\r\n\r\n')[0]).not.toContain('eve@')
  })

  it.each([
    [450, 'temporary', false],
    [452, 'temporary', false],
    [550, 'permanent', true],
    [553, 'permanent', true],
  ])('a recipient refused with %i is %s', async (code, kind, recipientRefused) => {
    const { transport } = await smtpSink({ onRcptTo: (_to, _session, done) => done(refusal(code, 'no mailbox')) })
    const outcome = await sendMail(transport, MAIL)
    expect(outcome).toMatchObject({ ok: false, kind })
    expect('recipientRefused' in outcome).toBe(recipientRefused)
  })

  it.each([
    ['RCPT TO', 450, true],
    ['RCPT TO', 452, true],
    ['RCPT TO', 421, false],
    ['DATA', 451, true],
    ['DATA', 454, false],
    ['MAIL FROM', 451, false],
  ])('says whether a server that answers %s with %i may take others', async (command, code, carrierWorks) => {
    const refuse = (at: string) => (command === at ? refusal(code, 'not now') : null)
    const { transport } = await smtpSink({
      onMailFrom: (_from, _session, done) => done(refuse('MAIL FROM')),
      onRcptTo: (_to, _session, done) => done(refuse('RCPT TO')),
      onData: (stream, _session, done) => {
        stream.resume()
        stream.on('end', () => done(refuse('DATA')))
      },
    })
    const outcome = await sendMail(transport, MAIL)
    expect(outcome).toMatchObject({ ok: false, kind: 'temporary' })
    expect('carrierWorks' in outcome).toBe(carrierWorks)
  })

  it.each([
    [451, 'temporary'],
    [554, 'permanent'],
  ])('data refused with %i is %s and says nothing about the recipient', async (code, kind) => {
    const { transport } = await smtpSink({
      onData: (stream, _session, done) => {
        stream.resume()
        stream.on('end', () => done(refusal(code, 'no')))
      },
    })
    const outcome = await sendMail(transport, MAIL)
    expect(outcome).toMatchObject({ ok: false, kind })
    expect(outcome).not.toHaveProperty('recipientRefused')
  })

  it('keeps mail waiting when the credentials are refused', async () => {
    const { port } = await smtpSink({
      disabledCommands: ['STARTTLS'],
      onAuth: (_auth, _session, done) => done(refusal(535, 'who are you')),
    })
    const transport = smtpTransport(`smtp://user:pass%40word@127.0.0.1:${port}`)
    opened.push(transport.close)
    expect(await sendMail(transport, MAIL)).toMatchObject({ ok: false, kind: 'temporary' })
  })

  it('signs in with what the address holds', async () => {
    const seen: unknown[] = []
    const { port, received } = await smtpSink({
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) => {
        seen.push(username, password)
        done(null, { user: 'user' })
      },
    })
    const transport = smtpTransport(`smtp://user:pass%40word@127.0.0.1:${port}`)
    opened.push(transport.close)
    expect(await sendMail(transport, MAIL)).toMatchObject({ ok: true })
    expect(seen).toEqual(['user', 'pass@word'])
    expect(received).toHaveLength(1)
  })

  it.each(['smtp://127.0.0.1:1', 'http://127.0.0.1:25', 'not a url'])('keeps mail waiting for %s', async (url) => {
    const transport = smtpTransport(url)
    opened.push(transport.close)
    expect(await sendMail(transport, MAIL)).toMatchObject({ ok: false, kind: 'temporary' })
  })
})

describe("over Cloudflare's binding", () => {
  function binding(send: (message: EmailMessageBuilder) => Promise<EmailSendResult>): SendEmail {
    return { send: (message: EmailMessage | EmailMessageBuilder) => send('subject' in message ? message : never()) }
  }
  function never(): never {
    throw new Error('sent a raw message')
  }

  it('gives only the headers that the service takes', async () => {
    const sent: EmailMessageBuilder[] = []
    const transport = cloudflareTransport(
      binding(async (message) => {
        sent.push(message)
        return { messageId: 'abc@cloudflare' }
      }),
    )
    const headers = { ...MAIL.headers, Date: 'now', 'X-Kept': 'yes', 'Message-ID': '<x@y>' }
    expect(await sendMail(transport, { ...MAIL, headers })).toEqual({ ok: true, receipt: 'abc@cloudflare' })
    expect(sent[0]?.from).toEqual({ name: 'Acme "Status"', email: 'status@acme.example' })
    expect(sent[0]?.headers).toEqual({ ...MAIL.headers, 'X-Kept': 'yes', 'X-Allclear-Message': MAIL.messageId })
  })

  it.each([
    ['E_RECIPIENT_SUPPRESSED', 'permanent', true],
    ['E_VALIDATION_ERROR', 'permanent', false],
    ['E_HEADER_NOT_ALLOWED', 'permanent', false],
    ['E_SENDER_NOT_VERIFIED', 'temporary', false],
    ['E_RATE_LIMIT_EXCEEDED', 'temporary', false],
    ['E_INTERNAL_SERVER_ERROR', 'temporary', false],
    ['', 'temporary', false],
  ])('%s is %s', async (code, kind, recipientRefused) => {
    const transport = cloudflareTransport(binding(() => Promise.reject(Object.assign(new Error('no'), { code }))))
    const outcome = await sendMail(transport, MAIL)
    expect(outcome).toMatchObject({ ok: false, kind })
    expect('recipientRefused' in outcome).toBe(recipientRefused)
  })
})
