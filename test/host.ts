import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { anyFreePort } from '../server/ports.ts'
import { readRunning } from '../server/running.ts'
import { PROJECT_ROOT } from '../server/settings.ts'
import { readCredentials, type Credentials } from '../server/stateFiles.ts'

/** A real embedded host as another process, for end-to-end tests and measurements. */
export interface Host {
  readonly url: string
  readonly home: string
  readonly credentials: Credentials
  /** Where its mail arrives; `${inboxUrl}/messages.json` lists it. */
  readonly inboxUrl: string
  /** The one-time link it printed; null after the first start of a home. */
  readonly signInLink: string | null
  /** All that it printed so far. */
  output(): string
  /** Resolves when the process is gone. SIGKILL is a crash: nothing is cleaned up, and the home stays. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Ends it, and removes its home if `startHost` made it. */
  stop(): Promise<void>
}

const READY_WAIT_MS_MAX = 150_000

/** Starts a host on free ports in a home of its own, or again on the home of one that was killed. */
export async function startHost(
  options: { home?: string; port?: number; empty?: boolean; environment?: Record<string, string> } = {},
): Promise<Host> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'allclear-')))
  const port = options.port ?? (await anyFreePort())
  const args = [join(PROJECT_ROOT, 'server', 'main.ts'), '--home', home, '--port', String(port)]
  if (options.empty === true) args.push('--empty')
  const environment = {
    ...process.env,
    ...options.environment,
    PORT: '',
    SMTP_URL: options.environment?.SMTP_URL ?? '',
  }
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await gone
  }
  try {
    await waitUntilReady(child, () => output)
    const credentials = await readCredentials(home)
    if (credentials === null) throw new Error(`The host has no credentials:\n${output}`)
    const running = await readRunning(home)
    return {
      url: `http://127.0.0.1:${port}`,
      home,
      credentials,
      inboxUrl: running?.inboxUrl ?? '',
      signInLink: /sign in once\s+(\S+)/.exec(output)?.[1] ?? null,
      output: () => output,
      kill,
      async stop() {
        if (child.exitCode === null && child.signalCode === null) await kill('SIGTERM')
        if (options.home === undefined) await rm(home, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await kill('SIGKILL')
    throw error
  }
}

async function waitUntilReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadlineMs = Date.now() + READY_WAIT_MS_MAX
  while (!output().includes('Allclear is ready in')) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The host ended:\n${output()}`)
    if (Date.now() > deadlineMs) throw new Error(`The host was not ready in ${READY_WAIT_MS_MAX} ms:\n${output()}`)
    await sleep(20)
  }
}
