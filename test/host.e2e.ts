import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRunning } from '../server/running.ts'
import { PROJECT_ROOT } from '../server/settings.ts'
import { startHost, type Host } from './host.ts'

const run = promisify(execFile)
const MAIN = join(PROJECT_ROOT, 'server', 'main.ts')

let host: Host

beforeAll(async () => {
  host = await startHost()
})

afterAll(async () => {
  await host.stop()
})

describe('the embedded host', () => {
  it('is set up after its first start, with secrets only its owner can read', async () => {
    expect(host.output()).toContain('Loaded the sample organisation.')
    expect(host.signInLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
    expect(host.credentials.url).toBe(host.url)
    for (const file of ['credentials.json', 'secrets.json']) {
      expect((await stat(join(host.home, file))).mode & 0o777).toBe(0o600)
    }
    const answer = await fetch(`${host.url}/api/v1/incidents`, {
      headers: { authorization: `Bearer ${host.credentials.apiToken}` },
    })
    expect(answer.status).toBe(200)
  })

  it('refuses a second host on the same home, and on the same port', async () => {
    const refusal = async (...args: string[]) =>
      run(process.execPath, [MAIN, ...args]).then(
        () => 'started',
        (error: { stderr: string }) => error.stderr,
      )
    const port = new URL(host.url).port
    expect(await refusal('--home', host.home, '--port', '1')).toContain(`already runs on ${host.home}`)
    expect(await refusal('--home', `${host.home}-other`, '--port', port)).toContain(`Port ${port} is taken`)
  })

  it('takes its workerd with it when it is killed, and starts again with the same state', async () => {
    const { credentials, home, url } = host
    const before = await shaOf(join(home, 'secrets.json'))
    const workerd = (await readRunning(home))?.workerdPids ?? []
    await host.kill('SIGKILL')
    await sleep(500)
    await expect(fetch(url)).rejects.toThrow()
    for (const pid of workerd) expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).toBe('')

    host = await startHost({ home, port: Number(new URL(url).port) })
    expect(host.signInLink).toBeNull()
    // Another host may have taken the port meanwhile.
    expect({ ...host.credentials, smtp: null }).toEqual({ ...credentials, smtp: null })
    expect(await shaOf(join(home, 'secrets.json'))).toBe(before)
  })
})

async function shaOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
