import { setTimeout as sleep } from 'node:timers/promises'
import { anyFreePort } from '../../server/ports.ts'
import { startHost } from '../host.ts'
import type { Host } from '../host.ts'
import { PatientClient } from './patientClient.ts'
import { startReceiver } from './smtpReceiver.ts'
import type { ReceivedMail } from './smtpReceiver.ts'
import { Incident, playStory, until } from './story.ts'
import type { Acknowledged } from './story.ts'

/**
 * `kill -9` of the host at random points while incidents run from alert to post-mortem; then everything the host ever
 * acknowledged has to be there, and every confirmed subscriber must have every public update, under one Message-ID.
 * Run: npm run crash [kills] [seed].
 */

const KILLS = Number(process.argv[2] ?? 20)
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000)
const SUBSCRIBERS = ['anna@example.org', 'ben@example.org', 'carla@example.org']
const UP_MS_MAX = 2500
const DELIVERED_WITHIN_MS = 180_000

console.log(`${KILLS} kills, seed ${SEED}`)
const random = mulberry32(SEED)
const receiver = await startReceiver()
const port = await anyFreePort()
const environment = { SMTP_URL: receiver.url }
let host: Host = await startHost({ port, environment })
const { home, url, credentials } = host
const api = new PatientClient(url, `Bearer ${credentials.apiToken}`)
const alertmanager = new PatientClient(url, `Bearer ${credentials.integrations.alertmanager.key}`)
for (const email of SUBSCRIBERS)
  await api.send('POST', '/api/v1/subscribers', { email, confirmed: true, postMortems: false })

const done: Acknowledged = { alerts: [], incidents: new Map(), updates: [], tasks: [], resolved: [], published: [] }
let kills = 0
const playing = new AbortController()
const stories = (async () => {
  for (let number = 1; !playing.signal.aborted; number++) await playStory(number, api, alertmanager, done)
})()
const failed = stories.then(
  () => null,
  (error: unknown) => error,
)

while (kills < KILLS) {
  await Promise.race([sleep(Math.ceil(random() * UP_MS_MAX)), failed])
  await host.kill('SIGKILL')
  kills++
  host = await startHost({ home, port, environment })
  console.log(
    `kill ${kills} of ${KILLS}: ${done.incidents.size} incidents, ${done.updates.length} updates acknowledged so far`,
  )
}
playing.abort()
const error = await failed
const faults: string[] =
  error === null ? [] : [`the story broke: ${error instanceof Error ? error.message : 'for no reason it could name'}`]

faults.push(...(await missing()))
console.log(
  `${done.alerts.length} alerts, ${done.incidents.size} incidents, ${done.updates.length} updates, ${done.tasks.length} tasks, ` +
    `${done.published.length} post-mortems acknowledged; ${api.retries + alertmanager.retries} requests sent again; ${receiver.mails.length} mails`,
)
console.log(faults.length === 0 ? 'Nothing is missing.' : `MISSING:\n  ${faults.join('\n  ')}`)
await host.stop()
await receiver.stop()
process.exitCode = faults.length === 0 ? 0 : 1

async function missing(): Promise<string[]> {
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
    if (!list.includes(`/post-mortems/${id}`)) found.push(`post-mortem ${id} is not public`)
  const incidentOf = new Set(done.incidents.values())
  for (const alertname of done.alerts) if (!incidentOf.has(alertname)) found.push(`${alertname} has no incident`)
  found.push(...(await missingMails()))
  return found
}

async function missingMails(): Promise<string[]> {
  const wanted = done.updates.filter(({ isPublic }) => isPublic)
  const undelivered = () =>
    wanted.flatMap(({ body }) =>
      SUBSCRIBERS.filter((to) => !receiver.mails.some((mail) => isAbout(mail, to, body))).map(
        (to) => `${to}: “${body}”`,
      ),
    )
  const deadlineMs = Date.now() + DELIVERED_WITHIN_MS
  await until('the last mails', async () =>
    undelivered().length === 0 || Date.now() > deadlineMs ? true : undefined,
  ).catch(() => {})
  const found = undelivered().map((what) => `no mail for ${what}`)
  for (const { body } of wanted)
    for (const to of SUBSCRIBERS) {
      const ids = new Set(receiver.mails.filter((mail) => isAbout(mail, to, body)).map(({ messageId }) => messageId))
      if (ids.size > 1) found.push(`${to} has “${body}” under ${ids.size} Message-IDs`)
    }
  return found
}

function isAbout(mail: ReceivedMail, to: string, body: string): boolean {
  return mail.to === to && mail.text.includes(body)
}

/** A small seeded generator (mulberry32, public domain), so that a series can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
