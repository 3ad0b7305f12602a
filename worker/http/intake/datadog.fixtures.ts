/** What Datadog posts with the payload of docs/sources/datadog.md, its variables filled in as its documentation shows them. */
export const DATADOG_TRIGGERED = {
  title: '[Triggered on {host:web-1}] CPU is high on web-1',
  transition: 'Triggered',
  alert_type: 'error',
  cycle_key: '8021245110083041824',
  aggreg_key: '9bd4ac313a4d1e8fae2482df7b77628',
  alert_id: '1234',
  priority: 'P2',
  message: '%%%\nCPU over 90% for 5 minutes\n%%%',
  status: 'system.cpu.user over host:web-1 was > 90 at least once during the last 5m',
  scope: 'host:web-1,availability-zone:eu-central-1a',
  metric: 'system.cpu.user',
  query: 'avg(last_5m):avg:system.cpu.user{*} by {host} > 90',
  tags: 'env:prod, service:checkout, important',
  hostname: 'web-1',
  link: 'https://app.datadoghq.eu/event/event?id=123456',
  snapshot: '$SNAPSHOT',
  date: '1777629600000',
  org: 'Acme',
}

/** What Datadog posts when nothing was pasted. */
export const DATADOG_DEFAULT = {
  body: 'CPU over 90%',
  last_updated: '1777629600000',
  event_type: 'metric_alert_monitor',
  title: '[Triggered] CPU is high',
  date: '1777629600000',
  org: { id: '11023', name: 'Acme' },
  id: '1234567',
}
