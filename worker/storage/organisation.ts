import { asc, notInArray, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import {
  components,
  connections,
  escalationPolicies,
  overrides,
  playbooks,
  schedules,
  services,
  statusPages,
} from '../../db/schema.ts'
import { crockford } from '../domain/identifiers.ts'
import { Organisation } from '../domain/organisation.ts'
import { sealTokens, upsertConnection } from './connections.ts'
import type { Database } from './database.ts'
import { listResponders, saveResponders } from './responders.ts'
import type { SaveRespondersAnswer } from './responders.ts'

export interface StoredOrganisation {
  /** Twelve characters, stable: Statuspage clients key on it. */
  readonly publicId: string
  /** Without the connections' tokens. */
  readonly organisation: Organisation
}

/** D1 takes 100 parameters a statement. */
const PARAMETERS_MAX = 100

/** Null before anything was configured. */
export async function loadOrganisation(db: Database): Promise<StoredOrganisation | null> {
  const [responders, [[page], ...lists]] = await Promise.all([
    listResponders(db),
    db.batch([
      db.select().from(statusPages),
      db.select().from(components).orderBy(asc(components.position)),
      db.select().from(services).orderBy(asc(services.position)),
      db.select().from(schedules).orderBy(inOrderSaved),
      db.select().from(escalationPolicies).orderBy(inOrderSaved),
      db.select().from(playbooks).orderBy(inOrderSaved),
      db
        .select({ id: connections.id, name: connections.name, url: connections.url })
        .from(connections)
        .orderBy(inOrderSaved),
    ]),
  ])
  if (page === undefined) return null
  const [componentRows, serviceRows, scheduleRows, policyRows, playbookRows, connectionRows] = lists
  // Parsed, so that what was stored before a setting existed has its default.
  const organisation = Organisation.parse({
    ...page.alerting,
    statusPage: { name: page.name, timeZone: page.timeZone, supportUrl: page.supportUrl ?? undefined },
    groupBy: page.groupBy,
    inhibitRules: page.inhibitRules,
    responders,
    components: componentRows.map(({ id, name, description, group }) => ({
      id,
      name,
      description: description ?? undefined,
      group: group ?? undefined,
    })),
    services: serviceRows.map(({ catalogue, position: _position, ...row }) => ({ ...row, ...catalogue })),
    schedules: scheduleRows,
    policies: policyRows,
    playbooks: playbookRows,
    connections: connectionRows,
  })
  return { publicId: page.publicId, organisation }
}

/**
 * Makes the document the configuration: what it no longer names is gone, except responders, who are only added or
 * changed. The status page keeps its id, a component its age, a connection its token. When the responders are refused
 * nothing is changed.
 */
export async function saveOrganisation(
  db: Database,
  masterKey: string,
  organisation: Organisation,
  nowMs: number,
): Promise<SaveRespondersAnswer> {
  const { statusPage, groupBy, inhibitRules } = organisation
  const { grouping, routingRules, flapping, storm, environments, teams, heartbeats } = organisation
  const page = {
    name: statusPage.name,
    timeZone: statusPage.timeZone,
    supportUrl: statusPage.supportUrl ?? null,
    groupBy,
    inhibitRules,
    alerting: { grouping, routingRules, flapping, storm, environments, teams, heartbeats },
  }
  const sealed = await sealTokens(masterKey, organisation.connections)
  const publicId = crockford(crypto.getRandomValues(new Uint8Array(12)), 12)

  const answer = await saveResponders(db, organisation.responders, nowMs)
  if (!answer.ok) return answer
  await db.batch([
    db
      .insert(statusPages)
      .values({ id: 1, publicId, ...page })
      .onConflictDoUpdate({ target: statusPages.id, set: page }),
    db.delete(components).where(notAmong(components.id, organisation.components)),
    ...inChunks(organisation.components, 6).map((chunk) =>
      db
        .insert(components)
        .values(
          chunk.map(({ entry: { id, name, description, group }, position }) => ({
            id,
            position,
            name,
            description: description ?? null,
            group: group ?? null,
            createdAtMs: nowMs,
          })),
        )
        .onConflictDoUpdate({
          target: components.id,
          set: {
            position: sql`excluded.position`,
            name: sql`excluded.name`,
            description: sql`excluded.description`,
            group: sql`excluded.group_name`,
          },
        }),
    ),
    db.delete(services),
    ...inChunks(organisation.services, 7).map((chunk) =>
      db.insert(services).values(
        chunk.map(({ entry: { id, name, tier, components: affected, escalation, ...catalogue }, position }) => ({
          id,
          position,
          name,
          tier,
          components: affected,
          escalation,
          catalogue,
        })),
      ),
    ),
    db.delete(schedules),
    ...inChunks(organisation.schedules, 4).map((chunk) => db.insert(schedules).values(chunk.map(({ entry }) => entry))),
    db.delete(overrides).where(notAmong(overrides.scheduleId, organisation.schedules)),
    db.delete(escalationPolicies),
    ...inChunks(organisation.policies, 4).map((chunk) =>
      db.insert(escalationPolicies).values(chunk.map(({ entry }) => entry)),
    ),
    db.delete(playbooks),
    ...inChunks(organisation.playbooks, 2).map((chunk) => db.insert(playbooks).values(chunk.map(({ entry }) => entry))),
    db.delete(connections).where(notAmong(connections.id, organisation.connections)),
    ...organisation.connections.map((connection) => upsertConnection(db, connection, sealed)),
  ])
  return answer
}

const inOrderSaved = sql`rowid`

/** One parameter, however many ids there are. */
function notAmong(column: SQLiteColumn, list: readonly { readonly id: string }[]) {
  return notInArray(column, sql`(SELECT value FROM json_each(${JSON.stringify(list.map(({ id }) => id))}))`)
}

interface Placed<T> {
  readonly entry: T
  readonly position: number
}

/** `columns` is how many parameters a row takes. */
function inChunks<T>(list: readonly T[], columns: number): Placed<T>[][] {
  const rows = Math.floor(PARAMETERS_MAX / columns)
  const placed = list.map((entry, i) => ({ entry, position: i + 1 }))
  return Array.from({ length: Math.ceil(placed.length / rows) }, (_, i) => placed.slice(i * rows, (i + 1) * rows))
}
