import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { PatientClient } from './patientClient.ts'
import { Refused } from './patientClient.ts'

/** What the host has acknowledged, and so may never lose. */
export interface Acknowledged {
  readonly alerts: string[]
  readonly incidents: Map<string, string>
  readonly updates: { incidentId: string; body: string; isPublic: boolean }[]
  readonly tasks: { incidentId: string; title: string }[]
  readonly resolved: string[]
  readonly published: string[]
}

export function nothingYet(): Acknowledged {
  return { alerts: [], incidents: new Map(), updates: [], tasks: [], resolved: [], published: [] }
}

export const Incident = z.object({
  id: z.string(),
  version: z.number(),
  title: z.string(),
  status: z.string(),
  updates: z.array(z.object({ body: z.string(), audience: z.string() })),
  tasks: z.array(z.object({ title: z.string() })),
})
const Listed = z.object({ incidents: z.array(z.object({ id: z.string(), title: z.string() })) })

const LOOK_EVERY_MS = 150
const PATIENCE_MS = 90_000

/** One incident from the alert to the published post-mortem, each step noted once it was acknowledged. */
export async function playStory(
  number: number,
  api: PatientClient,
  alertmanager: PatientClient,
  done: Acknowledged,
): Promise<void> {
  const alertname = `Crash${number}`
  await alertmanager.send('POST', '/alertmanager/api/v2/alerts', [
    { labels: { alertname, service: 'checkout', severity: 'critical' }, annotations: { summary: 'it fails' } },
  ])
  done.alerts.push(alertname)

  const id = await until(`the incident of ${alertname}`, async () => {
    const { incidents } = Listed.parse(await api.send('GET', `/api/v1/incidents?q=${alertname}`))
    return incidents.find(({ title }) => title.split(/\s/).includes(alertname))?.id
  })
  done.incidents.set(id, alertname)
  const act = (path: string, body: unknown) => api.send('POST', `/api/v1/incidents/${id}/${path}`, body)

  await unlessDone(() => act('acknowledge', {}))
  const title = `Look at ${alertname}`
  await act('tasks', { title })
  done.tasks.push({ incidentId: id, title })
  for (const [status, isPublic] of [
    ['investigating', true],
    [undefined, false],
    ['identified', true],
    ['resolved', true],
  ] as const) {
    const body = `${alertname}: ${isPublic ? 'customers read' : 'responders read'} ${status ?? 'this'}.`
    await act('updates', {
      audience: isPublic ? 'public' : 'internal',
      body,
      ...(status === undefined ? {} : { status }),
    })
    done.updates.push({ incidentId: id, body, isPublic })
  }
  done.resolved.push(id)

  await until(`the post-mortem of ${alertname}`, async () => {
    try {
      await api.send('GET', `/api/v1/post-mortems/${id}`)
      return true
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined
      throw error
    }
  })
  await api.send('POST', `/api/v1/post-mortems/${id}/publish`, {})
  done.published.push(id)
}

/** An acknowledgement whose answer was lost with the host is refused the second time: someone has acknowledged. */
async function unlessDone(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error
  }
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadlineMs) throw new Error(`Waited ${PATIENCE_MS / 1000} s for ${what}.`)
    await sleep(LOOK_EVERY_MS)
  }
}
