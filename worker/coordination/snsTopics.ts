import { z } from 'zod'

/** The topics of Amazon SNS whose subscription an integration has confirmed. */

export interface SnsTopic {
  readonly integrationId: string
  readonly arn: string
  readonly confirmedAtMs: number
}

const TOPICS_MAX = 100
const Row = z.object({ integration_id: z.string(), arn: z.string(), confirmed_at_ms: z.number() })

export class SnsTopics {
  readonly #sql: SqlStorage
  readonly #write: (statement: string, ...bindings: (string | number)[]) => void

  constructor(sql: SqlStorage, write: (statement: string, ...bindings: (string | number)[]) => void) {
    this.#sql = sql
    this.#write = write
    write(`CREATE TABLE IF NOT EXISTS sns_topics (
      integration_id TEXT NOT NULL, arn TEXT NOT NULL, confirmed_at_ms INTEGER NOT NULL,
      PRIMARY KEY (integration_id, arn)) WITHOUT ROWID`)
  }

  confirmed(integrationId: string, arn: string, nowMs: number): void {
    this.#write(
      `INSERT INTO sns_topics SELECT ?, ?, ? WHERE (SELECT count(*) FROM sns_topics WHERE integration_id = ?) < ?
        ON CONFLICT DO UPDATE SET confirmed_at_ms = excluded.confirmed_at_ms`,
      integrationId,
      arn,
      nowMs,
      integrationId,
      TOPICS_MAX,
    )
  }

  ended(integrationId: string, arn: string): void {
    this.#write('DELETE FROM sns_topics WHERE integration_id = ? AND arn = ?', integrationId, arn)
  }

  list(): SnsTopic[] {
    return this.#sql
      .exec('SELECT * FROM sns_topics ORDER BY integration_id, arn')
      .toArray()
      .map((row) => {
        const { integration_id: integrationId, arn, confirmed_at_ms: confirmedAtMs } = Row.parse(row)
        return { integrationId, arn, confirmedAtMs }
      })
  }
}
