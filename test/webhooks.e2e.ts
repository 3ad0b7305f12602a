import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type Host } from './host.ts'
import { hasAlertmanager, startAlertmanager, until as untilSeen, type RealAlertmanager } from './realAlertmanager.ts'

let host: Host
let alertmanager: RealAlertmanager

describe.skipIf(!hasAlertmanager)('a real Alertmanager with webhook_configs', () => {
  beforeAll(async () => {
    host = await startHost()
    const { key } = host.credentials.integrations.alertmanager
    alertmanager = await startAlertmanager({
      route: { receiver: 'allclear', group_by: ['alertname'], group_wait: '1s', group_interval: '1s' },
      receivers: [{ name: 'allclear', webhook_configs: [{ url: `${host.url}/hooks/alertmanager/${key}` }] }],
    })
  })
  afterAll(async () => {
    await alertmanager.stop()
    await host.stop()
    // A host that was started again on a home leaves it.
    await rm(host.home, { recursive: true, force: true })
  })

  it('opens one incident for a group of alerts', async () => {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    await alertmanager.tell(['web-1', 'web-2', 'web-3'].map((instance) => ({ labels: labelsOf(instance), endsAt })))
    await until(async () => (await firing()).length === 3)
    expect(await incidents()).toMatchObject([{ title: 'QueueIsStuck on checkout', severity: 'sev2' }])
  })

  it('ends one alert, then the rest', async () => {
    const endsAt = new Date().toISOString()
    await alertmanager.tell([{ labels: labelsOf('web-2'), endsAt }])
    await until(async () => (await firing()).join() === 'web-1,web-3')
    await alertmanager.tell(['web-1', 'web-3'].map((instance) => ({ labels: labelsOf(instance), endsAt })))
    await until(async () => (await firing()).length === 0)
    expect(await incidents()).toHaveLength(1)
  })

  it('sends again what could not be taken while the host was down', async () => {
    const { home } = host
    const port = Number(new URL(host.url).port)
    await host.kill('SIGKILL')
    await alertmanager.tell([
      { labels: { alertname: 'Meanwhile' }, endsAt: new Date(Date.now() + 3_600_000).toISOString() },
    ])
    await until(async () => alertmanager.output().includes('connection refused'))
    host = await startHost({ home, port })
    await until(async () => (await incidents()).some(({ title }) => title === 'Meanwhile'))
  })
})

function labelsOf(instance: string): Record<string, string> {
  return { alertname: 'QueueIsStuck', service: 'checkout', severity: 'critical', instance }
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

function until(holds: () => Promise<boolean>): Promise<void> {
  return untilSeen(holds, () => `${host.output()}\n${alertmanager.output()}`)
}
