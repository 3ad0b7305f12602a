/** The alert that Opsgenie publishes as the example of its Alert API. */
export const OPSGENIE_EXAMPLE = {
  message: 'An example alert message',
  alias: 'Life is too short for no alias',
  description: 'Every alert needs a description',
  responders: [
    { id: '4513b7ea-3b91-438f-b7e4-e3e54af9147c', type: 'team' },
    { name: 'NOC', type: 'team' },
    { username: 'trinity@opsgenie.com', type: 'user' },
  ],
  visibleTo: [{ name: 'rocket_team', type: 'team' }],
  actions: ['Restart', 'AnExampleAction'],
  tags: ['OverwriteQuietHours', 'Critical'],
  details: { key1: 'value1', key2: 'value2' },
  entity: 'An example entity',
  priority: 'P1',
}

/** What Alertmanager 0.25 sent by `opsgenie_configs` when an alert fired and when it was over, byte for byte. */
export const ALERTMANAGER_CREATE =
  '{"alias":"cbc7a356b874c7d0332c73753d5082204bea3c18a5cb2a9a50e75f6687ffb86b","message":"[FIRING:1] HighErrorRate (web-1 checkout critical)","description":"Too many errors\\nAlerts Firing:\\nLabels:\\n - alertname = HighErrorRate\\n - instance = web-1\\n - service = checkout\\n - severity = critical\\nAnnotations:\\n - summary = Too many errors\\nSource: http://prometheus:9090/graph?g0.expr=1\\n\\n","details":{"alertname":"HighErrorRate","instance":"web-1","service":"checkout","severity":"critical"},"source":"http://vm:18998/#/alerts?receiver=both","priority":"P2"}\n'
export const ALERTMANAGER_CLOSE = {
  path: '/v2/alerts/cbc7a356b874c7d0332c73753d5082204bea3c18a5cb2a9a50e75f6687ffb86b/close?identifierType=alias',
  body: '{"source":"http://vm:18998/#/alerts?receiver=both"}\n',
}
