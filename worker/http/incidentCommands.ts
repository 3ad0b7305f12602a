import { z } from '@hono/zod-openapi'
import { ComponentStatus } from '../domain/componentStatus.ts'
import { ROLES, VERDICTS } from '../domain/incident.ts'
import { IncidentId, Slug } from '../domain/identifiers.ts'
import { Language } from '../domain/language.ts'
import { PublicStatus } from '../domain/publicModel.ts'
import { Severity } from '../domain/severity.ts'

/** The bodies of `/api/v1/incidents…`. */

const Text = (max: number) => z.string().trim().min(1).max(max)
const expectedVersion = z.number().int().min(1).optional().openapi({
  description: 'The version you saw. When the incident has moved on, the answer is 409 with its present state.',
})

export const OpenBody = z
  .object({
    title: Text(200),
    publicTitle: Text(200).optional().openapi({ description: 'What customers would see; the title when absent.' }),
    severity: Severity.default('sev3'),
    services: z.array(Slug).max(20).default([]),
    components: z
      .array(z.union([Slug, z.object({ id: Slug, status: ComponentStatus })]))
      .max(50)
      .default([]),
    summary: z.string().trim().max(5000).default(''),
    startedAt: z.iso.datetime({ offset: true }).optional(),
    backdated: z.boolean().default(false).openapi({
      description:
        'It is written down afterwards: nobody is paged, the status page says so, updates take past times (`happenedAt`), and subscribers are told only on request.',
    }),
  })
  .openapi('OpenIncident')

const translations = z
  .partialRecord(Language, Text(10_000))
  .default({})
  .openapi({ type: 'object', description: 'The same text in other languages, by their codes.' })

const updateFields = {
  audience: z.enum(['internal', 'public']),
  status: PublicStatus.optional(),
  body: Text(10_000).optional().openapi({ description: 'Absent: the text of `template`.' }),
  template: Slug.optional().openapi({ description: 'Of the status page, filled in with what this update says.' }),
  translations,
  components: z
    .array(z.object({ id: Slug, status: ComponentStatus }))
    .max(50)
    .default([]),
  nextUpdateAt: z.iso.datetime({ offset: true }).optional(),
  nextUpdateInMinutes: z.number().int().min(1).max(10_080).optional().openapi({
    description: 'A promise that counts from the moment the update is posted.',
  }),
  happenedAt: z.iso.datetime({ offset: true }).optional().openapi({
    description: 'When it was so; only in an incident that was opened as one of the past.',
  }),
  notify: z.boolean().optional().openapi({
    description: 'Whether subscribers are told. Absent: yes, unless the incident is one of the past.',
  }),
}

export const UpdateBody = z
  .object({
    ...updateFields,
    draft: Text(64).optional().openapi({ description: 'The id of a draft that this posts.' }),
    postAt: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Schedules it; now when absent.' }),
    expectedVersion,
  })
  .openapi('PostUpdate')

export const DraftBody = z
  .object({
    ...updateFields,
    id: Text(64).optional().openapi({ description: 'Of the draft that it replaces; a new one when absent.' }),
    expectedVersion,
  })
  .openapi('SaveDraft')

export const NothingBody = z.object({ expectedVersion }).openapi('Nothing')

export const EditBody = z
  .object({
    body: Text(10_000),
    translations: z
      .partialRecord(Language, Text(10_000))
      .optional()
      .openapi({ type: 'object', description: 'All of them; those it has when absent.' }),
    expectedVersion,
  })
  .openapi('EditUpdate')

export const AcknowledgeBody = z.object({ expectedVersion }).openapi('Acknowledge')
export const ResolveBody = z
  .object({
    reason: z.string().trim().max(2000).default(''),
    publicBody: z.string().trim().max(10_000).optional().openapi({
      description: 'The closing update, when customers were told of the incident. A plain sentence when absent.',
    }),
    expectedVersion,
  })
  .openapi('Resolve')
export const MergeBody = z
  .object({
    into: IncidentId.openapi({ type: 'string', description: 'The open incident that goes on with the alerts.' }),
    reason: z.string().trim().max(500).default(''),
    expectedVersion,
  })
  .openapi('MergeIncident')
export const MoveBody = z
  .object({
    fingerprints: z
      .array(z.string().regex(/^[0-9a-f]{16}$/))
      .min(1)
      .max(10_000),
    to: IncidentId.nullable()
      .default(null)
      .openapi({ type: 'string', description: 'An open incident; null: a new one, split off from this.' }),
    title: Text(200).optional().openapi({ description: 'Of the new incident; made of the alerts when absent.' }),
    reason: z.string().trim().max(500).default(''),
  })
  .openapi('MoveAlerts')
export const StatusBody = z
  .object({ status: z.enum(['investigating', 'identified', 'monitoring']), expectedVersion })
  .openapi('ChangeStatus')
export const SeverityBody = z
  .object({ severity: Severity, reason: Text(500), expectedVersion })
  .openapi('ChangeSeverity')
export const StartBody = z
  .object({ startedAt: z.iso.datetime({ offset: true }), reason: Text(500), expectedVersion })
  .openapi('CorrectStart')
export const TitleBody = z.object({ title: Text(200), publicTitle: Text(200), expectedVersion }).openapi('ChangeTitle')
export const ComponentsBody = z
  .object({ components: z.array(z.object({ id: Slug, status: ComponentStatus })).max(50), expectedVersion })
  .openapi('SetComponents')
export const RoleBody = z
  .object({
    role: z.enum(ROLES),
    responder: Slug.nullable().optional().openapi({ description: 'Yourself when absent; null releases the role.' }),
  })
  .openapi('TakeRole')
export const TaskBody = z.object({ title: Text(300), owner: Slug.nullable().optional() }).openapi('AddTask')
export const TaskChangeBody = z
  .object({ owner: Slug.nullable().optional(), done: z.boolean().optional() })
  .openapi('ChangeTask')
export const HypothesisBody = z
  .object({ statement: Text(1000), owner: Slug.nullable().optional() })
  .openapi('AddHypothesis')
export const VerdictBody = z
  .object({ verdict: z.enum(VERDICTS), note: z.string().trim().max(1000).default('') })
  .openapi('JudgeHypothesis')
export const DiagnosticBody = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('http'), url: z.url({ protocol: /^https?$/ }).max(2000) }),
    z.object({
      kind: z.literal('prometheus'),
      /** The base address of the Prometheus server. */
      url: z.url({ protocol: /^https?$/ }).max(2000),
      query: Text(2000),
    }),
  ])
  .openapi('RunDiagnostic')
export const RunBody = z.object({ playbookId: Slug }).openapi('StartRun')
export const ApprovalBody = z.object({ planHash: z.string().max(100), approved: z.boolean() }).openapi('Approve')
export const AnswerBody = z.object({ answer: Text(2000) }).openapi('Answer')
