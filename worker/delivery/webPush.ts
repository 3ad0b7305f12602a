import { Buffer } from 'node:buffer'

/**
 * Web Push without a vendor: a message sealed for one browser (RFC 8291, in the coding of RFC 8188) and the signature
 * that says who sends it (VAPID, RFC 8292). Only WebCrypto, so that it runs where the Worker does.
 */

type Bytes = Uint8Array<ArrayBuffer>

const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256' } as const
const RECORD_BYTES = 4_096
/** What is left of a record after its tag and the mark of its end. */
export const PUSH_BYTES_MAX = RECORD_BYTES - 16 - 1 - 86

/** The keys a browser gave us, in base64url. */
export interface PushKeys {
  readonly p256dh: string
  readonly auth: string
}

/** What is new for each message; given only by tests that follow the RFC's own example. */
export interface Ephemeral {
  readonly keys: CryptoKeyPair
  readonly salt: Bytes
}

/** The body of the POST to the push service. Throws when the browser's keys are none. */
export async function encryptPush(text: string, receiver: PushKeys, fixed?: Ephemeral): Promise<Bytes> {
  const { keys, salt } = fixed ?? (await ephemeral())
  const theirs = bytesOf(receiver.p256dh)
  const ours = await rawOf(keys.publicKey)
  const shared = await sharedSecret(keys.privateKey, theirs)
  const info = join(encode('WebPush: info\0'), theirs, ours)
  const input = await expand(shared, bytesOf(receiver.auth), info, 32)
  const key = await expand(input, salt, encode('Content-Encoding: aes128gcm\0'), 16)
  const nonce = await expand(input, salt, encode('Content-Encoding: nonce\0'), 12)
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt'])
  // The 2 says that this record is the last.
  const record = join(encode(text), new Uint8Array([2]))
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, aes, record))
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, RECORD_BYTES)
  return join(salt, size, new Uint8Array([ours.length]), ours, sealed)
}

async function ephemeral(): Promise<Ephemeral> {
  const keys = await crypto.subtle.generateKey(ECDH, true, ['deriveBits'])
  return { keys, salt: crypto.getRandomValues(new Uint8Array(16)) }
}

async function sharedSecret(ours: CryptoKey, theirs: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', theirs, ECDH, false, [])
  // Node's types call it `public`, workerd's `$public`; both take `public`.
  const algorithm = { name: 'ECDH', public: key } as unknown as Parameters<SubtleCrypto['deriveBits']>[0]
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, ours, 256))
}

async function expand(input: Bytes, salt: Bytes, info: Bytes, length: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', input, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8))
}

/** Who sends: browsers bind their subscription to the public key. */
export interface VapidKeys {
  /** The point itself, in base64url, as browsers want it. */
  readonly publicKey: string
  readonly privateKey: JsonWebKey
}

export async function newVapidKeys(): Promise<VapidKeys> {
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])
  const privateKey = await crypto.subtle.exportKey('jwk', keys.privateKey)
  return { publicKey: base64url(await rawOf(keys.publicKey)), privateKey }
}

const TOKEN_SECONDS = 12 * 3600

/** The value of `Authorization`, good for one push service and half a day. `contact`: `mailto:…` or an https address. */
export async function vapidHeader(endpoint: string, keys: VapidKeys, contact: string, nowMs: number): Promise<string> {
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(nowMs / 1000) + TOKEN_SECONDS, sub: contact }
  const signed = [{ typ: 'JWT', alg: 'ES256' }, claims].map((part) => base64url(encode(JSON.stringify(part)))).join('.')
  const key = await crypto.subtle.importKey('jwk', keys.privateKey, ECDSA, false, ['sign'])
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, encode(signed))
  return `vapid t=${signed}.${base64url(new Uint8Array(signature))}, k=${keys.publicKey}`
}

async function rawOf(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey('raw', key))
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function bytesOf(text: string): Bytes {
  return Uint8Array.from(Buffer.from(text, 'base64url'))
}

function encode(text: string): Bytes {
  return Uint8Array.from(new TextEncoder().encode(text))
}

function join(...parts: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(Buffer.concat(parts))
}
