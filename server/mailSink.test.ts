import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { MailRefusal } from './alertMail.ts'
import { startMailSink, type MailSink } from './mailSink.ts'
import { anyFreePort } from './ports.ts'

let folder: string
let sink: MailSink
let handedOver: { key: string; mail: string }[]
let refusal: MailRefusal | null

const start = async (port?: number) =>
  startMailSink(folder, port ?? (await anyFreePort()), async (key, mail) => {
    handedOver.push({ key, mail: Buffer.from(mail).toString() })
    return refusal
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allclear-mail-'))
  handedOver = []
  refusal = null
  sink = await start()
})

afterEach(async () => {
  await sink.stop()
  await rm(folder, { recursive: true })
})

async function send(mail: { subject: string; html?: string; messageId?: string; headers?: Record<string, string> }) {
  const transport = createTransport({ host: sink.host, port: sink.port })
  await transport.sendMail({
    from: 'Acme <status@example.com>',
    to: 'Alice <alice@example.com>',
    envelope: { from: 'bounces@example.com', to: 'alice@example.com' },
    text: 'See https://example.com/a?b=1&c=2.',
    ...mail,
  })
  transport.close()
}

const MailList = z.object({ messages: z.array(z.looseObject({ id: z.string(), subject: z.string() })) })
const mails = async () => MailList.parse(await (await fetch(`${sink.inboxUrl}/messages.json`)).json()).messages
const firstMail = async () => (await mails())[0]?.id ?? 'none'
const page = async (path: string) => (await fetch(sink.inboxUrl + path)).text()

describe('the mail sink', () => {
  it('listens on the port it is given, and on another when that is taken', async () => {
    const port = await anyFreePort()
    const first = await start(port)
    const second = await start(port)
    expect(first.port).toBe(port)
    expect(second.port).not.toBe(port)
    expect(second.inboxUrl).not.toBe(first.inboxUrl)
    await Promise.all([first.stop(), second.stop()])
  })

  it('lists what it got, with the envelope and the headers a client relies on', async () => {
    await send({
      subject: 'First',
      messageId: '<update-1@example.com>',
      headers: { 'In-Reply-To': '<incident@example.com>', 'List-Unsubscribe': '<https://example.com/u>' },
    })
    expect(await mails()).toMatchObject([
      {
        subject: 'First',
        from: '"Acme" <status@example.com>',
        envelope: { from: 'bounces@example.com', to: ['alice@example.com'] },
        messageId: '<update-1@example.com>',
        inReplyTo: '<incident@example.com>',
        listUnsubscribe: '<https://example.com/u>',
        text: expect.stringContaining('See https://example.com/a?b=1&c=2.'),
      },
    ])
  })

  it('has its mails after a restart, newest first', async () => {
    await send({ subject: 'First' })
    await send({ subject: 'Second' })
    await sink.stop()
    sink = await start()
    await send({ subject: 'Third' })
    expect((await mails()).map(({ subject }) => subject)).toEqual(['Third', 'Second', 'First'])
    expect(await readdir(folder)).toHaveLength(3)
  })

  it('shows a mail as text, and its HTML only inside a sandbox', async () => {
    await send({ subject: '<script>alert(1)</script>', html: '<p>Hi</p><script>alert(2)</script>' })
    const id = await firstMail()
    const shown = await page(`/messages/${id}`)
    expect(shown).toContain('&lt;script&gt;alert(1)')
    expect(shown).not.toContain('<script>')
    expect(shown).toContain('href="https://example.com/a?b=1&amp;c=2"')
    const html = await fetch(`${sink.inboxUrl}/messages/${id}/html`)
    expect(html.headers.get('content-security-policy')).toContain('sandbox')
    expect(await page(`/messages/${id}/raw`)).toContain('Delivered-To: alice@example.com')
  })

  it('has a page when there is no mail, and none for a mail that is not there', async () => {
    expect(await page('/')).toContain('No mail yet')
    expect((await fetch(`${sink.inboxUrl}/messages/1`)).status).toBe(404)
  })

  describe('for an alert address', () => {
    const KEY = `em_${'0a'.repeat(26)}`
    const sendTo = async (...to: string[]) => {
      const transport = createTransport({ host: sink.host, port: sink.port })
      const mail = {
        from: 'nagios@example.com',
        to: 'alerts@example.com',
        subject: 'Disk is full',
        text: 'Only 2% left.',
      }
      await transport.sendMail({ ...mail, envelope: { from: 'nagios@example.com', to } })
      transport.close()
    }

    it('hands the mail over, and keeps it out of the inbox', async () => {
      await sendTo(`alerts+${KEY.toUpperCase()}@localhost`)
      expect(handedOver).toEqual([{ key: KEY, mail: expect.stringContaining('Subject: Disk is full') }])
      expect(await mails()).toEqual([])
      await sendTo(`${KEY}@localhost`, 'alice@example.com')
      expect(handedOver).toHaveLength(2)
      expect(await mails()).toMatchObject([{ envelope: { to: ['alice@example.com'] } }])
      expect(JSON.stringify(await mails())).not.toContain(KEY)
    })

    it.each([
      { code: 550, reason: 'No integration has this address.' },
      { code: 451, reason: 'Send it again.' },
    ])('answers $code as it is told', async (told) => {
      refusal = told
      await expect(sendTo(`alerts+${KEY}@localhost`, 'alice@example.com')).rejects.toMatchObject({
        responseCode: told.code,
        message: expect.stringContaining(told.reason),
      })
      expect(await mails()).toEqual([])
    })
  })
})
