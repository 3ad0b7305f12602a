import { sql } from 'drizzle-orm'
import type { Labels } from '../domain/alert.ts'
import { SIMILAR_SCORE_MIN, similarityOf } from '../domain/similarity.ts'
import type { Database } from './database.ts'
import { searchWords } from './searchWords.ts'

/** Past incidents that resemble one that is open, and what fixed them. */

export interface SimilarIncident {
  readonly id: string
  readonly title: string
  /** As its post-mortem says, else as whoever resolved it did; empty when nobody said. */
  readonly fixedBy: string
  readonly resolvedAtMs: number
  readonly hasPostMortem: boolean
  readonly reasons: readonly string[]
}

export interface WantedIncident {
  readonly id: string
  /** The incident that goes on with it, if it was merged. */
  readonly mergedInto: string | null
  readonly title: string
  readonly alertTitles: readonly string[]
  readonly services: readonly string[]
  /** Services next to those. */
  readonly near: readonly string[]
  readonly changed: readonly string[]
  /** What people call a service. */
  readonly nameOf: (service: string) => string
}

const FOUND_BY_WORDS_MAX = 30
const FOUND_BY_SERVICE_MAX = 30
/** Labels are read of so many: a storm has thousands of alerts that are much the same. */
const COMPARED_MAX = 20
const ALERTS_COMPARED_MAX = 20

interface Candidate {
  readonly id: string
  readonly title: string
  readonly fixedBy: string
  readonly hasPostMortem: 0 | 1
  readonly services: string
  readonly changed: string
  readonly resolvedAtMs: number
  readonly words: number
}

/** The most similar first. */
export async function similarIncidents(
  db: Database,
  wanted: WantedIncident,
  limit: number,
): Promise<SimilarIncident[]> {
  const candidates = await candidatesFor(db, wanted)
  const compared = candidates
    .map((candidate) => ({ candidate, ...compare(candidate, wanted, [], []) }))
    .toSorted((a, b) => b.score - a.score || b.candidate.resolvedAtMs - a.candidate.resolvedAtMs)
    .slice(0, COMPARED_MAX)
  const labels = await labelsOf(db, [wanted.id, ...compared.map(({ candidate }) => candidate.id)])
  return compared
    .map(({ candidate }) => ({
      candidate,
      ...compare(candidate, wanted, labels.get(wanted.id) ?? [], labels.get(candidate.id) ?? []),
    }))
    .filter(({ score }) => score >= SIMILAR_SCORE_MIN)
    .toSorted((a, b) => b.score - a.score || b.candidate.resolvedAtMs - a.candidate.resolvedAtMs)
    .slice(0, limit)
    .map(({ candidate: { id, title, fixedBy, resolvedAtMs, hasPostMortem }, reasons }) => ({
      id,
      title,
      fixedBy,
      resolvedAtMs,
      hasPostMortem: hasPostMortem === 1,
      reasons,
    }))
}

function compare(candidate: Candidate, wanted: WantedIncident, ours: readonly Labels[], theirs: readonly Labels[]) {
  const past = { services: split(candidate.services), changed: split(candidate.changed), labels: theirs }
  return similarityOf({ ...wanted, labels: ours }, past, {
    near: wanted.near,
    words: candidate.words,
    nameOf: wanted.nameOf,
  })
}

async function candidatesFor(db: Database, wanted: WantedIncident): Promise<Candidate[]> {
  const words = searchWords([wanted.title, ...wanted.alertTitles].join(' '))
  const services = JSON.stringify([...wanted.services, ...wanted.near])
  const columns = sql`i.id, i.title, coalesce(nullif(p.fixed_by, ''), i.fixed_by) AS fixedBy,
    p.id IS NOT NULL AS hasPostMortem, i.services, i.changed_services AS changed, i.resolved_at_ms AS resolvedAtMs`
  // What was merged is told by the incident that went on with it.
  const past = sql`i.resolved_at_ms IS NOT NULL AND i.merged_into IS NULL
    AND i.id <> ${wanted.id} AND i.id IS NOT ${wanted.mergedInto}`
  const joined = sql`JOIN incidents i ON i.id = found.id LEFT JOIN post_mortems p ON p.id = i.id`
  const [byWords, byService] = await Promise.all([
    words === ''
      ? []
      : db.all<Candidate>(
          sql`SELECT ${columns}, max(found.words) AS words FROM (
              SELECT id, -bm25(incident_search, 0, 4, 1, 4, 0) AS words FROM incident_search WHERE incident_search MATCH ${words}
              UNION ALL
              SELECT id, -bm25(post_mortem_search, 0, 4, 1, 0) FROM post_mortem_search WHERE post_mortem_search MATCH ${words}
                AND id IN (SELECT id FROM post_mortems WHERE version > 1)
            ) found ${joined} WHERE ${past} GROUP BY i.id ORDER BY words DESC LIMIT ${FOUND_BY_WORDS_MAX}`,
        ),
    db.all<Candidate>(
      sql`SELECT ${columns}, 0 AS words FROM incidents found ${joined}
          WHERE ${past} AND EXISTS (SELECT 1 FROM json_each(${services}) s WHERE instr(i.services, ' ' || s.value || ' ') > 0)
          ORDER BY i.resolved_at_ms DESC LIMIT ${FOUND_BY_SERVICE_MAX}`,
    ),
  ])
  const found = new Map<string, Candidate>()
  for (const candidate of [...byWords, ...byService]) if (!found.has(candidate.id)) found.set(candidate.id, candidate)
  return [...found.values()]
}

async function labelsOf(db: Database, ids: readonly string[]): Promise<Map<string, Labels[]>> {
  // The subquery reads the primary key only: a storm's other thousands of alerts are not touched.
  const rows = await db.all<{ id: string; labels: string }>(
    sql`SELECT e.value AS id, a.labels FROM json_each(${JSON.stringify(ids)}) e JOIN alerts a ON a.rowid IN (
          SELECT rowid FROM alerts WHERE incident_id = e.value ORDER BY fingerprint LIMIT ${ALERTS_COMPARED_MAX})`,
  )
  const labels = new Map<string, Labels[]>()
  for (const row of rows) {
    const known = labels.get(row.id)
    if (known === undefined) labels.set(row.id, [labelsIn(row.labels)])
    else known.push(labelsIn(row.labels))
  }
  return labels
}

/** The column holds only what was written from an alert. */
function labelsIn(json: string): Labels {
  return JSON.parse(json) as Labels
}

function split(column: string): string[] {
  return column.split(' ').filter((word) => word !== '')
}
