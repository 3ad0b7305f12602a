import { DEMO_COMPONENT, DEMO_PLAYBOOK } from './demoOrganisation.ts'
import { signInByLink, type Caller } from './instance.ts'
import { waitForIncident, type OpenIncident, type Stage } from './stage.ts'
import { tellCustomers } from './tellCustomers.ts'

/** People take roles, look, and let a playbook repair what is broken. */
export async function workChapter(stage: Stage, incident: OpenIncident): Promise<void> {
  const { narrator, commander, people, shop } = stage
  const { id, feed, room } = incident
  const path = `/api/v1/incidents/${id}`
  narrator.chapter('The team works on it')

  await narrator.step(
    'Roles are taken',
    async () => {
      await commander.post(`${path}/roles`, { role: 'commander' })
      await commander.post(`${path}/roles`, { role: 'technical_lead', responder: people.second.id })
      await commander.post(`${path}/roles`, { role: 'communications_lead', responder: people.first.id })
      return feed.waitForEvent('role_taken', ({ role }) => role === 'communications_lead')
    },
    () => ({ address: room, note: `commander ${commander.name}, technical lead ${people.second.name}` }),
  )
  await narrator.step(
    'A task and a hypothesis are noted',
    async () => {
      await commander.post(`${path}/tasks`, { title: 'Call the payment provider', owner: people.first.id })
      await commander.post(`${path}/hypotheses`, { statement: 'The database has run out of connections.' })
      return feed.waitForEvent('hypothesis_added')
    },
    ({ event }) => ({ address: room, note: String(event.statement) }),
  )
  await narrator.step(
    'A diagnostic asks the shop itself',
    async () => {
      await commander.post(`${path}/diagnostics`, { kind: 'http', url: `${shop.url}/healthz` })
      return feed.waitForEvent('diagnostic_run')
    },
    () => ({ address: `${shop.url}/healthz`, note: 'checkout: 40 of 40 database connections in use' }),
  )
  await tellCustomers(stage, incident, {
    status: 'investigating',
    body: 'Many orders fail at the moment. We are looking for the cause.',
    components: [{ id: DEMO_COMPONENT, status: 'major_outage' }],
    minutesToNextUpdate: 30,
  })
  const responder = await narrator.step(
    'The second on call signs in with a one-time link',
    () => signInByLink(stage.instance.url, commander, people.second),
    ({ name }) => ({ address: `${stage.instance.url}/console`, note: name }),
  )
  await playbook(stage, incident, { asker: commander, approver: responder })
  await judgeHypothesis(stage, incident)
}

/** One starts it, another approves what is risky. */
async function playbook(
  stage: Stage,
  { id, feed, room }: OpenIncident,
  { asker, approver }: { asker: Caller; approver: Caller },
): Promise<void> {
  const { narrator, shop } = stage
  const path = `/api/v1/incidents/${id}/runs`
  await narrator.step(
    'A playbook is started',
    async () => {
      await asker.post(path, { playbookId: DEMO_PLAYBOOK })
      return feed.waitForEvent('run_started')
    },
    () => ({ address: room, note: `by ${asker.name}` }),
  )
  const waiting = (kind: string) =>
    waitForIncident(stage, id, `the run to wait at “${kind}”`, ({ runs }) => {
      const run = runs.at(-1)
      const step = run?.steps.find((candidate) => candidate.kind === kind && candidate.status === 'waiting')
      return run === undefined || step === undefined ? null : { runId: run.id, ...step }
    })

  const question = await narrator.step(
    'It has looked at the shop and asks a question',
    () => waiting('ask'),
    () => ({ address: room, note: 'Was anything released in the last hour?' }),
  )
  await narrator.step(
    'Someone answers; the restart has to be approved',
    async () => {
      await asker.post(`${path}/${question.runId}/steps/${question.index}/answer`, { answer: 'no' })
      return waiting('act')
    },
    () => ({ address: room, note: 'no; the act has a high risk' }),
  )
  const act = await waiting('act')
  const approval = { planHash: act.planHash, approved: true }
  const approvalPath = `${path}/${act.runId}/steps/${act.index}/approve`
  await narrator.step(
    'Whoever started the run may not approve it',
    async () => {
      const answer = await asker.post(approvalPath, approval).then(
        () => 'accepted',
        (error: unknown) => String(error),
      )
      if (!answer.includes('403')) throw new Error(`The own approval was ${answer}.`)
      if (shop.restarts > 0) throw new Error('The shop was restarted without approval.')
    },
    () => ({ address: room, note: `${asker.name} is refused; nothing was restarted` }),
  )
  await narrator.step(
    'Another responder approves, and the shop is restarted',
    async () => {
      await approver.post(approvalPath, approval)
      await feed.waitForEvent('run_ended', ({ status }) => status === 'succeeded', 60_000)
      if (shop.restarts !== 1) throw new Error(`The shop was restarted ${shop.restarts} times.`)
    },
    () => ({ address: `${shop.url}/healthz`, note: `${approver.name} approved; every step succeeded` }),
  )
}

async function judgeHypothesis(stage: Stage, { id, feed, room }: OpenIncident): Promise<void> {
  const { narrator, commander } = stage
  await narrator.step(
    'The hypothesis is confirmed',
    async () => {
      const hypothesis = await waitForIncident(stage, id, 'the hypothesis', ({ hypotheses }) => hypotheses[0])
      await commander.post(`/api/v1/incidents/${id}/hypotheses/${hypothesis.id}`, {
        verdict: 'confirmed',
        note: 'After the restart 3 of 40 connections are in use.',
      })
      return feed.waitForEvent('hypothesis_judged')
    },
    ({ event }) => ({ address: room, note: String(event.statement) }),
  )
}
