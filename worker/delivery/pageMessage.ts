import { oneLine } from '../domain/alert.ts'
import type { Incident, Page } from '../domain/incident.ts'
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
    subject: oneLine(`[${severity}] ${incident.title}`, 200),
    messageId: messageIdOf(`page.${page.id}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated', ...threadHeaders(incident.id, publicUrl) },
    text: mailText([
      `${severity}: ${incident.title}`,
      'You are on call and nobody has acknowledged this incident.',
      facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
      incident.summary,
      `Acknowledge: ${acknowledgeUrl}`,
      `Incident room: ${roomUrl}`,
    ]),
    html: mailHtml({
      title: incident.title,
      preheader: `${severity}. ${escalationOf(message)}. ${incident.summary}`,
      body:
        `<p class="state">${severity}: you are on call and nobody has acknowledged this incident.</p>` +
        `<h1>${escapeMarkup(incident.title)}</h1>` +
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
      page: { id: page.id, step: page.step + 1, round: page.round + 1, responder: page.responder },
      incident: {
        id: incident.id,
        title: incident.title,
        summary: incident.summary,
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

function factsOf(message: PageMessage): [name: string, value: string][] {
  const { incident } = message
  const facts: [string, string][] = []
  if (incident.services.length > 0) facts.push(['Services', incident.services.map(({ name }) => name).join(', ')])
  if (incident.components.length > 0) facts.push(['Components', incident.components.map(({ name }) => name).join(', ')])
  if (incident.alerts.total > 0)
    facts.push(['Alerts', `${incident.alerts.firing} firing, ${incident.alerts.total} in all`])
  facts.push(['Since', utcMinute(incident.times.startedAtMs)])
  if (incident.severityReason !== '') facts.push(['Severity', incident.severityReason])
  facts.push(['Escalation', escalationOf(message)])
  return facts
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
