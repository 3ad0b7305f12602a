import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { nagiosMail } from './email.fixtures.ts'
import { emailHook, keyInAddress, MAIL_BYTES_MAX, takeRoutedMail } from './email.ts'
import { MailMessage, parseEmail } from './emailMessage.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', emailHook)
const desk = env.ALERT_DESK.getByName('main')
let key = ''
let id = ''

beforeAll(async () => {
  const made = await desk.createIntegration({ source: 'email', name: 'Mail' })
  key = made.key
  id = made.id
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

interface Mail {
  readonly subject?: string
  readonly from?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

function rawMail({
  subject = 'Disk is full on db-1',
  from = 'Nagios <nagios@Acme.example>',
  headers = [],
  body,
}: Mail): string {
  return [
    `Received: from mx.acme.example by allclear for <alerts+${key}@alerts.example>`,
    `From: ${from}`,
    `To: alerts+${key}@alerts.example`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString()}`,
    ...headers,
    'MIME-Version: 1.0',
    ...(body === undefined
      ? ['Content-Type: text/plain; charset=utf-8', '', 'Only 2% are left.\r\n\r\n-- \r\nNagios']
      : [body]),
    '',
  ].join('\r\n')
}

function post(mail: Mail | string, withKey = key, bindings: object = env) {
  const body = typeof mail === 'string' ? mail : rawMail(mail)
  const init = { method: 'POST', headers: { 'Content-Type': 'message/rfc822' }, body }
  return Promise.resolve(app.request(`/hooks/email/${withKey}`, init, bindings))
}

async function firing(title: string) {
  const active = await desk.activeAlerts()
  return active.map(({ alert }) => alert).filter(({ labels }) => labels['alertname'] === title)
}

describe('the key', () => {
  it('survives an address: short enough, without capitals, and read from it however it is written', () => {
    expect(key).toMatch(/^em_[0-9a-z]{52}$/)
    expect(`alerts+${key}`.length).toBeLessThanOrEqual(64)
    for (const address of [`alerts+${key}@x.example`, `${key}@x.example`, `a+b+${key.toUpperCase()}@X.EXAMPLE`])
      expect(keyInAddress(address)).toBe(key)
    for (const address of ['alerts@x.example', 'alerts+em_short@x.example', key, `${key}@`, ''])
      expect(keyInAddress(address)).toBeNull()
  })

  it('is refused when it is unknown or was revoked', async () => {
    expect((await post({}, 'em_unknown')).status).toBe(401)
    const old = await desk.createIntegration({ source: 'email', name: 'Old' })
    await desk.revokeIntegration(old.id)
    expect((await post({}, old.key)).status).toBe(401)
  })
})

describe('a mail', () => {
  it('of Nagios fires, and its recovery ends it', async () => {
    const to = `alerts+${key}@alerts.example`
    expect((await post(nagiosMail('PROBLEM', to))).status).toBe(202)
    expect(await firing('Service Alert: web-1/HTTP')).toMatchObject([
      {
        labels: { severity: 'critical', service: 'HTTP', sender: 'nagios@monitor.acme.example' },
        annotations: { description: expect.stringContaining('Socket timeout') },
      },
    ])
    expect((await post(nagiosMail('RECOVERY', to))).status).toBe(202)
    expect(await firing('Service Alert: web-1/HTTP')).toEqual([])
  })

  it('fires, says what it says, and one that tells of the end ends it', async () => {
    const body =
      'Content-Type: text/plain\r\n\r\nSeverity: High\r\nService: checkout\r\nOnly 2% are left.\r\nSee https://nagios.example/db-1.'
    const answer = await post({ subject: 'PROBLEM: Disk is full on db-1', body })
    expect(answer.status).toBe(202)
    expect(await answer.json()).toEqual({ accepted: 1, incidents: [expect.any(String)] })
    const [alert] = await firing('Disk is full on db-1')
    expect(alert).toMatchObject({
      labels: { severity: 'High', service: 'checkout', sender: 'nagios@acme.example' },
      annotations: {
        summary: 'PROBLEM: Disk is full on db-1',
        description: expect.stringContaining('Only 2% are left.'),
      },
      generatorUrl: 'https://nagios.example/db-1.',
    })
    await post({ subject: 'PROBLEM: Disk is full on db-1' })
    expect(await firing('Disk is full on db-1')).toHaveLength(1)
    await post({ subject: 'RECOVERY: Disk is full on db-1' })
    expect(await firing('Disk is full on db-1')).toEqual([])
  })

  it('of encoded words, of HTML alone, and of several parts is read', async () => {
    await post({ subject: '=?utf-8?B?S8O2bG4gaXN0IGthcHV0dA==?=' })
    expect(await firing('Köln ist kaputt')).toHaveLength(1)
    const html = '<style>p{}</style><p>Only&nbsp;2% &amp; less</p><div>are left</div>'
    await post({ subject: 'As HTML', body: `Content-Type: text/html\r\n\r\n${html}` })
    expect((await firing('As HTML'))[0]?.annotations['description']).toMatch(/^Only\s2% & less\s+are left$/)
    const parts = [
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'K=F6ln',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>no</p>',
      '--b--',
    ]
    await post({ subject: 'In parts', body: parts.join('\r\n') })
    expect((await firing('In parts'))[0]?.annotations['description']).toBe('Köln')
  })

  it('ends what its thread is about, whatever its subject says', async () => {
    await post({ subject: 'Ticket 4711 was opened', headers: ['Message-ID: <1@acme.example>'] })
    await post({ subject: 'Still so', headers: ['Message-ID: <2@acme.example>', 'In-Reply-To: <1@acme.example>'] })
    expect(await firing('Ticket 4711 was opened')).toHaveLength(1)
    expect(await firing('Still so')).toEqual([])
    const headers = ['Message-ID: <3@acme.example>', 'References: <0@acme.example> <2@acme.example>']
    await post({ subject: 'Issue closed', headers })
    expect(await firing('Ticket 4711 was opened')).toEqual([])
  })

  it('that is sent on is an alert, for a person sent it here', async () => {
    await post({ subject: 'Fwd: CRITICAL: sent on' })
    expect(await firing('sent on')).toHaveLength(1)
    await post({ subject: 'WG: RESOLVED: sent on' })
    expect(await firing('sent on')).toEqual([])
  })

  it('that tells of the end of what does not fire is kept as refused, to be looked at', async () => {
    const refused = async () =>
      (await desk.receivedMessages(id, 50)).flatMap((each) => (each.refused === null ? [] : [each.refused]))
    const before = await refused()
    const answer = await post({ subject: 'Valve 7 is closed' })
    expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 0, ignored: expect.any(String) }])
    expect(await refused()).toHaveLength(before.length + 1)
    expect((await refused())[0]).toContain('no such alert fires')

    await post({ subject: 'Valve 8 fails' })
    expect(await (await post({ subject: 'RESOLVED: Valve 8 fails' })).json()).toMatchObject({ accepted: 1 })
    expect(await refused()).toHaveLength(before.length + 1)
  })

  it('that ends what is silenced is taken', async () => {
    const now = Date.now()
    await desk.putSilence({
      id: null,
      matchers: [{ name: 'alertname', value: 'Silenced mail', isRegex: false, isEqual: true }],
      annotations: {},
      startsAtMs: now - 1000,
      endsAtMs: now + 3_600_000,
      createdBy: 'Alice',
      comment: 'Known',
    })
    await post({ subject: 'PROBLEM: Silenced mail' })
    expect(await (await post({ subject: 'RECOVERY: Silenced mail' })).json()).toMatchObject({ accepted: 1 })
  })

  it.each<[string, Mail]>([
    ['a reply of a person', { subject: 'Re: Thread of people' }],
    ['an automatic reply', { subject: 'Thread of people', headers: ['Auto-Submitted: auto-replied (vacation)'] }],
    [
      'a delivery report',
      { subject: 'Thread of people', body: 'Content-Type: multipart/report; boundary=b\r\n\r\n--b--' },
    ],
  ])('that is %s is taken and no alert', async (_name, mail) => {
    const answer = await post(mail)
    expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 0, ignored: expect.any(String) }])
    expect(await firing('Thread of people')).toEqual([])
  })

  it('is kept without the key in its address, and says the same when it is read again', async () => {
    const ingest = vi.fn(
      async (_request: {
        alerts: unknown
        received: { contentType: string; headers: Record<string, string>; body: string }
      }) => ({
        ok: true,
        accepted: 1,
        incidentIds: [],
        invalid: [],
        turnedAway: 0,
      }),
    )
    const stub = { integrationOf: async () => ({ id, name: 'Mail' }), threadOf: async () => 'what it is about', ingest }
    const quoted = `${key.slice(0, 20)}=\r\n${key.slice(20)}`
    for (const body of [
      `Content-Type: text/plain\r\n\r\nSent to ${key}`,
      `Content-Transfer-Encoding: base64\r\n\r\n${btoa(`Sent to ${key.toUpperCase()}`)}`,
      `Content-Transfer-Encoding: quoted-printable\r\n\r\nSent to ${quoted}`,
    ]) {
      await post({ subject: `About ${key.toUpperCase()}`, body }, key, {
        ...env,
        ALERT_DESK: { getByName: () => stub },
      })
      const [request] = ingest.mock.lastCall ?? []
      const kept = JSON.stringify([request?.alerts, request?.received]).toLowerCase()
      for (const secret of [key, btoa(`Sent to ${key.toUpperCase()}`).toLowerCase(), key.slice(0, 20)])
        expect(kept).not.toContain(secret)
      const again = request === undefined ? null : parseEmail(request.received, Date.now(), id)
      expect(again).toMatchObject({ ok: true, alerts: [{ identity: { about: 'what it is about' } }] })
    }
  })

  it('is kept as it came, as far as there is room for it', async () => {
    const lastKept = async () => {
      const [message] = await desk.receivedMessages(id, 1)
      const kept = await desk.receivedMessage(message?.id ?? 0)
      const { raw, ...read } = MailMessage.parse(JSON.parse(kept?.received.body ?? ''))
      return { raw: raw ?? '', read, isCut: message?.isCut }
    }
    const mail = rawMail({ subject: 'Kept as it came', headers: ['X-Site: Köln 🦀'] })
    expect((await post(mail)).status).toBe(202)
    const small = await lastKept()
    expect(small.raw).toBe(mail.replaceAll(key, '…').replaceAll('\r\n', '\n'))
    expect(small.read).toMatchObject({ subject: 'Kept as it came' })

    for (const filler of ['x\u0001"\\ü', '🦀', 'plain text ']) {
      const body = `Content-Type: text/plain; charset=utf-8\r\n\r\n${filler.repeat(400_000 / filler.length)}`
      expect((await post({ subject: `Large ${filler.length}`, body })).status).toBe(202)
      const large = await lastKept()
      expect(large).toMatchObject({ isCut: false, read: { subject: `Large ${filler.length}` } })
      expect(large.raw.length).toBeGreaterThan(10_000)
    }
  })
})

describe('what is no mail', () => {
  it.each<[string, () => string, number]>([
    ['nothing', () => '', 422],
    ['JSON', () => '{"subject":"x"}', 422],
    ['a line', () => 'hello', 422],
    ['headers alone that say nothing', () => 'X-A: b\r\n\r\n', 422],
    ['6 MB', () => rawMail({ body: `\r\n${'x'.repeat(MAIL_BYTES_MAX + 1)}` }), 413],
    ['300 KB of headers', () => rawMail({ headers: [`X-Long: ${'x'.repeat(300 * 1024)}`] }), 422],
    ['parts within parts', () => rawMail({ body: nested(200) }), 422],
  ])('%s is refused', async (_name, body, status) => {
    const answer = await post(body())
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  })
})

function nested(depth: number): string {
  const open = Array.from(
    { length: depth },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  )
  return `${open.join('')}Content-Type: text/plain\r\n\r\nx`
}

describe('Email Routing', () => {
  const routed = (to: string, text: string) => {
    const bytes = new TextEncoder().encode(text)
    const refused: string[] = []
    const message = {
      to,
      raw: new Response(bytes).body ?? new ReadableStream<Uint8Array>(),
      rawSize: bytes.byteLength,
      setReject: (reason: string) => void refused.push(reason),
    }
    return { message, refused }
  }

  it('hands over a mail, and refuses one for ever with a reason', async () => {
    const good = routed(`alerts+${key}@alerts.example`, rawMail({ subject: 'By routing' }))
    await takeRoutedMail(good.message, env)
    expect(good.refused).toEqual([])
    expect(await firing('By routing')).toHaveLength(1)

    for (const [to, text, reason] of [
      ['alerts@alerts.example', rawMail({}), 'No integration has this address'],
      [`alerts+${key.replace(/.$/, '!')}@alerts.example`, rawMail({}), 'No integration has this address'],
      [`alerts+em_${'0'.repeat(52)}@alerts.example`, rawMail({}), 'No integration has this address'],
      [`alerts+${key}@alerts.example`, 'hello', 'This is no mail'],
      [`alerts+${key}@alerts.example`, rawMail({ body: `\r\n${'x'.repeat(MAIL_BYTES_MAX)}` }), 'larger than 5 MB'],
    ] as const) {
      const bad = routed(to, text)
      await takeRoutedMail(bad.message, env)
      expect(bad.refused).toEqual([expect.stringContaining(reason)])
    }
  })

  it('throws while storage does not answer, so that the sender tries again', async () => {
    const { message, refused } = routed(`alerts+${key}@alerts.example`, rawMail({}))
    const down = {
      ...env,
      ALERT_DESK: { getByName: () => ({ integrationOf: () => Promise.reject(new Error('down')) }) },
    }
    await expect(takeRoutedMail(message, down as unknown as Env)).rejects.toThrow('down')
    expect(refused).toEqual([])
    expect((await post({}, key, down)).status).toBe(503)
  })
})
