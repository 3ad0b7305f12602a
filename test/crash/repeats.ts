import { rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { anyFreePort } from '../../server/ports.ts'
import { mustCall } from '../api.ts'
import { startHost } from '../host.ts'
import { metrics } from '../metrics.ts'

/** What became of one event that was sent again and again while the host was killed. */
export interface RepeatsReport {
  readonly answered: number
  /** Requests whose answer was lost with the host, or that came while it was away; each was sent again. */
  readonly sentAgain: number
  /** As Alertmanager's API lists them. */
  readonly alerts: number
  readonly incidents: number
  /** Entries of the incident's timeline before the first repeat, and after the last. */
  readonly versions: readonly [before: number, after: number]
  /** Rows written while repeats were answered, by objects and by D1, as each life of the host counted them. */
  readonly rowsWritten: readonly { readonly objects: number; readonly d1: number }[]
}

const EVENT = { alertname: 'Repeated', service: 'checkout', severity: 'critical', instance: 'web-1' }
const QUIET_MS = 2_500
const OPEN = Promise.withResolvers<void>()
OPEN.resolve()
const STARTED_AT = new Date().toISOString()

/**
 * Sends one event `repeats` times over `connections`, and kills the host with SIGKILL `kills` times in between. Every
 * repeat that has no answer is sent until it has one. None is sent between a kill and the moment that the host is up again
 * and quiet: what the first of them write is counted, and what coming up writes is not.
 */
export async function runRepeats(options: {
  repeats: number
  connections: number
  kills: number
  progress?: (line: string) => void
}): Promise<RepeatsReport> {
  const { repeats, connections, kills, progress = () => {} } = options
  const port = await anyFreePort()
  let host = await startHost({ port })
  const { home, url, credentials } = host
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const send = sender(agent, `${url}/alertmanager/api/v2/alerts`, credentials.integrations.alertmanager.key)
  const rowsWritten: { objects: number; d1: number }[] = []
  try {
    if (!(await send())) throw new Error('The first event was not taken')
    const [incident, ...others] = await incidentsOf(host)
    if (incident === undefined || others.length > 0) throw new Error('The event did not open one incident')
    await untilQuiet(host)
    const before = await versionOf(host, incident.id)

    const sent = { left: repeats, answered: 0, again: 0 }
    let beganWith = await rows(host)
    let gate = OPEN
    const sending = Promise.all(
      Array.from({ length: connections }, async () => {
        while (sent.left > 0) {
          sent.left--
          for (await gate.promise; !(await send()); await gate.promise) {
            sent.again++
            await sleep(50)
          }
          sent.answered++
        }
      }),
    )
    for (let kill = 1; kill <= kills; kill++) {
      const enough = (repeats * kill) / (kills + 1)
      while (sent.answered < enough) await sleep(10)
      rowsWritten.push(difference(await rows(host), beganWith))
      gate = Promise.withResolvers<void>()
      await host.kill('SIGKILL')
      progress(`kill ${kill} of ${kills} after ${sent.answered} answers`)
      host = await startHost({ home, port })
      await untilQuiet(host)
      beganWith = await rows(host)
      gate.resolve()
    }
    await sending
    rowsWritten.push(difference(await rows(host), beganWith))
    return {
      answered: sent.answered,
      sentAgain: sent.again,
      alerts: await alertsListed(host),
      incidents: (await incidentsOf(host)).length,
      versions: [before, await versionOf(host, incident.id)],
      rowsWritten,
    }
  } finally {
    agent.destroy()
    await host.stop()
    await rm(home, { recursive: true, force: true })
  }
}

type Reachable = Parameters<typeof mustCall>[0]

/** False when there was no answer, or one that asks to try again. */
function sender(agent: Agent, url: string, key: string): () => Promise<boolean> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` }
  return () => {
    // Its end moves with each repeat, as Prometheus moves it.
    const endsAt = new Date(Date.now() + 240_000).toISOString()
    const body = JSON.stringify([{ labels: EVENT, annotations: { summary: 'It fails' }, startsAt: STARTED_AT, endsAt }])
    return new Promise((resolve, reject) => {
      const length = { 'Content-Length': Buffer.byteLength(body) }
      const sent = request(url, { agent, method: 'POST', headers: { ...headers, ...length } }, (answer) => {
        const { statusCode = 0 } = answer
        answer.resume()
        answer.on('error', () => resolve(false))
        answer.on('end', () => {
          if (statusCode === 200 || statusCode >= 500) resolve(statusCode === 200)
          else reject(new Error(`A repeat was answered ${statusCode}`))
        })
      })
      sent.on('error', () => resolve(false))
      sent.end(body)
    })
  }
}

/** Until the first event has been paged, listed and published, and nothing more is written for it. */
async function untilQuiet(host: Reachable): Promise<void> {
  let seen = await rows(host)
  for (let sinceMs = Date.now(); Date.now() - sinceMs < QUIET_MS; await sleep(100)) {
    const now = await rows(host)
    if (now.objects !== seen.objects || now.d1 !== seen.d1) sinceMs = Date.now()
    seen = now
  }
}

/** By every object, and by D1, in this life of the host. */
async function rows(host: Reachable): Promise<{ objects: number; d1: number }> {
  const figures = await metrics(host)
  const sum = (name: string) => figures.filter((each) => each.name === name).reduce((all, { value }) => all + value, 0)
  return { objects: sum('allclear_object_rows_written_total'), d1: sum('allclear_d1_rows_written_total') }
}

function difference(after: { objects: number; d1: number }, before: { objects: number; d1: number }) {
  return { objects: after.objects - before.objects, d1: after.d1 - before.d1 }
}

async function incidentsOf(host: Reachable): Promise<{ id: string; title: string }[]> {
  const { incidents } = await mustCall(host, 'GET', '/incidents')
  return (incidents as { id: string; title: string }[]).filter(({ title }) => title.startsWith(EVENT.alertname))
}

async function versionOf(host: Reachable, incidentId: string): Promise<number> {
  return Number((await mustCall(host, 'GET', `/incidents/${incidentId}`)).version)
}

async function alertsListed({ url, credentials }: Reachable): Promise<number> {
  const headers = { Authorization: `Bearer ${credentials.integrations.alertmanager.key}` }
  const alerts: unknown[] = JSON.parse(await (await fetch(`${url}/alertmanager/api/v2/alerts`, { headers })).text())
  return alerts.length
}
