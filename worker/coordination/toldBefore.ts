import { incidentStatements, maintenanceStatements, postMortemStatements } from '../domain/publicStatement.ts'
import type { Statement } from '../domain/publicStatement.ts'
import type { Published } from '../publishing/publicSource.ts'

/** All that was told while there was no log, the oldest thing first, and the files that it is to be compared with. */
export function toldBefore(
  sql: SqlStorage,
  published: Published,
): { readonly statements: readonly Statement[]; readonly paths: readonly string[] } {
  const ids = (query: string) =>
    sql
      .exec<{ id: string }>(query)
      .toArray()
      .map(({ id }) => id)
  const incidents = ids('SELECT id FROM incidents ORDER BY created_at_ms, id').flatMap(
    (id) => published.incident(id) ?? [],
  )
  const maintenances = ids('SELECT id FROM maintenances ORDER BY updated_at_ms, id').flatMap(
    (id) => published.maintenance(id) ?? [],
  )
  const postMortems = ids('SELECT id FROM post_mortems ORDER BY published_at_ms, id').flatMap(
    (id) => published.postMortem(id) ?? [],
  )
  return {
    statements: [
      ...incidents.flatMap((incident) => incidentStatements(null, incident)),
      ...maintenances.flatMap((maintenance) => maintenanceStatements(null, maintenance)),
      ...postMortems.flatMap((postMortem) => postMortemStatements(null, postMortem)),
    ],
    paths: [
      ...incidents.map(({ id }) => `incidents/${id}.json`),
      ...maintenances.map(({ id }) => `maintenance/${id}.json`),
      ...postMortems.map(({ postMortem }) => `post-mortems/${postMortem.id}.json`),
    ],
  }
}
