import { z } from '@hono/zod-openapi'
import { Slug } from '../domain/identifiers.ts'
import { Language } from '../domain/language.ts'
import type { Maintenance, RecordedMaintenanceEvent } from '../domain/maintenance.ts'
import { MAINTENANCE_STATUSES } from '../domain/publicModel.ts'

/** What `/api/v1/maintenances…` takes and answers. */

const Text = (max: number) => z.string().trim().min(1).max(max)
const Moment = z.iso.datetime({ offset: true })
const REMIND_MINUTES_MAX = 30 * 24 * 60

const Translations = z
  .partialRecord(Language, Text(10_000))
  .default({})
  .openapi({ type: 'object', description: 'The text in other languages, by their codes, such as `de`.' })

const expectedVersion = z.number().int().min(1).optional().openapi({
  description: 'The version you saw. When the maintenance has moved on, the answer is 409 with its present state.',
})
const tellSubscribers = z.boolean().default(true).openapi({ description: 'False: only the status page says it.' })

const DETAILS = {
  title: Text(200),
  components: z.array(Slug).max(50).openapi({ description: 'They are under maintenance while it is in progress.' }),
  startsByItself: z.boolean().openapi({ description: 'At the scheduled start, without anyone’s doing.' }),
  endsByItself: z.boolean().openapi({ description: 'At the scheduled end.' }),
  remindMinutesBefore: z.number().int().min(5).max(REMIND_MINUTES_MAX).nullable().openapi({
    description:
      'Subscribers are told again this long before the start, unless it was announced later than that; null: never.',
  }),
  note: z.string().trim().max(5000).openapi({ description: 'For responders only.' }),
}

export const ScheduleBody = z
  .object({
    title: DETAILS.title,
    body: Text(10_000).openapi({ description: 'What it means to customers; markdown.' }),
    scheduledFor: Moment,
    scheduledUntil: Moment,
    components: DETAILS.components.default([]),
    startsByItself: DETAILS.startsByItself.default(true),
    endsByItself: DETAILS.endsByItself.default(true),
    remindMinutesBefore: DETAILS.remindMinutesBefore.default(24 * 60),
    note: DETAILS.note.default(''),
    translations: Translations,
    tellSubscribers,
  })
  .openapi('ScheduleMaintenance')

/** What is said to customers with a change; a plain sentence when nothing is. */
const SAYING = {
  body: z.string().trim().max(10_000).optional(),
  translations: Translations,
  tellSubscribers,
  expectedVersion,
}

export const MoveBody = z.object(SAYING).openapi('MoveMaintenance')

export const RescheduleBody = z
  .object({ scheduledFor: Moment, scheduledUntil: Moment, ...SAYING })
  .openapi('RescheduleMaintenance')

export const UpdateBody = z
  .object({
    ...SAYING,
    body: Text(10_000),
    components: z
      .array(Slug)
      .max(50)
      .optional()
      .openapi({ description: 'All that are affected from now on; as before when absent.' }),
  })
  .openapi('UpdateMaintenance')

export const EditUpdateBody = z
  .object({ body: Text(10_000), translations: Translations, expectedVersion })
  .openapi('EditMaintenanceUpdate')

export const DetailsBody = z
  .object({
    title: DETAILS.title.optional(),
    components: DETAILS.components.optional(),
    startsByItself: DETAILS.startsByItself.optional(),
    endsByItself: DETAILS.endsByItself.optional(),
    remindMinutesBefore: DETAILS.remindMinutesBefore.optional(),
    note: DETAILS.note.optional(),
    expectedVersion,
  })
  .openapi('ChangeMaintenance')

const Named = z.object({ id: z.string(), name: z.string() })
const Time = z.iso.datetime()

export const MaintenanceAnswer = z
  .object({
    id: z.string(),
    version: z.number().int(),
    status: z.enum(MAINTENANCE_STATUSES),
    title: z.string(),
    components: z.array(Named),
    scheduledFor: Time,
    scheduledUntil: Time,
    startsByItself: z.boolean(),
    endsByItself: z.boolean(),
    remindMinutesBefore: z.number().nullable(),
    note: z.string(),
    createdAt: Time,
    createdBy: z.string(),
    startedAt: Time.nullable(),
    endedAt: Time.nullable(),
    sequence: z.number().int().openapi({ description: 'Grows with what calendars have to learn of.' }),
    updates: z.array(
      z.object({
        id: z.string(),
        status: z.enum(MAINTENANCE_STATUSES),
        body: z.string(),
        translations: z.partialRecord(Language, z.string()).openapi({ type: 'object' }),
        edits: z.array(z.object({ body: z.string(), until: Time })),
        components: z.array(Named.extend({ from: z.string(), to: z.string() })),
        rescheduledFrom: z.object({ scheduledFor: Time, scheduledUntil: Time }).nullable(),
        at: Time,
        by: z.string(),
      }),
    ),
    url: z.string().openapi({ description: 'Its page for customers.' }),
    consoleUrl: z.string(),
  })
  .openapi('Maintenance')

/** As the API answers it; updates stand oldest first. */
export function maintenanceAnswer(maintenance: Maintenance, publicUrl: string): z.infer<typeof MaintenanceAnswer> {
  const { id, remindBeforeMs } = maintenance
  return {
    id,
    version: maintenance.version,
    status: maintenance.status,
    title: maintenance.title,
    components: [...maintenance.components],
    scheduledFor: iso(maintenance.scheduledForMs),
    scheduledUntil: iso(maintenance.scheduledUntilMs),
    startsByItself: maintenance.startsByItself,
    endsByItself: maintenance.endsByItself,
    remindMinutesBefore: remindBeforeMs === null ? null : remindBeforeMs / 60_000,
    note: maintenance.note,
    createdAt: iso(maintenance.createdAtMs),
    createdBy: maintenance.createdBy.name,
    startedAt: isoOrNull(maintenance.startedAtMs),
    endedAt: isoOrNull(maintenance.endedAtMs),
    sequence: maintenance.sequence,
    updates: maintenance.updates.map(({ atMs, by, components, edits, translations, rescheduledFrom, ...update }) => ({
      ...update,
      translations: { ...translations },
      edits: edits.map(({ body, untilMs }) => ({ body, until: iso(untilMs) })),
      components: [...components],
      rescheduledFrom: rescheduledFrom && {
        scheduledFor: iso(rescheduledFrom.scheduledForMs),
        scheduledUntil: iso(rescheduledFrom.scheduledUntilMs),
      },
      at: iso(atMs),
      by: by.name,
    })),
    url: `${publicUrl}/maintenance/${id}`,
    consoleUrl: `${publicUrl}/console/maintenance/${id}`,
  }
}

export const MaintenanceEventAnswer = z
  .object({
    sequence: z.number().int(),
    at: Time,
    by: z.object({ kind: z.string(), id: z.string().optional(), name: z.string() }),
    type: z.string(),
    event: z.record(z.string(), z.unknown()),
  })
  .openapi('MaintenanceEvent')

export function maintenanceEventAnswer({
  sequence,
  atMs,
  by,
  event,
}: RecordedMaintenanceEvent): z.infer<typeof MaintenanceEventAnswer> {
  return { sequence, at: iso(atMs), by, type: event.type, event: { ...event } }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}
