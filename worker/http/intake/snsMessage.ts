import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import { oneLine } from '../../domain/alert.ts'
import type { Received } from '../../domain/received.ts'
import { alarmsOf, CloudWatchAlarm } from './cloudWatch.ts'
import { FIRES_FOR_MS } from './hook.ts'
import { incomingFromJson, JsonAlertWithin } from './json.ts'
import { boundedNotes } from './notes.ts'
import type { NotParsed, Parsed } from './parsed.ts'
import { faultAt, jsonOf, notParsed } from './parsed.ts'

/** What Amazon SNS posts to an https subscription, and what is made of the notifications in it. */

const Text = z.string().max(300_000)
const Signed = {
  MessageId: z.string().min(1).max(200),
  TopicArn: z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d+:.{1,256}$/, 'must be the ARN of an SNS topic'),
  Message: Text,
  Timestamp: z.iso.datetime({ offset: true }),
  SignatureVersion: z.enum(['1', '2'], 'must be "1" or "2"'),
  Signature: z.base64().max(4000),
  SigningCertURL: z.string().max(2000),
}

export const Notification = z.object({
  Type: z.literal('Notification'),
  ...Signed,
  Subject: z.string().max(1000).nullish(),
})
export const Subscription = z.object({
  Type: z.enum(['SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  ...Signed,
  Token: z.string().max(2000),
  SubscribeURL: z.string().max(4000),
})

const SnsMessage = z.discriminatedUnion(
  'Type',
  [Notification, Subscription],
  'must be Notification, SubscriptionConfirmation or UnsubscribeConfirmation',
)
export type SnsMessage = z.infer<typeof SnsMessage>

/** SNS says what it posts is text; it is JSON all the same. */
export function readSnsMessage(body: string): { readonly ok: true; readonly message: SnsMessage } | NotParsed {
  const parsed = jsonOf(body)
  if (!parsed.ok) return parsed
  const message = SnsMessage.safeParse(parsed.json)
  return message.success ? { ok: true, message: message.data } : notParsed(message.error)
}

/** What SNS signs: a line with the name and one with the value of each of these fields, in this order. */
export function signedText(message: SnsMessage): string {
  const fields =
    message.Type === 'Notification'
      ? ([
          ['Message', message.Message],
          ['MessageId', message.MessageId],
          ['Subject', message.Subject],
          ['Timestamp', message.Timestamp],
          ['TopicArn', message.TopicArn],
          ['Type', message.Type],
        ] as const)
      : ([
          ['Message', message.Message],
          ['MessageId', message.MessageId],
          ['SubscribeURL', message.SubscribeURL],
          ['Timestamp', message.Timestamp],
          ['Token', message.Token],
          ['TopicArn', message.TopicArn],
          ['Type', message.Type],
        ] as const)
  // A subject that was not given is not signed.
  return fields.flatMap(([name, value]) => (typeof value === 'string' ? [`${name}\n${value}\n`] : [])).join('')
}

/** A confirmation says nothing of an alert, so it has none. */
export function parseSns({ body }: Received, nowMs: number, integrationId: string): Parsed {
  const read = readSnsMessage(body)
  if (!read.ok) return read
  const { message } = read
  if (message.Type !== 'Notification') return { ok: true, alerts: [] }
  const content = jsonOf(message.Message)
  const json = content.ok ? content.json : null
  if (isObject(json) && 'AlarmName' in json) {
    const alarm = CloudWatchAlarm.safeParse(json)
    if (!alarm.success) return within('Message', notParsed(alarm.error))
    return { ok: true, alerts: alarmsOf(alarm.data, message.TopicArn, nowMs) }
  }
  // Whoever publishes to the topic may say when it is over. Nobody reads what SNS is answered, so a fault is no refusal.
  const plain = JsonAlertWithin.safeParse(json)
  if (plain.success) {
    const alert = incomingFromJson(plain.data, nowMs)
    return { ok: true, alerts: [{ ...alert, identity: { ...alert.identity, '': message.TopicArn } }] }
  }
  const title = isObject(json) && 'title' in json && typeof json.title === 'string' ? json.title : ''
  return { ok: true, alerts: [noteOf(message, title, integrationId, nowMs)] }
}

/** Any other text: its subject, else its title or its first line, is the title. Nothing will say that it is over. */
function noteOf(
  message: z.infer<typeof Notification>,
  titleWithin: string,
  integrationId: string,
  nowMs: number,
): IncomingAlert {
  const { TopicArn: topic, Subject, Message } = message
  const [firstLine = ''] = Message.trim().split('\n', 1)
  const title =
    [Subject ?? '', titleWithin, firstLine].map((text) => oneLine(text, 500)).find(Boolean) ?? 'Empty message'
  return {
    labels: { alertname: title, topic: topic.split(':').at(-1) ?? topic },
    annotations: boundedNotes([
      ['summary', title],
      ['description', Message],
      ['topic_arn', topic],
    ]),
    startsAtMs: Math.min(Date.parse(message.Timestamp), nowMs),
    endsAtMs: nowMs + FIRES_FOR_MS,
    generatorUrl: '',
    identity: { '': `sns ${integrationId}`, topic, title },
    firesAnew: true,
  }
}

function within(field: string, { faults }: NotParsed): NotParsed {
  const [first] = faults
  return faultAt([field, first?.path ?? ''].filter(Boolean).join('.'), first?.message ?? 'not valid')
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
