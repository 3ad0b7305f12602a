import type { Alert, AlertSource, Labels } from './alert.ts'
import { fingerprintOf, isFiring, lastsAnotherDay, RESOLVE_TIMEOUT_MS } from './alert.ts'
import type { IncidentId } from './identifiers.ts'
import type { Severity } from './severity.ts'

/** Pure: what one incoming alert means, given what is known of it. Batches are in `alertBatch.ts`. */

/** An alert as a source sends it, before any rule has been applied. */
export interface IncomingAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAtMs: number | null
  readonly endsAtMs: number | null
  readonly generatorUrl: string
  /** What makes it the same alert again, where that is not all of its labels. */
  readonly identity?: Labels
  /** Its sender takes an alert for over once people have closed its incident: what comes then is a new firing. */
  readonly firesAnew?: boolean
}

/** A firing alert and the incident it belongs to. */
export interface StoredAlert {
  readonly alert: Alert
  readonly source: AlertSource
  readonly incidentId: IncidentId
  /** What it was judged to be when it began. */
  readonly serviceId: string | null
  readonly severity: Severity
  /** Set when someone resolved the incident while this alert went on firing. */
  readonly incidentResolvedAtMs: number | null
}

/** What decides about the next message: whether it has an incident does not matter. */
export type Firing = Pick<StoredAlert, 'alert' | 'incidentResolvedAtMs'>

export type Normalised =
  | { readonly ok: true; readonly alert: Alert }
  | { readonly ok: false; readonly reason: InvalidAlert }

export type InvalidAlert =
  | 'at least one label pair required'
  | 'invalid label set: invalid name ""'
  | 'start time must be before end time'
  | 'too many labels or annotations'
  | 'labels or annotations are too long'

const PAIRS_MAX = 200
const TEXT_LENGTH_MAX = 64_000

/** Applies Alertmanager's rules for what is missing. */
export function normaliseAlert(incoming: IncomingAlert, nowMs: number): Normalised {
  const sets = [incoming.labels, incoming.annotations]
  if (sets.some((set) => Object.keys(set).length > PAIRS_MAX)) return invalid('too many labels or annotations')
  const length = sets.reduce((sum, set) => sum + lengthOf(set), incoming.generatorUrl.length)
  if (length > TEXT_LENGTH_MAX) return invalid('labels or annotations are too long')

  const labels = withoutEmpty(storableTexts(incoming.labels))
  if (Object.hasOwn(labels, '')) return invalid('invalid label set: invalid name ""')
  if (Object.keys(labels).length === 0) return invalid('at least one label pair required')
  const annotations = storableTexts(incoming.annotations)

  const saidMs = incoming.startsAtMs ?? incoming.endsAtMs ?? nowMs
  // It is here, so it has begun, even by a clock that runs ahead; Alertmanager would turn it away, and it would be lost.
  const startsAtMs = incoming.endsAtMs === null ? Math.min(saidMs, nowMs) : saidMs
  const endsAtMs = incoming.endsAtMs ?? nowMs + RESOLVE_TIMEOUT_MS
  if (endsAtMs < startsAtMs) return invalid('start time must be before end time')

  return {
    ok: true,
    alert: {
      fingerprint: fingerprintOf(incoming.identity ?? labels),
      labels,
      annotations,
      startsAtMs,
      endsAtMs,
      endIsTimeout: incoming.endsAtMs === null,
      generatorUrl: storable(incoming.generatorUrl),
      updatedAtMs: nowMs,
    },
  }
}

function invalid(reason: InvalidAlert): Normalised {
  return { ok: false, reason }
}

/*
 * Alerts are repeated by the ten thousand, and nearly always there is nothing to leave out or to replace: then a set is
 * taken as it is. Reading it by its keys costs a fifth of reading its entries.
 */

function lengthOf(set: Labels): number {
  return Object.keys(set).reduce((sum, name) => sum + name.length + (set[name] ?? '').length, 0)
}

/** A label without a value is no label. */
function withoutEmpty(labels: Labels): Labels {
  if (Object.keys(labels).every((name) => labels[name] !== '')) return labels
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
}

function storableTexts(set: Labels): Labels {
  if (Object.keys(set).every((name) => isStorable(name) && isStorable(set[name] ?? ''))) return set
  // fromEntries defines properties, so that a label called __proto__ is a label like any other.
  return Object.fromEntries(Object.entries(set).map(([name, value]) => [storable(name), storable(value)]))
}

/** NUL ends a string early in SQLite's functions, and a lone surrogate comes back as another character. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function storable(text: string): string {
  if (isStorable(text)) return text
  return text.replace(/\0/g, '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD')
}

/** What the message means. Only `nothing` and `repeats` are not worth a write. */
export type Taken =
  /** Ended, and was not known to fire: senders repeat the end for a while. */
  | { readonly kind: 'nothing' }
  /** The same firing goes on; `alert` is kept in memory only. */
  | { readonly kind: 'repeats'; readonly alert: Alert }
  | { readonly kind: 'starts_earlier'; readonly alert: Alert }
  | { readonly kind: 'lasts_longer'; readonly alert: Alert }
  | { readonly kind: 'fires'; readonly alert: Alert }
  | { readonly kind: 'ends'; readonly alert: Alert }

/** An end this far before the firing began belongs to an earlier firing; less is two clocks that disagree. */
const CLOCK_SKEW_MS = 60_000

/**
 * Decides about one alert, `alert` being what it is normalised to. `existing` is null unless the alert is known to be
 * firing.
 */
export function takeAlert(
  existing: Firing | null,
  alert: Alert,
  incoming: Pick<IncomingAlert, 'startsAtMs' | 'firesAnew'>,
  nowMs: number,
): Taken {
  if (existing === null) return isFiring(alert, nowMs) ? { kind: 'fires', alert } : { kind: 'nothing' }
  const known = existing.alert

  if (!isFiring(alert, nowMs)) {
    if (alert.endsAtMs < known.startsAtMs - CLOCK_SKEW_MS) return { kind: 'nothing' }
    const endsAtMs = Math.max(alert.endsAtMs, known.startsAtMs)
    const startsAtMs = Math.min(known.startsAtMs, alert.startsAtMs)
    // Some senders say no more than that it is over.
    const annotations = Object.keys(alert.annotations).length === 0 ? known.annotations : alert.annotations
    const generatorUrl = alert.generatorUrl === '' ? known.generatorUrl : alert.generatorUrl
    const ended: Alert = { ...alert, labels: known.labels, annotations, generatorUrl, startsAtMs, endsAtMs }
    return { kind: 'ends', alert: ended }
  }

  // Its incident was closed by a person. A repeat is still the firing they closed; a later start is a new one.
  const { incidentResolvedAtMs } = existing
  if (incidentResolvedAtMs !== null) {
    if ((incoming.startsAtMs ?? 0) > incidentResolvedAtMs) return { kind: 'fires', alert }
    if (incoming.firesAnew === true) return { kind: 'fires', alert: { ...alert, startsAtMs: nowMs } }
  }

  const merged: Alert = {
    ...alert,
    labels: known.labels,
    startsAtMs: incoming.startsAtMs === null ? known.startsAtMs : Math.min(known.startsAtMs, incoming.startsAtMs),
    // An end that was said beats one that was assumed; of two that were said, the later.
    ...(!known.endIsTimeout && (alert.endIsTimeout || known.endsAtMs > alert.endsAtMs) && isFiring(known, nowMs)
      ? { endsAtMs: known.endsAtMs, endIsTimeout: false }
      : {}),
  }
  if (merged.startsAtMs < known.startsAtMs) return { kind: 'starts_earlier', alert: merged }
  return { kind: lastsAnotherDay(known, merged) ? 'lasts_longer' : 'repeats', alert: merged }
}
