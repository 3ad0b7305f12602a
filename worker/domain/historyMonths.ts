import { utcDay } from './wallClock.ts'
import { firstInstant, toWallMs } from './wallClock.ts'

/** History by month, as the calendars of the status page's zone have it. */

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/

export function isMonth(text: string): boolean {
  return MONTH.test(text)
}

/** Such as 2026-11. */
export function monthIn(timeZone: string, atMs: number): string {
  return utcDay(toWallMs(timeZone, atMs)).slice(0, 7)
}

/** From the first moment of the month up to that of the next. */
export function boundsOfMonth(timeZone: string, month: string): { readonly fromMs: number; readonly untilMs: number } {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return {
    fromMs: firstInstant(timeZone, Date.UTC(year, number - 1, 1)),
    untilMs: firstInstant(timeZone, Date.UTC(year, number, 1)),
  }
}
