import { z } from 'zod'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import { FIRES_FOR_MS } from './hook.ts'
import { boundedNotes, cut } from './notes.ts'
import { timeOf } from './timeOf.ts'
import { ofTwoLevels } from './twoLevels.ts'

/** An alarm of CloudWatch as it stands in the `Message` of a notification. Composite alarms have no `Trigger`. */

const Text = z
  .string()
  .max(100_000)
  .nullish()
  .transform((text) => text ?? '')

const Dimension = z.object({ name: z.string().min(1).max(255), value: z.string().max(1024) })

export const CloudWatchAlarm = z.object({
  AlarmName: z.string().min(1).max(1000),
  AlarmDescription: Text,
  AlarmArn: z.string().max(2000).nullish(),
  AWSAccountId: z.string().max(50).nullish(),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  NewStateReason: Text,
  StateChangeTime: z.string().max(50),
  Region: z.string().max(100).nullish(),
  OldStateValue: z.string().max(50).nullish(),
  Trigger: z
    .object({
      MetricName: z.string().max(255).nullish(),
      Namespace: z.string().max(255).nullish(),
      Dimensions: z.array(Dimension).max(100).nullish(),
    })
    .nullish(),
})
export type CloudWatchAlarm = z.infer<typeof CloudWatchAlarm>

/**
 * ALARM fires and OK ends. INSUFFICIENT_DATA fires too, under the same name: that nothing is measured is no sign that
 * all is well, and whoever has it sent to the topic wants to know.
 */
export function alarmsOf(alarm: CloudWatchAlarm, topic: string, nowMs: number): IncomingAlert[] {
  const alert = alarmOf(alarm, topic, nowMs)
  // With a severity of its own it is as severe whatever it says.
  if (wordsOf(alarm.AlarmDescription).some(([name]) => name === 'severity')) return [alert]
  return ofTwoLevels(alert, alarm.NewStateValue === 'INSUFFICIENT_DATA', alert.startsAtMs ?? nowMs, nowMs)
}

function alarmOf(alarm: CloudWatchAlarm, topic: string, nowMs: number): IncomingAlert {
  const { AlarmName: name, AlarmArn: arn, NewStateValue: state, NewStateReason: reason, AlarmDescription } = alarm
  const said = wordsOf(AlarmDescription)
  const { Namespace, MetricName, Dimensions } = alarm.Trigger ?? {}
  // arn:aws:cloudwatch:eu-central-1:123456789012:alarm:Name; `Region` is a name for people, such as "EU (Frankfurt)".
  const [, , , region = '', account = ''] = arn?.split(':') ?? []
  const unmeasured = state === 'INSUFFICIENT_DATA'
  const dimensions = (Dimensions ?? []).map((dimension) => [dimension.name, dimension.value] as const)
  const labels = new Map<string, string>([
    ...dimensions,
    ['alertname', name],
    ['account', account || (alarm.AWSAccountId ?? '')],
    ['region', region || (alarm.Region ?? '')],
    ['namespace', Namespace ?? ''],
    ['metric', MetricName ?? ''],
    ['state', state],
    ...(unmeasured ? [['severity', 'warning'] as const] : []),
    ...said,
  ])
  const changedAtMs = Math.min(timeOf(alarm.StateChangeTime) ?? nowMs, nowMs)
  return {
    labels: Object.fromEntries(Array.from(labels, ([label, value]) => [label, cut(value, 1000)])),
    annotations: boundedNotes([
      ['summary', unmeasured ? `${name} cannot be judged: CloudWatch has not enough data for it` : name],
      ['description', AlarmDescription],
      ['reason', reason],
      ['state', `${alarm.OldStateValue ?? '?'} → ${state}`],
      ['alarm_arn', arn ?? ''],
      ['topic_arn', topic],
    ]),
    startsAtMs: changedAtMs,
    endsAtMs: state === 'OK' ? changedAtMs : nowMs + FIRES_FOR_MS,
    generatorUrl: consoleAddress(region, name, arn ?? ''),
    identity: { '': 'cloudwatch', alarm: arn ?? `${topic} ${name}` },
  }
}

/** An alarm has no severity and no service; its description may name them: `severity=critical service=checkout`. */
function wordsOf(description: string): (readonly [string, string])[] {
  return Array.from(
    description.matchAll(/(?:^|[\s,;[(])(severity|service|environment|team)\s?[=:]\s?([\w./-]{1,100})/gi),
    ([, name = '', value = '']) => [name.toLowerCase(), value] as const,
  )
}

function consoleAddress(region: string, name: string, arn: string): string {
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return ''
  const host = arn.startsWith('arn:aws-cn:') ? 'console.amazonaws.cn' : 'console.aws.amazon.com'
  return `https://${region}.${host}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name)}`
}
