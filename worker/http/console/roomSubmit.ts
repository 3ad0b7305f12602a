import type { Context } from 'hono'
import { describeEvent } from '../../domain/describeEvent.ts'
import type { Incident } from '../../domain/incident.ts'
import type { IncidentCommand } from '../../domain/incidentCommand.ts'
import type { IncidentEvent, RecordedEvent } from '../../domain/incidentEvent.ts'
import { REFUSAL_MESSAGE } from '../../domain/refusal.ts'
import { hashKey } from '../../storage/masterKey.ts'
import type { HttpEnv } from '../env.ts'
import { REFUSAL_STATUS, actorOf, roomOf } from '../room.ts'
import type { FormValues } from './forms.ts'
import { valueOf } from './forms.ts'

/** How a form's command reaches the room: once, and not over what someone else changed meanwhile. */

export type FormAnswer =
  | { readonly ok: true; readonly incident: Incident }
  | {
      readonly ok: false
      readonly status: number
      readonly message: string
      /** The present state; null when there is no such incident. */
      readonly incident: Incident | null
    }

/** An incident's version moves with every page and alert; a form only has to be looked at again when one of these came. */
export const RACING_EVENTS: readonly IncidentEvent['type'][] = [
  'phase_changed',
  'reopened',
  'resolved',
  'severity_changed',
  'update_posted',
]

const EVENTS_LOOKED_AT_MAX = 1000
const TRIES_MAX = 5

export async function submitForm(
  c: Context<HttpEnv>,
  id: string,
  values: FormValues,
  command: IncidentCommand,
  races?: { readonly expectedVersion: number | undefined; readonly events: readonly IncidentEvent['type'][] },
): Promise<FormAnswer> {
  const room = roomOf(c.env, id)
  const idempotencyKey = await formKey(c, values)
  const by = actorOf(c.var.principal)
  const seen = races?.expectedVersion
  let expectedVersion = seen
  for (let tries = 1; ; tries++) {
    const answer = await room.submit({ command, by, expectedVersion, idempotencyKey })
    if (answer.ok) return answer
    const { reason, incident } = answer
    if (reason !== 'stale_version' || incident === null || seen === undefined || tries >= TRIES_MAX)
      return { ok: false, status: REFUSAL_STATUS[reason], message: REFUSAL_MESSAGE[reason], incident }

    const since = await room.events(seen, EVENTS_LOOKED_AT_MAX)
    const raced = since.filter(({ event }) => races?.events.includes(event.type))
    if (raced.length > 0) return { ok: false, status: 409, message: racedMessage(raced, incident), incident }
    expectedVersion = since.at(-1)?.sequence ?? incident.version
  }
}

const RACED_NAMED_MAX = 3

function racedMessage(raced: readonly RecordedEvent[], incident: Incident): string {
  const named = raced
    .slice(-RACED_NAMED_MAX)
    .map(({ by, event }) => `${by.name}: ${describeEvent(event, incident).headline}`)
  return `Someone changed this a moment ago (${named.join('; ')}). Nothing was sent. You see the present state now, and what you typed is kept: look at it, and send it again if it is still right.`
}

/**
 * A form that is sent twice has the same key and is carried out once. Its content counts too: a browser that goes back
 * and sends a changed text means something new.
 */
export async function formKey(c: Context<HttpEnv>, values: FormValues): Promise<string | undefined> {
  // Without it, the same words sent twice may well be meant twice.
  if (valueOf(values, 'commandId') === '') return undefined
  const { kind, id } = c.var.principal
  return hashKey(JSON.stringify(['form', kind, id, c.req.path, values]))
}
