import { setTimeout as sleep } from 'node:timers/promises'
import { sendAll } from '../bench/loadGenerator.ts'
import { batches } from '../bench/prometheusAlerts.ts'
import { mustCall } from './api.ts'
import type { Host } from './host.ts'
import { metric } from './metrics.ts'

/** Thousands of distinct alerts at once, and what can be seen of them afterwards. */

const BATCH = 64
const CONNECTIONS = 8
const PROJECTION_WAIT_MS_MAX = 120_000

export interface Storm {
  readonly answeredWithinMs: number
  /** Until nothing waits any more to be told to rooms and to D1. */
  readonly settledWithinMs: number
  readonly incidents: readonly { readonly id: string; readonly title: string }[]
}

/** Every answer has to be a 200. */
export async function raiseStorm(host: Host, alertname: string, count: number): Promise<Storm> {
  const beganMs = Date.now()
  const { statuses } = await sendAll({
    url: `${host.url}/alertmanager/api/v2/alerts`,
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${host.credentials.integrations.alertmanager.key}`,
    },
    bodies: batches(alertname, { from: 0, count, size: BATCH }, beganMs, beganMs),
    connections: CONNECTIONS,
  })
  const answeredWithinMs = Date.now() - beganMs
  const answers = Math.ceil(count / BATCH)
  if (statuses.get(200) !== answers) throw new Error(`Not ${answers} times 200: ${JSON.stringify([...statuses])}`)
  while ((await metric(host, 'allclear_alert_outbox')) > 0) {
    if (Date.now() - beganMs > PROJECTION_WAIT_MS_MAX) throw new Error('Rooms and D1 do not catch up with the storm')
    await sleep(50)
  }
  const settledWithinMs = Date.now() - beganMs
  const { incidents } = await mustCall(host, 'GET', '/incidents')
  return {
    answeredWithinMs,
    settledWithinMs,
    incidents: (incidents as Storm['incidents']).filter(({ title }) => title.startsWith(alertname)),
  }
}

/** The `number` of each alert that Alertmanager's API lists. */
export async function numbersByApi(host: Host, alertname: string): Promise<Set<number>> {
  const headers = { Authorization: `Bearer ${host.credentials.integrations.alertmanager.key}` }
  const answer = await fetch(`${host.url}/alertmanager/api/v2/alerts?filter=alertname=${alertname}`, { headers })
  const alerts: { labels: { number: string } }[] = JSON.parse(await answer.text())
  return new Set(alerts.map(({ labels }) => Number(labels.number)))
}

/** Goes through the room's pages by their links, as people do; gives the numbers seen and how long each page took. */
export async function numbersByRoom(
  host: Host,
  incidentId: string,
  cookie: string,
): Promise<{ numbers: Set<number>; millisecondsEach: number[] }> {
  const numbers = new Set<number>()
  const millisecondsEach: number[] = []
  for (let path: string | undefined = `/console/incidents/${incidentId}`; path !== undefined;) {
    const askedMs = performance.now()
    const answer: Response = await fetch(host.url + path, { headers: { cookie, accept: 'text/html' } })
    const page: string = await answer.text()
    millisecondsEach.push(performance.now() - askedMs)
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`)
    for (const [, number] of page.matchAll(/<li class="code"[^>]*>\s*number=(\d+)/g)) numbers.add(Number(number))
    path = /<a href="([^"]*)"[^>]*>Next alerts</.exec(page)?.[1]?.replaceAll('&#38;', '&').replaceAll('&amp;', '&')
  }
  return { numbers, millisecondsEach }
}

/** The admin's session, as a cookie to send. */
export async function signInByForm({ url, credentials }: Host): Promise<string> {
  const { email, password } = credentials.admin
  const answer = await fetch(`${url}/console/login`, {
    method: 'POST',
    headers: { origin: url },
    body: new URLSearchParams({ email, password, next: '/console' }),
    redirect: 'manual',
  })
  if (answer.status !== 303) throw new Error(`Signing in was answered ${answer.status}`)
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
}
