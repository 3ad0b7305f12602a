import { and, asc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { passkeys, responders, sessions, setUpLinks } from '../../db/signIn.ts'
import type { AccessRole } from '../domain/actor.ts'
import type { Responder } from '../domain/organisation.ts'
import { runBatch } from './database.ts'
import type { Database, Statement } from './database.ts'

export type SaveRespondersAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'email_taken'; readonly email: string }
  | { readonly ok: false; readonly reason: 'last_admin' }

/** What the console lists beside the document's fields. */
export type ListedResponder = Responder & { readonly hasPassword: boolean; readonly passkeys: number }

/**
 * Adds people and changes those who are known, by id, else by email: then they take the document's id. Passwords and
 * passkeys stay. Nobody is removed; that is `removePerson`.
 */
export async function saveResponders(
  db: Database,
  wanted: readonly Responder[],
  nowMs: number,
): Promise<SaveRespondersAnswer> {
  const plan = await planResponders(db, wanted, nowMs)
  if (!plan.ok) return plan
  await runBatch(db, plan.statements)
  return { ok: true }
}

export type RespondersPlan =
  | {
      readonly ok: true
      /** Everyone who is here afterwards, in the order of `listResponders`. */
      readonly people: readonly Responder[]
      readonly statements: readonly Statement[]
    }
  | Extract<SaveRespondersAnswer, { readonly ok: false }>

/** What `saveResponders` would write, for a batch that writes more. */
export async function planResponders(
  db: Database,
  wanted: readonly Responder[],
  nowMs: number,
): Promise<RespondersPlan> {
  const people = wanted.map((person) => ({ ...person, email: person.email.toLowerCase() }))
  const known = await db.select({ ...FIELDS, removedAtMs: responders.removedAtMs }).from(responders)

  const wantedIds = new Set(people.map((person) => person.id))
  const knownIds = new Set(known.map((person) => person.id))
  const idByEmail = new Map(known.filter((person) => !wantedIds.has(person.id)).map(({ email, id }) => [email, id]))
  const renames: { from: string; to: string }[] = []
  const emails = new Set<string>()
  for (const { id, email } of people) {
    const from = idByEmail.get(email)
    if (emails.has(email) || (from !== undefined && knownIds.has(id)))
      return { ok: false, reason: 'email_taken', email }
    emails.add(email)
    if (from !== undefined) renames.push({ from, to: id })
  }

  const renamed = new Set(renames.map(({ from }) => from))
  const others = known.filter(({ id, removedAtMs }) => !wantedIds.has(id) && !renamed.has(id) && removedAtMs === null)
  const hadAdmin = known.some(({ role, removedAtMs }) => role === 'admin' && removedAtMs === null)
  const keepsAdmin = [...people, ...others].some(({ role }) => role === 'admin')
  if (hadAdmin && !keepsAdmin) return { ok: false, reason: 'last_admin' }
  const after = [...others.map(asResponder), ...people].toSorted(byName)
  if (people.length === 0) return { ok: true, people: after, statements: [] }

  const document = JSON.stringify(people)
  const statements = [
    // Out of the way, so that two people can swap addresses in one document.
    db
      .update(responders)
      .set({ email: sql`id || ' moving'` })
      .where(
        or(
          inArray(responders.id, sql`(SELECT value ->> 'id' FROM json_each(${document}))`),
          inArray(responders.email, sql`(SELECT value ->> 'email' FROM json_each(${document}))`),
        ),
      ),
    ...renames.flatMap(({ from, to }) => [
      db.update(responders).set({ id: to }).where(eq(responders.id, from)),
      db.update(sessions).set({ responderId: to }).where(eq(sessions.responderId, from)),
      db.update(passkeys).set({ responderId: to }).where(eq(passkeys.responderId, from)),
      db.update(setUpLinks).set({ responderId: to }).where(eq(setUpLinks.responderId, from)),
    ]),
    // One parameter however many people: D1 binds at most a hundred.
    db
      .insert(responders)
      .select(
        sql`SELECT value ->> 'id', value ->> 'name', value ->> 'email', value ->> 'role', value ->> 'webhookUrl', NULL, ${nowMs}, ${nowMs}, NULL
          FROM json_each(${document}) WHERE true`,
      )
      .onConflictDoUpdate({
        target: responders.id,
        set: {
          name: sql`excluded.name`,
          email: sql`excluded.email`,
          role: sql`excluded.role`,
          webhookUrl: sql`excluded.webhook_url`,
          updatedAtMs: nowMs,
          removedAtMs: null,
        },
      }),
  ]
  return { ok: true, people: after, statements }
}

/** Everyone who has not been removed, by name. */
export async function listResponders(db: Database): Promise<Responder[]> {
  return respondersFrom(await respondersQuery(db))
}

/** The same for a batch that reads more. */
export function respondersQuery(db: Database) {
  return db.select(FIELDS).from(responders).where(isNull(responders.removedAtMs))
}

export function respondersFrom(rows: Awaited<ReturnType<typeof respondersQuery>>): Responder[] {
  return rows.map(asResponder).toSorted(byName)
}

/** The same with how they may sign in. */
export async function listPeople(db: Database): Promise<ListedResponder[]> {
  const rows = await db
    .select({
      ...FIELDS,
      hasPassword: sql<number>`${responders.passwordHash} IS NOT NULL`,
      passkeys: sql<number>`(SELECT count(*) FROM passkeys WHERE passkeys.responder_id = responders.id)`,
    })
    .from(responders)
    .where(isNull(responders.removedAtMs))
    .orderBy(asc(responders.name))
  return rows.map((row) => ({ ...asResponder(row), hasPassword: row.hasPassword === 1, passkeys: row.passkeys }))
}

export async function findResponder(db: Database, id: string): Promise<Responder | null> {
  const [row] = await db
    .select(FIELDS)
    .from(responders)
    .where(and(eq(responders.id, id), isNull(responders.removedAtMs)))
  return row === undefined ? null : asResponder(row)
}

/** The account that an email signs in to, with what its password is checked against. */
export async function findAccount(
  db: Database,
  email: string,
): Promise<{ id: string; passwordHash: string | null } | null> {
  const [row] = await db
    .select({ id: responders.id, passwordHash: responders.passwordHash })
    .from(responders)
    .where(and(eq(responders.email, email.toLowerCase()), isNull(responders.removedAtMs)))
  return row ?? null
}

export async function findPasswordHash(db: Database, id: string): Promise<string | null> {
  const [row] = await db
    .select({ passwordHash: responders.passwordHash })
    .from(responders)
    .where(and(eq(responders.id, id), isNull(responders.removedAtMs)))
  return row?.passwordHash ?? null
}

export async function savePassword(db: Database, id: string, passwordHash: string, nowMs: number): Promise<void> {
  await db.update(responders).set({ passwordHash, updatedAtMs: nowMs }).where(eq(responders.id, id))
}

/** Whether anybody can administer this instance: the set-up is over then. */
export async function hasAdmin(db: Database): Promise<boolean> {
  const rows = await db
    .select({ id: responders.id })
    .from(responders)
    .where(and(eq(responders.role, 'admin'), isNull(responders.removedAtMs)))
    .limit(1)
  return rows.length > 0
}

export function refusalToRemove(people: readonly Responder[], id: string): 'unknown' | 'last_admin' | null {
  if (!people.some((each) => each.id === id)) return 'unknown'
  return people.some((each) => each.role === 'admin' && each.id !== id) ? null : 'last_admin'
}

/** The statements that take away every way in. The name stays for the log. */
export function removalOf(db: Database, id: string, nowMs: number): Statement[] {
  return [
    // The address is free for somebody else.
    db
      .update(responders)
      .set({ removedAtMs: nowMs, passwordHash: null, email: `${id} removed`, webhookUrl: null })
      .where(eq(responders.id, id)),
    db.delete(sessions).where(eq(sessions.responderId, id)),
    db.delete(passkeys).where(eq(passkeys.responderId, id)),
    db.delete(setUpLinks).where(eq(setUpLinks.responderId, id)),
  ]
}

/** An id that nobody has, made of the part of the email before the @. */
export async function freeResponderId(db: Database, email: string): Promise<string> {
  const base = (email.split('@')[0] ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 50)
  const stem = base === '' ? 'responder' : base
  const candidates = [stem, ...Array.from({ length: 50 }, (_, i) => `${stem}-${i + 2}`)]
  const taken = await db.select({ id: responders.id }).from(responders).where(inArray(responders.id, candidates))
  const free = candidates.find((id) => !taken.some((row) => row.id === id))
  return free ?? `${stem}-${crypto.randomUUID().slice(0, 8)}`
}

const FIELDS = {
  id: responders.id,
  name: responders.name,
  email: responders.email,
  role: responders.role,
  webhookUrl: responders.webhookUrl,
}

/** By name, and by id where two have the same. */
function byName(a: Responder, b: Responder): number {
  return a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1
}

function asResponder(row: {
  id: string
  name: string
  email: string
  role: AccessRole
  webhookUrl: string | null
}): Responder {
  const { id, name, email, role, webhookUrl } = row
  return webhookUrl === null ? { id, name, email, role } : { id, name, email, role, webhookUrl }
}
