import type { Incident, Page } from '../domain/incident.ts'
import type { IncidentCommand } from '../domain/incidentCommand.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'
import { updateSubject } from '../domain/notice.ts'
import { publicIncidentFrom } from '../domain/publicIncident.ts'
import { mailTransport, sendMail } from '../delivery/email.ts'
import type { Outcome } from '../delivery/outcome.ts'
import { pageMail, pageWebhookBody } from '../delivery/pageMessage.ts'
import { sendWebhook } from '../delivery/webhook.ts'
import { count } from '../storage/counters.ts'
import { database } from '../storage/database.ts'
import { projectIncident } from '../storage/incidents.ts'
import { acknowledgeToken, pageWebhookSecret } from '../storage/pageSecrets.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import { draftFor } from './draftPostMortem.ts'
import { handOverAlerts } from './mergeIncidents.ts'
import { peopleToPage } from './peopleToPage.ts'
import type { OutboxEffect } from './roomLog.ts'
import { startWorkflow, wakeWorkflow } from './runInstances.ts'

/** What the room lets an effect do with the incident. */
export interface RoomAccess {
  readonly submit: (
    command: IncidentCommand,
  ) => { readonly ok: true; readonly incident: Incident } | { readonly ok: false }
  readonly events: () => RecordedEvent[]
}

export async function projectRoom(env: Env, incident: Incident, events: readonly RecordedEvent[]): Promise<void> {
  await projectIncident(database(env.DB), incident, events)
  // Rules of components go by the copy. What is not heard now is seen within a minute.
  void env.COMPONENT_DESK.getByName('main')
    .recheckSoon()
    .catch((error: unknown) => console.warn('The component desk did not hear of an incident', error))
}

export async function publishRoom(env: Env, incident: Incident): Promise<void> {
  const publisher = env.STATUS_PUBLISHER.getByName('main')
  const told = publicIncidentFrom(incident)
  if (told !== null) await publisher.publishIncident(incident.version, told)
  // Its only update was taken back.
  else if (incident.publicChangedAtMs !== null) await publisher.withdrawIncident(incident.id)
}

/** Carries out one effect. `later`: it met passing trouble; a throw means the same. Doing it twice is harmless. */
export async function carryOut(
  env: Env,
  effect: OutboxEffect,
  incident: Incident,
  room: RoomAccess,
): Promise<'done' | 'later'> {
  switch (effect.type) {
    case 'resolve_pages': {
      const { turn = 0, step, round } = effect
      const targets = incident.paging?.policy.steps[step]?.targets
      if (targets === undefined || incident.paging?.turn !== turn) return 'done'
      const people = await peopleToPage(env, targets, Date.now())
      const pages = people.flatMap(({ responder: { id, name, email, webhookUrl }, channels }) =>
        channels.map((channel) => ({
          id: `${incident.id}.${turn === 0 ? '' : `again-${turn}.`}${round + 1}.${step + 1}.${id}.${channel}`,
          responder: { id, name },
          channel,
          address: channel === 'email' ? email : (webhookUrl ?? ''),
        })),
      )
      room.submit({ type: 'queue_pages', turn, round, step, pages })
      return 'done'
    }
    case 'send_page':
      return sendPage(env, effect.pageId, room)
    case 'announce': {
      const told = publicIncidentFrom(incident)
      const update = told?.updates.find(({ id }) => id === effect.updateId)
      if (told === null || update === undefined) return 'done'
      const page = await publishedPage(env.PUBLIC_FILES, env.PUBLIC_URL)
      const { notBeforeMs } = effect
      const hold = notBeforeMs === undefined ? {} : { notBeforeMs }
      await env.SUBSCRIBER_DESK.getByName('main').announce({ page, incident: told, update, ...hold })
      return 'done'
    }
    case 'retract':
      await env.SUBSCRIBER_DESK.getByName('main').withdraw(updateSubject(effect.updateId))
      return 'done'
    case 'start_workflow': {
      const { runId, incarnation } = effect
      await startWorkflow(env, incident.id, runId, incarnation)
      return 'done'
    }
    case 'wake_workflow': {
      const { runId, incarnation } = effect
      // An answer to a Workflow that died: another takes over.
      if (!(await wakeWorkflow(env, runId, incarnation))) room.submit({ type: 'resume_run', runId, dead: true })
      return 'done'
    }
    case 'draft_post_mortem':
      await draftFor(env, incident, room.events())
      room.submit({ type: 'record_draft' })
      return 'done'
    case 'hand_over_alerts':
      await handOverAlerts(env, { id: incident.id, title: incident.title }, effect)
      return 'done'
    case 'release_alerts':
      // The resolution was taken back meanwhile.
      if (incident.phase !== 'resolved') return 'done'
      await env.ALERT_DESK.getByName('main').incidentResolved(incident.id)
      return 'done'
  }
}

/** A ledger row before the attempt, its receipt after it. After a crash in between it is sent again under the same id. */
async function sendPage(env: Env, pageId: string, room: RoomAccess): Promise<'done' | 'later'> {
  const attempted = room.submit({ type: 'attempt_page', pageId })
  const page = attempted.ok ? attempted.incident.pages.find(({ id }) => id === pageId) : undefined
  if (!attempted.ok || page?.state !== 'queued') return 'done'

  const outcome = await attempt(env, page, attempted.incident)
  count('allclear_page_deliveries_total', { channel: page.channel, outcome: outcome.ok ? 'sent' : outcome.kind }, 1)
  if (outcome.ok) {
    room.submit({ type: 'record_page_sent', pageId, receipt: outcome.receipt })
    return 'done'
  }
  const final = outcome.kind === 'permanent'
  room.submit({ type: 'record_page_failed', pageId, reason: outcome.reason, final })
  return final ? 'done' : 'later'
}

async function attempt(env: Env, page: Page, incident: Incident): Promise<Outcome> {
  const nowMs = Date.now()
  const token = await acknowledgeToken(env.MASTER_KEY, { incidentId: incident.id, responder: page.responder }, nowMs)
  const acknowledgeUrl = `${env.PUBLIC_URL}/acknowledge/${token}`
  const message = { page, incident, publicUrl: env.PUBLIC_URL, acknowledgeUrl }
  switch (page.channel) {
    case 'email': {
      const transport = mailTransport(env)
      try {
        return await sendMail(transport, pageMail(message, { from: env.MAIL_FROM, to: page.address }))
      } finally {
        transport.close()
      }
    }
    case 'webhook':
      return sendWebhook({
        url: page.address,
        id: page.id,
        nowMs,
        body: pageWebhookBody(message, nowMs),
        secret: await pageWebhookSecret(env.MASTER_KEY),
        privateTargets: env.PRIVATE_TARGETS,
      })
  }
}
