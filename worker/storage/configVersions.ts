import { desc, eq, lt, lte, max } from 'drizzle-orm'
import { configVersions } from '../../db/schema.ts'
import type { ConfigSource } from '../../db/schema.ts'
import type { Actor } from '../domain/actor.ts'
import { SYSTEM } from '../domain/actor.ts'
import { configDiff, sameDocument, summaryOf } from '../domain/configDiff.ts'
import { readBack } from '../domain/configDocument.ts'
import type { DanglingReference } from '../domain/danglingReference.ts'
import type { Organisation } from '../domain/organisation.ts'
import { OrganisationAsStored } from '../domain/organisation.ts'
import { runBatch } from './database.ts'
import type { Database, Statement } from './database.ts'
import { hashKey } from './masterKey.ts'

/** Every change of the configuration ends here, in the batch that makes it: neither is there without the other. */

export const VERSIONS_KEPT_MAX = 500
/** D1 takes rows of 2 MB. */
const DOCUMENT_BYTES_MAX = 1_900_000
const ATTEMPTS_MAX = 5

/** Who changes it, by which way, and what for. */
export interface ConfigNote {
  readonly by: Actor
  readonly source: ConfigSource
  readonly message: string | null
}

export interface ListedVersion extends ConfigNote {
  readonly version: number
  readonly atMs: number
  /** How it differs from the version before. */
  readonly summary: string
  /** SHA-256 (hex) of the document. */
  readonly hash: string
}

/** The configuration that a change starts from. Version 0: none was ever recorded. */
export interface PresentConfiguration {
  readonly version: number
  /** Null before anything was configured. */
  readonly organisation: Organisation | null
}

/** What a change comes to, and the statements that write it. */
export interface PlannedChange {
  readonly ok: true
  /** Null: there is still nothing configured. */
  readonly after: Organisation | null
  readonly statements: readonly Statement[]
  /** What is written when the document stays as it is: such as a token, which it does not show. */
  readonly beyondDocument: readonly Statement[]
}

export type ChangeRefusal =
  | { readonly ok: false; readonly reason: 'stale_version'; readonly version: number }
  | { readonly ok: false; readonly reason: 'too_large'; readonly bytesMax: number }
  | { readonly ok: false; readonly reason: 'invalid'; readonly errors: readonly DanglingReference[] }
  | { readonly ok: false; readonly reason: 'busy' }

export interface ChangedConfiguration {
  readonly ok: true
  /** The version that holds now. */
  readonly version: number
  readonly before: Organisation | null
  readonly after: Organisation | null
}

export interface ChangeOptions {
  readonly expectedVersion?: number | undefined
  /** Says what it would come to and writes nothing. */
  readonly dryRun?: boolean
}

/**
 * Carries out a change that `plan` makes of the present state, together with the version that records it. The number of
 * the version is the lock: of two changes at once one is planned again on what the other made, or refused when it
 * expected something else. A change that changes nothing makes no version.
 */
export async function changeConfiguration<Refused extends { readonly ok: false }>(
  db: Database,
  read: () => Promise<PresentConfiguration>,
  plan: (present: PresentConfiguration) => Promise<PlannedChange | Refused>,
  note: ConfigNote,
  nowMs: number,
  { expectedVersion, dryRun = false }: ChangeOptions = {},
): Promise<ChangedConfiguration | ChangeRefusal | Refused> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const present = await read()
    const { version, organisation: before } = present
    if (expectedVersion !== undefined && expectedVersion !== version)
      return { ok: false, reason: 'stale_version', version }
    const planned = await plan(present)
    if (!planned.ok) return planned
    const { statements } = planned
    const outcome = planned.after && readBack(before, planned.after)
    if (outcome?.ok === false) return { ok: false, reason: 'invalid', errors: outcome.errors }
    const after = outcome?.organisation ?? null
    if (dryRun) return { ok: true, version, before, after }
    if (before !== null && after !== null && sameDocument(before, after)) {
      await runBatch(db, planned.beyondDocument)
      return { ok: true, version, before, after }
    }

    const recorded = after === null ? [] : await versionsFor(present, after, note, nowMs)
    const last = recorded.at(-1)
    if (last !== undefined && new TextEncoder().encode(last.document).byteLength > DOCUMENT_BYTES_MAX)
      return { ok: false, reason: 'too_large', bytesMax: DOCUMENT_BYTES_MAX }
    try {
      await runBatch(db, [
        // First, so that a change that comes second stops before it has done anything.
        ...recorded.map((row) => db.insert(configVersions).values(row)),
        ...statements,
        ...(last === undefined
          ? []
          : [db.delete(configVersions).where(lte(configVersions.version, last.version - VERSIONS_KEPT_MAX))]),
      ])
      return { ok: true, version: last?.version ?? version, before, after }
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  return { ok: false, reason: 'busy' }
}

export async function latestVersion(db: Database): Promise<number> {
  const [row] = await versionQuery(db)
  return row?.version ?? 0
}

/** The same for a batch that reads more. */
export function versionQuery(db: Database) {
  return db.select({ version: max(configVersions.version) }).from(configVersions)
}

/** Newest first; of `before` on, if given. */
export async function listVersions(db: Database, before: number | undefined, limit: number): Promise<ListedVersion[]> {
  const { document: _large, ...fields } = columns
  return db
    .select(fields)
    .from(configVersions)
    .where(before === undefined ? undefined : lt(configVersions.version, before))
    .orderBy(desc(configVersions.version))
    .limit(limit)
}

/** Null when there is no such version, or no longer. */
export async function findVersion(
  db: Database,
  version: number,
): Promise<(ListedVersion & { readonly organisation: Organisation }) | null> {
  const [row] = await db.select(columns).from(configVersions).where(eq(configVersions.version, version))
  if (row === undefined) return null
  const { document, ...listed } = row
  // Parsed, so that a setting that came later has its default.
  return { ...listed, organisation: OrganisationAsStored.parse(JSON.parse(document)) }
}

const columns = {
  version: configVersions.version,
  atMs: configVersions.atMs,
  by: configVersions.by,
  source: configVersions.source,
  message: configVersions.message,
  summary: configVersions.summary,
  hash: configVersions.hash,
  document: configVersions.document,
}

type VersionRow = typeof configVersions.$inferInsert & { readonly version: number }

/** The new version; before it what was configured before versions were kept, so that there is something to go back to. */
async function versionsFor(
  { version, organisation }: PresentConfiguration,
  after: Organisation,
  note: ConfigNote,
  nowMs: number,
): Promise<VersionRow[]> {
  const row = async (number: number, from: Organisation | null, to: Organisation, by: ConfigNote) => {
    const document = JSON.stringify(to)
    const summary = summaryOf(configDiff({ ...from }, { ...to }))
    return { version: number, atMs: nowMs, ...by, summary, document, hash: await hashKey(document) }
  }
  if (version > 0 || organisation === null) return [await row(version + 1, organisation, after, note)]
  const found: ConfigNote = { by: SYSTEM, source: 'api', message: 'As it was when versions were first kept' }
  return [await row(1, null, organisation, found), await row(2, organisation, after, note)]
}

/** Someone else took the number of the version in the meantime. */
function isTaken(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (/UNIQUE constraint failed: config_versions\.version/.test(at.message)) return true
  return false
}
