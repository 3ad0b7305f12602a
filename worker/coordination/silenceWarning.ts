import type { Silence } from '../domain/silence.ts'
import type { Responder } from '../domain/organisation.ts'
import { mailTransport, sendMail } from '../delivery/email.ts'
import { silenceWarningMail } from '../delivery/silenceMail.ts'
import { database } from '../storage/database.ts'
import { findResponder, listResponders } from '../storage/responders.ts'
import { extensionToken } from '../storage/silenceLinks.ts'
import type { SilenceWarning } from './alertEffects.ts'

/** Tells the author of a silence that it ends. Throws when it should be tried again; `silence` is as it is now. */
export async function sendSilenceWarning(env: Env, warning: SilenceWarning, silence: Silence | null): Promise<void> {
  const nowMs = Date.now()
  // Ended or extended meanwhile: the warning is no longer true.
  if (silence === null || silence.endsAtMs !== warning.endsAtMs || nowMs >= silence.endsAtMs) return
  const author = await authorOf(env, silence)
  if (author === null) return
  const { id, name } = author
  const token = await extensionToken(env.MASTER_KEY, {
    silenceId: silence.id,
    endsAtMs: silence.endsAtMs,
    responder: { id, name },
  })
  const mail = silenceWarningMail({
    silence,
    author,
    nowMs,
    hides: warning.hides,
    sample: warning.sample,
    publicUrl: env.PUBLIC_URL,
    extendUrl: `${env.PUBLIC_URL.replace(/\/+$/, '')}/extend-silence/${token}`,
    from: env.MAIL_FROM,
  })
  const transport = mailTransport(env)
  try {
    const outcome = await sendMail(transport, mail)
    if (outcome.ok) return
    if (outcome.kind === 'temporary') throw new Error(outcome.reason)
    console.error('a warning that a silence ends could not be sent', { silence: silence.id, reason: outcome.reason })
  } finally {
    transport.close()
  }
}

/** Who made it, when they have an address here: amtool and Grafana send a name or an email. */
async function authorOf(env: Env, { authorId, createdBy }: Silence): Promise<Responder | null> {
  const db = database(env.DB)
  if (authorId !== null) return findResponder(db, authorId)
  const wanted = createdBy.trim().toLowerCase()
  const people = await listResponders(db)
  const byEmail = people.find(({ email }) => email === wanted)
  if (byEmail !== undefined) return byEmail
  const [first, ...others] = people.filter(({ id, name }) => id === wanted || name.toLowerCase() === wanted)
  return others.length === 0 ? (first ?? null) : null
}
