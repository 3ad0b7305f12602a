import { z } from 'zod'
import type { Labels } from '../../domain/alert.ts'
import { oneLine } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import { FIRES_FOR_MS } from './hook.ts'
import { boundedNotes, cut, firstLink, textOf } from './notes.ts'
import type { Parsed } from './parsed.ts'
import { jsonOf, notParsed } from './parsed.ts'
import { ofTwoLevels } from './twoLevels.ts'

/** What Sentry's integration platform posts of issues, issue alerts and metric alerts. */

export const SENTRY_RESOURCE = 'sentry-hook-resource'

const Text = z
  .string()
  .max(100_000)
  .nullish()
  .transform((text) => text ?? '')
const Id = z.union([z.string().min(1).max(200), z.number()]).transform(String)
const Project = z.object({ slug: Text, name: Text }).nullish()

const Issue = z.object({
  action: z.string(),
  data: z.object({
    issue: z.object({
      id: Id,
      title: Text,
      shortId: Text,
      culprit: Text,
      level: Text,
      web_url: Text,
      permalink: Text,
      firstSeen: Text,
      priority: Text,
      project: Project,
    }),
  }),
})

const EventAlert = z.object({
  action: z.string(),
  data: z.object({
    event: z.object({
      issue_id: Id,
      title: Text,
      culprit: Text,
      level: Text,
      environment: Text,
      platform: Text,
      release: z.unknown().optional(),
      /** The address in Sentry's API, which names the project. */
      url: Text,
      web_url: Text,
      datetime: Text,
      tags: z
        .array(z.tuple([z.string(), z.union([z.string(), z.null()])]))
        .max(1000)
        .nullish(),
    }),
    triggered_rule: Text,
  }),
})

const MetricAlert = z.object({
  action: z.enum(['critical', 'warning', 'resolved']),
  data: z.object({
    description_title: Text,
    description_text: Text,
    web_url: Text,
    metric_alert: z.object({
      id: Id.nullish(),
      title: Text,
      date_started: Text,
      projects: z.array(z.string()).max(1000).nullish(),
      alert_rule: z.object({ id: Id, name: Text, aggregate: Text, query: Text, environment: Text }),
    }),
  }),
})

/** `ignored` says why there is no alert in it. */
type SentryMessage = Parsed<{ readonly ignored?: string }>

export function parseSentry({ headers, body }: Received, nowMs: number, integrationId: string): SentryMessage {
  const parsed = jsonOf(body)
  if (!parsed.ok) return parsed
  const { json } = parsed
  const sender = { '': `sentry ${integrationId}` }
  switch (headers[SENTRY_RESOURCE] ?? '') {
    case 'issue':
      return read(Issue, json, (message) => issue(message, sender, nowMs))
    case 'event_alert':
      return read(EventAlert, json, (message) => ({ ok: true, alerts: [eventAlert(message, sender, nowMs)] }))
    case 'metric_alert':
      return read(MetricAlert, json, (message) => ({ ok: true, alerts: metricAlerts(message, sender, nowMs) }))
    default:
      return ignored('only issue, event_alert and metric_alert say anything of an alert')
  }
}

function read<T>(schema: z.ZodType<T>, json: unknown, understand: (message: T) => SentryMessage): SentryMessage {
  const message = schema.safeParse(json)
  return message.success ? understand(message.data) : notParsed(message.error)
}

function ignored(why: string): SentryMessage {
  return { ok: true, alerts: [], ignored: why }
}

/**
 * What rules raise of an issue and the issue itself are two alerts, so that whoever wants only the rules can suppress
 * the other (`resource="issue"`). Both are over with the issue.
 */
function issue({ action, data }: z.infer<typeof Issue>, sender: Labels, nowMs: number): SentryMessage {
  const { id, title, shortId, culprit, level, priority, web_url, permalink, firstSeen, project } = data.issue
  const identity = { ...sender, issue: id }
  if (action === 'resolved' || action === 'archived' || action === 'ignored') {
    const over = { labels: { issue: id }, annotations: {}, startsAtMs: nowMs, endsAtMs: nowMs, generatorUrl: '' }
    return {
      ok: true,
      alerts: ['issue', 'event_alert'].map((resource) => ({ ...over, identity: { ...identity, resource } })),
    }
  }
  if (action !== 'created' && action !== 'unresolved')
    return ignored(`an issue that is ${oneLine(action, 50)} is no news`)
  const name = oneLine(title, 500) || `Sentry issue ${id}`
  return {
    ok: true,
    alerts: [
      {
        labels: short({
          alertname: name,
          resource: 'issue',
          severity: severityOf(level),
          service: project?.slug ?? '',
          project: project?.slug ?? '',
          level,
        }),
        annotations: boundedNotes([
          ['summary', name],
          ['culprit', culprit],
          ['issue', shortId || id],
          ['sentry_priority', priority],
        ]),
        // An issue that comes back is a new firing, long after it was first seen.
        startsAtMs: action === 'created' ? pastOf(firstSeen, nowMs) : nowMs,
        endsAtMs: nowMs + FIRES_FOR_MS,
        generatorUrl: firstLink(web_url, permalink),
        identity: { ...identity, resource: 'issue' },
      },
    ],
  }
}

function eventAlert({ data }: z.infer<typeof EventAlert>, sender: Labels, nowMs: number): IncomingAlert {
  const { event, triggered_rule: rule } = data
  const tags = new Map(event.tags?.map(([name, value]) => [name, value ?? '']))
  const project = /\/projects\/[^/]+\/([^/]+)\//.exec(event.url)?.[1] ?? ''
  const level = event.level || (tags.get('level') ?? '')
  const name = oneLine(event.title, 500) || `Sentry issue ${event.issue_id}`
  return {
    labels: short({
      alertname: name,
      resource: 'event_alert',
      severity: severityOf(level),
      service: tags.get('service') || project,
      project,
      level,
      environment: event.environment || (tags.get('environment') ?? ''),
      rule,
    }),
    annotations: boundedNotes([
      ['summary', name],
      ['culprit', event.culprit],
      ['rule', rule],
      ['platform', event.platform],
      ['release', textOf(event.release) || (tags.get('release') ?? '')],
      ...[...tags].map(([tag, value]) => [`tag.${tag}`, value] as const),
    ]),
    startsAtMs: pastOf(event.datetime, nowMs),
    endsAtMs: nowMs + FIRES_FOR_MS,
    generatorUrl: firstLink(event.web_url),
    identity: { ...sender, issue: event.issue_id, resource: 'event_alert' },
  }
}

function metricAlerts(message: z.infer<typeof MetricAlert>, sender: Labels, nowMs: number): IncomingAlert[] {
  return ofTwoLevels(metricAlert(message, sender, nowMs), message.action === 'warning', nowMs, nowMs)
}

function metricAlert({ action, data }: z.infer<typeof MetricAlert>, sender: Labels, nowMs: number): IncomingAlert {
  const { alert_rule: rule, title, date_started, projects } = data.metric_alert
  const name = oneLine(rule.name || title || data.description_title, 500) || `Sentry rule ${rule.id}`
  const [project = ''] = projects ?? []
  return {
    labels: short({
      alertname: name,
      resource: 'metric_alert',
      severity: action === 'resolved' ? '' : action,
      service: project,
      project,
      environment: rule.environment,
    }),
    annotations: boundedNotes([
      ['summary', data.description_title || name],
      ['description', data.description_text],
      ['aggregate', rule.aggregate],
      ['query', rule.query],
      ['projects', (projects ?? []).join(', ')],
    ]),
    startsAtMs: action === 'resolved' ? nowMs : pastOf(date_started, nowMs),
    endsAtMs: action === 'resolved' ? nowMs : nowMs + FIRES_FOR_MS,
    generatorUrl: firstLink(data.web_url),
    identity: { ...sender, rule: rule.id },
  }
}

function severityOf(level: string): string {
  return level === 'fatal' ? 'critical' : level === 'debug' ? 'info' : level
}

function short(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cut(value, 1000)]))
}

function pastOf(text: string, nowMs: number): number {
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? nowMs : Math.min(atMs, nowMs)
}
