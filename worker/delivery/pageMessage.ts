import { oneLine } from '../domain/alert.ts'
import type { Incident, Page, PagingCause } from '../domain/incident.ts'
import { escapeMarkup, utcMinute } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { button, link, mailHtml, mailText, messageIdOf } from './mailLayout.ts'

/** Pure: what a responder who is paged gets to read. */

export interface PageMessage {
  readonly page: Page
  readonly incident: Incident
  /** PUBLIC_URL. */
  readonly publicUrl: string
  /** Shows a button; only the button acknowledges, because mail scanners follow links. */
  readonly acknowledgeUrl: string
}

export function pageMail(message: PageMessage, { from, to }: { from: string; to: string }): Mail {
  const { page, incident, publicUrl, acknowledgeUrl } = message
  const severity = incident.severity.toUpperCase()
  const facts = factsOf(message)
  const roomUrl = roomUrlOf(message)
  const rows = facts.map(([name, value]) => `<tr><td class="muted">${name}</td><td>${escapeMarkup(value)}</td></tr>`)
  return {
    from,
    to,
    subject: oneLine(`[${severity}${causeShort(incident)}] ${incident.title}`, 200),
    messageId: messageIdOf(`page.${page.id}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated', ...threadHeaders(incident.id, publicUrl) },
    text: mailText([
      `${severity}: ${incident.title}`,
      causeText(incident),
      facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
      incident.headline?.sentence ?? '',
      incident.summary,
      `Acknowledge: ${acknowledgeUrl}`,
      `Incident room: ${roomUrl}`,
    ]),
    html: mailHtml({
      title: incident.title,
      preheader: `${severity}${causeShort(incident)}. ${escalationOf(message)}. ${incident.summary}`,
      body:
        `<p class="state">${severity}: ${escapeMarkup(causeText(incident))}</p>` +
        `<h1>${escapeMarkup(incident.title)}</h1>` +
        (incident.headline === null ? '' : `<p><strong>${escapeMarkup(incident.headline.sentence)}</strong></p>`) +
        `<table>${rows.join('')}</table>` +
        (incident.summary === '' ? '' : `<p>${escapeMarkup(incident.summary)}</p>`) +
        button(acknowledgeUrl, 'Acknowledge') +
        `<p>${link(roomUrl, 'Open the incident room')}</p>`,
      footer: `Sent to ${escapeMarkup(page.responder.name)} by the escalation policy. Whoever acknowledges first stops it.`,
    }),
  }
}

/** The body of the signed webhook; the fields are part of the API and only ever added to. */
export function pageWebhookBody(message: PageMessage, nowMs: number): string {
  const { page, incident, acknowledgeUrl } = message
  return JSON.stringify({
    type: 'page.requested',
    timestamp: new Date(nowMs).toISOString(),
    data: {
      because: causeOf(incident),
      page: { id: page.id, step: page.step + 1, round: page.round + 1, responder: page.responder },
      incident: {
        id: incident.id,
        title: incident.title,
        summary: incident.summary,
        headline: incident.headline?.sentence ?? null,
        severity: incident.severity,
        phase: incident.phase,
        services: incident.services,
        components: incident.components,
        alerts: incident.alerts,
        startedAt: new Date(incident.times.startedAtMs).toISOString(),
        detectedAt: new Date(incident.times.detectedAtMs).toISOString(),
      },
      roomUrl: roomUrlOf(message),
      acknowledgeUrl,
    },
  })
}

function causeOf(incident: Incident): PagingCause {
  return incident.paging?.because ?? { kind: 'opened' }
}

/** What stands in the subject behind the severity. */
function causeShort(incident: Incident): string {
  const because = causeOf(incident)
  switch (because.kind) {
    case 'opened':
      return ''
    case 'raised':
      return `, raised from ${because.from.toUpperCase()}`
    case 'reopened':
      return ', fires again'
  }
}

/** Why this person is called, and called now. */
function causeText(incident: Incident): string {
  const because = causeOf(incident)
  switch (because.kind) {
    case 'opened':
      return 'You are on call and nobody has acknowledged this incident.'
    case 'raised':
      return `Raised from ${because.from} to ${because.to}: ${because.reason}. You are on call, and nobody has acknowledged it since.`
    case 'reopened':
      return `It was taken to be mitigated, and ${lowerFirst(because.reason)}. You are on call, and nobody has acknowledged it since.`
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function factsOf(message: PageMessage): [name: string, value: string][] {
  const { incident } = message
  const facts: [string, string][] = []
  if (incident.services.length > 0) facts.push(['Services', incident.services.map(({ name }) => name).join(', ')])
  if (incident.components.length > 0) facts.push(['Components', incident.components.map(({ name }) => name).join(', ')])
  if (incident.alerts.total > 0)
    facts.push(['Alerts', `${incident.alerts.firing} firing, ${incident.alerts.total} in all${freshText(incident)}`])
  facts.push(['Since', utcMinute(incident.times.startedAtMs)])
  if (incident.severityReason !== '') facts.push(['Severity', incident.severityReason])
  facts.push(['Escalation', escalationOf(message)])
  return facts
}

function freshText({ alerts }: Incident): string {
  return alerts.fresh === 0 ? '' : `, ${alerts.fresh} new since acknowledged`
}

function escalationOf({ page, incident }: PageMessage): string {
  const steps = incident.paging === null ? '' : ` of ${incident.paging.policy.steps.length}`
  const round = page.round === 0 ? '' : `, round ${page.round + 1}`
  return `step ${page.step + 1}${steps}${round}`
}

function roomUrlOf({ incident, publicUrl }: PageMessage): string {
  return `${publicUrl.replace(/\/+$/, '')}/console/incidents/${incident.id}`
}

/** All pages of an incident stand in one thread, apart from its public updates. */
function threadHeaders(incidentId: string, publicUrl: string): Record<string, string> {
  const root = messageIdOf(`pages.${incidentId}`, publicUrl)
  return { 'In-Reply-To': root, References: root }
}
