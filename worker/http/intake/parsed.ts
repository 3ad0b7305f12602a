import type { Context } from 'hono'
import type { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { IntegrationSource } from '../../domain/integration.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import type { Fault } from '../problem.ts'
import { faultsOf, problem, refuseFaults } from '../problem.ts'
import { desk } from './hook.ts'

/**
 * What a message turns out to be. A parser is a pure function of what was received, so that a message that was kept
 * can be read again exactly as it came.
 */

export type Parsed<More = object> =
  | ({ readonly ok: true; readonly alerts: readonly IncomingAlert[] } & More)
  | NotParsed

export interface NotParsed {
  readonly ok: false
  readonly reason: 'not_json' | 'not_a_cloudevent' | 'invalid'
  readonly faults: readonly Fault[]
}

/** `integrationId` is part of what makes an alert the same again, where senders choose that freely. */
export type ParseAlerts = (received: Received, nowMs: number, integrationId: string) => Parsed

/** The body, and of the headers those named, which decide what it means. Never name one that holds a key or signature. */
export async function receivedOf(c: Context, headerNames: readonly string[] = []): Promise<Received> {
  const headers = headerNames.flatMap((name) => {
    const value = c.req.header(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const contentType = c.req.header('Content-Type') ?? ''
  return { contentType, headers: Object.fromEntries(headers), body: await c.req.text() }
}

type Json = { readonly ok: true; readonly json: unknown } | NotParsed

/** The body as JSON, whatever its content type says. */
export function jsonOf(text: string): Json {
  try {
    return { ok: true, json: JSON.parse(text) }
  } catch {
    return { ok: false, reason: 'not_json', faults: [{ path: '', message: 'The body is not JSON.' }] }
  }
}

export function notParsed(error: Pick<z.ZodError, 'issues'>): NotParsed {
  return { ok: false, reason: 'invalid', faults: faultsOf(error) }
}

/** One fault, at a place within the message. */
export function faultAt(path: string, message: string): NotParsed {
  return { ok: false, reason: 'invalid', faults: [{ path, message }] }
}

/** Who sent a message that is refused; it is kept for whoever has to put it right. */
export interface Refused {
  readonly source: IntegrationSource
  readonly key: string
  readonly received: Received
}

/** How a hook says no to a message of a sender it knows. */
export async function refuseMessage(c: Context<HttpEnv>, from: Refused, why: NotParsed): Promise<Response> {
  await desk(c).keepMessage({ ...from, refused: reasonText(why) })
  const { reason, faults } = why
  const detail = faults[0]?.message ?? ''
  switch (reason) {
    case 'not_json':
      return problem(c, 400, 'the_request_is_not_valid', detail)
    case 'not_a_cloudevent':
      return problem(c, 415, reason, detail)
    case 'invalid':
      return refuseFaults(c, faults)
  }
}

const FAULTS_TOLD = 5

export function reasonText({ faults }: NotParsed): string {
  const told = faults.slice(0, FAULTS_TOLD).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return told.join('; ')
}
