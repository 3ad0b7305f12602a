import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, expect, it } from 'vitest'
import { createApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { assertEveryRouteHasPolicy } from '../policy.ts'
import { silencePages } from './silences.ts'
import type { SilencesView } from './silenceViews.ts'

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

it.each<[string, Partial<typeof form>, string, RegExp]>([
  ['no matcher', { matchers: ' ' }, 'matchers', /Say which/],
  ['what is no matcher', { matchers: 'checkout' }, 'matchers', /Bad matcher format: checkout/],
  ['a pattern that is none', { matchers: 'a=~"("' }, 'matchers', /missing closing/],
  ['what matches everything', { matchers: 'a=~".*"' }, 'matchers', /must not match the empty string/],
  ['no reason', { comment: '' }, 'comment', /Say why/],
  ['another duration', { hours: '1e9' }, 'hours', /Choose/],
  ['a time that is none', { starts: 'tomorrow' }, 'starts', /Enter date and time/],
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
