import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { anyFreePort } from '../server/ports.ts'

/** Debian's Alertmanager as the sender that people have, where the machine has it. */
const PROGRAM = '/usr/bin/prometheus-alertmanager'
const WAIT_MS_MAX = 60_000

export const hasAlertmanager = existsSync(PROGRAM)

export interface RealAlertmanager {
  readonly url: string
  /** Gives it alerts, as Prometheus does. */
  tell(alerts: readonly object[]): Promise<void>
  /** All that it printed; it says of each delivery that failed why it failed. */
  output(): string
  stop(): Promise<void>
}

/** Starts it with a configuration of its own, given as JSON: every JSON document is YAML. */
export async function startAlertmanager(
  configuration: object,
  logLevel: 'debug' | 'warn' = 'debug',
): Promise<RealAlertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'allclear-alertmanager-'))
  const file = join(folder, 'alertmanager.yml')
  await writeFile(file, JSON.stringify(configuration))
  const listen = `127.0.0.1:${await anyFreePort()}`
  const child = spawn(PROGRAM, [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${listen}`,
    '--cluster.listen-address=',
    `--log.level=${logLevel}`,
  ])
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  await until(
    async () => (await fetch(`http://${listen}/-/ready`).catch(() => null))?.ok === true,
    () => output,
  )
  const url = `http://${listen}`
  return {
    url,
    async tell(alerts) {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify(alerts)
      const answer = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body })
      if (answer.status !== 200) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`)
    },
    output: () => output,
    async stop() {
      child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Looks until it holds; what `seen` tells goes into the failure. */
export async function until(holds: () => Promise<boolean>, seen: () => string): Promise<void> {
  const deadlineMs = Date.now() + WAIT_MS_MAX
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`It did not happen within ${WAIT_MS_MAX / 1000} s.\n${seen()}`)
    await sleep(250)
  }
}
