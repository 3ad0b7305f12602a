import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyFreePort } from '../server/ports.ts'
import { startHost, type Host } from './host.ts'
import { metric } from './metrics.ts'

// The real clients of the protocol, where the machine has them (Debian: prometheus, prometheus-alertmanager).
const PROMETHEUS = '/usr/bin/prometheus'
const AMTOOL = '/usr/bin/amtool'

const run = promisify(execFile)
/** The room's own work is through by then: what is written later is written for repeats. */
const SETTLE_MS = 3_000
const REPEATS_MS = 15_000

let host: Host
let folder = ''
let prometheus: ChildProcess | null = null
let prometheusUrl = ''

describe.skipIf(!existsSync(PROMETHEUS) || !existsSync(AMTOOL))('the real clients of Alertmanager', () => {
  beforeAll(async () => {
    host = await startHost()
    folder = await mkdtemp(join(tmpdir(), 'allclear-prometheus-'))
  })
  afterAll(async () => {
    prometheus?.kill('SIGKILL')
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('a rule that fires in Prometheus is one incident, and still is after its repeats', async () => {
    await startPrometheus()
    await until(async () => (await incidents('HighErrorRate')).length === 1)
    await sleep(SETTLE_MS)
    const written = await rowsWritten()
    await sleep(REPEATS_MS)
    expect(await rowsWritten()).toBe(written)
    expect(await incidents('HighErrorRate')).toHaveLength(1)
    const [alert] = await query('alertname="HighErrorRate"')
    // Computed by Prometheus's own library, too.
    expect(alert).toMatchObject({ fingerprint: '7d2d332feada5c59', status: { state: 'active' } })
  })

  it('the alert is over when Prometheus says so', async () => {
    await writeRules('vector(0) > 1')
    await fetch(`${prometheusUrl}/-/reload`, { method: 'POST' })
    await until(async () => (await query('alertname="HighErrorRate"')).length === 0)
  })

  it('amtool adds an alert and lists it', async () => {
    await amtool(
      'alert',
      'add',
      'alertname=DiskFull',
      'service=db',
      'instance=db-1',
      '--annotation=summary=Disk is full',
    )
    const found = await query('alertname=~"Disk.*"', 'instance!=""')
    expect(found).toMatchObject([{ labels: { instance: 'db-1' }, annotations: { summary: 'Disk is full' } }])
    expect(await query('instance=~"db"')).toEqual([])
    expect(await amtool('alert', 'query', 'instance=db-1')).toContain('Disk is full')
  })

  it('amtool reads the configuration', async () => {
    expect(await amtool('config', 'show')).toContain('receiver: allclear')
    expect(await amtool('config', 'routes')).toContain('receiver: allclear')
    expect(await amtool('config', 'routes', 'test', 'service=checkout')).toContain('allclear')
    expect(await amtool('silence', 'query')).toContain('Matchers')
  })

  it('amtool silences an alert before it fires, and what ends the silence lets it through', async () => {
    const added = await amtool('silence', 'add', '--author=ada', '--comment=moving', 'alertname=Quiet', 'host=~"db-.*"')
    const id = added.trim()
    await amtool('alert', 'add', 'alertname=Quiet', 'host=db-1', '--annotation=summary=hidden')
    expect(await query('alertname="Quiet"')).toEqual([])
    const hidden: unknown = JSON.parse(await amtool('alert', 'query', '--silenced', '-o', 'json', 'alertname=Quiet'))
    expect(hidden).toMatchObject([{ status: { state: 'suppressed', silencedBy: [id] } }])
    expect(await incidents('Quiet')).toEqual([])

    expect(await silences('alertname=Quiet')).toMatchObject([{ id, createdBy: 'ada', comment: 'moving' }])
    expect(await silences('alertname=Loud')).toEqual([])
    // amtool reads it and sends it back with another end: the same matchers, so it is changed in place.
    expect(await amtool('silence', 'update', '--duration=2h', '--comment=still moving', id)).toContain(id)
    expect(await silences('alertname=Quiet')).toMatchObject([{ id, comment: 'still moving' }])
    await amtool('silence', 'expire', id)
    expect(await silences('alertname=Quiet')).toEqual([])
    expect(await silences('--expired', 'alertname=Quiet')).toMatchObject([{ id, status: { state: 'expired' } }])
    await until(async () => (await incidents('Quiet')).length === 1)
    expect(await query('alertname="Quiet"')).toMatchObject([{ status: { state: 'active', silencedBy: [] } }])
  })

  it('amtool lists, changes and expires a silence that recurs like any other', async () => {
    const made = await fetch(`${host.url}/console/silences`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Authorization: `Bearer ${host.credentials.apiToken}` },
      body: new URLSearchParams({
        matchers: 'alertname="Nightly"',
        starts: '2090-01-01T22:00',
        hours: '8',
        timeZone: 'Europe/Berlin',
        repeats: 'daily',
        comment: 'backups',
      }),
    })
    expect(made.status).toBe(303)
    const next = { startsAt: '2090-01-01T21:00:00.000Z', endsAt: '2090-01-02T05:00:00.000Z' }
    const [listed] = await silences('alertname=Nightly')
    expect(listed).toMatchObject({ ...next, status: { state: 'pending' }, comment: 'backups' })
    const id = listed?.id ?? ''
    expect(await amtool('silence', 'update', '--comment=all backups', id)).toContain(id)
    expect(await silences('alertname=Nightly')).toMatchObject([{ id, ...next, comment: 'all backups' }])
    await amtool('silence', 'expire', id)
    expect(await silences('alertname=Nightly')).toEqual([])
    expect(await silences('--expired', 'alertname=Nightly')).toMatchObject([{ id, status: { state: 'expired' } }])
  })

  it('amtool imports silences of another Alertmanager', async () => {
    const file = join(folder, 'silences.json')
    const matchers = [{ name: 'alertname', value: 'Imported', isRegex: false, isEqual: true }]
    const times = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString() }
    const foreign = { matchers, ...times, createdBy: 'bo', comment: 'from elsewhere', updatedAt: times.startsAt }
    const foreignIds = [crypto.randomUUID(), crypto.randomUUID()]
    const list = foreignIds.map((id) => ({ ...foreign, id, status: { state: 'active' } }))
    await writeFile(file, JSON.stringify(list))
    await amtool('silence', 'import', file)
    const imported = await silences('alertname=Imported')
    const copied = { createdBy: 'bo', comment: 'from elsewhere', matchers }
    expect(imported).toMatchObject([copied, copied])
    expect(foreignIds).not.toContain(imported[0]?.id)
    await amtool('silence', 'expire', ...imported.map(({ id }) => id))
    expect(await silences('alertname=Imported')).toEqual([])
  })

  it('amtool says why a silence is refused', async () => {
    await expect(amtool('silence', 'add', '--author=ada', '--comment=all', 'a=~".*"')).rejects.toThrow(
      'at least one matcher must not match the empty string',
    )
    const unknown = '6f0a9a5e-5c0e-4e5b-9c0e-2f0f6b4a9a5e'
    await expect(amtool('silence', 'expire', unknown)).rejects.toThrow('404')
  })
})

async function startPrometheus(): Promise<void> {
  const { host: target } = new URL(host.url)
  const password = host.credentials.integrations.alertmanager.key
  await writeRules('vector(1)')
  await writeFile(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      alerting: {
        alertmanagers: [
          {
            path_prefix: '/alertmanager',
            basic_auth: { username: 'prometheus', password },
            static_configs: [{ targets: [target] }],
          },
        ],
      },
    }),
  )
  const listen = `127.0.0.1:${await anyFreePort()}`
  prometheusUrl = `http://${listen}`
  prometheus = spawn(PROMETHEUS, [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${listen}`,
    '--web.enable-lifecycle',
    // Repeats come each second or two here, not each minute.
    '--rules.alert.resend-delay=1s',
  ])
}

async function writeRules(expr: string): Promise<void> {
  const labels = { service: 'checkout', severity: 'critical' }
  const rule = { alert: 'HighErrorRate', expr, labels, annotations: { summary: 'Too many errors: {{ $value }}' } }
  await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'shop', rules: [rule] }] }))
}

async function amtool(...command: string[]): Promise<string> {
  const { protocol, host: address } = new URL(host.url)
  const url = `${protocol}//amtool:${host.credentials.integrations.alertmanager.key}@${address}/alertmanager`
  const { stdout } = await run(AMTOOL, [`--alertmanager.url=${url}`, '--no-version-check', ...command])
  return stdout
}

async function query(...matchers: string[]): Promise<{ labels: Record<string, string> }[]> {
  return JSON.parse(await amtool('alert', 'query', '-o', 'json', ...matchers))
}

interface ListedSilence {
  readonly id: string
  readonly createdBy: string
  readonly comment: string
}

async function silences(...wanted: string[]): Promise<ListedSilence[]> {
  return JSON.parse(await amtool('silence', 'query', '-o', 'json', ...wanted))
}

async function incidents(alertname: string): Promise<{ title: string }[]> {
  const response = await fetch(`${host.url}/api/v1/incidents`, {
    headers: { Authorization: `Bearer ${host.credentials.apiToken}` },
  })
  const answer: { incidents: { title: string }[] } = JSON.parse(await response.text())
  return answer.incidents.filter(({ title }) => title.startsWith(alertname))
}

/** By the object that takes alerts in. */
function rowsWritten(): Promise<number> {
  return metric(host, 'allclear_object_rows_written_total{object="AlertDesk"}')
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 30_000
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`It did not happen within 30 s.\n${host.output()}`)
    await sleep(250)
  }
}
