import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, expect, it } from 'vitest'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { silencePages } from './silences.ts'
import type { SilencesView, SilenceView } from './silenceViews.ts'

const app = new Hono<HttpEnv>()
app.use(limitBody)
app.route(
  '/',
  silencePages((path, view) => Promise.resolve(Response.json({ path, view }))),
)

const tokens = { viewer: '', responder: '' }

beforeAll(async () => {
  for (const role of ['viewer', 'responder'] as const) {
    const token = { name: role, role, scopes: ['*'], createdBy: 'root' }
    tokens[role] = (await createApiToken(database(env.DB), token, Date.now())).secret
  }
})

function send(path: string, role: keyof typeof tokens, form?: Record<string, string>) {
  const headers = { Authorization: `Bearer ${tokens[role]}` }
  const init = form === undefined ? { headers } : { method: 'POST', headers, body: new URLSearchParams(form) }
  return Promise.resolve(app.request(`/console/silences${path}`, init, env))
}

async function viewOf(response: Response | Promise<Response>): Promise<SilencesView> {
  return (await (await response).json<{ view: SilencesView }>()).view
}

const form = { matchers: 'service="checkout"\r\ninstance=~"db-.*"\r\n', hours: '0.5', starts: '', comment: 'Moving it' }

it('has a policy on every route', () => {
  expect(() => assertEveryRouteHasPolicy(app)).not.toThrow()
})

it('a responder makes one and ends it; a viewer looks', async () => {
  expect((await send('', 'viewer', form)).status).toBe(403)
  const made = await send('', 'responder', form)
  expect([made.status, made.headers.get('Location')]).toEqual([303, '/console/silences?done=made'])
  const { silences, me } = await viewOf(send('', 'viewer'))
  expect(me.canAct).toBe(false)
  expect(silences.active).toMatchObject([
    { matchers: ['service="checkout"', 'instance=~"db-.*"'], createdBy: 'responder', comment: 'Moving it', hid: 0 },
  ])
  const [silence] = silences.active
  const lasts = (silence?.endsAtMs ?? 0) - (silence?.startsAtMs ?? 0)
  expect(Math.abs(lasts - 30 * 60_000)).toBeLessThan(1000)

  const path = `/${silence?.id}/expire`
  expect((await send(path, 'viewer', {})).status).toBe(403)
  expect((await send(path, 'responder', {})).headers.get('Location')).toBe('/console/silences?done=ended')
  expect((await send('/nope/expire', 'responder', {})).headers.get('Location')).toBe('/console/silences?done=gone')
  const after = await viewOf(send('?done=ended', 'responder'))
  expect([after.silences.active.length, after.silences.expired.length]).toEqual([0, 1])
  expect(after.notice).toContain('treated as newly firing')
})

it('can begin later', async () => {
  await send('', 'responder', { ...form, starts: '2099-01-01T09:00' })
  const { silences } = await viewOf(send('', 'viewer'))
  expect(silences.pending).toMatchObject([{ startsAtMs: expect.any(Number) }])
})

it('recurs, is changed, extended, skipped and found again', async () => {
  const repeating = {
    ...form,
    matchers: 'service="nightly"',
    starts: '2099-01-01T22:00',
    hours: '8',
    repeats: 'weekly',
  }
  const made = await send('', 'responder', { ...repeating, timeZone: 'Europe/Berlin', lastDay: '2099-12-31' })
  expect(made.status).toBe(303)
  const found = async (q: string) => (await viewOf(send(`?q=${q}`, 'viewer'))).silences.pending
  const [silence] = await found('NIGHTLY+thursday')
  const at22 = Date.UTC(2099, 0, 1, 21)
  expect(silence).toMatchObject({
    startsAtMs: at22,
    endsAtMs: at22 + 8 * 3_600_000,
    recurs: 'Every week on Thursday, 22:00 to 06:00 (Europe/Berlin), until 2099-12-31',
  })
  expect(await found('nightly+friday')).toEqual([])

  const path = `/${silence?.id}`
  const one = async () => (await (await send(path, 'viewer')).json<{ view: SilenceView }>()).view
  const { form: prefilled, later } = await one()
  expect(later[0]?.startsAtMs).toBe(at22 + 7 * 24 * 3_600_000)
  expect((await send(path, 'viewer', {})).status).toBe(403)
  const values = Object.fromEntries(Object.entries(prefilled.values).map(([name, value]) => [name, String(value)]))
  expect((await send(path, 'responder', { ...values, comment: 'Other' })).headers.get('Location')).toBe(
    `/console/silences${path}?done=changed`,
  )
  expect((await one()).silence).toMatchObject({ comment: 'Other', startsAtMs: at22, recurs: silence?.recurs })
  expect((await send(`${path}/extend`, 'responder', { hours: '4' })).headers.get('Location')).toMatch(/done=extended/)
  expect((await one()).silence.endsAtMs).toBe(at22 + 12 * 3_600_000)
  expect((await send(`${path}/skip`, 'responder', {})).headers.get('Location')).toMatch(/done=skipped/)
  expect((await one()).silence.startsAtMs).toBe(at22 + 7 * 24 * 3_600_000)
  expect((await send('/nope', 'viewer')).status).toBe(404)
  for (const action of ['', '/extend', '/skip'])
    expect((await send(`/nope${action}`, 'responder', form)).headers.get('Location')).toMatch(/done=gone/)
})

it('shows what it would hide before it is made, and asks again before it hides most of what fires', async () => {
  const desk = env.ALERT_DESK.getByName('main')
  const { key } = await desk.createIntegration({ source: 'json', name: 'Shop' })
  const alerts = ['a', 'b', 'c', 'd', 'e', 'f'].map((pod) => ({
    labels: { alertname: 'Down', app: 'wide', pod },
    annotations: {},
    startsAtMs: null,
    endsAtMs: null,
    generatorUrl: '',
  }))
  await desk.ingest({ source: 'json', key, alerts })
  const wide = { ...form, matchers: 'app="wide"' }
  const before = (await desk.silences()).length
  const asked = await send('', 'responder', wide)
  expect(asked.status).toBe(200)
  const { form: shown } = await viewOf(asked)
  expect(shown.preview).toMatchObject({ firing: 6, hides: 6, sample: ['Down'], broad: true })
  // What was confirmed is not what is sent.
  expect((await send('', 'responder', { ...wide, confirmed: 'app="other"' })).status).toBe(200)
  const checked = await viewOf(
    send('', 'responder', { ...form, matchers: 'pod="a"', action: 'check', repeats: 'daily' }),
  )
  expect(checked.form.preview).toMatchObject({ hides: 1, broad: false, occurrences: { length: 5 } })
  expect(await desk.silences()).toHaveLength(before)
  expect((await send('', 'responder', { ...wide, confirmed: wide.matchers })).status).toBe(303)
  const { silences } = await viewOf(send('?q=wide', 'viewer'))
  expect(silences.active).toMatchObject([{ hidesNow: 0, hid: 0, warns: false }])
})

it.each<[string, Partial<Record<string, string>>, string, RegExp]>([
  ['no matcher', { matchers: ' ' }, 'matchers', /Say which/],
  ['what is no matcher', { matchers: 'checkout' }, 'matchers', /Bad matcher format: checkout/],
  ['a pattern that is none', { matchers: 'a=~"("' }, 'matchers', /missing closing/],
  ['what matches everything', { matchers: 'a=~".*"' }, 'matchers', /must not match the empty string/],
  ['no reason', { comment: '' }, 'comment', /Say why/],
  ['another duration', { hours: '1e9' }, 'hours', /Choose/],
  ['a time that is none', { starts: 'tomorrow' }, 'starts', /Enter date and time/],
  ['no end', { hours: 'until' }, 'ends', /Say until when/],
  [
    'an end before its start',
    { hours: 'until', starts: '2099-01-02T00:00', ends: '2099-01-01T00:00' },
    'ends',
    /after it begins/,
  ],
  ['a zone that is none', { timeZone: 'Mars' }, 'timeZone', /not a time zone/],
  ['a rule that is none', { repeats: 'rule', rule: 'FREQ=YEARLY' }, 'rule', /FREQ is one of/],
  [
    'a rule that is over',
    { repeats: 'daily', starts: '2020-01-01T00:00', lastDay: '2020-02-01' },
    'repeats',
    /never begins/,
  ],
  [
    'a recurring one that lasts for no time',
    { repeats: 'daily', hours: 'until', starts: '2099-01-01T00:00', ends: '2099-01-01T00:00' },
    'ends',
    /lasts from/,
  ],
  ['a day that is none', { lastDay: '2099-02-31' }, 'lastDay', /Enter a date/],
  ['a time that is over', { starts: '2020-01-01T00:00' }, 'starts', /over already/],
])('refuses %s, and keeps what was written', async (_name, change, field, message) => {
  const response = await send('', 'responder', { ...form, ...change })
  expect(response.status).toBe(422)
  const { form: back } = await viewOf(response)
  expect(back.errors[field]).toMatch(message)
  if (field !== 'comment') expect(back.values['comment']).toBe('Moving it')
})

it('is filled in by the link from an alert', async () => {
  const view = await viewOf(
    send(`?matchers=${encodeURIComponent('alertname="High"\nservice="checkout"')}`, 'responder'),
  )
  expect(view.form.values['matchers']).toBe('alertname="High"\nservice="checkout"')
})
