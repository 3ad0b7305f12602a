import { z } from 'zod'
import type { Labels } from '../domain/alert.ts'
import type { PutSilence, Silence, WantedSilence } from '../domain/silence.ts'
import { atTime, compileMatchers, putSilence, silenceState } from '../domain/silence.ts'
import { compileLinearRegex, linearRegexes } from '../storage/linearRegex.ts'

/** The silences, on disk and by heart. Which of them are active is worked out once for each of their beginnings and ends. */

const Row = z.object({ body: z.string(), hid: z.number() })
const Matcher = z.object({ name: z.string(), value: z.string(), isRegex: z.boolean(), isEqual: z.boolean() })
const Recurrence = z.object({
  rule: z.string(),
  timeZone: z.string(),
  startsAtWallMs: z.number(),
  durationMs: z.number(),
})
/** What has a default came later than the first silences. */
const Body = z.object({
  id: z.string(),
  matchers: z.array(Matcher),
  startsAtMs: z.number(),
  endsAtMs: z.number(),
  createdBy: z.string(),
  comment: z.string(),
  annotations: z.record(z.string(), z.string()),
  updatedAtMs: z.number(),
  recurrence: Recurrence.nullable().default(null),
  isEnded: z.boolean().default(false),
  authorId: z.string().nullable().default(null),
  warnedOfEndMs: z.number().nullable().default(null),
})

const UNEXPIRED_MAX = 1_000
const KEPT_MAX = 5_000
/** As long as Alertmanager keeps them. */
const FORGET_AFTER_MS = 5 * 24 * 3_600_000

type Write = (statement: string, ...bindings: (string | number | null)[]) => void

interface Active {
  readonly fromMs: number
  readonly untilMs: number
  readonly silences: readonly { readonly id: string; readonly matches: (labels: Labels) => boolean }[]
}

export class SilenceStore {
  readonly #write: Write
  readonly #silences = new Map<string, Silence>()
  #active: Active | null = null

  constructor(sql: SqlStorage, write: Write) {
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS silences (
      id TEXT PRIMARY KEY, body TEXT NOT NULL, ends_at_ms INTEGER NOT NULL, hid INTEGER NOT NULL) WITHOUT ROWID`)
    for (const row of sql.exec('SELECT body, hid FROM silences').toArray()) {
      const { body, hid } = Row.parse(row)
      const silence = { ...Body.parse(JSON.parse(body)), hid }
      this.#silences.set(silence.id, silence)
    }
  }

  /** Recurring ones with their present or next occurrence. */
  list(nowMs: number): Silence[] {
    return [...this.#silences.keys()].flatMap((id) => this.find(id, nowMs) ?? [])
  }

  find(id: string, nowMs: number): Silence | null {
    const known = this.#silences.get(id)
    if (known === undefined) return null
    const now = atTime(known, nowMs)
    // In memory only: which occurrence it is follows from the time.
    if (now !== known) this.#silences.set(id, now)
    return now
  }

  /** Call inside a transaction: a change can be the end of one silence and the beginning of another. */
  put(wanted: WantedSilence, nowMs: number): PutSilence {
    const known = wanted.id === null ? null : this.find(wanted.id, nowMs)
    const answer = putSilence(known, wanted, crypto.randomUUID(), nowMs, linearRegexes())
    if (!answer.ok) return answer
    const open = this.list(nowMs).filter((silence) => silenceState(silence, nowMs) !== 'expired')
    if (open.length >= UNEXPIRED_MAX && !this.#silences.has(answer.id) && answer.put.length === 1)
      return { ok: false, reason: 'too_many', message: `at most ${UNEXPIRED_MAX} silences are kept at a time` }
    for (const silence of answer.put) this.#store(silence)
    this.#active = null
    this.#forgetSurplus(nowMs)
    return answer
  }

  /** Stores what `change` answers, or leaves it where that is null. As it is afterwards; null when there is none. */
  change(id: string, nowMs: number, change: (known: Silence) => Silence | null): Silence | null {
    const known = this.find(id, nowMs)
    if (known === null) return null
    const changed = change(known)
    if (changed === null) return known
    this.#store(changed)
    this.#active = null
    return changed
  }

  /** The silences that hide an alert with these labels now. */
  hiding(labels: Labels, nowMs: number): string[] {
    return this.#activeAt(nowMs)
      .silences.filter(({ matches }) => matches(labels))
      .map(({ id }) => id)
  }

  /** Call inside the transaction in which the alerts are stored. Which silences are active does not change by it. */
  countHidden(counts: ReadonlyMap<string, number>): void {
    for (const [id, by] of counts) {
      const silence = this.#silences.get(id)
      if (silence !== undefined) this.#store({ ...silence, hid: silence.hid + by })
    }
  }

  forget(nowMs: number): void {
    for (const { id, endsAtMs } of this.list(nowMs)) if (endsAtMs < nowMs - FORGET_AFTER_MS) this.#delete(id)
  }

  #forgetSurplus(nowMs: number): void {
    const surplus = this.#silences.size - KEPT_MAX
    if (surplus <= 0) return
    const oldest = this.list(nowMs).toSorted((a, b) => a.endsAtMs - b.endsAtMs)
    for (const { id } of oldest.slice(0, surplus)) this.#delete(id)
  }

  #store(silence: Silence): void {
    const { hid, ...body } = silence
    this.#write(
      'INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?)',
      silence.id,
      JSON.stringify(body),
      silence.endsAtMs,
      hid,
    )
    this.#silences.set(silence.id, silence)
  }

  #delete(id: string): void {
    this.#write('DELETE FROM silences WHERE id = ?', id)
    this.#silences.delete(id)
  }

  #activeAt(nowMs: number): Active {
    if (this.#active !== null && this.#active.fromMs <= nowMs && nowMs < this.#active.untilMs) return this.#active
    const silences = this.list(nowMs)
    const edges = silences.flatMap(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs])
    this.#active = {
      fromMs: nowMs,
      untilMs: Math.min(...edges.filter((atMs) => atMs > nowMs), Number.MAX_SAFE_INTEGER),
      silences: silences
        .filter((silence) => silenceState(silence, nowMs) === 'active')
        .map(({ id, matchers }) => ({ id, matches: compileMatchers(matchers, compileLinearRegex) })),
    }
    return this.#active
  }
}
