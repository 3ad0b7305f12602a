import examples from '@octokit/webhooks-examples'
import { env } from 'cloudflare:test'
import { Hono } from 'hono'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { listChanges } from '../../storage/changes.ts'
import { counters } from '../../storage/counters.ts'
import { database } from '../../storage/database.ts'
import type { HttpEnv } from '../env.ts'
import { limitBody } from '../limits.ts'
import { githubHook } from './githubHook.ts'
import { OrganisationForAlerts } from '../../domain/organisation.ts'

const app = new Hono<HttpEnv>().use(limitBody).route('/hooks', githubHook)
const desk = env.ALERT_DESK.getByName('main')
const db = database(env.DB)
let key = ''
let secret = ''

beforeAll(async () => {
  const made = await desk.createIntegration({ source: 'github', name: 'GitHub' })
  key = made.key
  secret = made.secret ?? ''
  vi.spyOn(console, 'error').mockImplementation(() => {})
})

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM changes').run()
})

type Json = Record<string, unknown>
const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }))

/** Deliveries as GitHub has sent them. */
function deliveries(name: string): Json[] {
  return Examples.parse(examples).find((event) => event.name === name)?.examples ?? []
}

function firstOf(name: string, more: Json = {}): Json {
  const [first] = deliveries(name)
  return { ...first, ...more }
}

/** `part` of `body` with some fields replaced. */
function withPart(body: Json, part: string, fields: Json): Json {
  return { ...body, [part]: { ...z.record(z.string(), z.unknown()).parse(body[part]), ...fields } }
}

async function deliver(event: string, body: unknown, headers: Record<string, string> = {}, bindings: object = env) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': crypto.randomUUID(),
      'X-Hub-Signature-256': await signature(secret, text),
      ...headers,
    },
    body: text,
  }
  return app.request(`/hooks/github/${key}`, init, bindings)
}

function stored() {
  return listChanges(db, { limit: 100 })
}

function rowsWritten(): number {
  return counters().find(({ name }) => name === 'allclear_d1_rows_written_total')?.value ?? 0
}

describe('what GitHub sends', () => {
  it.each(['deployment', 'deployment_status', 'workflow_run', 'push', 'ping', 'issues', 'star'])(
    'every example of %s is answered with 2xx',
    async (name) => {
      expect(deliveries(name).length).toBeGreaterThan(0)
      for (const body of deliveries(name)) expect((await deliver(name, body)).status).toBeLessThan(300)
    },
  )

  it('a deployment goes from under way to its end as one change', async () => {
    expect(await (await deliver('deployment', firstOf('deployment'))).json()).toEqual({ changes: 1 })
    expect(await stored()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        source: 'github',
        services: ['hello-world'],
        environment: 'production',
        title: 'Deployment of Hello-World master to production',
        ref: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
        url: 'https://github.com/Codertocat/Hello-World/deployments',
        by: 'Codertocat',
        atMs: Date.parse('2019-05-15T15:20:53Z'),
        updatedAtMs: Date.parse('2019-05-15T15:20:53Z'),
        outcome: 'in_progress',
      },
    ])
    await deliver('deployment_status', firstOf('deployment_status'))
    // Deliveries may come in any order.
    await deliver('deployment', firstOf('deployment'))
    expect(await stored()).toMatchObject([
      { outcome: 'success', atMs: Date.parse('2019-05-15T15:20:53Z'), updatedAtMs: Date.parse('2019-05-15T15:20:55Z') },
    ])
    const inactive = withPart(firstOf('deployment_status'), 'deployment_status', {
      state: 'inactive',
      created_at: '2019-05-16T00:00:00Z',
    })
    expect(await (await deliver('deployment_status', inactive)).json()).toMatchObject({ changes: 0 })
    expect(await stored()).toMatchObject([{ outcome: 'success' }])
  })

  it.each([
    ['error', 'failure'],
    ['failure', 'failure'],
    ['queued', 'in_progress'],
    ['success', 'success'],
  ])('the state %s is the outcome %s', async (state, outcome) => {
    await deliver('deployment_status', withPart(firstOf('deployment_status'), 'deployment_status', { state }))
    expect(await stored()).toMatchObject([{ outcome }])
  })

  it('a payload that names a service decides which it is', async () => {
    await desk.useOrganisation(
      1,
      OrganisationForAlerts.parse({
        groupBy: ['alertname'],
        services: [{ id: 'checkout', name: 'Checkout service', tier: 1 }],
      }),
    )
    for (const [i, payload] of [{ service: 'Checkout service' }, '{"service":"checkout"}'].entries())
      await deliver('deployment', withPart(firstOf('deployment'), 'deployment', { id: i, payload }))
    expect((await stored()).map(({ services }) => services)).toEqual([['checkout'], ['checkout']])
  })

  it('of pushes and runs only those on the default branch count', async () => {
    for (const body of deliveries('push')) await deliver('push', body)
    const pushed = await stored()
    expect(pushed).toMatchObject([{ title: 'Push to master of Hello-World: Initial commit', outcome: 'success' }])

    const run = deliveries('workflow_run').find((body) => body['action'] === 'completed' && !isQueued(body)) ?? {}
    await deliver('workflow_run', run)
    await deliver('workflow_run', withPart(run, 'workflow_run', { id: 1, head_branch: 'feature' }))
    await deliver('workflow_run', withPart(run, 'workflow_run', { id: 2, event: 'pull_request_target' }))
    await deliver('workflow_run', withPart(run, 'workflow_run', { id: 3, conclusion: 'skipped' }))
    await deliver('workflow_run', withPart(run, 'workflow_run', { id: 4, conclusion: 'timed_out' }))
    const runs = (await stored()).filter(({ id }) => id !== pushed[0]?.id)
    expect(runs.map(({ title, outcome }) => `${title}: ${outcome}`).toSorted()).toEqual([
      'Workflow test of octo-repo on master: failure',
      'Workflow test of octo-repo on master: success',
    ])
  })

  it('writes no row for what comes twice, whatever its delivery is called', async () => {
    const body = firstOf('deployment_status')
    await deliver('deployment_status', body, { 'X-GitHub-Delivery': 'a' })
    const written = rowsWritten()
    await deliver('deployment_status', body, { 'X-GitHub-Delivery': 'a' })
    await deliver('deployment_status', body, { 'X-GitHub-Delivery': 'b' })
    expect(rowsWritten()).toBe(written)
    expect(await stored()).toHaveLength(1)
  })
})

function isQueued(body: Json): boolean {
  return z.object({ status: z.string() }).parse(body['workflow_run']).status === 'queued'
}

describe('the signature', () => {
  const text = JSON.stringify(firstOf('deployment'))

  // From GitHub's "Validating webhook deliveries".
  it('is computed as GitHub does', async () => {
    expect(await signature("It's a Secret to Everybody", 'Hello, World!')).toBe(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    )
  })

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['of another secret', async () => ({ 'X-Hub-Signature-256': await signature('guessed', text) })],
    ['of another body', async () => ({ 'X-Hub-Signature-256': await signature(secret, `${text} `) })],
    [
      'with one bit flipped',
      async () => {
        const right = await signature(secret, text)
        const last = Number.parseInt(right.slice(-1), 16) ^ 1
        return { 'X-Hub-Signature-256': right.slice(0, -1) + last.toString(16) }
      },
    ],
    ['cut short', async () => ({ 'X-Hub-Signature-256': (await signature(secret, text)).slice(0, -1) })],
    ['of another kind', async () => ({ 'X-Hub-Signature-256': 'sha1=00' })],
    ['that is empty', async () => ({ 'X-Hub-Signature-256': '' })],
  ])('%s is refused', async (_name, headers) => {
    const response = await deliver('deployment', text, await headers())
    expect(response.status).toBe(401)
    expect(await stored()).toEqual([])
  })

  it('is over the bytes as they came', async () => {
    const odd = text.replace('"task":"deploy"', '"task":"d\\ud800 Köln 🦀\\u0000"')
    expect(odd).not.toBe(text)
    expect((await deliver('deployment', odd)).status).toBe(202)
    expect(await stored()).toMatchObject([
      { title: 'Deployment task d\uFFFD Köln 🦀 of Hello-World master to production' },
    ])
  })

  it('refuses a key of another source', async () => {
    const other = await desk.createIntegration({ source: 'json', name: 'JSON' })
    const response = await app.request(`/hooks/github/${other.key}`, { method: 'POST', body: '{}' }, env)
    expect(response.status).toBe(401)
  })
})

describe('what is not valid', () => {
  const deployment = firstOf('deployment')
  it.each<[string, string, unknown, number, string]>([
    ['no JSON', 'push', '{bad', 400, 'not JSON'],
    ['an empty body', 'push', '', 400, 'not JSON'],
    ['a list', 'push', [], 422, ''],
    ['no deployment', 'deployment', { ...deployment, deployment: undefined }, 422, 'deployment: '],
    ['text as a number', 'deployment', withPart(deployment, 'deployment', { id: 'x' }), 422, 'deployment.id: '],
    ['a time that is none', 'deployment', withPart(deployment, 'deployment', { created_at: 1 }), 422, 'created_at: '],
    [
      'a state that is new',
      'deployment_status',
      withPart(firstOf('deployment_status'), 'deployment_status', { state: 'x' }),
      422,
      'state: ',
    ],
    ['100,000 levels', 'push', '['.repeat(100_000), 400, 'nested'],
    ['60 MB', 'push', ' '.repeat(60 * 1024 * 1024), 413, 'bytes'],
  ])('%s is a problem that names the place', async (_name, event, body, status, detail) => {
    const response = await deliver(event, body)
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect((await response.json<{ detail: string }>()).detail).toContain(detail)
    expect(await stored()).toEqual([])
  })

  it('says how to set up a webhook that sends forms', async () => {
    const form = `payload=${encodeURIComponent(JSON.stringify(deployment))}`
    const response = await deliver('push', form, { 'Content-Type': 'application/x-www-form-urlencoded' })
    expect(response.status).toBe(415)
    expect(await response.json()).toMatchObject({ detail: 'Set the content type of the webhook to application/json.' })
  })

  it('takes only web addresses as links', async () => {
    const status = { target_url: 'javascript:alert(1)', environment_url: 'https://shop.test/' }
    await deliver('deployment_status', withPart(firstOf('deployment_status'), 'deployment_status', status))
    expect(await stored()).toMatchObject([{ url: 'https://shop.test/' }])
  })

  it('answers 503 when the desk or D1 does not', async () => {
    const down = () => Promise.reject(new Error('down'))
    const D1 = { prepare: () => ({ bind: () => ({ run: down, all: down, raw: down }) }), batch: down }
    for (const broken of [{ ALERT_DESK: { getByName: () => ({ signingOf: down }) } }, { DB: D1 }]) {
      const response = await deliver('deployment', deployment, {}, { ...env, ...broken })
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({ code: 'storage_unavailable' })
    }
  })
})

async function signature(withSecret: string, text: string): Promise<string> {
  const encode = (value: string) => new TextEncoder().encode(value)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const hmac = await crypto.subtle.importKey('raw', encode(withSecret), algorithm, false, ['sign'])
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, encode(text)))
  return `sha256=${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
