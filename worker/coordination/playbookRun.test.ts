import { introspectWorkflowInstance, runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { connections } from '../../db/schema.ts'
import { ALICE, OPEN } from '../../test/sampleIncident.ts'
import { SYSTEM } from '../domain/actor.ts'
import { incidentIdFrom } from '../domain/identifiers.ts'
import type { PlaybookStep } from '../domain/playbook.ts'
import { database } from '../storage/database.ts'

const alice = { id: 'alice', name: 'Alice' }
const RESTART: PlaybookStep = {
  kind: 'act',
  title: 'Restart',
  connection: 'shop',
  method: 'POST',
  path: '/restart',
  risk: 'low',
}
const TELL: PlaybookStep = { kind: 'update', title: 'Tell', audience: 'internal', body: 'Done.', components: [] }

afterEach(() => {
  vi.restoreAllMocks()
})

/** Runs the steps in a room of their own, without waiting between tries, until the run is over. */
async function played(steps: readonly PlaybookStep[]) {
  await database(env.DB)
    .insert(connections)
    .values({ id: 'shop', name: 'Shop', url: 'https://shop.example.com', sealedToken: null })
    .onConflictDoNothing()
  const id = incidentIdFrom(crypto.getRandomValues(new Uint8Array(12)))
  const room = env.INCIDENT_ROOM.getByName(id)
  const nowMs = Date.now()
  await room.submit({ command: { ...OPEN, id, policy: null, startedAtMs: nowMs }, by: SYSTEM })

  const runId = crypto.randomUUID()
  await using workflow = await introspectWorkflowInstance(env.PLAYBOOK_RUN, `${runId}-0`)
  await workflow.modify(async (modifier) => {
    await modifier.disableSleeps()
    await modifier.disableRetryDelays()
  })
  const command = {
    type: 'start_run',
    runId,
    playbookId: 'restart',
    name: 'Restart',
    requestedBy: alice,
    steps: steps.map((definition) => ({ definition, planHash: '' })),
  } as const
  const answer = await room.submit({ command, by: ALICE })
  expect(answer.ok).toBe(true)
  await runDurableObjectAlarm(room)
  await workflow.waitForStatus('complete')
  const run = (await room.read())?.runs[0]
  if (run === undefined) throw new Error('The room has no run')
  return run
}

describe('a playbook run', () => {
  it('tries an act again under one key, and goes on', async () => {
    const keys: (string | null)[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_url, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'))
      return new Response('', { status: keys.length < 3 ? 502 : 200 })
    })
    const run = await played([RESTART, TELL])
    expect(run.status).toBe('succeeded')
    expect(keys).toEqual([`${run.id}:0`, `${run.id}:0`, `${run.id}:0`])
  })

  it('fails with an act that fails each time, once and for all', async () => {
    const fetches = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('connection refused'))
    const run = await played([RESTART, TELL])
    expect(run.status).toBe('failed')
    expect(run.steps.map(({ status }) => status)).toEqual(['failed', 'skipped'])
    expect(run.steps[0]?.output).toContain('connection refused')
    expect(fetches).toHaveBeenCalledTimes(4)
  })
})
