import { globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions, type V4MiniflareOptions } from 'miniflare'
import type { Build } from './build.ts'
import { HOST, PROJECT_ROOT } from './settings.ts'
import type { SmsBindings } from './settings.ts'

const WORKER_NAME = 'allclear'
const ENTRY = 'entry.mjs'

/** What the host gives the Worker beyond wrangler.toml. */
export interface WorkerBindings extends MirrorBindings, SmsBindings {
  readonly PUBLIC_URL: string
  readonly MAIL_FROM: string
  readonly PRIVATE_TARGETS: string
  readonly SMTP_URL: string
  readonly MASTER_KEY: string
  readonly SETUP_TOKEN: string
  readonly METRICS_TOKEN: string
}

/** The second host for published files; all empty without one. */
export interface MirrorBindings {
  readonly MIRROR_URL: string
  readonly MIRROR_PUBLIC_URL: string
  readonly MIRROR_REGION: string
  readonly MIRROR_ACCESS_KEY_ID: string
  readonly MIRROR_SECRET_ACCESS_KEY: string
}

/** Runs the built Worker in workerd, answering on `port`, with its data under `dataPath`. Resolves when it listens. */
export async function startWorker(options: {
  build: Build
  port: number
  dataPath: string
  bindings: WorkerBindings
}): Promise<Miniflare> {
  runWorkerdThroughItsScript()

  const { modulesRoot, workerOptions } = options.build
  const { modulesRules: _rulesOfTheSource, bindings: vars, ...described } = workerOptions
  const miniflareOptions: V4MiniflareOptions = {
    cf: false,
    host: HOST,
    port: 0,
    resourcePersistencePath: options.dataPath,
    telemetry: { enabled: false },
    log: new Log(LogLevel.WARN),
    workers: [
      {
        ...described,
        name: WORKER_NAME,
        bindings: { ...asRecord(vars), ...options.bindings },
        modulesRoot,
        modules: modulePaths(modulesRoot).map((path) => ({ type: 'ESModule' as const, path })),
        // The public port is the Worker's own socket. Miniflare's entry worker would halve the rate, and the two that it
        // puts before the default export of a Worker with assets would do so again.
        unsafeDirectSockets: [{ host: HOST, port: options.port, entrypoint: 'direct' }],
      },
    ],
  }

  const worker = withoutItsSignalHandlers(() => new Miniflare(convertV4MiniflareOptions(miniflareOptions)))
  try {
    await worker.ready
  } catch (error) {
    await worker.dispose().catch(() => {})
    throw error
  }
  return worker
}

/** Runs the Worker's scheduled handler, as Cloudflare's cron trigger would. */
export async function runScheduled(worker: Miniflare, cron: string, scheduledTime: Date): Promise<string> {
  const fetcher = await worker.getWorker(WORKER_NAME)
  const { outcome } = await fetcher.scheduled({ cron, scheduledTime })
  return outcome
}

export function runWorkerdThroughItsScript(): void {
  if (process.platform === 'win32') return
  // Miniflare's own copy, so that the two match.
  const fromMiniflare = createRequire(createRequire(import.meta.url).resolve('miniflare'))
  const workerd: unknown = fromMiniflare('workerd')
  process.env.ALLCLEAR_WORKERD = pathIn(workerd)
  process.env.MINIFLARE_WORKERD_PATH = join(PROJECT_ROOT, 'server', 'workerd.sh')
}

function pathIn(exported: unknown): string {
  if (typeof exported === 'string') return exported
  if (typeof exported === 'object' && exported !== null && 'default' in exported) return String(exported.default)
  throw new Error('The package workerd does not say where its program is.')
}

/** The entry first: Miniflare takes the first module for it. */
function modulePaths(modulesRoot: string): string[] {
  const files = globSync('**/*.mjs', { cwd: modulesRoot }).filter((file) => file !== ENTRY)
  return [ENTRY, ...files.sort()].map((file) => join(modulesRoot, file))
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Miniflare exits the process by itself on a signal; the host shuts down in its own order and with its own code. */
function withoutItsSignalHandlers<T>(make: () => T): T {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const before = signals.map((signal) => process.listeners(signal))
  const made = make()
  signals.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) {
      if (before[i]?.includes(listener) !== true) process.removeListener(signal, listener)
    }
  })
  return made
}
