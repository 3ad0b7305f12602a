import { DAY_MS } from '../domain/subscriber.ts'
import type { TextUse } from '../domain/subscriber.ts'
import { addColumns } from './objectTables.ts'

/** Of the day's texts, so much at most goes to whoever asks from outside: the rest stays for news. */
const REQUESTS_SHARE = 0.25
const KEPT_DAYS = 30

interface Day {
  readonly requests: number
  readonly news: number
  /** News that did not go out. */
  readonly refused: number
  /** Requests that did not go out, and go out on another day. */
  readonly put_off: number
}

const NONE: Day = { requests: 0, news: 0, refused: 0, put_off: 0 }

/** How many texts went out on each day (UTC), of all pages: the first page's desk counts. */
export class TextBudget {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS text_days (
      day INTEGER PRIMARY KEY, requests INTEGER NOT NULL DEFAULT 0, news INTEGER NOT NULL DEFAULT 0,
      refused INTEGER NOT NULL DEFAULT 0)`)
    addColumns(sql, (statement) => void sql.exec(statement), 'text_days', { put_off: 'INTEGER NOT NULL DEFAULT 0' })
  }

  /** Counts one that is about to go out; false when it must not. */
  take(isRequest: boolean, dailyMax: number, nowMs: number): boolean {
    const day = Math.floor(nowMs / DAY_MS)
    const counted = this.#of(day)
    const isOver = isRequest ? areRequestsOver(counted, dailyMax) : isOverMax(counted, dailyMax)
    if (isOver) this.#count(day, isRequest ? 'put_off' : 'refused')
    else this.#count(day, isRequest ? 'requests' : 'news')
    this.#sql.exec('DELETE FROM text_days WHERE day <= ?', day - KEPT_DAYS)
    return !isOver
  }

  /** It did not go out after all. */
  giveBack(isRequest: boolean, nowMs: number): void {
    const column = isRequest ? 'requests' : 'news'
    this.#sql.exec(`UPDATE text_days SET ${column} = max(0, ${column} - 1) WHERE day = ?`, Math.floor(nowMs / DAY_MS))
  }

  /** Null: texts are not set up. */
  use(settings: { readonly dailyMax: number } | null, nowMs: number): TextUse | null {
    if (settings === null) return null
    const { dailyMax } = settings
    const day = Math.floor(nowMs / DAY_MS)
    const counted = this.#of(day)
    return {
      sent: counted.requests + counted.news,
      refused: counted.refused,
      putOff: counted.put_off,
      putsOff: areRequestsOver(counted, dailyMax),
      dailyMax,
      endsAtMs: (day + 1) * DAY_MS,
    }
  }

  #of(day: number): Day {
    const [row] = this.#sql
      .exec<{ requests: number; news: number; refused: number; put_off: number }>(
        'SELECT requests, news, refused, put_off FROM text_days WHERE day = ?',
        day,
      )
      .toArray()
    return row ?? NONE
  }

  #count(day: number, column: keyof Day): void {
    this.#sql.exec(
      `INSERT INTO text_days (day, ${column}) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET ${column} = ${column} + 1`,
      day,
    )
  }
}

function isOverMax({ requests, news }: Day, dailyMax: number): boolean {
  return requests + news >= dailyMax
}

function areRequestsOver(day: Day, dailyMax: number): boolean {
  return isOverMax(day, dailyMax) || day.requests >= Math.max(1, Math.floor(dailyMax * REQUESTS_SHARE))
}
