import type { IntegrationSource } from './integration.ts'

/** What a sender sent, as it came: kept for a while, so that an alert can be shown as received, and be sent in again. */
export interface Received {
  readonly contentType: string
  /** Only those that decide what the body means, such as `x-github-event`; names in lower case. Never a key or signature. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A message that is kept, without its body: what a list shows. */
export interface KeptMessage {
  readonly id: number
  readonly integrationId: string
  readonly source: IntegrationSource
  readonly atMs: number
  /** Of the body as it came. */
  readonly bytes: number
  /** The body was longer than what is kept of it. */
  readonly isCut: boolean
  /** The alerts it changed: new, ended or begun earlier than was known. */
  readonly fingerprints: readonly string[]
  /** How many changes it told of. */
  readonly changes: number
  /** Why it, or part of it, was not taken; null: all was. */
  readonly refused: string | null
  /** Who sent it from the console; null for one that came from its sender. */
  readonly by: string | null
}

export interface KeptReceived extends KeptMessage {
  readonly received: Received
}

/** What an integration sent lately, as far as it is kept. */
export interface KeptCounts {
  readonly taken: number
  readonly refused: number
  readonly lastAtMs: number | null
}

export const RECEIVED_BYTES_MAX = 256 * 1024
export const RECEIVED_KEPT_MS = 7 * 24 * 3_600_000
export const RECEIVED_TAKEN_MAX = 500
export const RECEIVED_REFUSED_MAX = 100
