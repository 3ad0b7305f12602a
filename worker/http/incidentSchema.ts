import { z } from '@hono/zod-openapi'
import { ComponentStatus } from '../domain/componentStatus.ts'
import { AUDIENCES, PHASES, ROLES, VERDICTS } from '../domain/incident.ts'
import type { Incident, IncidentUpdate } from '../domain/incident.ts'
import type { RecordedEvent } from '../domain/incidentEvent.ts'
import { Language } from '../domain/language.ts'
import { pendingState } from '../domain/pendingUpdate.ts'
import type { PendingUpdate } from '../domain/pendingUpdate.ts'
import type { Run } from '../domain/playbookRun.ts'
import { PUBLIC_STATUSES } from '../domain/publicModel.ts'
import { SEVERITIES } from '../domain/severity.ts'
import { watchedEvent } from '../domain/watchedEvent.ts'

/** How the API spells an incident: times in ISO 8601, the phase as `status`. */

const Named = z.object({ id: z.string(), name: z.string() })
const Moment = z.iso.datetime().nullable()
const TranslationsAnswer = z.partialRecord(Language, z.string())
const AffectedComponent = Named.extend({ status: ComponentStatus })

const UpdateAnswer = z.object({
  id: z.string(),
  audience: z.enum(AUDIENCES),
  status: z.enum(PUBLIC_STATUSES).nullable(),
  body: z.string(),
  components: z.array(Named.extend({ from: ComponentStatus, to: ComponentStatus })),
  nextUpdateAt: Moment,
  at: z.iso.datetime(),
  by: z.string(),
  releasedBy: z.string().nullable(),
  translations: TranslationsAnswer,
  /** Earlier words, oldest first. */
  edits: z.array(
    z.object({ body: z.string(), translations: TranslationsAnswer, replacedAt: z.iso.datetime(), by: z.string() }),
  ),
  /** Until then it can be taken back, as long as no other is posted. */
  undoUntil: Moment,
})

const PendingAnswer = z.object({
  id: z.string(),
  state: z.enum(['draft', 'scheduled', 'awaiting_release', 'due']),
  audience: z.enum(AUDIENCES),
  status: z.enum(PUBLIC_STATUSES).nullable(),
  body: z.string(),
  translations: TranslationsAnswer,
  components: z.array(AffectedComponent),
  postsAt: Moment,
  /** The posted update whose words it replaces. */
  edits: z.string().nullable(),
  by: z.string(),
  releasedBy: z.string().nullable(),
  at: z.iso.datetime(),
  /** Why it went back to being a draft. */
  problem: z.string().nullable(),
})

const RunAnswer = z.object({
  id: z.string(),
  playbookId: z.string(),
  name: z.string(),
  status: z.enum(['running', 'waiting', 'succeeded', 'failed', 'cancelled']),
  requestedBy: Named,
  startedAt: z.iso.datetime(),
  endedAt: Moment,
  steps: z.array(
    z.object({
      index: z.number().int(),
      kind: z.string(),
      title: z.string(),
      status: z.enum(['pending', 'running', 'waiting', 'succeeded', 'failed', 'skipped']),
      output: z.string(),
      planHash: z.string(),
      approvedBy: Named.nullable(),
    }),
  ),
})

const HeadlineAnswer = z.object({
  sentence: z.string(),
  clauses: z.array(
    z.object({
      text: z.string(),
      fact: z
        .discriminatedUnion('kind', [
          z.object({ kind: z.literal('service'), id: z.string() }),
          z.object({ kind: z.literal('alert'), fingerprint: z.string() }),
          z.object({ kind: z.literal('change'), id: z.string(), url: z.string().nullable() }),
          z.object({ kind: z.literal('event'), sequence: z.number().int() }),
        ])
        .nullable(),
    }),
  ),
})

export const IncidentAnswer = z
  .object({
    id: z.string(),
    version: z.number().int(),
    title: z.string(),
    publicTitle: z.string(),
    summary: z.string(),
    /** One generated sentence, and what each of its clauses stands on. */
    headline: HeadlineAnswer.nullable(),
    status: z.enum(PHASES),
    severity: z.enum(SEVERITIES),
    severityReason: z.string(),
    severityParts: z.array(
      z.object({ kind: z.enum(['impact', 'floor', 'said']), severity: z.enum(SEVERITIES), because: z.string() }),
    ),
    services: z.array(Named),
    components: z.array(AffectedComponent),
    startedAt: z.iso.datetime(),
    detectedAt: z.iso.datetime(),
    firstPagedAt: Moment,
    acknowledgedAt: Moment,
    mitigatedAt: Moment,
    resolvedAt: Moment,
    nextUpdateAt: Moment,
    mergedInto: Named.nullable(),
    alerts: z.object({ total: z.number().int(), firing: z.number().int(), fresh: z.number().int() }),
    roles: z.partialRecord(z.enum(ROLES), Named),
    tasks: z.array(z.object({ id: z.string(), title: z.string(), owner: Named.nullable(), done: z.boolean() })),
    hypotheses: z.array(
      z.object({
        id: z.string(),
        statement: z.string(),
        owner: Named.nullable(),
        verdict: z.enum(VERDICTS),
        note: z.string(),
      }),
    ),
    paging: z
      .object({
        policy: z.string(),
        step: z.number().int(),
        round: z.number().int(),
        escalatesAt: Moment,
        state: z.enum(['calling', 'exhausted', 'answered', 'over']),
        because: z.enum(['opened', 'raised', 'reopened']),
      })
      .nullable(),
    pages: z.array(
      z.object({
        id: z.string(),
        step: z.number().int(),
        round: z.number().int(),
        responder: Named,
        channel: z.string(),
        state: z.enum(['queued', 'sent', 'failed']),
        attempts: z.number().int(),
        note: z.string(),
        queuedAt: z.iso.datetime(),
      }),
    ),
    runs: z.array(RunAnswer),
    updates: z.array(UpdateAnswer),
    /** Drafts, and what waits for its time or for a second person. */
    pendingUpdates: z.array(PendingAnswer),
    isBackdated: z.boolean(),
    url: z.string(),
  })
  .openapi('Incident')

export const EventAnswer = z
  .object({
    sequence: z.number().int(),
    at: z.iso.datetime(),
    audience: z.enum(AUDIENCES),
    by: z.object({ kind: z.string(), id: z.string().optional(), name: z.string() }),
    type: z.string(),
    event: z.record(z.string(), z.unknown()),
  })
  .openapi('Event')

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}

/** The incident as the API answers it. Steps and rounds count from 1, as people do. */
export function incidentAnswer(
  incident: Incident,
  publicUrl: string,
  nowMs = Date.now(),
): z.infer<typeof IncidentAnswer> {
  const { times, paging } = incident
  return {
    id: incident.id,
    version: incident.version,
    title: incident.title,
    publicTitle: incident.publicTitle,
    summary: incident.summary,
    headline: incident.headline && {
      sentence: incident.headline.sentence,
      clauses: [...incident.headline.clauses],
    },
    status: incident.phase,
    severity: incident.severity,
    severityReason: incident.severityReason,
    severityParts: [...incident.severityParts],
    services: [...incident.services],
    components: [...incident.components],
    startedAt: iso(times.startedAtMs),
    detectedAt: iso(times.detectedAtMs),
    firstPagedAt: isoOrNull(times.firstPagedAtMs),
    acknowledgedAt: isoOrNull(times.acknowledgedAtMs),
    mitigatedAt: isoOrNull(times.mitigatedAtMs),
    resolvedAt: isoOrNull(times.resolvedAtMs),
    nextUpdateAt: isoOrNull(incident.nextUpdateAtMs),
    mergedInto: incident.mergedInto && { id: incident.mergedInto.id, name: incident.mergedInto.title },
    alerts: incident.alerts,
    roles: incident.roles,
    tasks: [...incident.tasks],
    hypotheses: [...incident.hypotheses],
    paging: paging && {
      policy: paging.policy.id,
      step: paging.step + 1,
      round: paging.round + 1,
      escalatesAt: isoOrNull(paging.escalatesAtMs),
      state: paging.state,
      because: paging.because.kind,
    },
    pages: incident.pages.map(({ address: _address, turn: _turn, queuedAtMs, step, round, ...page }) => ({
      ...page,
      step: step + 1,
      round: round + 1,
      queuedAt: iso(queuedAtMs),
    })),
    runs: incident.runs.map(runAnswer),
    updates: incident.updates.map(updateAnswer),
    pendingUpdates: incident.pendingUpdates.map((pending) => pendingAnswer(pending, nowMs)),
    isBackdated: incident.isBackdated,
    url: `${publicUrl}/console/incidents/${incident.id}`,
  }
}

export function eventAnswer(recorded: RecordedEvent): z.infer<typeof EventAnswer> {
  const { sequence, atMs, audience, by, event } = watchedEvent(recorded)
  return { sequence, at: iso(atMs), audience, by, type: event.type, event: { ...event } }
}

function updateAnswer(update: IncidentUpdate): z.infer<typeof UpdateAnswer> {
  const { id, audience, status, body, atMs, by, components, nextUpdateAtMs } = update
  return {
    id,
    audience,
    status,
    body,
    components: [...components],
    nextUpdateAt: isoOrNull(nextUpdateAtMs),
    at: iso(atMs),
    by: by.name,
    releasedBy: update.releasedBy?.name ?? null,
    translations: update.translations ?? {},
    edits: (update.edits ?? []).map((edit) => ({
      body: edit.body,
      translations: edit.translations,
      replacedAt: iso(edit.atMs),
      by: edit.by.name,
    })),
    undoUntil: isoOrNull(update.undoUntilMs ?? null),
  }
}

function pendingAnswer(pending: PendingUpdate, nowMs: number): z.infer<typeof PendingAnswer> {
  const { id, content, postsAtMs, rewords, by, releasedBy, atMs, problem } = pending
  const { audience, status, body, translations = {}, components } = content
  return {
    id,
    state: pendingState(pending, nowMs),
    audience,
    status,
    body,
    translations,
    components: [...components],
    postsAt: isoOrNull(postsAtMs),
    edits: rewords,
    by: by.name,
    releasedBy: releasedBy?.name ?? null,
    at: iso(atMs),
    problem,
  }
}

function runAnswer(run: Run) {
  return {
    id: run.id,
    playbookId: run.playbookId,
    name: run.name,
    status: run.status,
    requestedBy: run.requestedBy,
    startedAt: iso(run.startedAtMs),
    endedAt: isoOrNull(run.endedAtMs),
    steps: run.steps.map(({ definition, status, output, planHash, approvedBy }, index) => ({
      index,
      kind: definition.kind,
      title: definition.title,
      status,
      output,
      planHash,
      approvedBy,
    })),
  }
}
