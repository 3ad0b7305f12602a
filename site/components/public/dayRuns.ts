import type { ComponentStatus } from '../../../worker/domain/componentStatus.ts'
import type { Language } from '../../../worker/domain/language.ts'
import type { PublicDay } from '../../../worker/domain/publicModel.ts'
import { COMPONENT_WORDS } from '../../../worker/domain/words/componentWords.ts'
import { STATE_WORDS } from '../../../worker/domain/words/stateWords.ts'
import { writtenDays, writtenDuration } from './publicTime.ts'

/** Days in a row that share their worst state; a component's bar is a handful of them. */
export interface DayRun {
  readonly worst: ComponentStatus | null
  /** Position of the first day in the bar. */
  readonly start: number
  readonly length: number
  readonly first: string
  readonly last: string
  readonly downSeconds: number
}

export function dayRuns(days: readonly PublicDay[]): DayRun[] {
  const runs: DayRun[] = []
  for (const [start, { day, worst, downSeconds }] of days.entries()) {
    const last = runs.at(-1)
    // A day with downtime stands for itself, so that each has its own figure.
    if (last?.worst === worst && last.downSeconds === 0 && downSeconds === 0)
      runs[runs.length - 1] = {
        ...last,
        length: last.length + 1,
        last: day,
      }
    else runs.push({ worst, start, length: 1, first: day, last: day, downSeconds })
  }
  return runs
}

/** Such as "20–21 Nov 2026: partial outage, 18 min of downtime". */
export function writtenRun(language: Language, { first, last, worst, downSeconds }: DayRun): string {
  const words = COMPONENT_WORDS[language]
  const state = worst === null ? words.noRecords : STATE_WORDS[language].component[worst]
  const down = downSeconds === 0 ? null : writtenDuration(language, downSeconds * 1000)
  return words.run(writtenDays(language, first, last), state, down)
}
