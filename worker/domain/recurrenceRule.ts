/**
 * Pure: the part of RFC 5545's RRULE that people use. FREQ DAILY, WEEKLY or MONTHLY; INTERVAL, BYDAY (with an ordinal
 * where it is monthly), BYMONTHDAY, COUNT, UNTIL, WKST. A day is counted from 1970-01-01, which is 0.
 */

export const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY'] as const
export type Frequency = (typeof FREQUENCIES)[number]

/** Monday first, as RFC 5545 begins its week. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export interface RecurrenceRule {
  readonly frequency: Frequency
  readonly interval: number
  /** With an ordinal: the second such day of the month, or with -1 the last. */
  readonly byDay: readonly { readonly weekday: Weekday; readonly ordinal: number | null }[]
  /** Negative ones count from the end of the month. */
  readonly byMonthDay: readonly number[]
  readonly count: number | null
  readonly until: Until | null
  readonly weekStart: Weekday
}

/** The last moment at which an occurrence may begin: of all clocks, or of those of the rule's zone. */
export type Until =
  | { readonly kind: 'instant'; readonly atMs: number }
  | { readonly kind: 'wall'; readonly wallMs: number }

export type ParsedRule =
  | { readonly ok: true; readonly rule: RecurrenceRule }
  | { readonly ok: false; readonly reason: string }

export const DAY_MS = 24 * 3_600_000
export const RULE_LENGTH_MAX = 500
export const COUNT_MAX = 1_000
const INTERVAL_MAX = 1_000
/** A day that so many periods in a row do not have, such as each February's 31st, is taken to come never. */
const BARREN_PERIODS_MAX = 1_000
/** The end of the year 9999. */
const DAY_MAX = Math.floor(Date.UTC(9999, 11, 31) / DAY_MS)

const PARTS = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'COUNT', 'UNTIL', 'WKST']

export function parseRule(text: string): ParsedRule {
  if (text.length > RULE_LENGTH_MAX) return refused(`A rule has at most ${RULE_LENGTH_MAX} characters.`)
  const parts = new Map<string, string>()
  const pairs = text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;$/, '')
  for (const pair of pairs.split(';')) {
    const [name = '', value = '', ...more] = pair.split('=')
    if (!PARTS.includes(name))
      return refused(`${JSON.stringify(name)} is not taken: a rule is made of ${PARTS.join(', ')}.`)
    if (value === '' || more.length > 0) return refused(`${name} needs a value, such as FREQ=WEEKLY.`)
    if (parts.has(name)) return refused(`${name} stands there twice.`)
    parts.set(name, value)
  }

  const frequency = FREQUENCIES.find((each) => each === parts.get('FREQ'))
  if (frequency === undefined) return refused(`FREQ is one of ${FREQUENCIES.join(', ')}.`)
  const interval = numberIn(parts.get('INTERVAL') ?? '1', 1, INTERVAL_MAX)
  if (interval === null) return refused(`INTERVAL is a number from 1 to ${INTERVAL_MAX}.`)
  const byDay = (parts.get('BYDAY')?.split(',') ?? []).map(dayFrom)
  if (byDay.includes(null)) return refused('BYDAY is a list such as MO,WE or, where FREQ=MONTHLY, 2TU or -1FR.')
  const days = byDay.filter((each) => each !== null)
  if (frequency !== 'MONTHLY' && days.some(({ ordinal }) => ordinal !== null))
    return refused('BYDAY takes an ordinal, such as 2TU, only with FREQ=MONTHLY.')
  const byMonthDay = (parts.get('BYMONTHDAY')?.split(',') ?? []).map((each) => numberIn(each, -31, 31))
  if (byMonthDay.includes(null) || byMonthDay.includes(0))
    return refused('BYMONTHDAY is a list of days from 1 to 31, or from -31 to -1 counted from the end.')
  if (frequency === 'WEEKLY' && byMonthDay.length > 0) return refused('BYMONTHDAY is not taken with FREQ=WEEKLY.')
  const count = parts.has('COUNT') ? numberIn(parts.get('COUNT') ?? '', 1, COUNT_MAX) : null
  if (parts.has('COUNT') && count === null) return refused(`COUNT is a number from 1 to ${COUNT_MAX}.`)
  const until = parts.has('UNTIL') ? untilFrom(parts.get('UNTIL') ?? '') : null
  if (parts.has('UNTIL') && until === null)
    return refused('UNTIL is a date such as 20270131, or a time such as 20270131T220000Z.')
  if (count !== null && until !== null) return refused('A rule has COUNT or UNTIL, not both.')
  const weekStart = WEEKDAYS.find((each) => each === (parts.get('WKST') ?? 'MO'))
  if (weekStart === undefined) return refused(`WKST is one of ${WEEKDAYS.join(', ')}.`)

  const monthDays = byMonthDay.filter((each) => each !== null)
  return { ok: true, rule: { frequency, interval, byDay: days, byMonthDay: monthDays, count, until, weekStart } }
}

function refused(reason: string): ParsedRule {
  return { ok: false, reason }
}

function numberIn(text: string, min: number, max: number): number | null {
  if (!/^[+-]?\d{1,5}$/.test(text)) return null
  const number = Number(text)
  return number >= min && number <= max ? number : null
}

function dayFrom(text: string): RecurrenceRule['byDay'][number] | null {
  const [, ordinal = '', name] = /^([+-]?\d)?([A-Z]{2})$/.exec(text) ?? []
  const weekday = WEEKDAYS.find((each) => each === name)
  if (weekday === undefined) return null
  if (ordinal === '') return { weekday, ordinal: null }
  const number = numberIn(ordinal, -5, 5)
  return number === null || number === 0 ? null : { weekday, ordinal: number }
}

function untilFrom(text: string): Until | null {
  const [, date = '', time, utc] = /^(\d{8})(?:T(\d{6})(Z)?)?$/.exec(text) ?? []
  if (date === '') return null
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`
  // The whole of a day without a time.
  const [hours, minutes, seconds] = (time ?? '235959').match(/../g) ?? []
  const atMs = Date.parse(`${iso}T${hours}:${minutes}:${seconds}Z`)
  // Date.parse takes the 31st of a short month for the 1st of the next.
  if (Number.isNaN(atMs) || !new Date(atMs).toISOString().startsWith(iso)) return null
  return utc === undefined ? { kind: 'wall', wallMs: atMs } : { kind: 'instant', atMs }
}

/** The days of the rule from `startDay` on, in order. Those before `fromDay` may be left out. Ends by COUNT, not by UNTIL. */
export function* daysOf(rule: RecurrenceRule, startDay: number, fromDay: number): Generator<number> {
  // What is counted has to be counted from the beginning.
  let period = rule.count === null ? Math.max(0, periodOf(rule, startDay, fromDay)) : 0
  let counted = 0
  let barren = 0
  for (; barren < BARREN_PERIODS_MAX; period++, barren++) {
    for (const day of daysOfPeriod(rule, startDay, period)) {
      if (day < startDay) continue
      if (day > DAY_MAX || (rule.count !== null && counted >= rule.count)) return
      barren = 0
      counted++
      yield day
    }
  }
}

/** In which repetition of the interval `day` lies. */
function periodOf({ frequency, interval, weekStart }: RecurrenceRule, startDay: number, day: number): number {
  switch (frequency) {
    case 'DAILY':
      return Math.floor((day - startDay) / interval)
    case 'WEEKLY':
      return Math.floor((day - weekOf(startDay, weekStart)) / (7 * interval))
    case 'MONTHLY':
      return Math.floor((monthOf(day) - monthOf(startDay)) / interval)
  }
}

function daysOfPeriod(rule: RecurrenceRule, startDay: number, period: number): number[] {
  const { frequency, interval, byDay, weekStart } = rule
  switch (frequency) {
    case 'DAILY': {
      const day = startDay + period * interval
      return isMonthDay(rule, day) && isWeekday(rule, day) ? [day] : []
    }
    case 'WEEKLY': {
      const first = weekOf(startDay, weekStart) + 7 * interval * period
      const week = [0, 1, 2, 3, 4, 5, 6].map((offset) => first + offset)
      return week.filter((day) => (byDay.length === 0 ? weekdayOf(day) === weekdayOf(startDay) : isWeekday(rule, day)))
    }
    case 'MONTHLY': {
      const month = monthOf(startDay) + period * interval
      const first = firstDayOf(month)
      const days = Array.from({ length: firstDayOf(month + 1) - first }, (_, offset) => first + offset)
      const isNamed = rule.byDay.length > 0 || rule.byMonthDay.length > 0
      return days.filter((day) =>
        isNamed ? isMonthDay(rule, day) && isWeekday(rule, day) : dayOfMonth(day) === dayOfMonth(startDay),
      )
    }
  }
}

function isMonthDay({ byMonthDay }: RecurrenceRule, day: number): boolean {
  if (byMonthDay.length === 0) return true
  const fromEnd = day - firstDayOf(monthOf(day) + 1)
  return byMonthDay.includes(dayOfMonth(day)) || byMonthDay.includes(fromEnd)
}

function isWeekday({ byDay }: RecurrenceRule, day: number): boolean {
  if (byDay.length === 0) return true
  const fromEnd = firstDayOf(monthOf(day) + 1) - day
  return byDay.some(({ weekday, ordinal }) => {
    if (WEEKDAYS[weekdayOf(day)] !== weekday) return false
    if (ordinal === null) return true
    return ordinal > 0 ? Math.ceil(dayOfMonth(day) / 7) === ordinal : Math.ceil(fromEnd / 7) === -ordinal
  })
}

/** Monday is 0; 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

function weekOf(day: number, weekStart: Weekday): number {
  return day - ((weekdayOf(day) - WEEKDAYS.indexOf(weekStart) + 7) % 7)
}

/** Months since the year 0. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function firstDayOf(month: number): number {
  return Math.round(Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS)
}

function dayOfMonth(day: number): number {
  return new Date(day * DAY_MS).getUTCDate()
}
