import { describe, expect, it } from 'vitest'
import type { PublicIncident, PublicPage, PublicUpdate } from '../domain/publicModel.ts'
import { faultOf } from './mail.ts'
import { LANGUAGES } from '../domain/language.ts'
import { confirmMail, manageLinkMail } from './confirmMail.ts'
import type { Addressee } from './noticeMail.ts'
import { noticeMail } from './noticeMail.ts'
import { MAINTENANCE } from './channelMessage.fixtures.ts'
import { AS_POSTED } from '../../test/samplePublicModel.ts'

const FROM = 'Acme Status <status@acme.example>'
const PAGE: PublicPage = {
  id: 'abcdefghjkmn',
  name: 'Acme',
  url: 'https://status.acme.example',
  timeZone: 'Europe/Berlin',
  supportUrl: 'https://acme.example/support',
  language: 'en',
  updatedAtMs: 0,
}
const TO: Addressee = {
  subscriberId: 'subscriber1',
  email: 'alice@example.com',
  language: 'en',
  links: {
    unsubscribe: 'https://status.acme.example/unsubscribe/token',
    manage: 'https://status.acme.example/subscription/token',
  },
  threadTitle: null,
  isCorrection: false,
  isLast: false,
}
const AT_MS = Date.UTC(2026, 10, 24, 14, 2)

function update(change: Partial<PublicUpdate> = {}): PublicUpdate {
  return {
    id: 'u1',
    status: 'identified',
    body: 'The **payment provider** answers slowly.',
    ...AS_POSTED,
    atMs: AT_MS,
    components: [{ id: 'checkout', name: 'Checkout', from: 'operational', to: 'partial_outage' }],
    ...change,
  }
}

function incident(change: Partial<PublicIncident> = {}): PublicIncident {
  return {
    id: '0123456789ab',
    title: 'Checkout is slow',
    status: 'identified',
    impact: 'major',
    createdAtMs: AT_MS,
    updatedAtMs: AT_MS,
    startedAtMs: AT_MS,
    monitoringAtMs: null,
    resolvedAtMs: null,
    nextUpdateAtMs: AT_MS + 1_800_000,
    components: [{ id: 'checkout', name: 'Checkout', status: 'partial_outage' }],
    updates: [],
    hasPostMortem: false,
    isBackdated: false,
    ...change,
  }
}

describe('updateMail', () => {
  it('says state, components, text and when the next update comes', () => {
    const mail = noticeMail({ kind: 'update', page: PAGE, incident: incident(), update: update() }, FROM, TO)
    expect(mail.text).toBe(`Identified, 24 Nov 2026, 15:02 CET

Checkout is slow

- Checkout: Partial outage (was: Operational)

The payment provider answers slowly.

Next update by 24 Nov 2026, 15:32 CET.

https://status.acme.example/incidents/0123456789ab

-- 
Acme: https://status.acme.example
Support: https://acme.example/support
Change what you get: https://status.acme.example/subscription/token
Unsubscribe: https://status.acme.example/unsubscribe/token
`)
    expect(mail.html).toContain('<strong>payment provider</strong>')
    expect(mail.html).toContain('prefers-color-scheme:dark')
    expect(mail.html).not.toMatch(/<img|url\(|<script|<link/)
    expect(faultOf(mail)).toBeNull()
  })

  it('keeps one thread: the subject and the root never change, the Message-ID always does', () => {
    const [first, last] = [update(), update({ id: 'u2', status: 'resolved' })].map((each) =>
      noticeMail({ kind: 'update', page: PAGE, incident: incident({ status: each.status }), update: each }, FROM, TO),
    )
    expect(first?.subject).toBe('[Acme] Checkout is slow')
    expect(last?.subject).toBe(first?.subject)
    expect(first?.headers['References']).toBe('<incident.0123456789ab@status.acme.example>')
    expect(last?.headers['References']).toBe(first?.headers['References'])
    expect(first?.messageId).toBe('<update.u1.subscriber1@status.acme.example>')
    expect(last?.messageId).toBe('<update.u2.subscriber1@status.acme.example>')
    expect(last?.text).not.toContain('Next update')
  })

  it('keeps the subject of its thread when the title changes', () => {
    const to = { ...TO, threadTitle: 'Checkout is slow' }
    const renamed = {
      kind: 'update',
      page: PAGE,
      incident: incident({ title: 'Paying fails' }),
      update: update(),
    } as const
    const mail = noticeMail(renamed, FROM, to)
    expect(mail.subject).toBe('[Acme] Checkout is slow')
    expect(mail.text).toContain('Paying fails')
  })

  it('leads the preview with the state and the words, without the marks of Markdown', () => {
    const body = 'The **payment provider** answers [slowly](https://psp.example).'
    const mail = noticeMail({ kind: 'update', page: PAGE, incident: incident(), update: update({ body }) }, FROM, TO)
    expect(mail.html).toContain('>Identified: The payment provider answers slowly (https://psp.example).&#847;')
  })

  it('is of another list for each page, also at one host', () => {
    const listIdAt = (url: string) =>
      noticeMail({ kind: 'update', page: { ...PAGE, url }, incident: incident(), update: update() }, FROM, TO).headers[
        'List-Id'
      ]
    expect(listIdAt(`${PAGE.url}/pages/shop`)).toBe('<shop.pages.status.status.acme.example>')
  })

  it('gives a reminder of maintenance a Message-ID of its own', () => {
    const idOf = (what: 'scheduled' | 'reminder') => noticeMail({ ...MAINTENANCE, what }, FROM, TO).messageId
    expect(idOf('reminder')).not.toBe(idOf('scheduled'))
  })

  it('carries the headers of RFC 8058 and of an automatic mail', () => {
    const { headers } = noticeMail({ kind: 'update', page: PAGE, incident: incident(), update: update() }, FROM, TO)
    expect(headers).toEqual({
      'In-Reply-To': '<incident.0123456789ab@status.acme.example>',
      References: '<incident.0123456789ab@status.acme.example>',
      'List-Id': '<status.status.acme.example>',
      'List-Unsubscribe': '<https://status.acme.example/unsubscribe/token>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
      Precedence: 'bulk',
    })
  })

  it('lets no title write a header and no text write HTML', () => {
    const hostile = 'Slow\r\nBcc: eve@example.com\0\u2028<script>alert(1)</script>'
    const mail = noticeMail(
      {
        kind: 'update',
        page: { ...PAGE, name: hostile },
        incident: incident({ title: hostile }),
        update: update({ body: hostile }),
      },
      FROM,
      TO,
    )
    expect(faultOf(mail)).toBeNull()
    expect(mail.html).not.toContain('<script')
    expect(mail.subject).not.toMatch(/[\r\n\0\u2028]/)
  })

  it('names what the incident touches when the update changed no component', () => {
    const mail = noticeMail(
      { kind: 'update', page: PAGE, incident: incident(), update: update({ components: [] }) },
      FROM,
      TO,
    )
    expect(mail.text).toContain('- Checkout: Partial outage\n')
  })
})

describe('postMortemMail', () => {
  it('stands in the thread of its incident', () => {
    const postMortem = {
      id: '0123456789ab',
      title: 'Checkout was slow',
      publishedAtMs: AT_MS,
      updatedAtMs: AT_MS,
      body: '## What happened\n\nIt was slow.',
      startedAtMs: AT_MS,
      resolvedAtMs: AT_MS + 3_600_000,
      services: ['checkout'],
    }
    const mail = noticeMail({ kind: 'post_mortem', page: PAGE, postMortem }, FROM, TO)
    expect(mail.subject).toBe('[Acme] Post-mortem: Checkout was slow')
    expect(mail.headers['In-Reply-To']).toBe('<incident.0123456789ab@status.acme.example>')
    expect(mail.text).toContain('https://status.acme.example/post-mortems/0123456789ab')
    expect(mail.html).toContain('<h2>What happened</h2>')
    expect(faultOf(mail)).toBeNull()
  })
})

describe('confirmMail', () => {
  it('asks, and says what happens without an answer', () => {
    const mail = confirmMail(
      {
        kind: 'confirmation',
        pageName: 'Acme',
        publicUrl: 'https://status.acme.example',
        confirmUrl: 'https://status.acme.example/subscribe/confirm/token',
        incidentTitle: null,
        requestedAtMs: AT_MS,
      },
      FROM,
      TO,
    )
    expect(mail.text).toContain('Confirm: https://status.acme.example/subscribe/confirm/token')
    expect(mail.text).toContain('do nothing')
    expect(mail.headers).not.toHaveProperty('List-Unsubscribe')
    expect(faultOf(mail)).toBeNull()
  })
})

describe('a mail in every language', () => {
  it.each(LANGUAGES)('is whole and safe in %s', (language) => {
    const to = { ...TO, language, isCorrection: true, isLast: true }
    const translations = { [language]: `In ${language}.` }
    const mail = noticeMail(
      { kind: 'update', page: PAGE, incident: incident(), update: update({ status: 'resolved', translations }) },
      FROM,
      to,
    )
    expect(faultOf(mail)).toBeNull()
    expect(mail.html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}">`)
    expect(mail.text).toContain(`In ${language}.`)
    expect(mail.subject).toBe('[Acme] Checkout is slow')
    const request = {
      pageName: 'Acme',
      publicUrl: 'https://status.acme.example',
      confirmUrl: 'https://status.acme.example/subscribe/confirm/token',
      incidentTitle: 'Checkout is slow',
      requestedAtMs: AT_MS,
    }
    for (const asked of [
      confirmMail({ kind: 'confirmation', ...request }, FROM, to),
      manageLinkMail({ kind: 'manage_link', ...request }, FROM, to),
    ]) {
      expect(faultOf(asked)).toBeNull()
      expect(asked.text).toContain('alice@example.com')
      if (language !== 'en') expect(asked.text).not.toMatch(/Someone|Confirm:|If it was/)
    }
  })
})
