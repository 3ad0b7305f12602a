import type { Snippet } from './webhookSnippets.ts'
import { webhookSnippets } from './webhookSnippets.ts'

/** Settings to copy into a sender of alerts or changes, with its new key, and secret if it signs, in them. */
export function integrationSnippets(
  source: string,
  { key, secret }: { readonly key: string; readonly secret?: string },
  publicUrl: string,
): Snippet[] {
  const { protocol, host, origin } = new URL(publicUrl)
  switch (source) {
    case 'alertmanager':
      return [
        {
          title: 'prometheus.yml',
          text: [
            'alerting:',
            '  alertmanagers:',
            `    - scheme: ${protocol.replace(':', '')}`,
            '      path_prefix: /alertmanager',
            '      api_version: v2',
            '      basic_auth:',
            '        username: allclear',
            `        password: ${key}`,
            '      static_configs:',
            `        - targets: ['${targetOf(protocol, host)}']`,
          ].join('\n'),
        },
        {
          title: 'Try it with amtool',
          text: `amtool --alertmanager.url=${protocol}//allclear:${key}@${host}/alertmanager alert add alertname=Test service=web`,
        },
        {
          title: 'Or alertmanager.yml, for an Alertmanager of your own',
          text: [
            'receivers:',
            '  - name: allclear',
            '    webhook_configs:',
            `      - url: ${origin}/hooks/alertmanager/${key}`,
          ].join('\n'),
        },
      ]
    case 'json':
      return [
        {
          title: 'Try it with curl',
          text: [
            `curl ${origin}/hooks/json/${key} \\`,
            `  -H 'Content-Type: application/json' \\`,
            `  -d '{"title": "Checkout is slow", "severity": "critical", "service": "checkout"}'`,
          ].join('\n'),
        },
        {
          title: 'And when it is over',
          text: [
            `curl ${origin}/hooks/json/${key} \\`,
            `  -H 'Content-Type: application/json' \\`,
            `  -d '{"title": "Checkout is slow", "status": "resolved", "service": "checkout"}'`,
          ].join('\n'),
        },
      ]
    case 'pagerduty':
      return [
        {
          title: 'Alertmanager',
          text: [
            'receivers:',
            '  - name: allclear',
            '    pagerduty_configs:',
            `      - url: ${origin}/pagerduty/v2/enqueue`,
            `        routing_key: ${key}`,
          ].join('\n'),
        },
        {
          title: 'Try it with curl',
          text: [
            `curl ${origin}/pagerduty/v2/enqueue \\`,
            `  -H 'Content-Type: application/json' \\`,
            `  -d '{"routing_key": "${key}", "event_action": "trigger", "dedup_key": "test",`,
            `       "payload": {"summary": "Checkout is slow", "source": "web-1", "severity": "critical"}}'`,
          ].join('\n'),
        },
        {
          title: 'And when it is over',
          text: [
            `curl ${origin}/pagerduty/v2/enqueue \\`,
            `  -H 'Content-Type: application/json' \\`,
            `  -d '{"routing_key": "${key}", "event_action": "resolve", "dedup_key": "test"}'`,
          ].join('\n'),
        },
      ]
    case 'opsgenie':
      return [
        {
          title: 'Alertmanager',
          text: [
            'receivers:',
            '  - name: allclear',
            '    opsgenie_configs:',
            `      - api_url: ${origin}/opsgenie/`,
            `        api_key: ${key}`,
          ].join('\n'),
        },
        {
          title: 'Try it with curl',
          text: [
            `curl ${origin}/opsgenie/v2/alerts \\`,
            `  -H 'Content-Type: application/json' -H 'Authorization: GenieKey ${key}' \\`,
            `  -d '{"message": "Checkout is slow", "alias": "test", "priority": "P2", "entity": "checkout"}'`,
          ].join('\n'),
        },
        {
          title: 'And when it is over',
          text: [
            `curl -X POST '${origin}/opsgenie/v2/alerts/test/close?identifierType=alias' \\`,
            `  -H 'Authorization: GenieKey ${key}'`,
          ].join('\n'),
        },
      ]
    default:
      return webhookSnippets(source, key, secret ?? '', origin)
  }
}

/** Prometheus wants a port. */
function targetOf(protocol: string, host: string): string {
  return host.includes(':') ? host : `${host}:${protocol === 'https:' ? 443 : 80}`
}
