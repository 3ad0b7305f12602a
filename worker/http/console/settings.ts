import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { AccessRole, includesRole } from '../../domain/actor.ts'
import { createApiToken, revokeApiToken } from '../../storage/apiTokens.ts'
import { database } from '../../storage/database.ts'
import { removePerson, savePeople } from '../../storage/organisation.ts'
import { removePasskey } from '../../storage/passkeys.ts'
import { hashPassword, verifyPassword } from '../../storage/passwords.ts'
import {
  findAccount,
  findPasswordHash,
  findResponder,
  freeResponderId,
  savePassword,
} from '../../storage/responders.ts'
import { closeSessionsOf, openSession } from '../../storage/sessions.ts'
import { createSetUpLink } from '../../storage/setUpLinks.ts'
import { countAttempt, forgetAttempts } from '../../storage/signInAttempts.ts'
import { forgetSession, rememberSession } from '../authenticate.ts'
import { refusalFor } from '../configuration.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { RenderPage } from '../render.ts'
import { NewToken } from '../tokens.ts'
import { noticeOf } from './notice.ts'
import { answerPage, byConsole, readForm } from './pages.ts'
import { mayManage, settingsView, type Person, type SettingsOutcome } from './settingsView.ts'
import { readPassword, refusalOfPassword } from './signIn.ts'
import type { ShownOnce } from './signInViews.ts'

const NOTICE: Readonly<Record<string, string>> = {
  password: 'Your password was changed. Everywhere else you were signed out.',
  passkey_added: 'The passkey was added. It signs you in from now on.',
  passkey_removed: 'The passkey was removed.',
  token_revoked: 'The token was revoked. It stops working within ten seconds.',
  role: 'The role was changed.',
  person_removed: 'This person can no longer sign in. Their name stays in the timelines.',
}

const LAST_ADMIN = 'This is the last admin. Make someone else an admin first.'

/** The settings: plain forms that need no script, but for adding a passkey. */
export function settingsRoutes(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()
  const page = async (c: Context<HttpEnv>, me: Person, outcome: SettingsOutcome, status = 200) =>
    answerPage(render, '/console/settings', await settingsView(c, me, outcome), status)
  const refuse = (c: Context<HttpEnv>, me: Person, error: string) => page(c, me, { error }, 422)

  routes.get('/console/settings', allow({ role: 'viewer' }), async (c) => {
    const me = personOf(c)
    return me === null ? notAPerson(c) : page(c, me, { notice: noticeOf(c, NOTICE) })
  })

  routes.post('/console/settings/password', allow({ role: 'viewer' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const db = database(c.env.DB)
    const nowMs = Date.now()
    const known = await findPasswordHash(db, me.id)
    const password = await readPassword(c)
    // The same count as for signing in: a stolen session is no way to guess on.
    if (!(await countAttempt(db, me.email, null, nowMs))) return refuse(c, me, 'Too many attempts. Wait 15 minutes.')
    if (known !== null && !(await verifyPassword(await readPassword(c, 'current'), known))) {
      return refuse(c, me, 'The current password is wrong.')
    }
    const refusal = refusalOfPassword(password)
    if (refusal !== null) return refuse(c, me, refusal)

    await savePassword(db, me.id, await hashPassword(password), nowMs)
    await closeSessionsOf(db, me.id)
    await forgetAttempts(db, me.email)
    rememberSession(c, await openSession(db, me.id, c.req.header('User-Agent') ?? '', nowMs))
    return c.redirect('/console/settings?done=password#account', 303)
  })

  routes.post('/console/settings/sessions/close', allow({ role: 'viewer' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    await closeSessionsOf(database(c.env.DB), me.id)
    forgetSession(c)
    return c.redirect('/console/login', 303)
  })

  routes.post('/console/settings/passkeys/:id/remove', allow({ role: 'viewer' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const removed = await removePasskey(database(c.env.DB), me.id, c.req.param('id'))
    if (!removed) return refuse(c, me, 'This passkey was removed before.')
    return c.redirect('/console/settings?done=passkey_removed#passkeys', 303)
  })

  routes.post('/console/settings/people', allow({ role: 'manager' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const field = await readForm(c)
    const wanted = NewPerson.safeParse({ name: field('name'), email: field('email'), role: field('role') })
    if (!wanted.success) return refuse(c, me, 'An invitation needs a name, an email address and a role.')
    if (!includesRole(me.role, wanted.data.role)) return refuse(c, me, 'You cannot give a role above your own.')
    const db = database(c.env.DB)
    const nowMs = Date.now()
    const person = { ...wanted.data, id: await freeResponderId(db, wanted.data.email) }
    if (await isTaken(c, person.email)) return refuse(c, me, `${person.email} belongs to someone who is here already.`)
    const saved = await savePeople(db, [person], byConsole(c), nowMs)
    if (!saved.ok) return refuse(c, me, refusalFor(saved).detail)
    return page(c, me, { shown: shownLink(c, person.name, await createSetUpLink(db, person.id, nowMs)) })
  })

  routes.post('/console/settings/people/:id/link', allow({ role: 'manager' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const db = database(c.env.DB)
    const person = await findResponder(db, c.req.param('id'))
    if (person === null || !mayManage(me.role, person.role)) return refuse(c, me, NOT_YOURS)
    return page(c, me, { shown: shownLink(c, person.name, await createSetUpLink(db, person.id, Date.now())) })
  })

  routes.post('/console/settings/people/:id/role', allow({ role: 'manager' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const db = database(c.env.DB)
    const role = AccessRole.safeParse((await readForm(c))('role'))
    const person = await findResponder(db, c.req.param('id'))
    if (person === null || person.id === me.id || !role.success || !mayManage(me.role, person.role)) {
      return refuse(c, me, NOT_YOURS)
    }
    if (!includesRole(me.role, role.data)) return refuse(c, me, 'You cannot give a role above your own.')
    const saved = await savePeople(db, [{ ...person, role: role.data }], byConsole(c), Date.now())
    if (!saved.ok) return refuse(c, me, saved.reason === 'last_admin' ? LAST_ADMIN : refusalFor(saved).detail)
    return c.redirect('/console/settings?done=role#people', 303)
  })

  routes.post('/console/settings/people/:id/remove', allow({ role: 'manager' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const db = database(c.env.DB)
    const person = await findResponder(db, c.req.param('id'))
    if (person === null || person.id === me.id || !mayManage(me.role, person.role)) return refuse(c, me, NOT_YOURS)
    const removed = await removePerson(db, person.id, byConsole(c), Date.now())
    if (!removed.ok) {
      if (removed.reason === 'unknown') return refuse(c, me, NOT_YOURS)
      return refuse(c, me, removed.reason === 'last_admin' ? LAST_ADMIN : refusalFor(removed).detail)
    }
    return c.redirect('/console/settings?done=person_removed#people', 303)
  })

  routes.post('/console/settings/tokens', allow({ role: 'admin' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const { name, role, scopes } = await c.req.parseBody({ all: true })
    const wanted = NewToken.safeParse({ name, role, scopes: scopes === undefined ? [] : [scopes].flat() })
    if (!wanted.success) return refuse(c, me, 'A token needs a name, a role and at least one scope.')
    const token = { ...wanted.data, createdBy: me.id }
    const { secret } = await createApiToken(database(c.env.DB), token, Date.now())
    const { origin } = new URL(c.env.PUBLIC_URL)
    return page(c, me, {
      shown: {
        title: `The token ${wanted.data.name}`,
        explanation: 'Copy it now: only its hash is kept, so it cannot be shown again.',
        value: secret,
        snippets: [{ title: 'Use it', text: `curl ${origin}/api/v1/incidents -H 'Authorization: Bearer ${secret}'` }],
      },
    })
  })

  routes.post('/console/settings/tokens/:id/revoke', allow({ role: 'admin' }), async (c) => {
    const me = personOf(c)
    if (me === null) return notAPerson(c)
    const revoked = await revokeApiToken(database(c.env.DB), c.req.param('id'), Date.now())
    if (!revoked) return refuse(c, me, 'This token was revoked before.')
    return c.redirect('/console/settings?done=token_revoked#tokens', 303)
  })

  return routes
}

const NewPerson = z.object({
  name: z.string().min(1).max(120),
  email: z.email().max(254).toLowerCase(),
  role: AccessRole,
})

const NOT_YOURS = 'You can change only people whose role is below yours.'

function personOf(c: Context<HttpEnv>): Person | null {
  const { principal } = c.var
  return principal.kind === 'responder' ? principal : null
}

function notAPerson(c: Context): Response {
  return problem(c, 403, 'not_a_person', 'The settings are for people; a token uses the API.')
}

async function isTaken(c: Context<HttpEnv>, email: string): Promise<boolean> {
  return (await findAccount(database(c.env.DB), email)) !== null
}

function shownLink(c: Context<HttpEnv>, name: string, token: string): ShownOnce {
  return {
    title: `The set-up link for ${name}`,
    explanation: `Send it to ${name} yourself. It works once, within a day, and lets whoever opens it choose the password.`,
    value: new URL(`/console/set-up/${token}`, c.env.PUBLIC_URL).href,
    snippets: [],
  }
}
