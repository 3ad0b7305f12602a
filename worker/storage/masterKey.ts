import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'
import { crockford } from '../domain/identifiers.ts'

/**
 * Everything secret hangs on one key: each purpose gets its own, derived by HKDF-SHA-256, so that a token made for
 * one purpose is worth nothing for another.
 */

const IV_BYTES = 12

/** Seals `text` with AES-256-GCM under the purpose's key. */
export async function seal(masterKey: string, purpose: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const key = await sealingKey(masterKey, purpose)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(text))
  return Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64url')
}

/** What was sealed; throws when it was sealed under another key or purpose, or altered. */
export async function open(masterKey: string, purpose: string, sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, 'base64url')
  const key = await sealingKey(masterKey, purpose)
  const iv = bytes.subarray(0, IV_BYTES)
  const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes.subarray(IV_BYTES))
  return new TextDecoder().decode(text)
}

/** A token that carries `payload` in the clear until `expiresAtMs`; safe in a URL. */
export async function sign(masterKey: string, purpose: string, payload: unknown, expiresAtMs: number): Promise<string> {
  const body = Buffer.from(JSON.stringify({ payload, expiresAtMs })).toString('base64url')
  const key = await signingKey(masterKey, purpose)
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(body))
  return `${body}.${Buffer.from(signature).toString('base64url')}`
}

/** The payload of a token of this purpose; null when it is forged, altered or past its time. */
export async function verify(masterKey: string, purpose: string, token: string, nowMs: number): Promise<unknown> {
  const [body, signature, rest] = token.split('.')
  if (body === undefined || signature === undefined || rest !== undefined) return null
  const key = await signingKey(masterKey, purpose)
  // `verify` compares in constant time.
  const genuine = await crypto.subtle.verify(
    'HMAC',
    key,
    Buffer.from(signature, 'base64url'),
    new TextEncoder().encode(body),
  )
  if (!genuine) return null
  const { payload, expiresAtMs } = JSON.parse(Buffer.from(body, 'base64url').toString())
  return typeof expiresAtMs === 'number' && nowMs < expiresAtMs ? (payload ?? null) : null
}

/** 65 bits are enough where each guess is a request; letters and digits, which no program takes for the end of a link. */
export const SHORT_SIGNATURE_LENGTH = 13

export async function shortSignature(masterKey: string, purpose: string, text: string): Promise<string> {
  const key = await signingKey(masterKey, purpose)
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return crockford(new Uint8Array(signature), SHORT_SIGNATURE_LENGTH)
}

export async function isShortSignature(
  masterKey: string,
  purpose: string,
  text: string,
  signature: string,
): Promise<boolean> {
  const expected = Buffer.from(await shortSignature(masterKey, purpose, text))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** SHA-256 in hex: what is stored of a key that has 256 random bits. */
export async function hashKey(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Buffer.from(hash).toString('hex')
}

/** The prefix, so that a leaked key is recognised, and 256 random bits. */
export function newKey(prefix: string): string {
  return prefix + Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
}

/** A secret in hex for a library that takes one, derived for this purpose alone. */
export async function deriveSecret(masterKey: string, purpose: string): Promise<string> {
  const bits = await crypto.subtle.deriveBits(hkdf(`secret:${purpose}`), await rootKey(masterKey), 256)
  return Buffer.from(bits).toString('hex')
}

// Deriving costs a few subtle calls; an isolate sees a handful of purposes.
const derived = new Map<string, Promise<CryptoKey>>()

function sealingKey(masterKey: string, purpose: string): Promise<CryptoKey> {
  return remembered(`seal:${purpose}`, masterKey, async (info) =>
    crypto.subtle.deriveKey(hkdf(info), await rootKey(masterKey), { name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]),
  )
}

function signingKey(masterKey: string, purpose: string): Promise<CryptoKey> {
  return remembered(`sign:${purpose}`, masterKey, async (info) =>
    crypto.subtle.deriveKey(
      hkdf(info),
      await rootKey(masterKey),
      { name: 'HMAC', hash: 'SHA-256', length: 256 },
      false,
      ['sign', 'verify'],
    ),
  )
}

function remembered(info: string, masterKey: string, derive: (info: string) => Promise<CryptoKey>): Promise<CryptoKey> {
  const name = `${masterKey} ${info}`
  const known = derived.get(name)
  if (known !== undefined) return known
  const key = derive(info)
  derived.set(name, key)
  key.catch(() => derived.delete(name))
  return key
}

function hkdf(info: string) {
  return { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode(`allclear ${info}`) }
}

async function rootKey(masterKey: string): Promise<CryptoKey> {
  const bytes = Buffer.from(masterKey, 'base64')
  if (bytes.length !== 32) throw new Error('MASTER_KEY must be 32 random bytes in base64: openssl rand -base64 32')
  return crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits'])
}
