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
  /** As a page's form does; returns the page that comes back. */
  postForm(path: string, fields: Readonly<Record<string, string>>): Promise<string>
}

export function tokenCaller(url: string, token: string): Caller {
  return caller('the API token', url, { authorization: `Bearer ${token}` })
}

/** Signs in at the console as a person would, and calls the API with that session. */
export async function signIn(url: string, person: { email: string; password: string }): Promise<Caller> {
  return sessionCaller(url, person.email, '/console/login', { ...person, next: '/console' })
}

/** Has an admin make a sign-in link for someone, and uses it as they would. */
export async function signInByLink(url: string, admin: Caller, person: { id: string; name: string }): Promise<Caller> {
  const page = await admin.postForm(`/console/settings/people/${person.id}/link`, {})
  const link = /\/console\/set-up\/[\w-]+/.exec(page)?.[0]
  if (link === undefined) throw new Error(`The settings show no sign-in link for ${person.id}.`)
  return sessionCaller(url, person.name, link, { name: person.name, password: '' })
}

async function sessionCaller(
  url: string,
  name: string,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Caller> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: sameOrigin(url),
    body: new URLSearchParams(fields),
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
  })
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  if (response.status !== 303 || cookies.length === 0) {
    throw new Error(`Signing in as ${name} was answered ${response.status}: ${await excerptOf(response)}`)
  }
  return caller(name, url, { cookie: cookies.join('; '), ...sameOrigin(url) })
}

/** What a browser says about a form of the instance's own pages. */
export function sameOrigin(url: string): Record<string, string> {
  return { origin: new URL(url).origin, 'sec-fetch-site': 'same-origin' }
}

function caller(name: string, url: string, headers: Readonly<Record<string, string>>): Caller {
  const call = async (method: string, path: string, body?: string | URLSearchParams): Promise<string> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        accept: 'application/json, text/html;q=0.9',
        ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(ANSWER_WAIT_MS_MAX),
    })
    if (!response.ok) {
      throw new Error(`${method} ${path} as ${name} was answered ${response.status}: ${await excerptOf(response)}`)
    }
    return response.text()
  }
  const callJson = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const text = await call(method, path, body === undefined ? undefined : JSON.stringify(body))
    return text === '' ? null : JSON.parse(text)
  }
  return {
    name,
    get: (path) => callJson('GET', path),
    post: (path, body = {}) => callJson('POST', path, body),
    put: (path, body) => callJson('PUT', path, body),
    postForm: (path, fields) => call('POST', path, new URLSearchParams(fields)),
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
  if (problem.success) return problem.data.detail
  const title = /<title>([^<]*)<\/title>/.exec(text)?.[1]
  return title === undefined ? text.slice(0, 300) : `the page “${title.trim()}”`
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
