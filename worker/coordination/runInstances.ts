/** The Workflow instances behind a playbook run: one an incarnation. */

function instanceId(runId: string, incarnation: number): string {
  return `${runId}-${incarnation}`
}

export async function startWorkflow(env: Env, incidentId: string, runId: string, incarnation: number): Promise<void> {
  const id = instanceId(runId, incarnation)
  try {
    await env.PLAYBOOK_RUN.create({ id, params: { incidentId, runId, incarnation } })
  } catch (error) {
    // It is there already: the effect was carried out before a crash.
    if ((await find(env, id)) === null) throw error
  }
}

/** Ends the wait of a Workflow; the answer itself is in the room. False: there is no such Workflow any more. */
export async function wakeWorkflow(env: Env, runId: string, incarnation: number): Promise<boolean> {
  const instance = await find(env, instanceId(runId, incarnation))
  if (instance === null) return false
  const { status } = await instance.status()
  if (status === 'errored' || status === 'terminated' || status === 'complete') return false
  await instance.sendEvent({ type: 'answered', payload: {} })
  return true
}

async function find(env: Env, id: string): Promise<WorkflowInstance | null> {
  try {
    return await env.PLAYBOOK_RUN.get(id)
  } catch {
    return null
  }
}
