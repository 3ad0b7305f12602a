import { env, exports } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { createApiToken, revokeApiToken } from '../storage/apiTokens.ts'
import { database } from '../storage/database.ts'

let token = ''
beforeAll(async () => {
  const wanted = { name: 'admin', role: 'admin', scopes: ['*'], createdBy: 'root' } as const
  token = (await createApiToken(database(env.DB), wanted, Date.now())).secret
})

function post(path: string, key: string, body: unknown) {
  return exports.default.fetch(`https://allclear.example${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
}

it('opens one incident, however often it is asked under one key', async () => {
  const answers = []
  for (let i = 0; i < 3; i++) answers.push(await post('/api/v1/incidents', 'a', { title: 'Checkout fails' }))
  const ids = new Set((await Promise.all(answers.map((answer) => answer.json<{ id: string }>()))).map(({ id }) => id))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(ids.size).toBe(1)
  expect(answers[1]?.headers.get('idempotency-replayed')).toBe('true')
})

it('opens one incident also when the table has forgotten the first answer', async () => {
  const first = await (await post('/api/v1/incidents', 'b', { title: 'Search fails' })).json<{ id: string }>()
  await env.DB.exec('DELETE FROM idempotency_keys')
  const second = await (await post('/api/v1/incidents', 'b', { title: 'Search fails' })).json<{ id: string }>()
  expect(second.id).toBe(first.id)
})

it('refuses one key for two bodies', async () => {
  await post('/api/v1/incidents', 'c', { title: 'One' })
  const other = await post('/api/v1/incidents', 'c', { title: 'Two' })
  expect(other.status).toBe(422)
  expect(await other.json()).toMatchObject({ code: 'idempotency_key_reused' })
})

it('keeps no secret in the clear', async () => {
  const made = await post('/api/v1/tokens', 'd', { name: 'ci', role: 'viewer', scopes: ['incidents:read'] })
  expect(made.status).toBe(201)
  const text = await made.text()
  const again = await post('/api/v1/tokens', 'd', { name: 'ci', role: 'viewer', scopes: ['incidents:read'] })
  expect(await again.text()).toBe(text)
  const { results } = await env.DB.prepare('SELECT * FROM idempotency_keys').all()
  const secret = /"(alc_[^"]+)"/.exec(text)?.[1] ?? 'no secret in the answer'
  expect(text).toContain(secret)
  expect(JSON.stringify(results)).not.toContain(secret)
})

it('gives no answer again to a token that was revoked', async () => {
  const wanted = { name: 'gone', role: 'responder', scopes: ['*'], createdBy: 'root' } as const
  const made = await createApiToken(database(env.DB), wanted, Date.now())
  const kept = token
  token = made.secret
  try {
    expect((await post('/api/v1/incidents', 'f', { title: 'Seen once' })).status).toBe(201)
    await revokeApiToken(database(env.DB), made.id, Date.now())
    expect((await post('/api/v1/incidents', 'f', { title: 'Seen once' })).status).toBe(401)
  } finally {
    token = kept
  }
})

it('lets a request that failed be sent again', async () => {
  const bad = await post('/api/v1/incidents', 'e', { title: '' })
  expect(bad.status).toBe(422)
  const limit = await post('/api/v1/incidents', 'x'.repeat(300), { title: 'Long key' })
  expect(limit.status).toBe(400)
})
