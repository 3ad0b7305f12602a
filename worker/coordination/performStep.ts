import type { Actor } from '../domain/actor.ts'
import type { Run } from '../domain/playbookRun.ts'
import { runDiagnostic } from '../delivery/diagnostic.ts'
import { guardedFetch } from '../delivery/outboundFetch.ts'
import { openConnection } from '../storage/connections.ts'
import { database } from '../storage/database.ts'

export interface StepToPerform {
  readonly incidentId: string
  readonly run: Run
  readonly index: number
  readonly by: Actor
}

export interface StepOutcome {
  readonly ok: boolean
  readonly output: string
}

const ACT_TIMEOUT_MS = 30_000
const ANSWER_BYTES_MAX = 64 * 1024
const OUTPUT_LENGTH_MAX = 2_000

/** Does what a step says. A throw means passing trouble: the Workflow tries again under the same key. */
export async function performStep(env: Env, { incidentId, run, index, by }: StepToPerform): Promise<StepOutcome> {
  const definition = run.steps[index]?.definition
  if (definition === undefined) return { ok: false, output: 'This step is gone.' }
  switch (definition.kind) {
    case 'ask':
    case 'approve':
      return { ok: false, output: 'Only a human can do this step.' }
    case 'wait':
      return { ok: true, output: `Waited ${definition.seconds} s.` }
    case 'diagnose': {
      const result = await runDiagnostic({ kind: 'http', url: definition.url }, env.PRIVATE_TARGETS, Date.now)
      const expected = definition.expectStatus
      const ok = expected === undefined ? result.ok : result.output.startsWith(`HTTP ${expected}\n`)
      return {
        ok,
        output: ok || expected === undefined ? result.output : `Expected HTTP ${expected}.\n${result.output}`,
      }
    }
    case 'act': {
      const connection = await openConnection(database(env.DB), env.MASTER_KEY, definition.connection)
      if (connection === null) return { ok: false, output: `There is no connection ${definition.connection}.` }
      const { url, bearerToken } = connection
      const answer = await guardedFetch(
        url.replace(/\/+$/, '') + definition.path,
        {
          method: definition.method,
          headers: {
            'user-agent': 'Allclear',
            // Stable, so that the other side can tell a second try from a second wish.
            'idempotency-key': `${run.id}:${index}`,
            ...(definition.body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(bearerToken === null ? {} : { authorization: `Bearer ${bearerToken}` }),
          },
          ...(definition.body === undefined ? {} : { body: definition.body }),
        },
        { privateTargets: env.PRIVATE_TARGETS, timeoutMs: ACT_TIMEOUT_MS, bytesMax: ANSWER_BYTES_MAX },
      )
      if (!answer.ok) {
        if (answer.reason === 'unreachable') throw new Error(answer.detail)
        return { ok: false, output: answer.detail }
      }
      const ok = answer.status >= 200 && answer.status < 300
      if (answer.status >= 500) throw new Error(`${connection.name} answered HTTP ${answer.status}`)
      return {
        ok,
        output: `${connection.name} answered HTTP ${answer.status}\n${answer.text}`.slice(0, OUTPUT_LENGTH_MAX),
      }
    }
    case 'update':
      return postUpdate(env, { incidentId, run, index, by }, definition)
  }
}

async function postUpdate(
  env: Env,
  { incidentId, run, index, by }: StepToPerform,
  definition: Extract<Run['steps'][number]['definition'], { kind: 'update' }>,
): Promise<StepOutcome> {
  const { components } = await env.ALERT_DESK.getByName('main').organisation()
  const answer = await env.INCIDENT_ROOM.getByName(incidentId).submit({
    command: {
      type: 'post_update',
      // Named after the step, so that a second try posts nothing more.
      id: `${run.id}-${index}`,
      audience: definition.audience,
      body: definition.body,
      status: definition.status ?? null,
      components: definition.components.map(({ id, status }) => ({
        id,
        status,
        name: components.find((component) => component.id === id)?.name ?? id,
      })),
      nextUpdateAtMs: null,
    },
    by,
  })
  if (answer.ok && answer.incident.pendingUpdates.some(({ id }) => id === `${run.id}-${index}`))
    return { ok: true, output: 'Written. It waits among the updates of the incident that are not posted yet.' }
  return answer.ok
    ? { ok: true, output: `Posted to ${definition.audience === 'public' ? 'the status page' : 'the timeline'}.` }
    : { ok: false, output: `The update was refused: ${answer.reason.replaceAll('_', ' ')}.` }
}
