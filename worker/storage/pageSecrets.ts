import { Buffer } from 'node:buffer'
import type { IncidentId } from '../domain/identifiers.ts'
import { deriveSecret, sign, verify } from './masterKey.ts'
import { z } from 'zod'
import { IncidentId as IncidentIdSchema } from '../domain/identifiers.ts'

/** The secret that page webhooks are signed with, as Standard Webhooks spells it. One for the instance. */
export async function pageWebhookSecret(masterKey: string): Promise<string> {
  const hex = await deriveSecret(masterKey, 'page webhooks')
  return `whsec_${Buffer.from(hex, 'hex').toString('base64')}`
}

const Acknowledgement = z.object({
  incidentId: IncidentIdSchema,
  responder: z.object({ id: z.string(), name: z.string() }),
})
export type Acknowledgement = { incidentId: IncidentId; responder: { id: string; name: string } }

/** A page that nobody answered for this long is answered in the console. */
const ACKNOWLEDGE_WITHIN_MS = 7 * 24 * 3600 * 1000

/** What the acknowledge link of a page carries: who was asked, about what. */
export async function acknowledgeToken(masterKey: string, of: Acknowledgement, nowMs: number): Promise<string> {
  return sign(masterKey, 'acknowledge', of, nowMs + ACKNOWLEDGE_WITHIN_MS)
}

export async function readAcknowledgeToken(
  masterKey: string,
  token: string,
  nowMs: number,
): Promise<Acknowledgement | null> {
  const parsed = Acknowledgement.safeParse(await verify(masterKey, 'acknowledge', token, nowMs))
  return parsed.success ? parsed.data : null
}
