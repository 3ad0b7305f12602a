import { randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** The two files with secrets under the home folder, readable by their owner only. */

const OWNER_ONLY = 0o600

/** What the Worker needs and nobody reads: made once, kept for the life of the data. */
const Secrets = z.object({ masterKey: z.string(), setupToken: z.string(), metricsToken: z.string() })
export type Secrets = z.infer<typeof Secrets>

/** What an operator's scripts read. Its shape is a contract (docs: "The embedded host"). */
export const Credentials = z.object({
  url: z.string(),
  admin: z.object({ email: z.string(), password: z.string() }),
  apiToken: z.string(),
  integrations: z.object({
    alertmanager: z.object({ key: z.string() }),
    pagerduty: z.object({ routingKey: z.string() }),
    opsgenie: z.object({ key: z.string() }),
    github: z.object({ key: z.string(), secret: z.string() }),
    json: z.object({ key: z.string() }),
    /** By their ids. */
    heartbeats: z.record(z.string(), z.object({ key: z.string() })).optional(),
  }),
  smtp: z.object({ host: z.string(), port: z.number() }),
})
export type Credentials = z.infer<typeof Credentials>

/** Reads the secrets; makes them when there are none. A damaged file is never overwritten: it may open sealed data. */
export async function secretsOf(home: string): Promise<Secrets> {
  const path = join(home, 'secrets.json')
  const kept = await readJson(path)
  if (kept !== null) return parsed(Secrets, kept, path)
  const made: Secrets = {
    masterKey: randomBytes(32).toString('base64'),
    setupToken: randomWord(),
    metricsToken: randomWord(),
  }
  await writePrivateJson(path, made)
  return made
}

export function credentialsPath(home: string): string {
  return join(home, 'credentials.json')
}

export async function readCredentials(home: string): Promise<Credentials | null> {
  const kept = await readJson(credentialsPath(home))
  return kept === null ? null : parsed(Credentials, kept, credentialsPath(home))
}

export async function writeCredentials(home: string, credentials: Credentials): Promise<void> {
  await writePrivateJson(credentialsPath(home), credentials)
}

/** A password or token of 24 characters, 144 bits. */
export function randomWord(): string {
  return randomBytes(18).toString('base64url')
}

/** Whole or not at all, also when the machine stops half-way. */
export async function writePrivateJson(path: string, value: unknown): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  const file = await open(partial, 'w', OWNER_ONLY)
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(partial, path)
}

/** Null when there is no such file; throws when it is not JSON. */
export async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`${path} is damaged: it is not JSON. Restore it from a backup, or move it away to start anew.`)
  }
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new Error(`${path} is damaged: ${z.prettifyError(result.error)}`)
}
