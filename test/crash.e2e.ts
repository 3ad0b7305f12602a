import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { startHost, type Host } from './host.ts'

/** More on purpose: CRASHES=20 npx vitest run --project end-to-end test/crash.e2e.ts */
const CRASHES = Number(process.env.CRASHES ?? 5)
const KILLED_WITHIN_MS = 900
const CATCH_UP_MS_MAX = 60_000
const SUBSCRIBERS = ['anna@example.com', 'ben@example.com']

const Opened = z.object({ id: z.string() })
const Incident = z.object({
  updates: z.array(z.object({ body: z.string() })),
  tasks: z.array(z.object({ title: z.string() })),
})
const Alerts = z.array(z.object({ labels: z.record(z.string(), z.string()) }))
const Mails = z.object({
  messages: z.array(
    z.object({ text: z.string(), messageId: z.string(), envelope: z.object({ to: z.array(z.string()) }) }),
  ),
})

interface Promised {
  readonly incidents: { readonly id: string; readonly updates: string[]; readonly tasks: string[] }[]
  readonly alerts: string[]
}

let host: Host

beforeAll(async () => {
  host = await startHost()
})

afterAll(async () => {
  await host.stop()
})

it(`keeps what it promised through ${CRASHES} crashes`, { timeout: 60_000 + CRASHES * 30_000 }, async () => {
  for (const email of SUBSCRIBERS) await call('POST', '/api/v1/subscribers', { email, confirmed: true })
  const promised: Promised = { incidents: [], alerts: [] }
  const unanswered: Step[] = []

  for (let crash = 1; crash <= CRASHES; crash++) {
    const work = workUntilItBreaks(promised, crash)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * KILLED_WITHIN_MS))
    await host.kill('SIGKILL')
    unanswered.push(await work)
    host = await startHost({ home: host.home, port: Number(new URL(host.url).port) })
    await expectKept(promised)
  }

  // Whoever got no answer asks again under the same key, as a client should; for half a minute it may hear that the
  // first request is still at work.
  for (const step of unanswered) await expect.poll(step, { timeout: 45_000, interval: 1000 }).toBeUndefined()
  await expectKept(promised, { nothingElse: true })

  const bodies = promised.incidents.flatMap(({ updates }) => updates)
  expect(bodies.length).toBeGreaterThan(0)
  await expect.poll(() => missingMails(bodies), { timeout: CATCH_UP_MS_MAX, interval: 500 }).toEqual([])
  expect(await unstableMessageIds(bodies)).toEqual([])
})

/** Works on a new incident without pause; returns how to repeat the request that the crash left without an answer. */
async function workUntilItBreaks(promised: Promised, crash: number): Promise<Step> {
  for (let i = 1; ; i++) {
    const name = `${crash}.${i}`
    const steps =
      i === 1 ? [open(promised, name), alert(promised, name)] : [update(promised, name), task(promised, name)]
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        if (!isLostConnection(error)) throw error
        return step
      }
    }
  }
}

type Step = () => Promise<void>

function isLostConnection(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'SocketError')
}

function open(promised: Promised, name: string): Step {
  return async () => {
    const body = { title: `Crash ${name}`, severity: 'sev3', components: ['checkout'] }
    const { id } = Opened.parse(await call('POST', '/api/v1/incidents', body, `open ${name}`))
    promised.incidents.push({ id, updates: [], tasks: [] })
  }
}

function alert(promised: Promised, name: string): Step {
  return async () => {
    const alertname = `Crash_${name}`
    const { key } = host.credentials.integrations.alertmanager
    const response = await fetch(`${host.url}/alertmanager/api/v2/alerts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname, severity: 'warning' }, startsAt: new Date().toISOString() }]),
    })
    expect(response.status).toBe(200)
    promised.alerts.push(alertname)
  }
}

function update(promised: Promised, name: string): Step {
  const incident = promised.incidents.at(-1)
  return async () => {
    if (incident === undefined) return
    const text = `Update ${name}.`
    const body = { audience: 'public', status: 'investigating', body: text }
    await call('POST', `/api/v1/incidents/${incident.id}/updates`, body, `update ${name}`)
    incident.updates.push(text)
  }
}

function task(promised: Promised, name: string): Step {
  const incident = promised.incidents.at(-1)
  return async () => {
    if (incident === undefined) return
    await call('POST', `/api/v1/incidents/${incident.id}/tasks`, { title: `Task ${name}` }, `task ${name}`)
    incident.tasks.push(`Task ${name}`)
  }
}

/** Each thing that was answered with a 2xx is there, once. */
async function expectKept(promised: Promised, { nothingElse = false } = {}): Promise<void> {
  const expectAll = (present: string[], wanted: string[]) => {
    expect(new Set(present).size).toBe(present.length)
    if (nothingElse) expect(present.toSorted()).toEqual(wanted.toSorted())
    else expect(present).toEqual(expect.arrayContaining(wanted))
  }
  for (const { id, updates, tasks } of promised.incidents) {
    const incident = Incident.parse(await call('GET', `/api/v1/incidents/${id}`))
    expectAll(
      incident.updates.map(({ body }) => body),
      updates,
    )
    expectAll(
      incident.tasks.map(({ title }) => title),
      tasks,
    )
    if (updates.length === 0) continue
    const page = async () => (await fetch(`${host.url}/incidents/${id}.txt`)).text()
    for (const text of updates) await expect.poll(page, { timeout: CATCH_UP_MS_MAX }).toContain(text)
  }
  const { key } = host.credentials.integrations.alertmanager
  const response = await fetch(`${host.url}/alertmanager/api/v2/alerts`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const firing = Alerts.parse(await response.json()).map(({ labels }) => labels.alertname)
  expect(firing).toEqual(expect.arrayContaining(promised.alerts))
}

async function mailsOf(subscriber: string, body: string): Promise<string[]> {
  const { messages } = Mails.parse(await (await fetch(`${host.inboxUrl}/messages.json?limit=2000`)).json())
  return messages
    .filter(({ envelope, text }) => envelope.to.includes(subscriber) && text.includes(body))
    .map(({ messageId }) => messageId)
}

async function missingMails(bodies: readonly string[]): Promise<string[]> {
  const missing: string[] = []
  for (const subscriber of SUBSCRIBERS) {
    for (const body of bodies) if ((await mailsOf(subscriber, body)).length === 0) missing.push(`${subscriber} ${body}`)
  }
  return missing
}

async function unstableMessageIds(bodies: readonly string[]): Promise<string[]> {
  const unstable: string[] = []
  for (const subscriber of SUBSCRIBERS) {
    for (const body of bodies) {
      if (new Set(await mailsOf(subscriber, body)).size !== 1) unstable.push(`${subscriber} ${body}`)
    }
  }
  return unstable
}

async function call(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<unknown> {
  const response = await fetch(host.url + path, {
    method,
    headers: {
      authorization: `Bearer ${host.credentials.apiToken}`,
      'content-type': 'application/json',
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.status, `${method} ${path}: ${await response.clone().text()}`).toBeLessThan(300)
  return response.json()
}
