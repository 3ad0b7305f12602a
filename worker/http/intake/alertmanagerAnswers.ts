import type { Context } from 'hono'
import type { HttpEnv } from '../env.ts'
import type { RequestFault } from './alertmanagerWire.ts'
import { integrationKeyOf } from './integrationKey.ts'

/** What all routes of Alertmanager's API have in common. */

export const NO_STORE = { 'Cache-Control': 'no-store' }

export function desk(c: Context<HttpEnv>) {
  return c.env.ALERT_DESK.getByName('main')
}

export function fault(c: Context<HttpEnv>, { status, code, message }: RequestFault): Response {
  return c.json({ code, message }, status, NO_STORE)
}

export async function refuseUnknownKey(c: Context<HttpEnv>): Promise<Response | null> {
  const key = integrationKeyOf(c.req.raw)
  return key !== null && (await desk(c).checkKey('alertmanager', key)) ? null : unauthorised(c)
}

export function unauthorised(c: Context<HttpEnv>): Response {
  const headers = { ...NO_STORE, 'WWW-Authenticate': 'Basic realm="allclear"' }
  return c.json({ code: 401, message: 'send the integration key as the password of Basic, or as Bearer' }, 401, headers)
}

export function refuseOtherThanJson(c: Context<HttpEnv>): Response | null {
  const mediaType = (c.req.header('Content-Type') ?? 'application/octet-stream').split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'application/json') return null
  const message = `unsupported media type ${JSON.stringify(mediaType)}, only [application/json] are allowed`
  return fault(c, { status: 415, code: 415, message })
}

/** Absent means true; the words are those of Alertmanager's decoder. */
export function isTrue(value: string | undefined): boolean {
  return (
    value === undefined ||
    ['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'].includes(value.toLowerCase())
  )
}
