import type { Context } from 'hono'
import { ACCESS_ROLES, includesRole, type AccessRole } from '../../domain/actor.ts'
import { listApiTokens } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { pageWebhookSecret } from '../../storage/pageSecrets.ts'
import { listPasskeys } from '../../storage/passkeys.ts'
import { findPasswordHash, listPeople, type ListedResponder } from '../../storage/responders.ts'
import { countSessions } from '../../storage/sessions.ts'
import { SCOPES, type HttpEnv, type Principal } from '../env.ts'
import type { SettingsView } from './signInViews.ts'

export type Person = Extract<Principal, { kind: 'responder' }>

/** What just happened, and what the person typed when it did not. */
export type SettingsOutcome = Partial<Pick<SettingsView, 'notice' | 'error' | 'shown'>>

/** The settings as this person may see them. */
export async function settingsView(
  c: Context<HttpEnv>,
  me: Person,
  outcome: SettingsOutcome = {},
): Promise<SettingsView> {
  const db = database(c.env.DB)
  const isManager = includesRole(me.role, 'manager')
  const isAdmin = includesRole(me.role, 'admin')
  const [passwordHash, passkeys, sessions, people, tokens] = await Promise.all([
    findPasswordHash(db, me.id),
    listPasskeys(db, me.id),
    countSessions(db, me.id, Date.now()),
    isManager ? listPeople(db) : null,
    isAdmin ? listApiTokens(db) : null,
  ])

  return {
    me,
    notice: outcome.notice ?? null,
    error: outcome.error ?? null,
    shown: outcome.shown ?? null,
    account: { hasPassword: passwordHash !== null, passkeys, sessions },
    people:
      people?.map((person) => ({
        id: person.id,
        name: person.name,
        email: person.email,
        role: person.role,
        signsInWith: signsInWith(person),
        mayChange: person.id !== me.id && mayManage(me.role, person.role),
      })) ?? null,
    rolesToGive: isManager ? ACCESS_ROLES.filter((role) => includesRole(me.role, role)) : [],
    tokens,
    scopes: SCOPES,
    pageWebhookSecret: isAdmin ? await pageWebhookSecret(c.env.MASTER_KEY) : null,
    mayConfigure: isAdmin,
  }
}

/** Admins manage everyone, managers those below them: a set-up link is as good as the account it opens. */
export function mayManage(mine: AccessRole, theirs: AccessRole): boolean {
  return mine === 'admin' || (mine === 'manager' && !includesRole(theirs, 'manager'))
}

function signsInWith(person: ListedResponder): string {
  const ways = [
    ...(person.hasPassword ? ['password'] : []),
    ...(person.passkeys === 1 ? ['1 passkey'] : []),
    ...(person.passkeys > 1 ? [`${person.passkeys} passkeys`] : []),
  ]
  return ways.length === 0 ? 'not set up yet' : ways.join(', ')
}
