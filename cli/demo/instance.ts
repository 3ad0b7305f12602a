import { z } from 'zod'
import { readRunning } from '../../server/running.ts'
import { readSettings } from '../../server/settings.ts'
import { readCredentials, type Credentials } from '../../server/stateFiles.ts'

const ANSWER_WAIT_MS_MAX = 15_000

/** A running instance that the demo may use. */
export interface Instance {
  readonly url: string
  readonly inboxUrl: string
  readonly credentials: Credentials
}

/** The instance of ALLCLEAR_HOME (or ALLCLEAR_URL with the same credentials); throws when none runs. */
export async function findInstance(): Promise<Instance> {
  const { home } = readSettings([], process.env)
  const credentials = await readCredentials(home)
  if (credentials === null) {
    throw new Error(`There are no credentials in ${home}. Start an instance first, in another terminal: npm start`)
  }
  const url = (process.env.ALLCLEAR_URL ?? credentials.url).replace(/\/+$/, '')
  await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX) }).catch(() => {
    throw new Error(`No instance answers at ${url}. Start one first, in another terminal: npm start`)
  })
  const inboxUrl = process.env.ALLCLEAR_INBOX ?? (await readRunning(home))?.inboxUrl
  if (typeof inboxUrl !== 'string') {
    throw new Error('The demo reads the mails it causes in the host’s own inbox: start the host without SMTP_URL.')
  }
  return { url, inboxUrl, credentials }
}

/** Someone who calls the API: with a token, or signed in to the console. */
export interface Caller {
  readonly name: string
  get(path: string): Promise<unknown>
  post(path: string, body?: unknown): Promise<unknown>
  put(path: string, body: unknown): Promise<unknown>
}

export function tokenCaller(url: string, token: string): Caller {
  return caller('the API token', url, { authorization: `Bearer ${token}` })
}

/** Signs in at the console as a person would, and calls the API with that session. */
export async function signIn(url: string, person: { email: string; password: string }): Promise<Caller> {
  const response = await fetch(`${url}/console/login`, {
    method: 'POST',
    headers: { origin: url, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ ...person, next: '/console' }),
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
  })
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  if (response.status !== 303 || cookies.length === 0) {
    throw new Error(`Signing in as ${person.email} was answered ${response.status}: ${await excerptOf(response)}`)
  }
  return caller(person.email, url, { cookie: cookies.join('; '), origin: url, 'sec-fetch-site': 'same-origin' })
}

function caller(name: string, url: string, headers: Readonly<Record<string, string>>): Caller {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(url + path, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
    })
    if (!response.ok) {
      throw new Error(`${method} ${path} as ${name} was answered ${response.status}: ${await excerptOf(response)}`)
    }
    const text = await response.text()
    return text === '' ? null : JSON.parse(text)
  }
  return {
    name,
    get: (path) => call('GET', path),
    post: (path, body = {}) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
  }
}

/** A public page or file, as an anonymous reader gets it. */
export async function readAnonymously(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { accept: 'text/html,application/json;q=0.9,*/*;q=0.8' },
    signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
  })
  return response.ok ? await response.text() : ''
}

async function excerptOf(response: Response): Promise<string> {
  const text = await response.text()
  const problem = z.object({ detail: z.string() }).safeParse(jsonOrNull(text))
  return (problem.success ? problem.data.detail : text).slice(0, 300)
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
