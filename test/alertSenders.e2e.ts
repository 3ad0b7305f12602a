import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../server/ports.ts'
import { startHost, type Host } from './host.ts'

// Debian's Alertmanager as the sender that people have: it speaks to PagerDuty and to Opsgenie, and here to us.
const ALERTMANAGER = '/usr/bin/prometheus-alertmanager'

let host: Host
let folder = ''
let alertmanager: ChildProcess | null = null
let alertmanagerUrl = ''
let printed = ''

describe.skipIf(!existsSync(ALERTMANAGER))('a real Alertmanager that pages', () => {
  beforeAll(async () => {
    host = await startHost()
    folder = await mkdtemp(join(tmpdir(), 'allclear-alertmanager-'))
    await startAlertmanager()
  })
  afterAll(async () => {
    alertmanager?.kill('SIGKILL')
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it.each([
    ['pagerduty', { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical', to: 'pagerduty' }],
    ['opsgenie', { alertname: 'DiskFull', service: 'database', severity: 'critical', to: 'opsgenie' }],
  ])('by %s_configs opens an incident, and ends it', async (source, labels) => {
    await tell(labels)
    const opened = await untilFound(labels.alertname, ({ status }) => status === 'triggered')
    expect(opened).toMatchObject({ severity: 'sev2' })
    const { service, severity } = labels
    expect(await firing()).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining({ service, severity }) }),
    )

    await tell(labels, new Date().toISOString())
    await untilFound(labels.alertname, ({ id, status }) => id === opened.id && status === 'resolved')
    // It says of each delivery that failed why it failed.
    expect(printed, source).not.toContain('level=error')
  })
})

interface Incident {
  readonly id: string
  readonly title: string
  readonly status: string
}

interface Alert {
  readonly labels: Record<string, string>
}

async function startAlertmanager(): Promise<void> {
  const { pagerduty, opsgenie } = host.credentials.integrations
  const soon = { group_by: ['...'], group_wait: '1s', group_interval: '1s' }
  const details = { service: '{{ .CommonLabels.service }}' }
  const configuration = {
    route: {
      receiver: 'none',
      routes: [
        { ...soon, receiver: 'pagerduty', matchers: ['to = pagerduty'] },
        { ...soon, receiver: 'opsgenie', matchers: ['to = opsgenie'] },
      ],
    },
    receivers: [
      { name: 'none' },
      {
        name: 'pagerduty',
        pagerduty_configs: [
          {
            url: `${host.url}/pagerduty/v2/enqueue`,
            routing_key: pagerduty.routingKey,
            severity: '{{ .CommonLabels.severity }}',
            details,
          },
        ],
      },
      { name: 'opsgenie', opsgenie_configs: [{ api_url: `${host.url}/opsgenie/`, api_key: opsgenie.key }] },
    ],
  }
  const file = join(folder, 'alertmanager.yml')
  await writeFile(file, JSON.stringify(configuration))
  const listen = `127.0.0.1:${await anyFreePort()}`
  alertmanagerUrl = `http://${listen}`
  alertmanager = spawn(ALERTMANAGER, [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${listen}`,
    '--cluster.listen-address=',
  ])
  alertmanager.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  await until(async () => (await fetch(`${alertmanagerUrl}/-/ready`).catch(() => null))?.ok === true)
}

/** As Prometheus does: the alert fires for an hour, unless it is over. */
async function tell(labels: Record<string, string>, endsAt?: string): Promise<void> {
  const end = endsAt ?? new Date(Date.now() + 3_600_000).toISOString()
  const answer = await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify([{ labels, annotations: { summary: 'Look at it' }, endsAt: end }]),
  })
  expect(answer.status).toBe(200)
}

async function untilFound(title: string, matches: (incident: Incident) => boolean): Promise<Incident> {
  let found: Incident | undefined
  await until(async () => {
    const { incidents } = await read<{ incidents: Incident[] }>('/api/v1/incidents')
    found = incidents.find((incident) => incident.title.includes(title) && matches(incident))
    return found !== undefined
  })
  if (found === undefined) throw new Error(`There is no incident called ${title}`)
  return found
}

/** What fires, whoever sent it, as our own Alertmanager API lists it. */
async function firing(): Promise<Alert[]> {
  return read('/alertmanager/api/v2/alerts', host.credentials.integrations.alertmanager.key)
}

async function read<Answer>(path: string, key = host.credentials.apiToken): Promise<Answer> {
  const answer = await fetch(host.url + path, { headers: { Authorization: `Bearer ${key}` } })
  const parsed: Answer = JSON.parse(await answer.text())
  return parsed
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`It did not happen within 30 s.\n${printed}\n${host.output()}`)
    await sleep(250)
  }
}
