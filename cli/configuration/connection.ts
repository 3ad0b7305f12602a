import { resolve } from 'node:path'
import { z } from 'zod'
import { readSettings } from '../../server/settings.ts'
import { readCredentials } from '../../server/stateFiles.ts'
import { UsageError } from './usageError.ts'

const ANSWER_WAIT_MS_MAX = 60_000

/** The instance's API, as this program uses it. */
export interface Connection {
  readonly url: string
  call(method: 'GET' | 'POST', path: string, options?: CallOptions): Promise<Answer>
  /** A file as it is; null where there is none. Without the token when it is a public one. */
  download(
    path: string,
    options?: { readonly query?: CallOptions['query']; readonly isPublic?: boolean },
  ): Promise<Download | null>
}

export interface Download {
  readonly bytes: Uint8Array
  readonly type: string
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | null>>
  readonly accept?: string
  readonly body?: { readonly type: string; readonly text: string }
  readonly ifMatch?: number
}

export interface Answer {
  readonly text: string
  /** The version of the configuration, where the answer has one. */
  readonly version: number | null
}

const Problem = z.object({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string(), line: z.number().optional() })).default([]),
})
export type Problem = z.infer<typeof Problem>

/** The instance said no, and why. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** Nobody is there, or the way there is cut. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(url: string, cause: unknown) {
    super(`No instance answers at ${url}: ${causeOf(cause)}. Is the address right, and is it running?`, { cause })
  }
}

/** The folder that the program was called from: it runs in that of Allclear. */
export function pathFrom(path: string): string {
  return resolve(process.env.ALLCLEAR_CALLED_FROM ?? process.cwd(), path)
}

/** What the command line says, else the environment, else the instance that was started here. */
export async function connect(said: { url?: string | undefined; token?: string | undefined }): Promise<Connection> {
  const url = said.url ?? present(process.env.ALLCLEAR_URL)
  const token = said.token ?? present(process.env.ALLCLEAR_TOKEN)
  const kept = url === undefined || token === undefined ? await localCredentials() : null
  const base = url ?? kept?.url
  // A token is for one instance: the one kept here is not sent to another.
  const secret = token ?? (kept !== null && originOf(base) === originOf(kept.url) ? kept.apiToken : undefined)
  if (base === undefined)
    throw new UsageError('Which instance? Say --url, or set ALLCLEAR_URL, or start one here with npm start.')
  if (secret === undefined) throw new UsageError('An API token is needed: say --token, or set ALLCLEAR_TOKEN.')
  return connection(base.replace(/\/+$/, ''), secret)
}

async function localCredentials() {
  const here = await readCredentials(pathFrom('.allclear')).catch(() => null)
  return here ?? (await readCredentials(readSettings([], process.env).home).catch(() => null))
}

function originOf(url: string | undefined): string | null {
  if (url === undefined) return null
  if (!URL.canParse(url)) throw new UsageError(`${url} is not an address such as https://status.example.com.`)
  return new URL(url).origin
}

function connection(url: string, token: string): Connection {
  originOf(url)
  return {
    url,
    async call(method, path, { query = {}, accept = 'application/json', body, ifMatch } = {}) {
      const address = new URL(url + path)
      for (const [name, value] of Object.entries(query)) if (value !== null) address.searchParams.set(name, value)
      const response = await fetch(address, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          accept,
          ...(body === undefined ? {} : { 'content-type': body.type }),
          ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
        },
        ...(body === undefined ? {} : { body: body.text }),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
      }).catch((error: unknown) => {
        throw new NoAnswer(url, error)
      })
      const text = await response.text()
      if (response.ok) return { text, version: numberFrom(response.headers.get('allclear-config-version')) }
      throw refusalFrom(response.status, text, url)
    },
    async download(path, { query = {}, isPublic = false } = {}) {
      const address = new URL(url + path)
      for (const [name, value] of Object.entries(query)) if (value !== null) address.searchParams.set(name, value)
      const response = await fetch(address, {
        headers: isPublic ? { accept: '*/*' } : { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
      }).catch((error: unknown) => {
        throw new NoAnswer(url, error)
      })
      const bytes = new Uint8Array(await response.arrayBuffer())
      if (response.status === 404) return null
      if (!response.ok) throw refusalFrom(response.status, new TextDecoder().decode(bytes), url)
      return { bytes, type: response.headers.get('content-type') ?? 'application/octet-stream' }
    },
  }
}

function refusalFrom(status: number, text: string, url: string): Error {
  if (status === 401)
    return new Error(`${url} does not take this token. Is it complete, is it for this instance, was it revoked?`)
  try {
    const problem = Problem.parse(JSON.parse(text))
    if (status === 403)
      return new Error(`${problem.detail} The configuration needs the role admin and the scope config:write.`)
    return new Refused(problem)
  } catch {
    return new Error(`${url} answered ${status}, and not as Allclear does. Is the address right?`)
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)
}

function numberFrom(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
