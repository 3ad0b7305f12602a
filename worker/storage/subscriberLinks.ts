import { z } from 'zod'
import { SHORT_SIGNATURE_LENGTH, isShortSignature, shortSignature, sign, verify } from './masterKey.ts'

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

const SHORT = 'subscriber text'
const SHORT_LINK_LENGTH_MAX = 64

/** For text messages, which are counted by the letter: the page is that of the address it stands in. */
export async function shortLink(masterKey: string, { id, page }: LinkPayload): Promise<string> {
  return `${id}${await shortSignature(masterKey, SHORT, `${page} ${id}`)}`
}

/** Whose it is; null when it is forged, or of another page. */
export async function readShortLink(masterKey: string, page: string, token: string): Promise<string | null> {
  if (token.length > SHORT_LINK_LENGTH_MAX) return null
  const id = token.slice(0, -SHORT_SIGNATURE_LENGTH)
  const signature = token.slice(id.length)
  return (await isShortSignature(masterKey, SHORT, `${page} ${id}`, signature)) ? id : null
}
