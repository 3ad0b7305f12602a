import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { anyFreePort } from '../server/ports.ts'
import { startHost } from '../test/host.ts'
import { fillStatusPage } from './largeStatusPage.ts'

/**
 * Anonymous reads a second of `/` and of `/api/v2/summary.json`, by Allclear and by nginx serving the same bytes, in turns
 * in one run, with keep-alive and 32 connections of wrk. Run: npm run bench:reads [seconds]. What counts is the ratio. It
 * is a measurement and no test: it fails only when an answer was not 200. Debian: apt-get install nginx-light wrk.
 */

const SECONDS = Number(process.argv[2] ?? 10)
const ROUNDS = 3
const CONNECTIONS = 32
const NGINX = '/usr/sbin/nginx'
const WRK = '/usr/bin/wrk'
const PATHS = ['/', '/api/v2/summary.json'] as const
const READY_WITHIN_MS = 10_000

const run = promisify(execFile)

if ([NGINX, WRK].every((path) => existsSync(path))) await measure()
else console.log('nginx or wrk is not installed: apt-get install nginx-light wrk. Nothing was measured.')

async function measure(): Promise<void> {
  const host = await startHost()
  const folder = await mkdtemp(join(tmpdir(), 'allclear-nginx-'))
  try {
    await fillStatusPage(host, 30, 20)
    await sleep(5_000)
    const files = new Map<string, string>()
    for (const path of PATHS) files.set(path, await textOf(host.url + path))
    const nginx = await startNginx(folder, files)
    try {
      for (const path of PATHS) {
        const rates = { allclear: [] as number[], nginx: [] as number[] }
        for (let round = 0; round < ROUNDS; round++) {
          rates.allclear.push(await readsASecond(host.url + path))
          rates.nginx.push(await readsASecond(nginx.url + path))
        }
        const [ours, theirs] = [median(rates.allclear), median(rates.nginx)]
        const kilobytes = Math.round(Buffer.byteLength(files.get(path) ?? '') / 1000)
        const ratio = (ours / theirs).toFixed(3)
        console.log(`${path} (${kilobytes} KB): Allclear ${ours} a second, nginx ${theirs}: ${ratio}`)
      }
    } finally {
      nginx.stop()
    }
  } finally {
    await host.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function textOf(url: string): Promise<string> {
  const answer = await fetch(url, { headers: { accept: 'text/html' } })
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`)
  return answer.text()
}

async function startNginx(folder: string, files: ReadonlyMap<string, string>) {
  for (const [path, text] of files) {
    const file = join(folder, 'files', path.endsWith('/') ? `${path}index.html` : path)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, text)
  }
  const port = await anyFreePort()
  const config = join(folder, 'nginx.conf')
  await writeFile(config, configOf(folder, port))
  const child = spawn(NGINX, ['-p', folder, '-c', config, '-e', join(folder, 'error.log'), '-g', 'daemon off;'])
  const url = `http://127.0.0.1:${port}`
  const deadlineMs = Date.now() + READY_WITHIN_MS
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (child.exitCode !== null || Date.now() > deadlineMs) throw new Error('nginx did not start')
    await sleep(50)
  }
  return { url, stop: () => void child.kill('SIGQUIT') }
}

/** As Debian has it, without a log: sendfile, and the file's own headers. */
function configOf(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  return `worker_processes auto; pid ${folder}/nginx.pid; user root;
    events { worker_connections 512; }
    http { access_log off; sendfile on; keepalive_requests 100000000; ${temporary}
      types { text/html html; application/json json; }
      server { listen 127.0.0.1:${port}; root ${folder}/files; } }`
}

async function readsASecond(url: string): Promise<number> {
  const options = ['-t1', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '-H', 'Accept: text/html']
  const { stdout } = await run(WRK, [...options, url])
  if (stdout.includes('Non-2xx')) throw new Error(`Not every answer was 200:\n${stdout}`)
  return Math.round(Number(/Requests\/sec: *([\d.]+)/.exec(stdout)?.[1]))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
