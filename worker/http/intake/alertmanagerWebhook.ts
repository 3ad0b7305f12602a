import type { Context } from 'hono'
import { z } from 'zod'
import type { Labels } from '../../domain/alert.ts'
import { fingerprintOf } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import type { HttpEnv } from '../env.ts'
import { answerIngested, desk, FIRES_FOR_MS } from './hook.ts'
import type { Parsed } from './parsed.ts'
import { jsonOf, notParsed, receivedOf, refuseMessage } from './parsed.ts'

/** The webhook of Alertmanager (version "4"), which Grafana's extends. See docs/sources/alertmanager.md. */

const ALERTS_A_MESSAGE_MAX = 10_000

/** Go writes a map that is nil as null. */
const Pairs = z
  .record(z.string(), z.string())
  .nullish()
  .transform((pairs) => pairs ?? {})

/** Go's zero time means that there is none. */
const Time = z.iso
  .datetime({ offset: true })
  .nullish()
  .transform((text) => (text === undefined || text === null || text.startsWith('0001-') ? null : Date.parse(text)))

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '')

export const WebhookAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.record(z.string(), z.string()),
  annotations: Pairs,
  startsAt: Time,
  endsAt: Time,
  generatorURL: Text,
  fingerprint: Text,
})
export type WebhookAlert = z.infer<typeof WebhookAlert>

/** The message around alerts of one kind. */
export function webhookMessage<A extends z.ZodType<WebhookAlert>>(version: string, wrongVersion: string, alert: A) {
  return z.object({
    version: z.literal(version, wrongVersion),
    status: z.enum(['firing', 'resolved']),
    externalURL: Text,
    truncatedAlerts: z.number().int().min(0).nullish(),
    alerts: z.array(alert).max(ALERTS_A_MESSAGE_MAX),
  })
}

const AlertmanagerMessage = webhookMessage(
  '4',
  'must be "4", the version of the webhook that Alertmanager sends; Grafana sends to /hooks/grafana',
  WebhookAlert,
)

interface Sent {
  readonly externalURL: string
  readonly truncatedAlerts?: number | null | undefined
}

type ParsedMessage = Parsed<{ readonly truncated: number }>

export function parseAlertmanagerWebhook(received: Received, nowMs: number): ParsedMessage {
  return parseMessage(received, AlertmanagerMessage, () => ({}), nowMs)
}

/** `annotate` adds what one sender knows of an alert beside its annotations. */
export function parseMessage<A extends WebhookAlert>(
  { body }: Received,
  schema: z.ZodType<Sent & { readonly alerts: readonly A[] }>,
  annotate: (alert: A) => Labels,
  nowMs: number,
): ParsedMessage {
  const parsed = jsonOf(body)
  if (!parsed.ok) return parsed
  const message = schema.safeParse(parsed.json)
  if (!message.success) return notParsed(message.error)
  const { externalURL, alerts } = message.data
  const truncated = message.data.truncatedAlerts ?? 0
  const more: Labels = truncated === 0 ? {} : { truncated_alerts: truncatedText(truncated) }
  const incoming = alerts.map((alert) => incomingFrom(alert, externalURL, { ...annotate(alert), ...more }, nowMs))
  return { ok: true, alerts: incoming, truncated }
}

/** Takes a message in. */
export async function takeMessage(
  c: Context<HttpEnv>,
  sender: { readonly source: 'alertmanager' | 'grafana'; readonly key: string },
  parse: (received: Received, nowMs: number) => ParsedMessage,
): Promise<Response> {
  const received = await receivedOf(c)
  const parsed = parse(received, Date.now())
  if (!parsed.ok) return refuseMessage(c, { ...sender, received }, parsed)
  const { alerts, truncated } = parsed
  const answer = await desk(c).ingest({ ...sender, alerts, received })
  return answerIngested(c, answer, truncated === 0 ? {} : { truncated })
}

function truncatedText(truncated: number): string {
  const what = truncated === 1 ? '1 more alert of the group was' : `${truncated} more alerts of the group were`
  return `${what} left out by the sender (max_alerts)`
}

function incomingFrom(alert: WebhookAlert, externalUrl: string, more: Labels, nowMs: number): IncomingAlert {
  const { status, labels, annotations, fingerprint } = alert
  const saidEndMs = alert.endsAt ?? nowMs
  // A clock that runs ahead must not keep a resolved alert firing, nor a past end keep a firing one from it.
  const endsAtMs =
    status === 'resolved' ? Math.min(saidEndMs, nowMs) : saidEndMs > nowMs ? saidEndMs : nowMs + FIRES_FOR_MS
  return {
    labels,
    annotations: { ...annotations, ...more },
    // Alertmanager itself dates the start of an alert that came with an end only to that end, which may be to come.
    startsAtMs: Math.min(alert.startsAt ?? nowMs, endsAtMs, nowMs),
    endsAtMs,
    generatorUrl: webAddress(alert.generatorURL) ?? '',
    // Grafana's is over labels that it keeps to itself, such as the rule: two rules may look alike.
    ...(fingerprint === '' || fingerprint === fingerprintOf(labels) ? {} : { identity: { externalUrl, fingerprint } }),
  }
}

/** It becomes a link in the console, where only a web address has a place. */
export function webAddress(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text.length > 2000) return null
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : null
}
