import { Cron } from 'croner'

/** Cron expressions of five fields, as crontab has them, in IANA time zones. A time that clocks skip comes when they jump. */

// Parsing costs a hundred times what asking does, and the same few expressions are asked for again and again.
const parsed = new Map<string, Cron>()
const PARSED_MAX = 1000

/** The first moment after `afterMs`. Throws on an expression that `cronFault` objects to. */
export function nextCronTime(cron: string, timeZone: string, afterMs: number): number {
  const next = cronOf(cron, timeZone).nextRun(new Date(afterMs))
  if (next === null) throw new Error(`"${cron}" names no moment`)
  return next.getTime()
}

/** What is wrong with it, in words; null when nothing is. */
export function cronFault(cron: string, timeZone: string, nowMs: number): string | null {
  try {
    nextCronTime(cron, timeZone, nowMs)
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return message.replace(/^CronPattern: |^CronDate: /, '')
  }
}

function cronOf(cron: string, timeZone: string): Cron {
  const key = `${timeZone} ${cron}`
  const known = parsed.get(key)
  if (known !== undefined) return known
  const fields = cron.trim().split(/\s+/).length
  if (fields !== 5)
    throw new Error(`five fields are needed, such as "0 3 * * 1-5"; there ${fields === 1 ? 'is 1' : `are ${fields}`}`)
  const made = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true })
  if (parsed.size >= PARSED_MAX) parsed.clear()
  parsed.set(key, made)
  return made
}
