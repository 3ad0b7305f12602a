import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { globSync, readFileSync, rmSync, statSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from './settings.ts'

/** What `astro build` is made from. Tests are not in it. */
const INPUTS = ['worker/**', 'site/**', 'db/**', 'wrangler.toml', 'astro.config.mjs', 'package-lock.json']
const STAMP = join(PROJECT_ROOT, 'dist', 'built-from.json')
const LOCK = join(PROJECT_ROOT, 'node_modules', '.allclear-build')
const LOCK_WAIT_MS_MAX = 5 * 60_000

/** A finished build: where its modules are, and how wrangler describes its Worker to Miniflare. */
export interface Build {
  readonly modulesRoot: string
  readonly workerOptions: Readonly<Record<string, unknown>>
}

/** Builds the Worker and the site when they are older than what they are made from. */
export async function upToDateBuild(report: (line: string) => void): Promise<Build> {
  const fresh = await readBuild()
  if (fresh !== null) return fresh

  await lockBuild(report)
  try {
    // Another host may have built while this one waited.
    const meanwhile = await readBuild()
    if (meanwhile !== null) return meanwhile
    return await build(report)
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

async function readBuild(): Promise<Build | null> {
  try {
    const stamp: unknown = JSON.parse(await readFile(STAMP, 'utf8'))
    if (!isStamp(stamp) || stamp.fingerprint !== fingerprintOfInputs()) return null
    return { modulesRoot: modulesRoot(), workerOptions: stamp.workerOptions }
  } catch {
    return null
  }
}

interface Stamp {
  readonly fingerprint: string
  readonly workerOptions: Readonly<Record<string, unknown>>
}

function isStamp(value: unknown): value is Stamp {
  return typeof value === 'object' && value !== null && 'fingerprint' in value && 'workerOptions' in value
}

function modulesRoot(): string {
  return join(PROJECT_ROOT, 'dist', 'server')
}

function fingerprintOfInputs(): string {
  // The project's place counts too: the build holds absolute paths.
  const hash = createHash('sha256').update(PROJECT_ROOT)
  const files = globSync(INPUTS, { cwd: PROJECT_ROOT, exclude: ['**/*.test.ts'] }).sort()
  for (const file of files) {
    const { mtimeMs, size } = statSync(join(PROJECT_ROOT, file))
    hash.update(`${file} ${mtimeMs} ${size}\n`)
  }
  return hash.digest('hex')
}

async function build(report: (line: string) => void): Promise<Build> {
  const startedAtMs = Date.now()
  const fingerprint = fingerprintOfInputs()
  report('Building the Worker and the status page …')
  const progress = setInterval(() => report(`  still building, ${seconds(startedAtMs)} s`), 5000)
  try {
    await rm(STAMP, { force: true })
    await runAstroBuild()
  } finally {
    clearInterval(progress)
    // It would redirect every later wrangler call in this folder to the built configuration.
    await rm(join(PROJECT_ROOT, '.wrangler', 'deploy'), { recursive: true, force: true })
  }
  // wrangler takes most of a second to load: what it says is kept with the build, so that a warm start needs none of it.
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler')
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(modulesRoot(), 'wrangler.json'))
  const stamp: Stamp = { fingerprint, workerOptions: JSON.parse(JSON.stringify(workerOptions)) }
  await writeFile(STAMP, JSON.stringify(stamp))
  report(`Built in ${seconds(startedAtMs)} s.`)
  return { modulesRoot: modulesRoot(), workerOptions: stamp.workerOptions }
}

async function runAstroBuild(): Promise<void> {
  const astro = JSON.parse(readFileSync(join(PROJECT_ROOT, 'node_modules', 'astro', 'package.json'), 'utf8'))
  const program = join(PROJECT_ROOT, 'node_modules', 'astro', astro.bin.astro)
  // Tests start hosts too, and their NODE_ENV is not for what is built.
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    PATH: dirname(process.execPath) + delimiter + (process.env.PATH ?? ''),
  }
  const child = spawn(process.execPath, [program, 'build'], {
    cwd: PROJECT_ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (exitCode !== 0) throw new Error(`The build failed:\n${output}`)
}

/** One build at a time: hosts and tests of one checkout share `dist`. */
async function lockBuild(report: (line: string) => void): Promise<void> {
  const deadlineMs = Date.now() + LOCK_WAIT_MS_MAX
  let told = false
  while (Date.now() < deadlineMs) {
    try {
      await mkdir(LOCK)
      await writeFile(join(LOCK, 'pid'), String(process.pid))
      return
    } catch {
      if (!(await lockHolderLives())) {
        rmSync(LOCK, { recursive: true, force: true })
        continue
      }
      if (!told) report('Another process is building; waiting for it …')
      told = true
      await sleep(500)
    }
  }
  throw new Error(`Another build has not ended for ${LOCK_WAIT_MS_MAX / 60_000} minutes. If none runs, delete ${LOCK}.`)
}

async function lockHolderLives(): Promise<boolean> {
  try {
    const pid = Number(await readFile(join(LOCK, 'pid'), 'utf8'))
    process.kill(pid, 0)
    return true
  } catch {
    // Its holder writes the pid right after it made the folder.
    const madeMs = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0
    return Date.now() - madeMs < 2000
  }
}

function seconds(sinceMs: number): string {
  return ((Date.now() - sinceMs) / 1000).toFixed(0)
}

if (import.meta.main) await upToDateBuild((line) => console.log(line))
