import { Hono } from 'hono'
import { isUnanswered } from '../domain/decidePaging.ts'
import { REFUSAL_MESSAGE } from '../domain/refusal.ts'
import { database } from '../storage/database.ts'
import type { Acknowledgement } from '../storage/pageSecrets.ts'
import { readAcknowledgeToken } from '../storage/pageSecrets.ts'
import { findResponder } from '../storage/responders.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { smallPage } from './smallPage.ts'

/**
 * The acknowledge link of a page. Opening it only asks, because mail scanners open every link; the button acknowledges,
 * in the name of the responder who was paged, without signing in.
 */
export const acknowledgeLinks = new Hono<HttpEnv>()
  .get('/acknowledge/:token', allow('signed_link'), async (c) => {
    const asked = await askedBy(c.env, c.req.param('token'))
    if (asked === null) return unusable()
    const incident = await c.env.INCIDENT_ROOM.getByName(asked.incidentId).read()
    if (incident === null) return unusable()
    const room = { href: `/console/incidents/${incident.id}`, label: 'Open the incident room' }
    if (!isUnanswered(incident))
      return smallPage({
        title: 'Someone is on it',
        text: [`${incident.severity.toUpperCase()}: ${incident.title}`, `This incident is ${incident.phase} already.`],
        link: room,
      })
    return smallPage({
      title: `Acknowledge: ${incident.title}`,
      text: [
        `${incident.severity.toUpperCase()}, detected ${new Date(incident.times.detectedAtMs).toUTCString()}.`,
        `Acknowledging as ${asked.responder.name} stops the paging.`,
      ],
      button: 'Acknowledge',
      link: room,
    })
  })
  .post('/acknowledge/:token', allow('signed_link'), async (c) => {
    const asked = await askedBy(c.env, c.req.param('token'))
    if (asked === null) return unusable()
    const answer = await c.env.INCIDENT_ROOM.getByName(asked.incidentId).submit({
      command: { type: 'acknowledge', via: 'link' },
      by: { kind: 'responder', ...asked.responder },
    })
    const link = { href: `/console/incidents/${asked.incidentId}`, label: 'Open the incident room' }
    if (!answer.ok) return smallPage({ title: 'Someone is on it', text: [REFUSAL_MESSAGE[answer.reason]], link })
    return smallPage({
      title: 'Acknowledged',
      text: [`${asked.responder.name} has acknowledged “${answer.incident.title}”. Nobody else is paged.`],
      link,
    })
  })

/** Null when the link is not ours or too old, or whoever was paged has been removed since. */
async function askedBy(env: Env, token: string): Promise<Acknowledgement | null> {
  const asked = await readAcknowledgeToken(env.MASTER_KEY, token, Date.now())
  if (asked === null) return null
  try {
    return (await findResponder(database(env.DB), asked.responder.id)) === null ? null : asked
  } catch (error) {
    // Whoever is paged has to be able to answer while D1 is gone.
    console.error('D1 does not say whether a paged responder is still there', error)
    return asked
  }
}

function unusable(): Promise<Response> {
  return smallPage({
    title: 'This link does not work any more',
    text: ['It is altered, older than a week, or no longer yours. Sign in to acknowledge in the console.'],
    link: { href: '/console', label: 'Open the console' },
    status: 410,
  })
}
