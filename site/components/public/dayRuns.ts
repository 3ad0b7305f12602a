import { COMPONENT_STATUS_LABEL } from '../../../worker/domain/componentStatus.ts'
import type { ComponentStatus } from '../../../worker/domain/componentStatus.ts'
import type { PublicDay } from '../../../worker/domain/publicModel.ts'
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
    if (last?.worst === worst)
      runs[runs.length - 1] = {
        ...last,
        length: last.length + 1,
        last: day,
        downSeconds: last.downSeconds + downSeconds,
      }
    else runs.push({ worst, start, length: 1, first: day, last: day, downSeconds })
  }
  return runs
}

/** Such as "20–21 Nov 2026: partial outage, 18 min of downtime". */
export function writtenRun({ first, last, worst, downSeconds }: DayRun): string {
  const state = worst === null ? 'no records' : COMPONENT_STATUS_LABEL[worst].toLowerCase()
  const downtime = downSeconds === 0 ? '' : `, ${writtenDuration(downSeconds * 1000)} of downtime`
  return `${writtenDays(first, last)}: ${state}${downtime}`
}
