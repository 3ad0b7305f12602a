import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { callApi, mustCall } from './api.ts'
import { allclear as allclearIn, type Run } from './command.ts'
import { startHost, type Host } from './host.ts'
import { startProxy } from './proxy.ts'

let host: Host
let folder: string

beforeAll(async () => {
  ;[host, folder] = await Promise.all([startHost(), mkdtemp(join(tmpdir(), 'allclear-code-'))])
})
afterAll(async () => {
  await host.stop()
  await rm(folder, { recursive: true, force: true })
})

/** From another folder, as `npx allclear` runs it. */
function allclear(args: readonly string[], environment: Record<string, string> = {}, input = ''): Promise<Run> {
  return allclearIn({ folder, home: host.home }, args, environment, input)
}

const file = (name = 'allclear.yaml') => join(folder, name)

async function edit(change: (yaml: string) => string): Promise<void> {
  await writeFile(file(), change(await readFile(file(), 'utf8')))
}

it('exports, plans and applies; and says what it removes', async () => {
  expect(await allclear(['export'])).toMatchObject({ code: 0, err: '' })
  expect(await readFile(file(), 'utf8')).toContain('    name: Orders database\n')
  const same = await allclear(['plan'])
  expect(same).toMatchObject({ code: 0, err: '' })
  expect(same.out).toContain('no changes')

  await edit((yaml) =>
    yaml
      .replace('name: Orders database', 'name: Orders Postgres')
      .replace(/ {2}- id: staging\n {4}name: Staging\n/, ''),
  )
  const plan = await allclear(['plan'])
  expect(plan).toMatchObject({ code: 2, err: '' })
  expect(plan.out).toBe(`- environment staging (Staging)
~ service orders-db (Orders Postgres)
    name: "Orders database" → "Orders Postgres"

1 changed, 1 removed (against version 1 of ${host.url})
This REMOVES: environment staging (Staging).
`)
  expect((await callApi(host, 'GET', '/config/versions')).body).toMatchObject({ versions: [{ version: 1 }] })

  const unasked = await allclear(['apply'])
  expect(unasked.code).toBe(1)
  expect(unasked.err).toContain('--yes')
  const applied = await allclear(['apply', '--yes', '--message', 'Rename it'])
  expect(applied).toMatchObject({ code: 0, err: '' })
  expect(applied.out).toContain('Done: this is version 2.')
  expect((await allclear(['plan'])).code).toBe(0)
  expect((await allclear(['versions'])).out).toMatch(
    /2 .* Set-up \(cli\) {2}1 changed, 1 removed: Rename it\n.*1 .*first start/s,
  )
  expect((await allclear(['versions', '2'])).out).toContain(`1 changed, 1 removed (against version 1 of ${host.url})`)

  expect((await allclear(['restore', '1', '-y'])).out).toContain('Done: this is version 3.')
  expect((await allclear(['export', '-f', '-'])).out).toContain('name: Orders database')
})

it('never writes over what someone else did between its plan and its change', async () => {
  await allclear(['export', '-y'])
  await edit((yaml) => yaml.replace('name: Orders database', 'name: Orders store'))
  const { statusPage: _name, ...rest } = await mustCall(host, 'GET', '/config')
  await using proxy = await startProxy(host.url, {
    path: '/api/v1/config?dryRun=true',
    once: () => mustCall(host, 'POST', '/config', { ...rest, statusPage: { name: 'Renamed by someone' } }),
  })
  const late = await allclear(['apply', '--yes', '--url', proxy.url, '--token', host.credentials.apiToken])
  expect(late.out).toContain('"Orders database" → "Orders store"')
  expect(late.code).toBe(1)
  expect(late.err).toContain('someone else has changed the configuration since this plan was made')
  expect((await mustCall(host, 'GET', '/config')).statusPage).toMatchObject({ name: 'Renamed by someone' })
  // The file is older than that, and the plan shows what it would undo.
  expect((await allclear(['plan'])).out).toContain('"Renamed by someone" → "Acme Shop"')
})

it('names file and line of what is wrong', async () => {
  await writeFile(
    file('wrong.yaml'),
    'statusPage:\n  name: A\nservices:\n  - id: shop\n    name: Shop\n    owner: nobody\n',
  )
  expect(await allclear(['plan', '-f', 'wrong.yaml'])).toEqual({
    code: 1,
    out: '',
    err: 'wrong.yaml:6: services.0.owner: there is no team "nobody"\n',
  })
  const piped = await allclear(['plan', '-f', '-'], {}, 'statusPage:\n  - [')
  expect(piped.code).toBe(1)
  expect(piped.err).toMatch(/^-:2: /)
})

it.each<[string, string[], Record<string, string>, RegExp]>([
  [
    'no server',
    ['plan'],
    { ALLCLEAR_URL: 'http://127.0.0.1:1', ALLCLEAR_TOKEN: 'x' },
    /No instance answers at http:\/\/127\.0\.0\.1:1/,
  ],
  ['a wrong token', ['versions', '--token', 'alc_wrong'], {}, /does not take this token/],
  ['no token for another instance', ['versions', '--url', 'https://other.example'], {}, /An API token is needed/],
  ['no file', ['plan', '-f', 'gone.yaml'], {}, /gone\.yaml cannot be read/],
  ['a command that is none', ['deploy'], {}, /There is no command deploy/],
  ['an option that is none', ['plan', '--force'], {}, /--force/],
])('says what to do about %s', async (_what, args, environment, message) => {
  const run = await allclear(args, environment)
  expect(run.code).toBe(1)
  expect(run.err).toMatch(message)
  expect(run.err).not.toContain('    at ')
})
