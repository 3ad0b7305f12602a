/** What Alertmanager 0.25 sent to a `webhook_configs` with `max_alerts: 1`, byte for byte. */
export const ALERTMANAGER_FIRING =
  '{"receiver":"h","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"HighErrorRate","instance":"web-1","service":"checkout","severity":"critical"},"annotations":{"summary":"Too many errors"},"startsAt":"2026-11-24T03:25:50.585698822Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prometheus:9090/graph?g0.expr=1","fingerprint":"b1c11497b32ce15e"}],"groupLabels":{"alertname":"HighErrorRate"},"commonLabels":{"alertname":"HighErrorRate","instance":"web-1","service":"checkout","severity":"critical"},"commonAnnotations":{"summary":"Too many errors"},"externalURL":"http://vm:19093","version":"4","groupKey":"{}:{alertname=\\"HighErrorRate\\"}","truncatedAlerts":1}\n'

/** In the shape of Grafana's documentation of its webhook: two instances whose visible labels differ by the zone. */
export const GRAFANA_FIRING = {
  receiver: 'Allclear',
  status: 'firing',
  orgId: 1,
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'High memory usage', team: 'blue', zone: 'us-1' },
      annotations: { description: 'The system has high memory usage', summary: 'Memory in us-1' },
      startsAt: '2021-10-12T09:51:03.157076+02:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://play.grafana.org/alerting/1afz29v7z/edit',
      fingerprint: 'c6eadffa33fcdf37',
      silenceURL: 'https://play.grafana.org/alerting/silence/new?alertmanager=grafana&matchers=zone%3Dus-1',
      dashboardURL: 'https://play.grafana.org/d/abc',
      panelURL: '',
      values: { B: 44.23943737541908, C: 1 },
    },
    {
      status: 'firing',
      labels: { alertname: 'High memory usage', team: 'blue', zone: 'eu-1' },
      annotations: null,
      startsAt: '2021-10-12T09:56:03.157076+02:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://play.grafana.org/alerting/d1rdpdv7k/edit',
      fingerprint: 'bc97ff14869b13e3',
      silenceURL: 'javascript:alert(1)',
      dashboardURL: '',
      panelURL: '',
      values: null,
      valueString: "[ var='B' labels={} value=1 ]",
    },
  ],
  groupLabels: {},
  commonLabels: { alertname: 'High memory usage', team: 'blue' },
  commonAnnotations: {},
  externalURL: 'https://play.grafana.org/',
  version: '1',
  groupKey: '{}:{}',
  truncatedAlerts: 0,
  title: '[FIRING:2]  (blue)',
  state: 'alerting',
  message: '**Firing**',
}
