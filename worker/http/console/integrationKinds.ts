import type { IntegrationSource } from '../../domain/integration.ts'

/** The kinds of senders as the console names them, in the order in which it offers them. */
export const KINDS: readonly { readonly source: IntegrationSource; readonly label: string; readonly what: string }[] = [
  { source: 'alertmanager', label: 'Prometheus or Alertmanager', what: 'Alerts by Alertmanager’s API or its webhook' },
  { source: 'grafana', label: 'Grafana', what: 'Alerts by a contact point of the kind webhook' },
  { source: 'pagerduty', label: 'PagerDuty events', what: 'Whatever sends to PagerDuty’s Events API v2' },
  { source: 'opsgenie', label: 'Opsgenie alerts', what: 'Whatever sends to Opsgenie’s Alert API' },
  { source: 'sns', label: 'Amazon SNS and CloudWatch', what: 'CloudWatch’s alarms, and whatever publishes to a topic' },
  { source: 'sentry', label: 'Sentry', what: 'Issues and alert rules by an internal integration' },
  { source: 'datadog', label: 'Datadog', what: 'Monitors by the Webhooks integration' },
  { source: 'email', label: 'Mail', what: 'Whatever can only send mail, to an address that carries the key' },
  { source: 'cloudevents', label: 'CloudEvents', what: 'Alerts and deployments as CloudEvents 1.0' },
  { source: 'json', label: 'JSON', what: 'Alerts as JSON: the plain form, or any form by a mapping' },
  { source: 'github', label: 'GitHub', what: 'Deployments, workflow runs and pushes' },
]

export function kindOf(source: IntegrationSource): string {
  return KINDS.find((kind) => kind.source === source)?.label ?? source
}
