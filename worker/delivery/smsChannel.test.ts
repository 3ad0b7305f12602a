import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../domain/language.ts'
import { SMS_WORDS } from '../domain/words/smsWords.ts'
import { CONFIRMATION, HOSTILE, NOTICES, PAGE, UPDATE, hostileUpdate, messageOf } from './channelMessage.fixtures.ts'
import type { Message } from './sender.ts'
import { deliverSms, smsText } from './smsChannel.ts'
import { SEGMENTS_MAX, costOf, smsOf } from './smsText.ts'
import { isFromTwilio, twilioSettings } from './twilio.ts'

const LINK = `${PAGE.url}/s/0123456789abcdef0123456789abc`
const LINKS = { unsubscribe: LINK, manage: LINK }
const ASK = { ...CONFIRMATION, confirmUrl: LINK }

describe('what a text costs', () => {
  it.each([
    ['x'.repeat(160), 'gsm', 1],
    ['x'.repeat(161), 'gsm', 2],
    ['x'.repeat(306), 'gsm', 2],
    ['x'.repeat(307), 'gsm', 3],
    // These take two places each, and lie in one part.
    ['€'.repeat(80), 'gsm', 1],
    [`${'x'.repeat(152)}€${'x'.repeat(10)}`, 'gsm', 2],
    [`${'x'.repeat(152)}€${'x'.repeat(151)}`, 'gsm', 2],
    [`${'x'.repeat(152)}€${'x'.repeat(152)}`, 'gsm', 3],
    ['ж'.repeat(70), 'ucs2', 1],
    ['ж'.repeat(71), 'ucs2', 2],
    ['🙈'.repeat(35), 'ucs2', 1],
    ['🙈'.repeat(66), 'ucs2', 2],
    ['🙈'.repeat(67), 'ucs2', 3],
    ['', 'gsm', 1],
  ])('%#', (text, alphabet, segments) => {
    expect(costOf(text)).toEqual({ alphabet, segments })
  })
})

describe('the text', () => {
  it.each(Object.entries({ ...NOTICES, CONFIRMATION: ASK }))('of %s', (_, content) => {
    expect(smsText(messageOf(content, { links: LINKS }))).toMatchSnapshot()
  })

  it.each(LANGUAGES)('is short and ends in its whole link in %s', (language) => {
    const words = SMS_WORDS[language]
    const texts = [
      ...[...Object.values(NOTICES), ASK, { ...ASK, incidentTitle: HOSTILE, pageName: HOSTILE }, hostileUpdate()].map(
        (content) => smsText(messageOf(content, { language, links: LINKS })),
      ),
      ...[words.again, words.help, words.nobody].map((lead) =>
        smsOf({ lead: lead('A status page with a name'), title: '', body: '', link: LINK }),
      ),
    ]
    for (const text of texts) {
      expect(costOf(text).segments).toBeLessThanOrEqual(SEGMENTS_MAX)
      expect(text).toMatch(/\nhttps:\/\/\S+$/)
      expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
    }
    expect(smsText(messageOf(ASK, { language, links: LINKS }))).toMatch(/YES.*STOP/s)
  })

  it('says in the cheap letters what can be said in them', () => {
    const text = smsOf({ lead: 'Dégradé – « tâche »', title: 'Façade “coupée”…', body: '', link: LINK })
    expect(costOf(text).alphabet).toBe('gsm')
    expect(text).toContain('Dégradé - " tache "\nFacade "coupée"...')
  })
})

const SETTINGS = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'token',
  TWILIO_FROM: '+15005550006',
  SMS_PREFIXES: '+49,+43',
}

describe('deliverSms', () => {
  async function deliver(
    answer: () => Response,
    changes: object = {},
    isTaken = true,
    content: Message['content'] = UPDATE,
  ) {
    const sent: Request[] = []
    let givenBack = 0
    const settings = twilioSettings({ ...SETTINGS, ...changes })
    const outcome = await deliverSms(
      { kind: 'sms', number: '+491701234567' },
      messageOf(content, { links: LINKS }),
      settings === null
        ? null
        : {
            settings,
            statusUrl: ({ id }) => `https://status.example/hooks/twilio/status?id=${id}`,
            take: async () => isTaken,
            giveBack: async () => {
              givenBack++
            },
          },
      {
        privateTargets: '',
        fetch: async (url, init) => {
          sent.push(new Request(url, init))
          return answer()
        },
      },
    )
    return { outcome, sent, givenBack, form: new URLSearchParams(await sent[0]?.text()) }
  }
  const taken = () => Response.json({ sid: 'SM1', status: 'queued' }, { status: 201 })
  const refused = (status: number, code: number) => () => Response.json({ code, message: 'No', status }, { status })

  it('posts it to the account, as whoever it is signed in as', async () => {
    const { outcome, sent, form } = await deliver(taken)
    expect(outcome).toEqual({ ok: true, receipt: 'SM1' })
    expect(sent[0]?.url).toBe(`https://api.twilio.com/2010-04-01/Accounts/${SETTINGS.TWILIO_ACCOUNT_SID}/Messages.json`)
    expect(sent[0]?.headers.get('authorization')).toBe(`Basic ${btoa(`${SETTINGS.TWILIO_ACCOUNT_SID}:token`)}`)
    expect(Object.fromEntries(form)).toEqual({
      To: '+491701234567',
      From: '+15005550006',
      Body: expect.stringContaining('Checkout'),
      ValidityPeriod: '14400',
      StatusCallback: 'https://status.example/hooks/twilio/status?id=update:update-2.subscriber-1',
    })
  })

  it('signs in with a key and sends by a service where these are set', async () => {
    const service = `MG${'1'.repeat(32)}`
    const { sent, form } = await deliver(taken, {
      TWILIO_API_KEY_SID: 'SK1',
      TWILIO_API_KEY_SECRET: 'secret',
      TWILIO_FROM: service,
      TWILIO_API_URL: 'https://api.dublin.ie1.twilio.com/',
    })
    expect(sent[0]?.url).toMatch(/^https:\/\/api\.dublin\.ie1\.twilio\.com\/2010/)
    expect(sent[0]?.headers.get('authorization')).toBe(`Basic ${btoa('SK1:secret')}`)
    expect(form.get('MessagingServiceSid')).toBe(service)
    expect(form.has('From')).toBe(false)
  })

  it.each([
    [refused(400, 21610), { kind: 'permanent', recipientRefused: true }],
    [refused(400, 21211), { kind: 'permanent', recipientRefused: true }],
    [refused(400, 21614), { kind: 'permanent', recipientRefused: true }],
    [refused(400, 21408), { kind: 'permanent' }],
    [refused(401, 20003), { kind: 'temporary' }],
    [refused(403, 0), { kind: 'temporary' }],
    [refused(400, 21606), { kind: 'temporary' }],
    [refused(429, 20429), { kind: 'temporary' }],
    [() => new Response('down', { status: 503 }), { kind: 'temporary' }],
  ])('takes answer %# for what it is', async (answer, expected) => {
    const { outcome, givenBack } = await deliver(answer)
    expect(outcome).toMatchObject(expected)
    expect(givenBack).toBe(1)
    expect('recipientRefused' in outcome).toBe('recipientRefused' in expected)
  })

  it('counts what was taken, and what may have been', async () => {
    const dropped = () => {
      throw new Error('The connection was lost.')
    }
    for (const answer of [taken, dropped]) expect((await deliver(answer)).givenBack).toBe(0)
  })

  it('sends none beyond the day’s, to another country or without an account', async () => {
    for (const { outcome, sent } of [
      await deliver(taken, {}, false),
      await deliver(taken, { SMS_PREFIXES: '+43' }),
      await deliver(taken, { TWILIO_AUTH_TOKEN: '' }),
    ]) {
      expect(outcome).toMatchObject({ kind: 'permanent' })
      expect(sent).toEqual([])
    }
  })
})

it('puts off what somebody asked for until the next day in UTC, and blames nobody for it', async () => {
  const outcome = await deliverSms(
    { kind: 'sms', number: '+491701234567' },
    messageOf(ASK, { nowMs: Date.UTC(2100, 10, 24, 23, 30) }),
    {
      settings: settingsOf(),
      statusUrl: () => null,
      take: async (isRequest) => !isRequest,
      giveBack: () => Promise.reject(new Error('Nothing was taken.')),
    },
    { privateTargets: '', fetch: () => Promise.reject(new Error('Nothing is sent.')) },
  )
  expect(outcome).toMatchObject({ kind: 'temporary', carrierWorks: true, againAtMs: Date.UTC(2100, 10, 25) })
})

function settingsOf() {
  const settings = twilioSettings(SETTINGS)
  if (settings === null) throw new Error('texts are set up')
  return settings
}

describe('isFromTwilio', () => {
  // The example of Twilio's documentation.
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  const fields: [string, string][] = [
    ['CallSid', 'CA1234567890ABCDE'],
    ['From', '+12349013030'],
    ['To', '+18005551212'],
    ['Caller', '+12349013030'],
    ['Digits', '1234'],
  ]
  it('knows its own example, and nothing near it', async () => {
    expect(await isFromTwilio('12345', '0/KCTR6DLpKmkAf8muzZqo1nDgQ=', url, fields)).toBe(true)
    expect(await isFromTwilio('12346', '0/KCTR6DLpKmkAf8muzZqo1nDgQ=', url, fields)).toBe(false)
    expect(await isFromTwilio('12345', '0/KCTR6DLpKmkAf8muzZqo1nDgQ=', `${url}3`, fields)).toBe(false)
    expect(await isFromTwilio('12345', '0/KCTR6DLpKmkAf8muzZqo1nDgQ=', url, fields.slice(1))).toBe(false)
    expect(await isFromTwilio('12345', '', url, fields)).toBe(false)
    const ours = createHmac('sha1', '12345').update(`${url}Aü`).digest('base64')
    expect(await isFromTwilio('12345', ours, url, [['A', 'ü']])).toBe(true)
  })
})
