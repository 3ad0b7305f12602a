import { env } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { database } from './database.ts'
import { listEnded } from './endedAlerts.ts'

const db = database(env.DB)
/** Later than those of other tests. */
const LATEST_MS = Date.UTC(2300, 0, 1)

it('looks through a bounded number of firings, whatever is asked, and says where to go on', async () => {
  await db.run(sql`WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < 2000)
    INSERT INTO alerts (fingerprint, incident_id, source, labels, annotations, starts_at_ms, ended_at_ms, generator_url, severity)
    SELECT printf('%016x', i), 'ended', 'json', '{}', '{}', 0, ${LATEST_MS} - i, '', iif(i = 2000, 'sev1', 'sev3') FROM numbers`)
  const page = (after: Parameters<typeof listEnded>[1]) =>
    listEnded(db, after, ({ severity }) => severity === 'sev1', 10)
  const first = await page(null)
  expect(first).toMatchObject({ entries: [], next: { endedAtMs: LATEST_MS - 1999 } })
  expect((await page(first.next)).entries).toMatchObject([{ endedAtMs: LATEST_MS - 2000, severity: 'sev1' }])
})
