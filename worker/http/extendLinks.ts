import { Hono } from 'hono'
import { includesRole } from '../domain/actor.ts'
import { matcherText } from '../domain/matchers.ts'
import type { Silence } from '../domain/silence.ts'
import { utcMinute } from '../publishing/text.ts'
import { database } from '../storage/database.ts'
import { findResponder } from '../storage/responders.ts'
import type { Extension } from '../storage/silenceLinks.ts'
import { readExtensionToken } from '../storage/silenceLinks.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { smallPage } from './smallPage.ts'

const EXTEND_BY_MS = 3_600_000

/**
 * The link in the warning that a silence ends. Opening it only asks, because mail scanners open every link; the button
 * extends the silence by an hour, once, without signing in.
 */
export const extendLinks = new Hono<HttpEnv>()
  .get('/extend-silence/:token', allow('signed_link'), async (c) => {
    const asked = await askedBy(c.env, c.req.param('token'))
    const silence = asked === null ? null : await desk(c.env).silence(asked.silenceId)
    if (asked === null || silence === null || isOver(silence)) return unusable()
    if (silence.endsAtMs !== asked.endsAtMs) return extended('It was extended already', silence)
    return smallPage({
      title: 'Extend this silence by an hour?',
      text: [...factsOf(silence), `It ends ${utcMinute(silence.endsAtMs)}.`],
      button: 'Extend it by an hour',
      link: linkTo(silence),
    })
  })
  .post('/extend-silence/:token', allow('signed_link'), async (c) => {
    const asked = await askedBy(c.env, c.req.param('token'))
    if (asked === null) return unusable()
    const silence = await desk(c.env).extendSilence(asked.silenceId, EXTEND_BY_MS, asked.endsAtMs)
    return silence === null || isOver(silence) ? unusable() : extended('Extended', silence)
  })

function desk(env: Env) {
  return env.ALERT_DESK.getByName('main')
}

function isOver(silence: Silence): boolean {
  return silence.isEnded || silence.endsAtMs <= Date.now()
}

/** Null when the link is not ours or too old, or its holder may not silence any more. */
async function askedBy(env: Env, token: string): Promise<Extension | null> {
  const asked = await readExtensionToken(env.MASTER_KEY, token, Date.now())
  if (asked === null) return null
  const responder = await findResponder(database(env.DB), asked.responder.id)
  return responder !== null && includesRole(responder.role, 'responder') ? asked : null
}

function factsOf({ matchers, comment }: Silence): string[] {
  return [matchers.map(matcherText).join(', '), comment]
}

function linkTo({ id }: Silence) {
  return { href: `/console/silences/${id}`, label: 'Open it in the console' }
}

function extended(title: string, silence: Silence): Promise<Response> {
  return smallPage({
    title,
    text: [...factsOf(silence), `It ends ${utcMinute(silence.endsAtMs)}.`],
    link: linkTo(silence),
  })
}

function unusable(): Promise<Response> {
  return smallPage({
    title: 'This link does not work any more',
    text: [
      'The silence has ended, or the link is altered or no longer yours. Sign in to silence alerts in the console.',
    ],
    link: { href: '/console/silences', label: 'Open the silences' },
    status: 410,
  })
}
