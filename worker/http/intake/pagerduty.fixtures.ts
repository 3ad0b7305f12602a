/** The trigger that PagerDuty publishes as the example of its Events API v2, with details of each kind. */
export const PAGERDUTY_EXAMPLE = {
  images: [
    {
      src: 'https://www.pagerduty.com/wp-content/uploads/2016/05/pagerduty-logo-green.png',
      href: 'https://example.com/',
      alt: 'Example text',
    },
  ],
  links: [{ href: 'https://example.com/', text: 'Link text' }],
  client: 'Sample Monitoring Service',
  client_url: 'https://monitoring.example.com',
  payload: {
    summary: 'DISK at 99% on machine prod-datapipe03.example.com',
    timestamp: '2015-07-17T08:42:58.315+0000',
    source: 'monitoringtool:cloudvendor:central-region-dc-01:852559987:cluster/api-stats-prod-003',
    severity: 'info',
    component: 'postgres',
    group: 'prod-datapipe',
    class: 'deploy',
    custom_details: { 'ping time': '1500ms', 'load avg': 0.75, summary: 'theirs', hosts: ['a', 'b'] },
  },
}

/** What Alertmanager 0.25 sent by `pagerduty_configs` when an alert fired and when it was over, byte for byte. */
export const ALERTMANAGER_TRIGGER =
  '{"routing_key":"0123456789abcdefghijABCDEFGHIJ01","dedup_key":"cbc7a356b874c7d0332c73753d5082204bea3c18a5cb2a9a50e75f6687ffb86b","event_action":"trigger","payload":{"summary":"[FIRING:1] HighErrorRate (web-1 checkout critical)","source":"Alertmanager","severity":"error","custom_details":{"firing":"Labels:\\n - alertname = HighErrorRate\\n - instance = web-1\\n - service = checkout\\n - severity = critical\\nAnnotations:\\n - summary = Too many errors\\nSource: http://prometheus:9090/graph?g0.expr=1\\n","num_firing":"1","num_resolved":"0","resolved":""}},"client":"Alertmanager","client_url":"http://vm:18998/#/alerts?receiver=both"}\n'
export const ALERTMANAGER_RESOLVE =
  '{"routing_key":"0123456789abcdefghijABCDEFGHIJ01","dedup_key":"cbc7a356b874c7d0332c73753d5082204bea3c18a5cb2a9a50e75f6687ffb86b","event_action":"resolve","payload":{"summary":"[RESOLVED] HighErrorRate (web-1 checkout critical)","source":"Alertmanager","severity":"error","custom_details":{"firing":"","num_firing":"0","num_resolved":"1","resolved":"Labels:\\n - alertname = HighErrorRate\\n - instance = web-1\\n - service = checkout\\n - severity = critical\\nAnnotations:\\n - summary = Too many errors\\nSource: http://prometheus:9090/graph?g0.expr=1\\n"}},"client":"Alertmanager","client_url":"http://vm:18998/#/alerts?receiver=both"}\n'
