import { z } from 'zod'

/** The one shape every alert source is normalised to. */
export interface Alert {
  /** Sixteen hex digits over the labels, as Alertmanager computes it. */
  readonly fingerprint: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAtMs: number
  readonly endsAtMs: number
  /** True when the sender gave no end and `endsAtMs` is only "not heard of again". */
  readonly endIsTimeout: boolean
  readonly generatorUrl: string
  readonly updatedAtMs: number
}

export type Labels = Readonly<Record<string, string>>

/** Where an alert came in. */
export const ALERT_SOURCES = ['alertmanager', 'json'] as const
export const AlertSource = z.enum(ALERT_SOURCES)
export type AlertSource = z.infer<typeof AlertSource>

/** With no end in the message an alert is over when it was not repeated for this long (Alertmanager's resolve_timeout). */
export const RESOLVE_TIMEOUT_MS = 5 * 60_000

export function isFiring(alert: Pick<Alert, 'endsAtMs'>, nowMs: number): boolean {
  return alert.endsAtMs > nowMs
}

const utf8 = new TextEncoder()
const FNV_OFFSET = 0xcbf29ce484222325n
const FNV_PRIME = 0x100000001b3n
const SEPARATOR = 0xff

/**
 * FNV-1a-64 over the sorted `name 0xFF value 0xFF`, as 16 hex digits.
 * Source: prometheus/common model.LabelsToSignature; amtool and Prometheus show the same.
 */
export function fingerprintOf(labels: Labels): string {
  let hash = FNV_OFFSET
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME)
  }
  for (const name of Object.keys(labels).toSorted()) {
    for (const byte of utf8.encode(name)) add(byte)
    add(SEPARATOR)
    for (const byte of utf8.encode(labels[name] ?? '')) add(byte)
    add(SEPARATOR)
  }
  return hash.toString(16).padStart(16, '0')
}
