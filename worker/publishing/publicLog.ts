import { z } from 'zod'
import { canonicalJson } from '../domain/canonicalJson.ts'
import type { Json } from '../domain/canonicalJson.ts'

/**
 * The public log: an entry for each public statement, each with the hash of the one before it, signed with Ed25519. Its
 * form is documented in docs/public-log.md; what is once written is never changed.
 */

/** So many make a file, which is then never written again. */
export const LOG_FILE_ENTRIES = 200
/** What the first entry has for the hash of the one before it. */
export const NO_HASH = '0'.repeat(64)

const Hash = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in lower-case hex')

const ENTRY = {
  sequence: z.number().int().min(1),
  at: z.iso.datetime(),
  kind: z.string(),
  /** The page's id: an entry of another page proves nothing here. */
  page: z.string(),
  subject: z.record(z.string(), z.string()),
  /** SHA-256 of the statement's content as canonical JSON; null: it was taken back. */
  content: Hash.nullable(),
  previous: Hash,
  key: z.string(),
  hash: Hash,
  signature: z.string().regex(/^[0-9a-f]{128}$/, 'not an Ed25519 signature in lower-case hex'),
}
/** Fields it does not know stay, for they would have been hashed and signed with the others. */
export const LogEntry: z.ZodType<LogEntry> = z.looseObject(ENTRY)
export type LogEntry = Readonly<z.infer<z.ZodObject<typeof ENTRY>>>
export type UnsignedEntry = Omit<LogEntry, 'hash' | 'signature'>

export const LogKey = z.object({
  id: z.string(),
  algorithm: z.literal('Ed25519'),
  /** 32 bytes in lower-case hex. */
  public_key: Hash,
  from_sequence: z.number().int().min(1),
})
export type LogKey = z.infer<typeof LogKey>

const Page = z.object({ id: z.string(), name: z.string(), url: z.string() })

export const LogFile = z.object({
  format: z.literal(1),
  page: Page,
  /** The last entry of the whole log; only the newest file says it. */
  head: z.object({ sequence: z.number().int(), hash: Hash }).optional(),
  /** The file before this one, relative to this one; null: this is the first. */
  previous: z.string().nullable(),
  /** Oldest first. */
  entries: z.array(z.unknown()).max(LOG_FILE_ENTRIES),
})
export type LogFile = z.infer<typeof LogFile>

export const LogKeys = z.object({ format: z.literal(1), page: Page, keys: z.array(LogKey).max(1000) })
export type LogKeys = z.infer<typeof LogKeys>

/** Signs bytes; the key behind it is the caller's. */
export type Sign = (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>

/** What is hashed and signed of an entry: all of it but its hash and its signature. */
export function signedBytes(entry: UnsignedEntry): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson({ ...entry }))
}

export async function sealed(entry: UnsignedEntry, sign: Sign): Promise<LogEntry> {
  const bytes = signedBytes(entry)
  return { ...entry, hash: await sha256Hex(bytes), signature: hex(await sign(bytes)) }
}

export async function contentHash(content: Json): Promise<string | null> {
  return content === null ? null : sha256Hex(new TextEncoder().encode(canonicalJson(content)))
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', bytes))
}

export function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The number of the file that an entry is in, from 1. */
export function logFileOf(sequence: number): number {
  return Math.ceil(sequence / LOG_FILE_ENTRIES)
}
