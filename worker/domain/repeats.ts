import { DAY_MS, WEEKDAYS } from './recurrenceRule.ts'

/** Pure: the repetitions that people choose from a list, as rules. Which day is meant follows from the first one. */
export const REPEATS = ['daily', 'weekdays', 'weekly', 'monthly', 'monthly_weekday'] as const
export type Repeats = (typeof REPEATS)[number]

/** `untilDate` such as 2027-01-31: the last day on which it may begin. */
export function ruleOf(repeats: Repeats, startsAtWallMs: number, untilDate: string | null): string {
  const until = untilDate === null ? '' : `;UNTIL=${untilDate.replaceAll('-', '')}`
  return `${baseOf(repeats, startsAtWallMs)}${until}`
}

function baseOf(repeats: Repeats, startsAtWallMs: number): string {
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAYS[(Math.floor(startsAtWallMs / DAY_MS) + 3) % 7] ?? 'MO'
  const date = new Date(startsAtWallMs).getUTCDate()
  const ordinal = Math.ceil(date / 7)
  switch (repeats) {
    case 'daily':
      return 'FREQ=DAILY'
    case 'weekdays':
      return 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'
    case 'weekly':
      return `FREQ=WEEKLY;BYDAY=${weekday}`
    case 'monthly':
      return `FREQ=MONTHLY;BYMONTHDAY=${date}`
    case 'monthly_weekday':
      // Not every month has a fifth: the last one is meant.
      return `FREQ=MONTHLY;BYDAY=${ordinal === 5 ? -1 : ordinal}${weekday}`
  }
}
