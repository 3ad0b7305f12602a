import type { ShownOnce } from './signInViews.ts'

export type Snippet = ShownOnce['snippets'][number]

/** Settings to copy into those who send webhooks. */
export function webhookSnippets(source: string, key: string, secret: string, origin: string): Snippet[] {
  switch (source) {
    case 'grafana':
      return [
        {
          title: 'Alerting → Contact points → Add → Webhook',
          text: [
            `URL                             ${origin}/hooks/grafana/${key}`,
            'HTTP method                     POST',
            `HMAC signature, secret          ${secret}`,
            'HMAC signature, header          X-Grafana-Alerting-Signature',
            'HMAC signature, timestamp       X-Grafana-Alerting-Timestamp',
          ].join('\n'),
        },
        {
          title: 'Or as a provisioning file',
          text: [
            'apiVersion: 1',
            'contactPoints:',
            '  - name: Allclear',
            '    receivers:',
            '      - uid: allclear',
            '        type: webhook',
            '        settings:',
            `          url: ${origin}/hooks/grafana/${key}`,
            '          hmacConfig:',
            `            secret: ${secret}`,
            '            header: X-Grafana-Alerting-Signature',
            '            timestampHeader: X-Grafana-Alerting-Timestamp',
          ].join('\n'),
        },
      ]
    case 'github':
      return [
        {
          title: 'Settings → Webhooks → Add webhook',
          text: [
            `Payload URL     ${origin}/hooks/github/${key}`,
            'Content type    application/json',
            `Secret          ${secret}`,
            'Events          Deployments, Deployment statuses, Workflow runs, Pushes',
          ].join('\n'),
        },
        {
          title: 'Or with gh, in a clone of the repository',
          text: [
            "gh api 'repos/{owner}/{repo}/hooks' -f name=web \\",
            "  -f 'events[]=deployment' -f 'events[]=deployment_status' -f 'events[]=workflow_run' -f 'events[]=push' \\",
            `  -f 'config[url]=${origin}/hooks/github/${key}' \\`,
            `  -f 'config[content_type]=json' -f 'config[secret]=${secret}'`,
          ].join('\n'),
        },
      ]
    case 'cloudevents':
      return [
        {
          title: 'A deployment, with curl',
          text: [
            `curl ${origin}/hooks/cloudevents/${key} \\`,
            "  -H 'Content-Type: application/cloudevents+json' \\",
            `  -d '{"specversion": "1.0", "id": "deploy-1", "source": "/ci", "type": "dev.cdevents.service.deployed.0.2.0",`,
            `       "data": {"context": {}, "subject": {"id": "checkout", "content": {"environment": {"id": "production"}}}}}'`,
          ].join('\n'),
        },
        {
          title: 'An alert, with curl',
          text: [
            `curl ${origin}/hooks/cloudevents/${key} \\`,
            "  -H 'Content-Type: application/cloudevents+json' \\",
            `  -d '{"specversion": "1.0", "id": "1", "source": "/queues", "type": "com.example.queue",`,
            `       "data": {"title": "Queue is stuck", "severity": "critical", "service": "checkout"}}'`,
          ].join('\n'),
        },
      ]
    default:
      return []
  }
}
