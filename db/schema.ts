import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { PHASES, AUDIENCES } from '../worker/domain/incident.ts'
import type { IncidentEvent } from '../worker/domain/incidentEvent.ts'
import type { Actor } from '../worker/domain/actor.ts'
import { CHANGE_OUTCOMES, CHANGE_SOURCES } from '../worker/domain/change.ts'
import type { Service } from '../worker/domain/catalogue.ts'
import type { EscalationPolicy, InhibitRule, Organisation, Schedule } from '../worker/domain/organisation.ts'
import type { ActionItem, Release } from '../worker/domain/postMortem.ts'
import { SEVERITIES } from '../worker/domain/severity.ts'
import type { StatusPage } from '../worker/domain/statusPage.ts'

/*
 * Incidents, events and alerts are copies for search and lists: the objects hold the truth and write here from
 * their outboxes. Configuration and post-mortems have their truth here. Migrations are written by hand beside
 * this file: additive, and never edited once released.
 */

export const incidents = sqliteTable(
  'incidents',
  {
    id: text('id').primaryKey(),
    version: integer('version').notNull(),
    title: text('title').notNull(),
    summary: text('summary').notNull(),
    phase: text('phase', { enum: PHASES }).notNull(),
    severity: text('severity', { enum: SEVERITIES }).notNull(),
    /** Space-separated service ids, with a space at both ends, so that LIKE '% id %' finds one. */
    services: text('services').notNull(),
    commander: text('commander'),
    alertsFiring: integer('alerts_firing').notNull(),
    startedAtMs: integer('started_at_ms').notNull(),
    detectedAtMs: integer('detected_at_ms').notNull(),
    acknowledgedAtMs: integer('acknowledged_at_ms'),
    mitigatedAtMs: integer('mitigated_at_ms'),
    resolvedAtMs: integer('resolved_at_ms'),
    nextUpdateAtMs: integer('next_update_at_ms'),
    isPublic: integer('is_public', { mode: 'boolean' }).notNull(),
    /** One sentence that sums it up; empty until the room has one. */
    headline: text('headline').notNull().default(''),
    /** Those that joined since someone answered. */
    alertsFresh: integer('alerts_fresh').notNull().default(0),
    /** For the search: one a line, with its words apart; a bounded number. */
    alertTitles: text('alert_titles').notNull().default(''),
    /** Space-separated with a space at both ends: of the change that the headline names. */
    changedServices: text('changed_services').notNull().default(''),
    fixedBy: text('fixed_by').notNull().default(''),
    /** The incident that goes on with its alerts; null unless it was merged. */
    mergedInto: text('merged_into'),
  },
  (t) => [
    check('resolved_has_a_time', sql`(${t.phase} = 'resolved') = (${t.resolvedAtMs} IS NOT NULL)`),
    index('incidents_detected').on(t.detectedAtMs),
    // Lists ask for open incidents first; a partial index stays small.
    index('incidents_open')
      .on(t.detectedAtMs)
      .where(sql`${t.resolvedAtMs} IS NULL`),
  ],
)

/** Append-only: triggers refuse UPDATE and DELETE. */
export const incidentEvents = sqliteTable(
  'incident_events',
  {
    incidentId: text('incident_id').notNull(),
    sequence: integer('sequence').notNull(),
    atMs: integer('at_ms').notNull(),
    audience: text('audience', { enum: AUDIENCES }).notNull(),
    type: text('type').notNull(),
    by: text('by', { mode: 'json' }).$type<Actor>().notNull(),
    event: text('event', { mode: 'json' }).$type<IncidentEvent>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.incidentId, t.sequence] })],
)

export const alerts = sqliteTable(
  'alerts',
  {
    fingerprint: text('fingerprint').notNull(),
    incidentId: text('incident_id').notNull(),
    source: text('source').notNull(),
    labels: text('labels', { mode: 'json' }).$type<Record<string, string>>().notNull(),
    annotations: text('annotations', { mode: 'json' }).$type<Record<string, string>>().notNull(),
    startsAtMs: integer('starts_at_ms').notNull(),
    /** Null while it fires. */
    endedAtMs: integer('ended_at_ms'),
    generatorUrl: text('generator_url').notNull(),
    /** What it was judged to be when it began; null: of no configured service. */
    serviceId: text('service_id'),
    severity: text('severity', { enum: SEVERITIES }).notNull().default('sev3'),
  },
  // One alert may have been part of several incidents, one after the other.
  (t) => [
    primaryKey({ columns: [t.incidentId, t.fingerprint] }),
    index('alerts_fingerprint').on(t.fingerprint),
    // The inbox asks for those that ended, the latest first.
    index('alerts_ended')
      .on(t.endedAtMs)
      .where(sql`${t.endedAtMs} IS NOT NULL`),
    index('alerts_started').on(t.startsAtMs),
  ],
)

/** What was changed where: deployments, workflow runs, pushes. Kept for 90 days. */
export const changes = sqliteTable(
  'changes',
  {
    /** Of what the sender calls it, so that a message that comes twice is one change. */
    id: text('id').primaryKey(),
    source: text('source', { enum: CHANGE_SOURCES }).notNull(),
    /** Space-separated with a space at both ends: ids of services, else what the sender calls them. */
    services: text('services').notNull(),
    environment: text('environment'),
    title: text('title').notNull(),
    ref: text('ref'),
    url: text('url'),
    by: text('by'),
    atMs: integer('at_ms').notNull(),
    updatedAtMs: integer('updated_at_ms').notNull(),
    outcome: text('outcome', { enum: CHANGE_OUTCOMES }).notNull(),
  },
  (t) => [index('changes_updated').on(t.updatedAtMs)],
)

export type AlertingColumn = Pick<
  Organisation,
  'grouping' | 'routingRules' | 'flapping' | 'storm' | 'environments' | 'teams' | 'heartbeats'
>

export type StatusPageColumn = Omit<StatusPage, 'name' | 'timeZone' | 'supportUrl'> & Pick<Organisation, 'pages'>

/** One row, id 1. */
export const statusPages = sqliteTable('status_pages', {
  id: integer('id').primaryKey(),
  /** Twelve characters, stable: Statuspage clients key on it. */
  publicId: text('public_id').notNull(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  supportUrl: text('support_url'),
  /** What no column of its own holds; a part that is absent has its default. */
  settings: text('settings', { mode: 'json' }).$type<Partial<StatusPageColumn>>().notNull().default({}),
  groupBy: text('group_by', { mode: 'json' }).$type<string[]>().notNull(),
  inhibitRules: text('inhibit_rules', { mode: 'json' }).$type<InhibitRule[]>().notNull().default([]),
  /** What no table of its own holds; a part that is absent has its default. */
  alerting: text('alerting', { mode: 'json' }).$type<Partial<AlertingColumn>>().notNull().default({}),
})

export const components = sqliteTable('components', {
  id: text('id').primaryKey(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  description: text('description'),
  group: text('group_name'),
  createdAtMs: integer('created_at_ms').notNull(),
})

export type CatalogueColumn = Omit<Service, 'id' | 'name' | 'tier' | 'components' | 'escalation'>

export const services = sqliteTable('services', {
  id: text('id').primaryKey(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  tier: integer('tier').notNull(),
  components: text('components', { mode: 'json' }).$type<string[]>().notNull(),
  escalation: text('escalation', { mode: 'json' }).$type<Service['escalation']>().notNull(),
  /** What no column of its own holds; a part that is absent has its default. */
  catalogue: text('catalogue', { mode: 'json' }).$type<Partial<CatalogueColumn>>().notNull().default({}),
})

export const schedules = sqliteTable('schedules', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  rotation: text('rotation', { mode: 'json' }).$type<Schedule['rotation']>().notNull(),
})

export const overrides = sqliteTable(
  'overrides',
  {
    id: text('id').primaryKey(),
    scheduleId: text('schedule_id').notNull(),
    responderId: text('responder_id').notNull(),
    startsAtMs: integer('starts_at_ms').notNull(),
    endsAtMs: integer('ends_at_ms').notNull(),
  },
  (t) => [
    index('overrides_schedule').on(t.scheduleId, t.endsAtMs),
    check('ends_after_start', sql`${t.endsAtMs} > ${t.startsAtMs}`),
  ],
)

export const escalationPolicies = sqliteTable('escalation_policies', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  steps: text('steps', { mode: 'json' }).$type<EscalationPolicy['steps']>().notNull(),
  repeats: integer('repeats').notNull(),
})

export const playbooks = sqliteTable('playbooks', {
  id: text('id').primaryKey(),
  yaml: text('yaml').notNull(),
})

export const connections = sqliteTable('connections', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  /** AES-GCM under the master key. */
  sealedToken: text('sealed_token'),
  position: integer('position').notNull().default(0),
})

export const CONFIG_SOURCES = ['api', 'console', 'cli', 'first_start'] as const
export type ConfigSource = (typeof CONFIG_SOURCES)[number]

/** Every state that the configuration had, from when versions were first kept. */
export const configVersions = sqliteTable('config_versions', {
  version: integer('version').primaryKey(),
  atMs: integer('at_ms').notNull(),
  by: text('by', { mode: 'json' }).$type<Actor>().notNull(),
  source: text('source', { enum: CONFIG_SOURCES }).notNull(),
  /** What for, where someone said so. */
  message: text('message'),
  /** How it differs from the version before. */
  summary: text('summary').notNull(),
  /** SHA-256 (hex) of `document`. */
  hash: text('hash').notNull(),
  /** JSON of an Organisation, without the tokens of connections. Text, because its defaults are filled in when it is read. */
  document: text('document').notNull(),
})

export const postMortems = sqliteTable('post_mortems', {
  /** The incident's id: one post-mortem an incident. */
  id: text('id').primaryKey(),
  version: integer('version').notNull(),
  title: text('title').notNull(),
  /** Markdown. */
  body: text('body').notNull(),
  actionItems: text('action_items', { mode: 'json' }).$type<ActionItem[]>().notNull(),
  /** Space-separated service ids with a space at both ends. */
  services: text('services').notNull(),
  /** What ended it, in one line, for whoever meets the like again. */
  fixedBy: text('fixed_by').notNull(),
  startedAtMs: integer('started_at_ms').notNull(),
  resolvedAtMs: integer('resolved_at_ms').notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  updatedAtMs: integer('updated_at_ms').notNull(),
  publishedAtMs: integer('published_at_ms'),
  /** The version that readers have; behind `version` while changes are unreleased. */
  publishedVersion: integer('published_version'),
  /** What was last released; publishing is unfinished while its version is not `publishedVersion`. */
  released: text('released', { mode: 'json' }).$type<Release>(),
})

/** First answers, kept so that a repeated POST with the same Idempotency-Key gets them again. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    /** SHA-256 (hex) of principal, method, path and key. */
    id: text('id').primaryKey(),
    /** SHA-256 (hex) of the body: the same key with another body is refused. */
    bodyHash: text('body_hash').notNull(),
    createdAtMs: integer('created_at_ms').notNull(),
    /** Null while the first request is still at work. */
    status: integer('status'),
    answer: text('answer'),
  },
  (t) => [index('idempotency_keys_age').on(t.createdAtMs)],
)
