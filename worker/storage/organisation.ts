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
import { withoutTokens } from '../domain/configDocument.ts'
import { crockford } from '../domain/identifiers.ts'
import { OrganisationAsStored } from '../domain/organisation.ts'
import type { Organisation, Responder } from '../domain/organisation.ts'
import { changeConfiguration, versionQuery } from './configVersions.ts'
import type {
  ChangedConfiguration,
  ChangeOptions,
  ChangeRefusal,
  ConfigNote,
  PresentConfiguration,
} from './configVersions.ts'
import { sealTokens, tokenStatements, upsertConnection } from './connections.ts'
import type { Database, Statement } from './database.ts'
import { forgetAccessExcept } from './pageAccess.ts'
import { upsertPlaybook } from './playbooks.ts'
import type { StoredPlaybook } from './playbooks.ts'
import {
  listResponders,
  planResponders,
  refusalToRemove,
  removalOf,
  respondersFrom,
  respondersQuery,
} from './responders.ts'
import type { SaveRespondersAnswer } from './responders.ts'

export interface StoredOrganisation {
  /** Of the configuration; 0: none was ever recorded. */
  readonly version: number
  /** Twelve characters, stable: Statuspage clients key on it. */
  readonly publicId: string
  /** Without the connections' tokens. */
  readonly organisation: Organisation
}

/** D1 takes 100 parameters a statement. */
const PARAMETERS_MAX = 100

/** Null before anything was configured. */
export async function loadOrganisation(db: Database): Promise<StoredOrganisation | null> {
  return (await readConfiguration(db)).stored
}

/** All of it as it was at one moment: a batch is a transaction. */
async function readConfiguration(
  db: Database,
): Promise<{ readonly version: number; readonly stored: StoredOrganisation | null }> {
  const [[numbered], people, [page], ...lists] = await db.batch([
    versionQuery(db),
    respondersQuery(db),
    db.select().from(statusPages),
    db.select().from(components).orderBy(asc(components.position)),
    db.select().from(services).orderBy(asc(services.position)),
    db.select().from(schedules).orderBy(inOrderSaved),
    db.select().from(escalationPolicies).orderBy(inOrderSaved),
    db.select().from(playbooks).orderBy(inOrderSaved),
    db
      .select({ id: connections.id, name: connections.name, url: connections.url })
      .from(connections)
      .orderBy(asc(connections.position), inOrderSaved),
  ])
  const version = numbered?.version ?? 0
  if (page === undefined) return { version, stored: null }
  const [componentRows, serviceRows, scheduleRows, policyRows, playbookRows, connectionRows] = lists
  // Parsed, so that what was stored before a setting existed has its default.
  const { pages, ...settings } = page.settings
  const organisation = OrganisationAsStored.parse({
    ...page.alerting,
    pages,
    statusPage: {
      ...settings,
      name: page.name,
      timeZone: page.timeZone,
      supportUrl: page.supportUrl ?? undefined,
    },
    groupBy: page.groupBy,
    inhibitRules: page.inhibitRules,
    responders: respondersFrom(people),
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
  return { version, stored: { version, publicId: page.publicId, organisation } }
}

type PeopleRefusal = Extract<SaveRespondersAnswer, { readonly ok: false }>

export type OrganisationChange = ChangedConfiguration | ChangeRefusal | PeopleRefusal

/**
 * Makes the document the configuration: what it no longer names is gone, except responders, who are only added or
 * changed. The status page keeps its id, a component its age, a connection its token. When it is refused nothing is
 * changed.
 */
export async function saveOrganisation(
  db: Database,
  masterKey: string,
  organisation: Organisation,
  note: ConfigNote,
  nowMs: number,
  options?: ChangeOptions,
): Promise<OrganisationChange> {
  const sealed = await sealTokens(masterKey, organisation.connections)
  const plan = async () => {
    const people = await planResponders(db, organisation.responders, nowMs)
    if (!people.ok) return people
    return {
      ok: true as const,
      after: { ...withoutTokens(organisation), responders: [...people.people] },
      statements: [...people.statements, ...statementsFor(db, organisation, sealed, nowMs)],
      beyondDocument: tokenStatements(db, organisation.connections, sealed),
    }
  }
  return changeConfiguration<PeopleRefusal>(db, () => presentConfiguration(db), plan, note, nowMs, options)
}

/** Adds people or changes them, as the document would. */
export async function savePeople(
  db: Database,
  wanted: readonly Responder[],
  note: ConfigNote,
  nowMs: number,
): Promise<OrganisationChange> {
  const plan = async ({ organisation }: PresentConfiguration) => {
    const people = await planResponders(db, wanted, nowMs)
    if (!people.ok) return people
    const after = organisation && { ...organisation, responders: [...people.people] }
    return { ok: true as const, after, statements: people.statements, beyondDocument: [] }
  }
  return changeConfiguration<PeopleRefusal>(db, () => presentConfiguration(db), plan, note, nowMs)
}

type RemovalRefusal =
  | { readonly ok: false; readonly reason: 'unknown' }
  | { readonly ok: false; readonly reason: 'last_admin' }

/** Takes away every way in. The name stays for the log. Refused for the last admin. */
export async function removePerson(
  db: Database,
  id: string,
  note: ConfigNote,
  nowMs: number,
): Promise<ChangedConfiguration | ChangeRefusal | RemovalRefusal> {
  const plan = async ({ organisation }: PresentConfiguration) => {
    const people = await listResponders(db)
    const reason = refusalToRemove(people, id)
    if (reason === 'unknown') return { ok: false as const, reason }
    if (reason === 'last_admin') return { ok: false as const, reason }
    const after = organisation && { ...organisation, responders: people.filter((person) => person.id !== id) }
    return { ok: true as const, after, statements: removalOf(db, id, nowMs), beyondDocument: [] }
  }
  return changeConfiguration<RemovalRefusal>(db, () => presentConfiguration(db), plan, note, nowMs)
}

/** Adds a playbook, or replaces what has this id. */
export async function savePlaybook(
  db: Database,
  playbook: StoredPlaybook,
  note: ConfigNote,
  nowMs: number,
): Promise<ChangedConfiguration | ChangeRefusal> {
  const plan = async ({ organisation }: PresentConfiguration) => ({
    ok: true as const,
    after: organisation && { ...organisation, playbooks: withPlaybook(organisation.playbooks, playbook) },
    statements: [upsertPlaybook(db, playbook)],
    beyondDocument: [],
  })
  return changeConfiguration<never>(db, () => presentConfiguration(db), plan, note, nowMs)
}

async function presentConfiguration(db: Database): Promise<PresentConfiguration> {
  const { version, stored } = await readConfiguration(db)
  return { version, organisation: stored?.organisation ?? null }
}

function withPlaybook(list: Organisation['playbooks'], playbook: StoredPlaybook): Organisation['playbooks'] {
  const isKnown = list.some(({ id }) => id === playbook.id)
  return isKnown ? list.map((each) => (each.id === playbook.id ? playbook : each)) : [...list, playbook]
}

function statementsFor(
  db: Database,
  organisation: Organisation,
  sealed: Map<string, string | null>,
  nowMs: number,
): Statement[] {
  const { statusPage, pages, groupBy, inhibitRules } = organisation
  const { grouping, routingRules, flapping, storm, environments, teams, heartbeats } = organisation
  const { name: pageName, timeZone, supportUrl = null, ...settings } = statusPage
  const page = {
    name: pageName,
    timeZone,
    supportUrl,
    settings: { ...settings, pages },
    groupBy,
    inhibitRules,
    alerting: { grouping, routingRules, flapping, storm, environments, teams, heartbeats },
  }
  const publicId = crockford(crypto.getRandomValues(new Uint8Array(12)), 12)
  return [
    db
      .insert(statusPages)
      .values({ id: 1, publicId, ...page })
      .onConflictDoUpdate({ target: statusPages.id, set: page }),
    ...forgetAccessExcept(db, pages),
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
    ...organisation.connections.map((connection, i) => upsertConnection(db, connection, i + 1, sealed)),
  ]
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
