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
export const ALERT_SOURCES = [
  'alertmanager',
  'grafana',
  'cloudevents',
  'json',
  'pagerduty',
  'opsgenie',
  'sns',
  'sentry',
  'datadog',
  'email',
  'heartbeat',
] as const
export const AlertSource = z.enum(ALERT_SOURCES)
export type AlertSource = z.infer<typeof AlertSource>

/** With no end in the message an alert is over when it was not repeated for this long (Alertmanager's resolve_timeout). */
export const RESOLVE_TIMEOUT_MS = 5 * 60_000

export function isFiring(alert: Pick<Alert, 'endsAtMs'>, nowMs: number): boolean {
  return alert.endsAtMs > nowMs
}

const DAY_MS = 24 * 3_600_000

/**
 * Whether what came moves the end onto another day of the firing. Senders that speak up once a day at most must find their
 * alert after a restart; ends that are minutes away are kept in memory only, for each repeat moves them.
 */
export function lastsAnotherDay(before: Alert, after: Alert): boolean {
  const daysOf = ({ startsAtMs, endsAtMs }: Alert) => Math.floor((endsAtMs - startsAtMs) / DAY_MS)
  return after.endsAtMs - after.updatedAtMs > DAY_MS && daysOf(after) > daysOf(before)
}

/** What people call the alert: its name, else what its sender wrote about it, else its labels. */
export function alertTitle(alert: Pick<Alert, 'labels' | 'annotations'>): string {
  const { labels, annotations } = alert
  const title =
    labels['alertname'] ||
    annotations['summary'] ||
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
  return oneLine(title, 200)
}

/** Text from outside as one bounded line. */
export function oneLine(text: string, lengthMax: number): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const line = text.replace(/[\u0000-\u0020\u007f-\u009f\u2028\u2029]+/gu, ' ').trim()
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).trimEnd()}…`
}

const utf8 = new TextEncoder()
const SEPARATOR = 0xff
// oxlint-disable-next-line no-control-regex -- it says what ASCII is
const ASCII = /^[\u0000-\u007f]*$/

/**
 * FNV-1a-64 over the sorted `name 0xFF value 0xFF`, as 16 hex digits.
 * Source: prometheus/common model.LabelsToSignature; amtool and Prometheus show the same.
 */
export function fingerprintOf(labels: Labels): string {
  // The offset basis 0xcbf29ce484222325 in two halves: BigInt arithmetic costs ten times as much per byte.
  let high = 0xcbf29ce4 | 0
  let low = 0x84222325 | 0
  for (const name of Object.keys(labels).toSorted(byCodePoint)) {
    for (const text of [name, labels[name] ?? '']) {
      // Almost all text is ASCII, where each unit is a byte: encoding it costs more than all the rest.
      const bytes = ASCII.test(text) ? null : utf8.encode(text)
      const length = bytes === null ? text.length : bytes.length
      for (let i = 0; i <= length; i++) {
        low ^= i === length ? SEPARATOR : bytes === null ? text.charCodeAt(i) : (bytes[i] ?? 0)
        // Times the prime 2^40 + 0x1b3, modulo 2^64, in 16-bit steps that stay integers.
        const lower = (low & 0xffff) * 0x1b3
        const upper = (low >>> 16) * 0x1b3 + (lower >>> 16)
        high = (Math.imul(high, 0x1b3) + (upper >>> 16) + (low << 8)) | 0
        low = (upper << 16) | (lower & 0xffff)
      }
    }
  }
  return hex(high) + hex(low)
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0')
}

/** Go compares strings by their UTF-8 bytes, which is code point order; JavaScript's own order is by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    const xIsSurrogate = x >= 0xd800 && x <= 0xdfff
    const yIsSurrogate = y >= 0xd800 && y <= 0xdfff
    if (xIsSurrogate !== yIsSurrogate) return xIsSurrogate ? 1 : -1
    return x - y
  }
  return a.length - b.length
}
