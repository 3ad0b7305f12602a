import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from '../server/settings.ts'
import { startHost, type Host } from '../test/host.ts'
import { metric } from '../test/metrics.ts'
import { hasAlertmanager, startAlertmanager } from '../test/realAlertmanager.ts'
import type { Outcome } from './loadGenerator.ts'
import { sendAll } from './loadGenerator.ts'
import { batches } from './prometheusAlerts.ts'

/**
 * Alerts a second that are answered with 200: in batches of 64 and one by one, new and repeated, by Allclear and, where
 * it is installed, by Debian's Alertmanager in the same run and in turns. Alertmanager keeps alerts in memory;
 * Allclear has every new one on disk before it answers.
 * Run: npm run bench:intake [-- --quick]. The aim is to be level on repeated batches, and a run that misses it says so. It
 * exits 0 all the same: the two are so near each other that the machine's mood decides, and a measurement is no test. It
 * fails when it could not measure: an answer other than 200.
 */

const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 1 : 5
const CONNECTIONS = 8
const AIM = 1

interface Scenario {
  readonly name: string
  readonly size: number
  /** How many alerts are sent in a round. */
  readonly alerts: number
  readonly isNew: boolean
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'new, batches of 64', size: 64, alerts: quick ? 3_200 : 6_400, isNew: true },
  { name: 'repeated, batches of 64', size: 64, alerts: quick ? 16_000 : 64_000, isNew: false },
  { name: 'new, one by one', size: 1, alerts: quick ? 300 : 600, isNew: true },
  { name: 'repeated, one by one', size: 1, alerts: quick ? 2_000 : 5_000, isNew: false },
]
/** How many alerts the repeats are of. */
const KNOWN = 1_280
const KNOWN_ALERTS: Scenario = { name: 'known', size: 64, alerts: KNOWN, isNew: true }
const JSON_BODY = { 'Content-Type': 'application/json' }

interface Target {
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Resolves when it has done what it still had to do for what it has answered. */
  readonly settle: () => Promise<void>
}

const startedAtMs = Date.now()
const host = await startHost()
const alertmanager = hasAlertmanager ? await startAlertmanager(quietRoute(), 'warn') : null
try {
  const targets: Target[] = [
    {
      name: 'Allclear',
      url: `${host.url}/alertmanager/api/v2/alerts`,
      headers: { ...JSON_BODY, Authorization: `Bearer ${host.credentials.integrations.alertmanager.key}` },
      settle: () => outboxIsEmpty(host),
    },
  ]
  if (alertmanager !== null)
    targets.push({
      name: 'Alertmanager',
      url: `${alertmanager.url}/api/v2/alerts`,
      headers: JSON_BODY,
      settle: () => sleep(500),
    })

  console.log(`${ROUNDS} rounds in turns over ${CONNECTIONS} connections. ${await ownLimit()}`)
  const rates = new Map<string, number[]>()
  for (const target of targets) await run(target, KNOWN_ALERTS, -1)
  for (let round = 0; round < ROUNDS; round++) {
    for (const scenario of SCENARIOS) {
      for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
        const { seconds } = await run(target, scenario, round)
        const name = `${target.name}: ${scenario.name}`
        rates.set(name, [...(rates.get(name) ?? []), scenario.alerts / seconds])
      }
    }
  }
  const rate = (target: string, scenario: Scenario) => median(rates.get(`${target}: ${scenario.name}`) ?? [])
  for (const scenario of SCENARIOS) {
    const own = rate('Allclear', scenario)
    const other = rate('Alertmanager', scenario)
    const compared =
      alertmanager === null ? '' : `, Alertmanager ${perSecond(other)}, ratio ${(own / other).toFixed(2)}`
    console.log(`${scenario.name.padEnd(24)} Allclear ${perSecond(own)}${compared}`)
    if (scenario.size > 1 && !scenario.isNew && own / other < AIM)
      console.log(`BELOW THE AIM of ${AIM} times Alertmanager's rate: ${(own / other).toFixed(3)} on ${scenario.name}.`)
  }
  if (alertmanager === null) console.log('prometheus-alertmanager is not installed: nothing to compare with.')
} finally {
  await host.stop()
  await alertmanager?.stop()
}

async function run(target: Target, scenario: Scenario, round: number): Promise<Outcome> {
  const outcome = await sendAll({ ...target, bodies: bodiesOf(scenario, round), connections: CONNECTIONS })
  const odd = [...outcome.statuses].filter(([status]) => status !== 200)
  if (odd.length > 0) throw new Error(`${target.name} answered ${JSON.stringify(odd)} to ${scenario.name}`)
  await target.settle()
  return outcome
}

function bodiesOf({ size, alerts, isNew }: Scenario, round: number): string[] {
  if (round < 0) return batches('BenchKnown', { from: 0, count: KNOWN, size }, startedAtMs, Date.now())
  if (isNew) return batches(`Bench${round}By${size}`, { from: 0, count: alerts, size }, startedAtMs, Date.now())
  const passes = Math.ceil(alerts / KNOWN)
  return Array.from({ length: passes }, (_, pass) => {
    const count = Math.min(KNOWN, alerts - pass * KNOWN)
    return batches('BenchKnown', { from: 0, count, size }, startedAtMs, Date.now() + pass)
  }).flat()
}

/** What the load generator does with a server that does nothing: far more than is measured, or it is what is measured. */
async function ownLimit(): Promise<string> {
  const server = spawn(process.execPath, [join(PROJECT_ROOT, 'bench', 'trivialServer.ts')], { stdio: 'pipe' })
  try {
    const [port] = await once(server.stdout, 'data')
    const url = `http://127.0.0.1:${String(port).trim()}/`
    const limits: string[] = []
    for (const { size, alerts, isNew } of SCENARIOS) {
      if (isNew) continue
      const bodies = bodiesOf({ name: '', size, alerts, isNew }, 0)
      const { seconds } = await sendAll({ url, headers: JSON_BODY, bodies, connections: CONNECTIONS })
      limits.push(`${perSecond(alerts / seconds)} in ${size === 1 ? 'singles' : `batches of ${size}`}`)
    }
    return `The load generator by itself: ${limits.join(', ')}.`
  } finally {
    server.kill()
  }
}

async function outboxIsEmpty(of: Host): Promise<void> {
  while ((await metric(of, 'allclear_alert_outbox')) > 0) await sleep(100)
}

/** It groups and notifies nobody, so that only its intake is at work. */
function quietRoute(): object {
  return { route: { receiver: 'none', group_by: ['alertname'], group_wait: '1h' }, receivers: [{ name: 'none' }] }
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')} alerts/s`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
