import { Buffer } from 'node:buffer'
import { createVerify, X509Certificate } from 'node:crypto'
import { guardedFetch } from '../../delivery/outboundFetch.ts'
import type { SnsMessage } from './snsMessage.ts'
import { signedText } from './snsMessage.ts'

/**
 * Whether Amazon SNS has signed a message. The certificate it names is believed because it comes by https from SNS's own
 * host; any other host is never called.
 */

/** SNS tries a delivery again for up to an hour. */
const AGE_MS_MAX = 75 * 60_000
const FETCH_MS_MAX = 5_000
const CERTIFICATE_BYTES_MAX = 16 * 1024
const CERTIFICATES_MAX = 16
const CERTIFICATE_KEPT_MS = 24 * 3_600_000

export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'wrong_signature' | 'too_old'; readonly detail: string }
  /** Try again later. */
  | { readonly ok: false; readonly reason: 'unreachable'; readonly detail: string }

/** An https address on the host of SNS in some region; null for any other, such as that of a bucket called "sns" (`sns.s3-…`). */
export function snsAddress(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isOfSns = /^sns\.[a-z]{2,4}(?:-[a-z]{2,20}){1,3}-\d{1,2}\.amazonaws\.com(?:\.cn)?$/.test(url.hostname)
  return isOfSns && url.protocol === 'https:' && url.port === '' && url.username + url.password === '' ? url : null
}

export async function verifySns(message: SnsMessage, nowMs: number): Promise<Verdict> {
  if (Math.abs(nowMs - Date.parse(message.Timestamp)) > AGE_MS_MAX)
    return { ok: false, reason: 'too_old', detail: 'Timestamp is more than 75 minutes off; SNS tries for one hour.' }
  const url = snsAddress(message.SigningCertURL)
  if (url === null || !url.pathname.endsWith('.pem') || url.search + url.hash !== '')
    return wrong('SigningCertURL is not that of a certificate on an https host sns.<region>.amazonaws.com.')
  const certificate = await certificateAt(url.href, nowMs)
  if (certificate === 'unreachable')
    return { ok: false, reason: 'unreachable', detail: 'The certificate of SNS could not be fetched. Send it again.' }
  if (certificate === null) return wrong('There is no certificate at SigningCertURL.')
  if (!(Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo)))
    return wrong('The certificate at SigningCertURL is not valid now.')
  const verifier = createVerify(message.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
  verifier.update(signedText(message), 'utf8')
  const isGenuine = verifier.verify(certificate.publicKey, Buffer.from(message.Signature, 'base64'))
  return isGenuine ? { ok: true } : wrong('Signature is not that of SNS for this message.')
}

const kept = new Map<string, { readonly certificate: X509Certificate; readonly untilMs: number }>()

async function certificateAt(url: string, nowMs: number): Promise<X509Certificate | null | 'unreachable'> {
  const known = kept.get(url)
  if (known !== undefined && nowMs < known.untilMs) return known.certificate
  const answer = await guardedFetch(
    url,
    {},
    { privateTargets: '', timeoutMs: FETCH_MS_MAX, bytesMax: CERTIFICATE_BYTES_MAX, redirectsMax: 0 },
  )
  if (!answer.ok || answer.status >= 500 || answer.status === 429) return 'unreachable'
  if (answer.status !== 200) return null
  const certificate = certificateIn(answer.text)
  if (certificate === null) return null
  kept.delete(url)
  const [oldest] = kept.keys()
  if (kept.size >= CERTIFICATES_MAX && oldest !== undefined) kept.delete(oldest)
  kept.set(url, { certificate, untilMs: nowMs + CERTIFICATE_KEPT_MS })
  return certificate
}

function certificateIn(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

function wrong(detail: string): Verdict {
  return { ok: false, reason: 'wrong_signature', detail }
}
