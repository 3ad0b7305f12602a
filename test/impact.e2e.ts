import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../server/ports.ts'
import { mustCall } from './api.ts'
import { startHost, type Host } from './host.ts'
import { until } from './realAlertmanager.ts'

/** The impact of an incident, asked of Debian's Prometheus where the machine has it. */
const PROMETHEUS = '/usr/bin/prometheus'

let host: Host
let folder = ''
let stop = () => {}
let prometheusUrl = ''

interface Seen {
  readonly severity: string
  readonly headline: { readonly sentence: string } | null
}

describe.skipIf(!existsSync(PROMETHEUS))('the measured impact', () => {
  beforeAll(async () => {
    host = await startHost()
    folder = await mkdtemp(join(tmpdir(), 'allclear-impact-'))
    await writeFile(join(folder, 'prometheus.yml'), 'global: {}')
    const listen = `127.0.0.1:${await anyFreePort()}`
    prometheusUrl = `http://${listen}`
    const child = spawn(PROMETHEUS, [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${listen}`,
    ])
    stop = () => child.kill('SIGKILL')
    await until(
      async () => (await fetch(`${prometheusUrl}/-/ready`).catch(() => null))?.ok === true,
      () => 'Prometheus is not ready',
    )
  })
  afterAll(async () => {
    stop()
    await host?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('raises the severity and stands in the headline', async () => {
    await mustCall(host, 'POST', '/config', {
      statusPage: { name: 'Acme' },
      connections: [{ id: 'prometheus', name: 'Prometheus', url: prometheusUrl }],
      services: [
        {
          id: 'payments',
          name: 'Payments',
          tier: 1,
          users: 60_000,
          impact: { connection: 'prometheus', affectedUsers: 'scalar(vector(1200)) * scalar(vector(1))' },
        },
      ],
    })
    const { key } = host.credentials.integrations.json
    const alert = { title: 'HighErrorRate', service: 'payments', severity: 'warning', labels: { region: 'eu' } }
    const answer = await fetch(`${host.url}/hooks/json/${key}`, { method: 'POST', body: JSON.stringify(alert) })
    const { incidents }: { incidents: string[] } = JSON.parse(await answer.text())
    let seen: Seen | null = null
    await until(
      async () => {
        seen = JSON.parse(JSON.stringify(await mustCall(host, 'GET', `/incidents/${incidents[0]}`)))
        return seen?.severity === 'sev2' && seen.headline?.sentence.includes('about 1,200 users') === true
      },
      () => JSON.stringify(seen),
    )
    expect(seen).toMatchObject({
      severityReason: 'tier 1 × more than 1% of users',
      headline: {
        sentence: 'Payments is failing for about 1,200 users in eu; sev2 because tier 1 × more than 1% of users.',
      },
    })
  })
})
