import { DAY_MS } from '../domain/subscriber.ts'
import type { TextUse } from '../domain/subscriber.ts'

/** Of the day's texts, so much at most goes to whoever asks from outside: the rest stays for news. */
const REQUESTS_SHARE = 0.25
const KEPT_DAYS = 30

/** How many texts went out on each day (UTC), of all pages: the first page's desk counts. */
export class TextBudget {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`CREATE TABLE IF NOT EXISTS text_days (
      day INTEGER PRIMARY KEY, requests INTEGER NOT NULL DEFAULT 0, news INTEGER NOT NULL DEFAULT 0,
      refused INTEGER NOT NULL DEFAULT 0)`)
  }

  /** Counts one that is about to go out; false when it must not. */
  take(isRequest: boolean, dailyMax: number, nowMs: number): boolean {
    const day = Math.floor(nowMs / DAY_MS)
    const { requests, news } = this.#of(day)
    const requestsMax = Math.max(1, Math.floor(dailyMax * REQUESTS_SHARE))
    const isOver = requests + news >= dailyMax || (isRequest && requests >= requestsMax)
    this.#count(day, isOver ? 'refused' : isRequest ? 'requests' : 'news')
    this.#sql.exec('DELETE FROM text_days WHERE day <= ?', day - KEPT_DAYS)
    return !isOver
  }

  /** Null: texts are not set up. */
  use(settings: { readonly dailyMax: number } | null, nowMs: number): TextUse | null {
    if (settings === null) return null
    const { dailyMax } = settings
    const day = Math.floor(nowMs / DAY_MS)
    const { requests, news, refused } = this.#of(day)
    return { sent: requests + news, refused, dailyMax, endsAtMs: (day + 1) * DAY_MS }
  }

  #of(day: number): { requests: number; news: number; refused: number } {
    const [row] = this.#sql
      .exec<{ requests: number; news: number; refused: number }>(
        'SELECT requests, news, refused FROM text_days WHERE day = ?',
        day,
      )
      .toArray()
    return row ?? { requests: 0, news: 0, refused: 0 }
  }

  #count(day: number, column: 'requests' | 'news' | 'refused'): void {
    this.#sql.exec(
      `INSERT INTO text_days (day, ${column}) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET ${column} = ${column} + 1`,
      day,
    )
  }
}
