import { afterAll, beforeAll, expect, it } from 'vitest'
import { mustCall, openIncident, tellCustomers } from './api.ts'
import { startHost, type Host } from './host.ts'
import { TWILIO, startNoticeReceivers, type NoticeReceivers } from './noticeReceivers.ts'

/** A real update of a real incident at every kind of receiver but mail (mail.e2e.ts). */

const NUMBER = '+491701234567'
let receivers: NoticeReceivers
let host: Host

beforeAll(async () => {
  receivers = await startNoticeReceivers(async () => {
    const { key } = await mustCall(host, 'GET', '/push-key')
    return String(key)
  })
  host = await startHost({
    environment: {
      TWILIO_ACCOUNT_SID: TWILIO.sid,
      TWILIO_AUTH_TOKEN: TWILIO.token,
      TWILIO_FROM: TWILIO.from,
      TWILIO_API_URL: receivers.origin,
      SMS_PREFIXES: '+49',
    },
  })
  const { statusPage, ...rest } = await mustCall(host, 'GET', '/config')
  await mustCall(host, 'POST', '/config', {
    ...rest,
    statusPage: { ...Object(statusPage), undo: { pageSeconds: 0, noticeSeconds: 0 } },
    pages: [{ id: 'shop', name: 'Shop status', components: ['checkout'] }],
  })
})

afterAll(async () => {
  await host.stop()
  await receivers.stop()
})

async function subscribe(channel: object, more: object = {}): Promise<string> {
  const { secret } = await mustCall(host, 'POST', '/subscribers', { channel, language: 'en', ...more })
  return typeof secret === 'string' ? secret : ''
}

async function press(url: string | undefined): Promise<void> {
  const answer = await fetch(url ?? 'no link', { method: 'POST' })
  expect([url, answer.status]).toEqual([url, 200])
}

/** The first address in a message that leads to the button which confirms. */
function confirmLinkIn(message: string | undefined): string | undefined {
  return /https?:\/\/[^\s"|>)\\]+\/subscribe\/confirm\/[^\s"|>)\\]+/.exec(message ?? '')?.[0]
}

const CHATS = ['slack', 'discord', 'teams'] as const

it('asks each receiver in its own form, and tells those who said yes of a real update', async () => {
  const { origin, webhooks, chats, texts, faults } = receivers
  const [main, shop] = [receivers.addBrowser('main'), receivers.addBrowser('shop')]
  receivers.useSecret('whsec_AAAA')
  receivers.useSecret(await subscribe({ kind: 'webhook', url: `${origin}/webhook` }))
  for (const kind of CHATS) await subscribe({ kind, url: `${origin}/${kind}` })
  await subscribe(main.channel)
  await subscribe(shop.channel, { page: 'shop' })
  await subscribe({ kind: 'sms', number: '+49 170 123-4567' })

  const patience = { timeout: 30_000, interval: 50 }
  await expect
    .poll(() => [...CHATS.map((kind) => chats[kind]), main.shown, shop.shown, texts].map((all) => all.length), patience)
    .toEqual([1, 1, 1, 1, 1, 1])
  for (const kind of CHATS) await press(confirmLinkIn(chats[kind][0]))
  // As the service worker does, and each on the page that it is for.
  for (const { shown } of [main, shop]) await press(shown[0]?.confirm)
  expect(shop.shown[0]).toMatchObject({ title: 'Shop status', confirm: expect.stringContaining('/pages/shop/') })
  const [short = ''] = /https?:\/\/\S+\/s\/\S+$/.exec(texts[0]?.body ?? '') ?? []
  await press((await fetch(short)).url)
  // The webhook answered its challenge; were it not signed for it, it would have thrown.
  await expect.poll(async () => (await confirmed()).length, patience).toBe(6)

  const id = await openIncident(host, { title: 'Payments fail', services: ['checkout'], severity: 'sev2' })
  await tellCustomers(host, id, {
    status: 'identified',
    body: 'A *certificate* has expired.',
    components: [{ id: 'checkout', status: 'partial_outage' }],
  })
  await expect
    .poll(() => [...CHATS.map((kind) => chats[kind]), main.shown, shop.shown, texts].map((all) => all.length), patience)
    .toEqual([2, 2, 2, 2, 2, 2])
  await expect.poll(() => webhooks.some(({ json }) => 'incident' in json), patience).toBe(true)

  expect(webhooks.find(({ json }) => 'incident' in json)?.json).toMatchObject({
    meta: { unsubscribe: expect.stringContaining(`${host.url}/unsubscribe/`) },
    page: { status_description: expect.any(String), status_indicator: expect.any(String) },
    incident: {
      name: 'Payments fail',
      status: 'identified',
      incident_updates: [{ status: 'identified', body: expect.stringContaining('certificate') }],
    },
  })
  for (const kind of CHATS) expect(chats[kind][1]).toMatch(/Payments fail.*certificate.* has expired/s)
  for (const [{ shown }, path] of [
    [main, `/incidents/${id}`],
    [shop, `/pages/shop/incidents/${id}`],
  ] as const)
    expect(shown[1]).toMatchObject({
      title: 'Identified: Payments fail',
      body: 'A certificate has expired.',
      url: host.url + path,
    })
  expect(texts[1]).toMatchObject({ to: NUMBER })
  expect(texts[1]?.body).toMatch(/: Identified\nPayments fail\nA certificate has expired\.\nhttp:\S+\/incidents\/\w+$/)
  expect(faults).toEqual([])
})

it('hears what phones and Twilio say: STOP, START, and that a number is none', async () => {
  const { texts, fromTwilio } = receivers
  const url = `${host.url}/hooks/twilio/messages`
  expect(await (await fromTwilio(url, { From: NUMBER, Body: 'Stop' })).text()).toContain('<Response></Response>')
  expect(await confirmed()).not.toContain('sms')
  expect(await (await fromTwilio(url, { From: NUMBER, Body: 'START' })).text()).toMatch(/<Message>.*\/s\/\w+</s)
  expect(await confirmed()).toContain('sms')
  const statusUrl = texts[1]?.statusUrl ?? ''
  expect((await fromTwilio(statusUrl, { MessageSid: 'SM2', MessageStatus: 'delivered' })).status).toBe(204)
  expect(await confirmed()).toContain('sms')
  const failed = { MessageSid: 'SM2', MessageStatus: 'undelivered', ErrorCode: '30005' }
  expect((await fetch(statusUrl, { method: 'POST', body: new URLSearchParams(failed) })).status).toBe(403)
  expect((await fromTwilio(statusUrl, failed)).status).toBe(204)
  expect(await confirmed()).not.toContain('sms')
})

/** The channels of the main page that are told. */
async function confirmed(): Promise<string[]> {
  const { subscribers } = await mustCall(host, 'GET', '/subscribers')
  if (!Array.isArray(subscribers)) return []
  return subscribers.flatMap((each) => (Object(each).state === 'confirmed' ? [String(Object(each).channel)] : []))
}
