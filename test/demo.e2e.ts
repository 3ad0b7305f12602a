import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PROJECT_ROOT } from '../server/settings.ts'
import { mustCall } from './api.ts'
import { startHost, type Host } from './host.ts'

const run = promisify(execFile)
const DEMO = join(PROJECT_ROOT, 'cli', 'demo.ts')

let host: Host

beforeAll(async () => {
  host = await startHost()
  // The demo's mail would wait twenty seconds for each update to be taken back.
  const { statusPage, ...rest } = await mustCall(host, 'GET', '/config')
  const undo = { pageSeconds: 0, noticeSeconds: 0 }
  await mustCall(host, 'POST', '/config', { ...rest, statusPage: { ...Object(statusPage), undo } })
})

afterAll(async () => {
  await host.stop()
})

it('plays the whole way, from the alert to the published post-mortem', async () => {
  const { stdout } = await run(process.execPath, [DEMO], { env: { ...process.env, ALLCLEAR_HOME: host.home } })
  expect(stdout).toContain('The whole way')
  expect(stdout).not.toContain('FAILED')
})

it('says what to do when no instance runs', async () => {
  const environment = { ...process.env, ALLCLEAR_HOME: `${host.home}-that-is-not-there` }
  const failure = await run(process.execPath, [DEMO], { env: environment }).then(
    () => '',
    (error: { stderr: string }) => error.stderr,
  )
  expect(failure).toContain('npm start')
})
