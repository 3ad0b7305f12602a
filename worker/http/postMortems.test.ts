import { env } from 'cloudflare:test'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'
import { insertDraft } from '../storage/postMortems.ts'
import { createApp } from './app.ts'
import type { PostMortemView } from './console/postMortemViews.ts'
import { republishPostMortems } from './publishPostMortem.ts'

const app = createApp((path, view) => Promise.resolve(Response.json({ path, view })))
const db = database(env.DB)
const tokens = { viewer: '', responder: '', reader: '' }
let id = ''
let count = 0

beforeAll(async () => {
  for (const [name, role, scope] of [
    ['viewer', 'viewer', '*'],
    ['responder', 'responder', 'post-mortems:write'],
    ['reader', 'responder', 'incidents:read'],
  ] as const)
    tokens[name] = (await createApiToken(db, { name, role, scopes: [scope], createdBy: 'root' }, Date.now())).secret
  await env.STATUS_PUBLISHER.getByName('main').useStatusPage(1, {
    page: { publicId: '0123456789ab', name: 'Shop', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
    components: [],
  })
})

beforeEach(async () => {
  id = `incident${count++}`
  const body =
    '## Summary\n\nIt was slow. [#1](/console/incidents/x#event-1)\n\n## Timeline (internal)\n\nHighErrorRate\n'
  const startedAtMs = Date.now() - 60_000
  const draft = { id, title: 'Problem with Checkout', body, actionItems: [], fixedBy: '', services: ['checkout'] }
  await insertDraft(db, { ...draft, startedAtMs, resolvedAtMs: Date.now() }, Date.now())
})

async function call(method: string, path: string, body?: unknown, token: keyof typeof tokens = 'responder') {
  const headers = { Authorization: `Bearer ${tokens[token]}`, 'Content-Type': 'application/json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const response = await app.request(`/api/v1/post-mortems${path}`, init, env)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

async function form(path: string, fields: Record<string, string>, token: keyof typeof tokens = 'responder') {
  const init = {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens[token]}` },
    body: new URLSearchParams(fields),
  }
  const response = await app.request(`/console/post-mortems/${path}`, init, env)
  const isPage = response.headers.get('Content-Type')?.includes('json') === true
  const view = isPage ? (await response.json<{ view: PostMortemView }>()).view : null
  return { status: response.status, location: response.headers.get('Location'), view }
}

async function published() {
  const { postMortems } = await env.STATUS_PUBLISHER.getByName('main').model()
  return postMortems.find((postMortem) => postMortem.id === id)
}

describe('the API', () => {
  it('lists, reads and edits, and points at wording that blames', async () => {
    const { body: list } = await call('GET', '?limit=1', undefined, 'viewer')
    expect(list.postMortems[0]).toMatchObject({ id, version: 1, publishedAt: null })

    const item = { title: 'Warm the cache', owner: 'Bob', dueOn: '2100-01-31', type: 'prevent', isPublic: true }
    const saved = await call('PUT', `/${id}`, {
      expectedVersion: 1,
      body: 'Bob forgot the cache.',
      actionItems: [item],
    })
    expect(saved).toMatchObject({
      status: 200,
      body: {
        version: 2,
        title: 'Problem with Checkout',
        actionItems: [{ ...item, done: false, id: expect.any(String) }],
        findings: [{ line: 1, excerpt: 'Bob forgot', suggestion: expect.any(String) }],
        url: null,
      },
    })
    expect((await call('GET', `/${id}`, undefined, 'viewer')).body).toEqual(saved.body)
  })

  it('refuses a version that is no longer the present one, and shows that', async () => {
    await call('PUT', `/${id}`, { expectedVersion: 1, body: 'Mine' })
    const refused = await call('PUT', `/${id}`, { expectedVersion: 1, body: 'Theirs' })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'stale_version', postMortem: { version: 2, body: 'Mine' } },
    })
    expect((await call('POST', `/${id}/publish`, { expectedVersion: 1 })).status).toBe(409)
  })

  it.each<[string, unknown, number]>([
    ['a due date that is none', { actionItems: [{ title: 'x', dueOn: 'soon' }] }, 422],
    ['an empty title', { title: ' ' }, 422],
    ['a number as text', { body: 5 }, 422],
    ['too long a text', { body: 'x'.repeat(200_001) }, 422],
    ['no JSON object', [], 422],
  ])('refuses %s and stores nothing', async (_name, body, status) => {
    expect((await call('PUT', `/${id}`, body)).status).toBe(status)
    expect((await call('GET', `/${id}`, undefined, 'viewer')).body.version).toBe(1)
  })

  it('knows who may do what', async () => {
    expect((await call('PUT', `/${id}`, { body: 'x' }, 'viewer')).status).toBe(403)
    expect((await call('PUT', `/${id}`, { body: 'x' }, 'reader')).status).toBe(403)
    expect((await call('POST', `/${id}/publish`, {}, 'viewer')).status).toBe(403)
    expect((await call('GET', '/nothere', undefined, 'viewer')).status).toBe(404)
    expect((await call('PUT', '/nothere', { body: 'x' })).status).toBe(404)
    expect((await call('POST', '/nothere/publish')).status).toBe(404)
  })

  it('publishes what is not internal, once', async () => {
    const answer = await call('POST', `/${id}/publish`)
    expect(answer).toMatchObject({
      status: 200,
      body: { publishedVersion: 1, url: `${env.PUBLIC_URL}/post-mortems/${id}` },
    })
    expect(await published()).toMatchObject({ title: 'Problem with Checkout', body: '## Summary\n\nIt was slow.' })
    expect((await call('POST', `/${id}/publish`)).body.publishedAt).toBe(answer.body.publishedAt)
  })
})

describe('a release that could not be published', () => {
  it('is answered with 202 and finished by the cron, as it was released', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const down = {
      ...env,
      STATUS_PUBLISHER: { getByName: () => ({ publishPostMortem: () => Promise.reject(new Error('down')) }) },
    }
    const headers = { Authorization: `Bearer ${tokens.responder}` }
    const released = await app.request(`/api/v1/post-mortems/${id}/publish`, { method: 'POST', headers }, down)
    expect(released.status).toBe(202)
    expect(await released.json()).toMatchObject({ publishedAt: expect.any(String), publishedVersion: null })
    log.mockRestore()
    expect(await published()).toBeUndefined()

    await call('PUT', `/${id}`, { body: 'Edited since, and not released.' })
    await republishPostMortems(env)
    expect(await published()).toMatchObject({ body: '## Summary\n\nIt was slow.' })
    expect((await call('GET', `/${id}`, undefined, 'viewer')).body).toMatchObject({ version: 2, publishedVersion: 1 })
  })
})

describe('the console', () => {
  const fields = { version: '1', title: 'New title', body: '## A\r\n\r\nSee [it](/console/x).', fixedBy: 'Restart' }

  it('saves the form, row by row', async () => {
    const saved = await form(id, {
      ...fields,
      'item-0-title': 'Alert sooner',
      'item-0-type': 'detect',
      'item-0-due': '2100-02-01',
      'item-0-public': 'yes',
      'item-1-title': '',
    })
    expect(saved).toMatchObject({ status: 303, location: `/console/post-mortems/${id}?done=saved` })
    expect((await call('GET', `/${id}`, undefined, 'viewer')).body).toMatchObject({
      title: 'New title',
      body: '## A\n\nSee [it](/console/x).',
      fixedBy: 'Restart',
      actionItems: [{ title: 'Alert sooner', type: 'detect', dueOn: '2100-02-01', isPublic: true, done: false }],
    })
  })

  it('previews without saving', async () => {
    const { view } = await form(id, { ...fields, intent: 'preview' })
    expect(view).toMatchObject({ isSaved: false, title: 'New title', version: 1 })
    expect(view?.publicHtml).toContain('See it.')
    expect(view?.wholeHtml).toContain(`href="${env.PUBLIC_URL}/console/x"`)
    expect((await call('GET', `/${id}`, undefined, 'viewer')).body.version).toBe(1)
  })

  it('keeps what was typed when someone else was quicker', async () => {
    await call('PUT', `/${id}`, { body: 'Theirs' })
    const { status, view } = await form(id, fields)
    expect(status).toBe(409)
    expect(view).toMatchObject({
      title: 'New title',
      version: 2,
      isSaved: false,
      other: { version: 2, body: 'Theirs' },
    })
    expect((await form(id, { ...fields, version: '2' })).status).toBe(303)
  })

  it('says what is wrong with a form and loses nothing of it', async () => {
    const { status, view } = await form(id, { ...fields, 'item-0-title': 'x', 'item-0-due': 'soon' })
    expect(status).toBe(422)
    expect(view).toMatchObject({ title: 'New title', error: expect.stringContaining('Not saved') })
  })

  it('publishes only what somebody has confirmed to have read', async () => {
    expect((await form(`${id}/publish`, { version: '1' })).status).toBe(422)
    expect(await published()).toBeUndefined()
    expect((await form(`${id}/publish`, { version: '7', confirmed: 'yes' })).status).toBe(409)
    const done = await form(`${id}/publish`, { version: '1', confirmed: 'yes' })
    expect(done.location).toBe(`/console/post-mortems/${id}?done=published`)
    expect(await published()).toBeDefined()
  })

  it('shows script in a text as text', async () => {
    const { view } = await form(id, {
      ...fields,
      body: '<script>alert(1)</script> [x](javascript:alert(1))',
      intent: 'preview',
    })
    expect(view?.publicHtml).not.toMatch(/<script|href="javascript/)
  })
})
