import type { Integration, IntegrationSource } from '../../domain/integration.ts'
import type { Received } from '../../domain/received.ts'

/** A message as its tool would send it, that says of itself that it is a test; and the one that ends it. */

const TITLE = 'Allclear test'
const KEY = 'allclear-test'

type Write = (integration: Integration, isOver: boolean, nowMs: number) => object

function summary({ name }: Integration): string {
  return `A test of the integration ${name}, sent from Allclear’s console`
}

const MESSAGE: Partial<Record<IntegrationSource, Write>> = {
  alertmanager: (integration, isOver, nowMs) => [
    {
      labels: { alertname: TITLE, severity: 'info', integration: integration.name },
      annotations: { summary: summary(integration) },
      ...(isOver ? { endsAt: new Date(nowMs).toISOString() } : {}),
    },
  ],
  grafana: (integration, isOver, nowMs) => {
    const status = isOver ? 'resolved' : 'firing'
    const labels = { alertname: TITLE, severity: 'info', integration: integration.name }
    const alert = { status, labels, annotations: { summary: summary(integration) }, startsAt: null, fingerprint: KEY }
    const endsAt = isOver ? new Date(nowMs).toISOString() : null
    return { version: '1', status, externalURL: '', alerts: [{ ...alert, endsAt }] }
  },
  cloudevents: (integration, isOver) => ({
    specversion: '1.0',
    id: crypto.randomUUID(),
    source: `/allclear/test/${integration.id}`,
    type: 'dev.allclear.test',
    data: plain(integration, isOver),
  }),
  json: plain,
  pagerduty: (integration, isOver) => ({
    // Kept messages have zeros in the place of the key.
    routing_key: '0'.repeat(32),
    event_action: isOver ? 'resolve' : 'trigger',
    dedup_key: KEY,
    payload: { summary: TITLE, source: integration.name, severity: 'info' },
  }),
  opsgenie: (integration) => ({
    message: TITLE,
    alias: `${KEY}-${integration.id}`,
    description: summary(integration),
    priority: 'P5',
  }),
  sns: (integration, isOver, nowMs) => ({
    Type: 'Notification',
    MessageId: crypto.randomUUID(),
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:allclear-test',
    Message: JSON.stringify(plain(integration, isOver)),
    Timestamp: new Date(nowMs).toISOString(),
    // What is read here is not checked for a signature, as what comes from outside is.
    SignatureVersion: '2',
    Signature: '',
    SigningCertURL: '',
  }),
  sentry: (integration, isOver, nowMs) => ({
    action: isOver ? 'resolved' : 'created',
    data: {
      issue: {
        id: KEY,
        title: TITLE,
        shortId: '',
        culprit: summary(integration),
        level: 'info',
        web_url: '',
        permalink: '',
        firstSeen: new Date(nowMs).toISOString(),
        priority: '',
        project: { slug: 'allclear-test', name: integration.name },
      },
    },
  }),
  datadog: (integration, isOver) => ({
    title: TITLE,
    transition: isOver ? 'Recovered' : 'Triggered',
    aggreg_key: KEY,
    priority: 'P5',
    message: summary(integration),
  }),
  email: (integration, isOver, nowMs) => ({
    from: 'test@allclear.invalid',
    subject: isOver ? `[RESOLVED] ${TITLE}` : TITLE,
    date: new Date(nowMs).toISOString(),
    messageId: '',
    text: `Severity: info\n${summary(integration)}`,
    isReply: false,
    isAutomaticReply: false,
    thread: null,
  }),
  github: (integration, _isOver, nowMs) => ({
    deployment: {
      id: nowMs,
      sha: '0000000000000000000000000000000000000000',
      ref: 'test',
      task: 'deploy',
      environment: TITLE,
      payload: {},
      creator: { login: integration.name },
      created_at: new Date(nowMs).toISOString(),
    },
    repository: { name: 'allclear-test', html_url: '', default_branch: 'main', pushed_at: null },
  }),
}

function plain(integration: Integration, isOver: boolean): object {
  const status = isOver ? 'resolved' : 'firing'
  const key = `${KEY}/${integration.id}`
  return { title: TITLE, status, key, severity: 'info', description: summary(integration) }
}

const HEADERS: Partial<Record<IntegrationSource, Record<string, string>>> = {
  github: { 'x-github-event': 'deployment' },
  sentry: { 'sentry-hook-resource': 'issue' },
}

/** Null for a source that has no test message. */
export function testMessage(integration: Integration, isOver: boolean, nowMs: number): Received | null {
  const { source } = integration
  const message = MESSAGE[source]?.(integration, isOver, nowMs)
  if (message === undefined) return null
  const contentType = source === 'cloudevents' ? 'application/cloudevents+json' : 'application/json'
  return { contentType, headers: HEADERS[source] ?? {}, body: JSON.stringify(message) }
}

/** By which a test of Opsgenie's API is closed. */
export function testAlias({ id }: Pick<Integration, 'id'>): string {
  return `${KEY}-${id}`
}

export function hasTestMessage(source: IntegrationSource): boolean {
  return MESSAGE[source] !== undefined
}
