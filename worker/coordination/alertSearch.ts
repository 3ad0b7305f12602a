import { alertTitle, isFiring } from '../domain/alert.ts'
import type { InboxEntry, InboxPage, InboxQuery } from '../domain/alertInbox.ts'
import { commonMatchers, searchInbox } from '../domain/alertInbox.ts'
import type { Matcher } from '../domain/matchers.ts'
import { matcherFrom } from '../domain/matchers.ts'
import { compileMatchers } from '../domain/silence.ts'
import type { Suppression } from '../domain/suppression.ts'
import { NOT_SUPPRESSED, isSuppressed } from '../domain/suppression.ts'
import { compileLinearRegex, linearRegexes } from '../storage/linearRegex.ts'
import type { AlertMemory } from '../domain/alertMemory.ts'
import type { Suppressor } from './suppressor.ts'
import type { Judge } from '../domain/triage.ts'

/** What someone has chosen to act on, in short. */
export interface Selection {
  readonly total: number
  /** Those they fire in, each once. */
  readonly incidentIds: readonly string[]
  /** The labels that all of them have alike. */
  readonly common: readonly Matcher[]
  readonly sample: readonly string[]
}

const SAMPLE_MAX = 5

/** Finds among all that fires, in the desk's memory: what leaves it is one page and counts, however much fires. */
export class AlertSearch {
  readonly #memory: AlertMemory
  readonly #suppressor: Suppressor

  constructor(memory: AlertMemory, suppressor: Suppressor) {
    this.#memory = memory
    this.#suppressor = suppressor
  }

  find(query: InboxQuery, judge: Judge, nowMs: number): InboxPage {
    return searchInbox(this.#firing(nowMs), query, (entry) => this.#suppressionOf(entry, judge, nowMs), linearRegexes())
  }

  select(query: InboxQuery, judge: Judge, nowMs: number): Selection {
    const { entries } = this.find({ ...query, offset: 0, limit: Number.MAX_SAFE_INTEGER }, judge, nowMs)
    const alerts = entries.map(({ alert }) => alert)
    return {
      total: entries.length,
      incidentIds: [...new Set(entries.flatMap(({ incidentId }) => incidentId ?? []))],
      common: commonMatchers(alerts),
      sample: [...new Set(alerts.map(alertTitle))].slice(0, SAMPLE_MAX),
    }
  }

  /** For each list, whether an alert fires in an incident, with nothing that suppresses it, that all of them match. */
  whichFire(matcherLists: readonly (readonly string[])[], nowMs: number): boolean[] {
    const firing = [...this.#memory.firing()].flatMap(({ alert }) =>
      isFiring(alert, nowMs) && !isSuppressed(this.#suppressor.suppressionOf(alert, nowMs)) ? [alert.labels] : [],
    )
    return matcherLists.map((texts) => {
      const matches = compileMatchers(texts.map(matcherFrom), compileLinearRegex)
      return firing.some((labels) => matches(labels))
    })
  }

  *#firing(nowMs: number): Generator<InboxEntry> {
    for (const known of this.#memory.firing()) if (isFiring(known.alert, nowMs)) yield known
    for (const held of this.#suppressor.held.all()) if (isFiring(held.alert, nowMs)) yield { ...held, incidentId: null }
  }

  #suppressionOf({ alert }: InboxEntry, judge: Judge, nowMs: number): Suppression {
    const held = this.#suppressor.held.get(alert.fingerprint)
    return held === null ? NOT_SUPPRESSED : this.#suppressor.suppressionOfHeld(held, judge, nowMs)
  }
}
