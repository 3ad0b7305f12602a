import { z } from 'zod'
import { sign, verify } from './masterKey.ts'

/** Links that act for a subscriber without a login. Each purpose has a key of its own. */

export type LinkPurpose = 'confirm' | 'unsubscribe' | 'manage'

const LinkPayload = z.object({
  id: z.string().max(64),
  /** Whose SubscriberDesk it is; links from before there were several pages have none. */
  page: z.string().max(64).default('main'),
})
export type LinkPayload = z.infer<typeof LinkPayload>

export function signLink(
  masterKey: string,
  purpose: LinkPurpose,
  payload: LinkPayload,
  expiresAtMs: number,
): Promise<string> {
  return sign(masterKey, `subscriber ${purpose}`, payload, expiresAtMs)
}

/** Null when it is forged, of another purpose or past its time. */
export async function readLink(
  masterKey: string,
  purpose: LinkPurpose,
  token: string,
  nowMs: number,
): Promise<LinkPayload | null> {
  const payload = LinkPayload.safeParse(await verify(masterKey, `subscriber ${purpose}`, token, nowMs))
  return payload.success ? payload.data : null
}
