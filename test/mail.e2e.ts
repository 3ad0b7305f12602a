import type { Browser } from 'playwright-core'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../server/ports.ts'
import { mustCall } from './api.ts'
import { openPage, startBrowser } from './browser.ts'
import { startHost, type Host } from './host.ts'
import { publishedWholly } from './metrics.ts'

/** What subscribers get, read from the wire of a real SMTP server. */

interface Received {
  readonly to: string
  readonly raw: string
  readonly header: (name: string) => string | null
}

/** Keeps the raw data of every mail. While it stalls, the data is taken and the 250 never comes. */
async function smtpSink(port: number) {
  const received: Received[] = []
  let stalls = false
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(mailFrom(session.envelope.rcptTo[0]?.address ?? '', Buffer.concat(chunks).toString('utf8')))
        if (!stalls) done()
      })
    },
  })
  // A host that is killed leaves its connections broken.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    received,
    stall: (whether: boolean) => {
      stalls = whether
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function mailFrom(to: string, raw: string): Received {
  const [head = ''] = raw.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return {
    to,
    raw,
    header: (name) => {
      const line = lines.find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}: `))
      return line === undefined ? null : line.slice(name.length + 2)
    },
  }
}

let sink: Awaited<ReturnType<typeof smtpSink>>
let environment: Record<string, string>
let host: Host

beforeAll(async () => {
  const port = await anyFreePort()
  sink = await smtpSink(port)
  environment = { SMTP_URL: `smtp://127.0.0.1:${port}` }
  host = await startHost({ environment })
  // Nobody takes anything back here, so that nothing has to wait for it.
  const { statusPage, ...rest } = await mustCall(host, 'GET', '/config')
  const undo = { pageSeconds: 0, noticeSeconds: 0 }
  await mustCall(host, 'POST', '/config', { ...rest, statusPage: { ...Object(statusPage), undo } })
})

afterAll(async () => {
  await host.stop()
  await sink.close()
})

async function api(method: string, path: string, body: unknown): Promise<{ status: number; body: { id: string } }> {
  const answer = await fetch(`${host.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${host.credentials.apiToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.json() }
}

async function openIncident(title: string): Promise<string> {
  const { status, body } = await api('POST', '/incidents', { title, severity: 'sev4' })
  expect(status).toBe(201)
  return body.id
}

async function tell(incidentId: string, body: string): Promise<void> {
  const answer = await api('POST', `/incidents/${incidentId}/updates`, {
    audience: 'public',
    status: 'identified',
    body,
  })
  expect(answer.status).toBeLessThan(300)
}

function mailsTo(address: string): Received[] {
  return sink.received.filter(({ to }) => to === address)
}

async function waitForMails(address: string, count: number): Promise<Received[]> {
  await expect.poll(() => mailsTo(address).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count)
  return mailsTo(address)
}

/** The text part is quoted-printable, so a link is taken from where no encoding touches it. */
function unsubscribeLink(mail: Received | undefined): string {
  return /<([^>]+)>/.exec(mail?.header('List-Unsubscribe') ?? '')?.[1] ?? 'no link'
}

function confirmLink(mail: Received | undefined): string {
  const text = (mail?.raw ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=')
  return /Confirm: (\S+)/.exec(text)?.[1] ?? 'no link'
}

describe('a subscriber', () => {
  it('is asked first, told of each update in one thread, and told nothing after leaving', async () => {
    const alice = 'alice@customer.example'
    const bob = 'bob@customer.example'
    await api('POST', '/subscribers', { email: bob, confirmed: true })
    const asked = await fetch(`${host.url}/subscribe`, { method: 'POST', body: new URLSearchParams({ email: alice }) })
    expect(asked.status).toBe(200)
    const [confirmation] = await waitForMails(alice, 1)
    const link = confirmLink(confirmation)

    // A mail scanner opens every link.
    await fetch(link)
    const incident = await openIncident('Checkout is slow')
    await tell(incident, 'Not for Alice yet.')
    await waitForMails(bob, 1)
    expect((await fetch(link, { method: 'POST' })).status).toBe(200)
    await tell(incident, 'The payment provider answers slowly.')
    await tell(incident, 'It is getting better.')

    const [, first, second] = await waitForMails(alice, 3)
    expect(first?.header('Subject')).toBe(second?.header('Subject'))
    expect(first?.header('References')).toBe(second?.header('References'))
    expect(first?.header('In-Reply-To')).toMatch(/^<incident\./)
    expect(first?.header('Message-ID')).not.toBe(second?.header('Message-ID'))
    expect(first?.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    expect(first?.header('Auto-Submitted')).toBe('auto-generated')

    const unsubscribe = unsubscribeLink(first)
    await fetch(unsubscribe)
    const left = await fetch(unsubscribe, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    })
    expect(left.status).toBe(200)
    await tell(incident, 'For Bob only.')
    await waitForMails(bob, 4)
    expect(mailsTo(alice)).toHaveLength(3)
  })

  it('gets no header that a title or an address wrote', async () => {
    const carol = 'carol@customer.example'
    await api('POST', '/subscribers', { email: carol, confirmed: true })
    const injected = await api('POST', '/subscribers', {
      email: 'x@y.example\r\nBcc: eve@evil.example',
      confirmed: true,
    })
    expect(injected.status).toBe(422)
    const incident = await openIncident('Slow\r\nBcc: eve@evil.example\r\n\r\nBody')
    await tell(incident, 'One.\r\n.\r\nMAIL FROM:<eve@evil.example>\r\nBcc: eve@evil.example')
    const [mail] = await waitForMails(carol, 1)
    expect(mail?.header('Bcc')).toBeNull()
    expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/^(Bcc|MAIL FROM)/im)
    expect(sink.received.filter(({ to }) => to.includes('evil'))).toEqual([])
  })

  it('gets a mail again, under the same Message-ID, when the host was killed before it heard of the receipt', async () => {
    const dave = 'dave@customer.example'
    await api('POST', '/subscribers', { email: dave, confirmed: true })
    const incident = await openIncident('Search is down')
    // The data is here, the 250 is not: the host dies in between.
    sink.stall(true)
    const told = tell(incident, 'We look into it.').catch(() => undefined)
    const [before] = await waitForMails(dave, 1)
    await host.kill('SIGKILL')
    await told
    sink.stall(false)
    host = await startHost({ home: host.home, port: Number(new URL(host.url).port), environment })
    const [, after] = await waitForMails(dave, 2)
    expect(after?.header('Message-ID')).toBe(before?.header('Message-ID'))
  })
})

describe('a reader of a private page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterAll(() => browser?.close())

  it('comes in by a link in a mail, once, without script, and back to where they were going', async () => {
    const access = { kind: 'email', domains: ['club.example'] }
    await mustCall(host, 'POST', '/status-pages', { id: 'club', name: 'The club', language: 'en', access })
    await publishedWholly(host)
    await using watched = await openPage(browser, { javaScriptEnabled: false, locale: 'de-DE' })
    const { page } = watched
    await expect.poll(async () => (await page.goto(`${host.url}/pages/club/uptime`))?.status()).toBe(401)
    await page.getByLabel('E-Mail-Adresse').fill('eve@elsewhere.example')
    await page.getByRole('button').click()
    const said = await page.locator('main').innerText()
    await page.getByRole('link', { name: 'Noch einmal anfordern' }).click()
    await page.getByLabel('E-Mail-Adresse').fill('eve@club.example')
    await page.getByRole('button').click()
    expect(await page.locator('main').innerText()).toBe(said)

    const [mail] = await waitForMails('eve@club.example', 1)
    expect(mail?.header('Subject')).toBe('Ihr Link zu The club')
    const text = (mail?.raw ?? '').replace(/=\r\n/g, '').replace(/=3D/g, '=')
    const link = /http:\/\/\S+\/sign-in\/\S+/.exec(text)?.[0] ?? 'no link'
    // A mail scanner opens every link.
    await fetch(link)
    await page.goto(link)
    await page.getByRole('button', { name: 'Statusseite öffnen' }).click()
    expect([page.url(), await page.title()]).toEqual([`${host.url}/pages/club/uptime`, 'Verfügbarkeit · The club'])
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams({ next: '' }) })).status).toBe(410)
    expect((await fetch(`${host.url}/pages/club/uptime`)).status).toBe(401)
    expect(mailsTo('eve@elsewhere.example')).toEqual([])
  })
})
