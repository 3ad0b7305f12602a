/** Lengths of time as people write them: "45 s", "30 min", "26 h", "7 d". */

const SECONDS = new Map(
  Object.entries({
    s: 1,
    sec: 1,
    second: 1,
    seconds: 1,
    m: 60,
    min: 60,
    minute: 60,
    minutes: 60,
    h: 3600,
    hour: 3600,
    hours: 3600,
    d: 24 * 3600,
    day: 24 * 3600,
    days: 24 * 3600,
  }),
)
const WRITTEN_IN = ['d', 'h', 'min'] as const

/** In seconds; null when it is not a length of time. A bare 0 needs no unit. */
export function parseDuration(text: string): number | null {
  if (/^\s*0\s*$/.test(text)) return 0
  const [, number = '', unit = ''] = /^\s*(\d{1,9})\s*([a-z]+)\s*$/i.exec(text) ?? []
  const seconds = SECONDS.get(unit.toLowerCase())
  return number === '' || seconds === undefined ? null : Number(number) * seconds
}

/** In the largest unit that gives a whole number, and in hours rather than in one day. */
export function durationText(seconds: number): string {
  const unit = WRITTEN_IN.find((name) => {
    const length = SECONDS.get(name) ?? 1
    return seconds >= length && seconds % length === 0 && !(name === 'd' && seconds === length)
  })
  return unit === undefined ? `${seconds} s` : `${seconds / (SECONDS.get(unit) ?? 1)} ${unit}`
}

const MINUTE_MS = 60_000

/** How long something is or was, for people: rounded down, so that it never promises more time than there is. */
export function roughSpan(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 120) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`
}
