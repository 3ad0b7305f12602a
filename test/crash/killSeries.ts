import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { anyFreePort } from '../../server/ports.ts'
import { startHost } from '../host.ts'
import type { Host } from '../host.ts'
import { mulberry32 } from './mulberry32.ts'
import { PatientClient } from './patientClient.ts'
import { startReceiver } from './smtpReceiver.ts'
import type { ReceivedMail } from './smtpReceiver.ts'
import { Incident, nothingYet, playStory } from './story.ts'
import type { Acknowledged } from './story.ts'

/** How one series of kills went. */
export interface KillReport {
  readonly acknowledged: Acknowledged
  readonly sentAgain: number
  readonly mails: number
  /** What was promised and is not there; empty when all is well. */
  readonly faults: readonly string[]
}

const SUBSCRIBERS = ['anna@example.org', 'ben@example.org', 'carla@example.org']
const UP_MS_MAX = 2500
const DELIVERED_WITHIN_MS = 180_000

/**
 * `kill -9` of the host at random points while incidents run from alert to post-mortem; then everything the host ever
 * acknowledged has to be there, and every confirmed subscriber must have every public update, under one Message-ID.
 */
export async function runKillSeries(
  kills: number,
  seed: number,
  progress: (line: string) => void = () => {},
): Promise<KillReport> {
  const random = mulberry32(seed)
  const receiver = await startReceiver()
  const port = await anyFreePort()
  const environment = { SMTP_URL: receiver.url }
  let host: Host = await startHost({ port, environment })
  const { home, url, credentials } = host
  try {
    const api = new PatientClient(url, `Bearer ${credentials.apiToken}`)
    const alertmanager = new PatientClient(url, `Bearer ${credentials.integrations.alertmanager.key}`)
    for (const email of SUBSCRIBERS)
      await api.send('POST', '/api/v1/subscribers', { email, confirmed: true, postMortems: false })

    const acknowledged = nothingYet()
    const playing = new AbortController()
    const stories = (async () => {
      for (let number = 1; !playing.signal.aborted; number++) await playStory(number, api, alertmanager, acknowledged)
    })()
    const broken = stories.then(
      () => null,
      (error: unknown) => error,
    )
    for (let kill = 1; kill <= kills; kill++) {
      await Promise.race([sleep(Math.ceil(random() * UP_MS_MAX)), broken])
      await host.kill('SIGKILL')
      host = await startHost({ home, port, environment })
      const { incidents, updates } = acknowledged
      progress(`kill ${kill} of ${kills}: ${incidents.size} incidents, ${updates.length} updates acknowledged so far`)
    }
    playing.abort()
    const error = await broken
    const faults = [
      ...(error instanceof Error ? [`the story broke: ${error.message}`] : []),
      ...(await missingThings(acknowledged, api, url)),
      ...(await missingMails(acknowledged, receiver.mails)),
    ]
    return { acknowledged, sentAgain: api.retries + alertmanager.retries, mails: receiver.mails.length, faults }
  } finally {
    await host.stop()
    await receiver.stop()
    await rm(home, { recursive: true, force: true })
  }
}

async function missingThings(done: Acknowledged, api: PatientClient, url: string): Promise<string[]> {
  const found: string[] = []
  for (const [id, alertname] of done.incidents) {
    const incident = Incident.parse(await api.send('GET', `/api/v1/incidents/${id}`))
    const page = await (await fetch(`${url}/incidents/${id}`, { headers: { accept: 'text/html' } })).text()
    for (const { incidentId, body, isPublic } of done.updates) {
      if (incidentId !== id) continue
      const times = incident.updates.filter((update) => update.body === body).length
      if (times !== 1) found.push(`${alertname}: “${body}” is in the room ${times} times`)
      if (isPublic && !page.includes(body)) found.push(`${alertname}: “${body}” is not on the status page`)
    }
    for (const { incidentId, title } of done.tasks)
      if (incidentId === id && incident.tasks.filter((task) => task.title === title).length !== 1)
        found.push(`${alertname}: the task “${title}” is not there once`)
    if (done.resolved.includes(id) && incident.status !== 'resolved') found.push(`${alertname} is ${incident.status}`)
  }
  const list = await (await fetch(`${url}/post-mortems`, { headers: { accept: 'text/html' } })).text()
  for (const id of done.published)
    if (!list.includes(`/post-mortems/${id}`)) found.push(`the post-mortem ${id} is not public`)
  const withIncident = new Set(done.incidents.values())
  for (const alertname of done.alerts) if (!withIncident.has(alertname)) found.push(`${alertname} has no incident`)
  return found
}

async function missingMails(done: Acknowledged, mails: readonly ReceivedMail[]): Promise<string[]> {
  const wanted = done.updates
    .filter(({ isPublic }) => isPublic)
    .flatMap(({ body }) => SUBSCRIBERS.map((to) => ({ to, body })))
  const idsOf = ({ to, body }: { to: string; body: string }) =>
    new Set(mails.filter((mail) => mail.to === to && mail.text.includes(body)).map(({ messageId }) => messageId))
  const deadlineMs = Date.now() + DELIVERED_WITHIN_MS
  while (wanted.some((one) => idsOf(one).size === 0) && Date.now() < deadlineMs) await sleep(200)
  return wanted.flatMap((one) => {
    const { size } = idsOf(one)
    if (size === 1) return []
    return [
      size === 0 ? `${one.to} has no mail “${one.body}”` : `${one.to} has “${one.body}” under ${size} Message-IDs`,
    ]
  })
}
