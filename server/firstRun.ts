import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { SAMPLE_HEARTBEAT, sampleOrganisation } from './sampleOrganisation.ts'
import type { Settings } from './settings.ts'
import {
  credentialsPath,
  randomWord,
  readCredentials,
  readJson,
  writeCredentials,
  writePrivateJson,
} from './stateFiles.ts'

/**
 * Setting up an empty instance: an admin, keys, the sample organisation. `first-run.json` stands from before the
 * first step until after the last, so that an interrupted set-up goes on at the next start.
 */

const Progress = z.object({
  admin: z.object({ email: z.string(), password: z.string() }),
  /** Once the admin exists. */
  done: z.object({ signInLink: z.string(), apiToken: z.string() }).nullable(),
})
export interface FirstRun extends z.infer<typeof Progress> {
  readonly path: string
}

const SetUpAnswer = z.object({
  signInLink: z.string(),
  apiToken: z.string(),
  integrations: z.object({
    alertmanager: z.object({ key: z.string() }),
    pagerduty: z.object({ routingKey: z.string() }),
    opsgenie: z.object({ key: z.string() }),
    github: z.object({ key: z.string(), secret: z.string() }),
    json: z.object({ key: z.string() }),
  }),
})

const NewKey = z.object({ key: z.string() })

/** Call before the Worker starts. Null when this home has been set up. */
export async function beginFirstRun(home: string, dataPath: string): Promise<FirstRun | null> {
  const path = join(home, 'first-run.json')
  const kept = Progress.safeParse(await readJson(path).catch(() => null))

  if (kept.success && kept.data.done !== null) return { ...kept.data, path }
  if (kept.success || existsSync(path)) {
    // The admin may or may not exist, and nobody has got the keys: nothing is lost by starting over.
    await rm(dataPath, { recursive: true, force: true })
    await rm(credentialsPath(home), { force: true })
  } else if (await hasFiles(dataPath)) {
    return null
  }
  const begun = { admin: { email: 'admin@example.com', password: randomWord() }, done: null }
  await writePrivateJson(path, begun)
  return { ...begun, path }
}

/** Call when the Worker answers. Returns the link that signs the admin in once. */
export async function finishFirstRun(
  firstRun: FirstRun,
  how: {
    settings: Settings
    setupToken: string
    smtp: { host: string; port: number }
    report: (line: string) => void
  },
): Promise<string> {
  const { settings, report } = how
  const { path, admin } = firstRun
  const local = `http://127.0.0.1:${settings.port}`
  let done = firstRun.done

  if (done === null) {
    report('Setting up …')
    const answer = await post(`${local}/api/v1/setup`, how.setupToken, { admin: { ...admin, name: 'Admin' } })
    const { signInLink, apiToken, integrations } = SetUpAnswer.parse(answer)
    await writeCredentials(settings.home, {
      url: settings.publicUrl,
      admin,
      apiToken,
      integrations,
      smtp: { host: how.smtp.host, port: how.smtp.port },
    })
    done = { signInLink, apiToken }
    await writePrivateJson(path, { admin, done })
  }
  // Even an empty instance has a status page with a name.
  const organisation = settings.empty ? { statusPage: { name: 'Status' } } : sampleOrganisation(new Date())
  await post(`${local}/api/v1/config?source=first_start`, done.apiToken, organisation)
  if (!settings.empty) {
    const made = await post(`${local}/api/v1/heartbeats/${SAMPLE_HEARTBEAT}/keys`, done.apiToken, {})
    await addHeartbeatKey(settings.home, SAMPLE_HEARTBEAT, NewKey.parse(made).key)
    report('Loaded the sample organisation.')
  }
  await rm(path)
  return done.signInLink
}

async function addHeartbeatKey(home: string, id: string, key: string): Promise<void> {
  const credentials = await readCredentials(home)
  if (credentials === null) throw new Error(`${credentialsPath(home)} is not there`)
  const integrations = { ...credentials.integrations, heartbeats: { [id]: { key } } }
  await writeCredentials(home, { ...credentials, integrations })
}

async function post(url: string, bearer: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`POST ${url} answered ${response.status}: ${text.slice(0, 500)}`)
  return text === '' ? null : JSON.parse(text)
}

async function hasFiles(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length > 0
}
