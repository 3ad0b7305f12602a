import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../server/ports.ts'
import { startHost, type Host } from './host.ts'

// The real sender, where the machine has it (Debian: prometheus-alertmanager).
const ALERTMANAGER = '/usr/bin/prometheus-alertmanager'

let host: Host
let folder = ''
let alertmanager: ChildProcess | null = null
let alertmanagerUrl = ''
let output = ''

describe.skipIf(!existsSync(ALERTMANAGER))('a real Alertmanager with webhook_configs', () => {
  beforeAll(async () => {
    host = await startHost()
    folder = await mkdtemp(join(tmpdir(), 'allclear-alertmanager-'))
    await startAlertmanager()
  })
  afterAll(async () => {
    alertmanager?.kill('SIGKILL')
    await host.stop()
    // A host that was started again on a home leaves it.
    await rm(host.home, { recursive: true, force: true })
    await rm(folder, { recursive: true, force: true })
  })

  it('opens one incident for a group of alerts', async () => {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    await post(['web-1', 'web-2', 'web-3'].map((instance) => ({ labels: labelsOf(instance), endsAt })))
    await until(async () => (await firing()).length === 3)
    expect(await incidents()).toMatchObject([{ title: 'QueueIsStuck on checkout', severity: 'sev2' }])
  })

  it('ends one alert, then the rest', async () => {
    const endsAt = new Date().toISOString()
    await post([{ labels: labelsOf('web-2'), endsAt }])
    await until(async () => (await firing()).join() === 'web-1,web-3')
    await post(['web-1', 'web-3'].map((instance) => ({ labels: labelsOf(instance), endsAt })))
    await until(async () => (await firing()).length === 0)
    expect(await incidents()).toHaveLength(1)
  })

  it('sends again what could not be taken while the host was down', async () => {
    const { home } = host
    const port = Number(new URL(host.url).port)
    await host.kill('SIGKILL')
    await post([{ labels: { alertname: 'Meanwhile' }, endsAt: new Date(Date.now() + 3_600_000).toISOString() }])
    await until(async () => output.includes('connection refused'))
    host = await startHost({ home, port })
    await until(async () => (await incidents()).some(({ title }) => title === 'Meanwhile'))
  })
})

function labelsOf(instance: string): Record<string, string> {
  return { alertname: 'QueueIsStuck', service: 'checkout', severity: 'critical', instance }
}

async function startAlertmanager(): Promise<void> {
  const { key } = host.credentials.integrations.alertmanager
  const config = join(folder, 'alertmanager.yml')
  await writeFile(
    config,
    JSON.stringify({
      route: { receiver: 'allclear', group_by: ['alertname'], group_wait: '1s', group_interval: '1s' },
      receivers: [{ name: 'allclear', webhook_configs: [{ url: `${host.url}/hooks/alertmanager/${key}` }] }],
    }),
  )
  const listen = `127.0.0.1:${await anyFreePort()}`
  alertmanagerUrl = `http://${listen}`
  alertmanager = spawn(ALERTMANAGER, [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${listen}`,
    '--cluster.listen-address=',
    '--log.level=debug',
  ])
  alertmanager.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await until(async () => (await fetch(`${alertmanagerUrl}/-/ready`).catch(() => null))?.ok === true)
}

async function post(alerts: readonly object[]): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(alerts) }
  expect((await fetch(`${alertmanagerUrl}/api/v2/alerts`, init)).status).toBe(200)
}

async function incidents(): Promise<{ title: string }[]> {
  const headers = { Authorization: `Bearer ${host.credentials.apiToken}` }
  const response = await fetch(`${host.url}/api/v1/incidents`, { headers })
  const answer: { incidents: { title: string }[] } = JSON.parse(await response.text())
  return answer.incidents
}

/** The instances that fire, as our own Alertmanager API lists them. */
async function firing(): Promise<string[]> {
  const headers = { Authorization: `Bearer ${host.credentials.integrations.alertmanager.key}` }
  const response = await fetch(`${host.url}/alertmanager/api/v2/alerts?filter=alertname=QueueIsStuck`, { headers })
  const alerts: { labels: Record<string, string> }[] = JSON.parse(await response.text())
  return alerts.map(({ labels }) => labels['instance'] ?? '').toSorted()
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 60_000
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`It did not happen within 60 s.\n${host.output()}\n${output}`)
    await sleep(250)
  }
}
