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
    case 'sns':
      return [
        {
          title: 'Amazon SNS → Topics → your topic → Create subscription',
          text: [
            'Protocol                      HTTPS',
            `Endpoint                      ${origin}/hooks/sns/${key}`,
            'Enable raw message delivery   off',
          ].join('\n'),
        },
        {
          title: 'Or with the AWS CLI',
          text: [
            'aws sns subscribe --protocol https \\',
            '  --topic-arn arn:aws:sns:REGION:ACCOUNT:TOPIC \\',
            `  --notification-endpoint ${origin}/hooks/sns/${key}`,
          ].join('\n'),
        },
      ]
    case 'sentry':
      return [
        {
          title: 'Settings → Custom integrations → Create new → Internal integration',
          text: [
            `Webhook URL         ${origin}/hooks/sentry/${key}`,
            'Alert rule action   on',
            'Permissions         Issue & Event: Read',
            'Webhooks            issue',
          ].join('\n'),
        },
        {
          title: 'Then',
          text: [
            '1. Save it in Sentry, copy its client secret, and enter it on the page of this integration.',
            '2. Add the integration as an action to your alert rules.',
          ].join('\n'),
        },
      ]
    case 'datadog':
      return [
        { title: 'Integrations → Webhooks → New: URL', text: `${origin}/hooks/datadog/${key}` },
        { title: 'Payload', text: DATADOG_PAYLOAD },
        { title: 'In the message of each monitor', text: '@webhook-allclear' },
      ]
    case 'email':
      return [
        {
          title: 'The address, at a domain that Email Routing hands to this Worker',
          text: `alerts+${key}@YOUR-DOMAIN`,
        },
        {
          title: 'Or hand a mail over yourself, such as from a mail server on one machine',
          text: [
            `curl ${origin}/hooks/email/${key} \\`,
            "  -H 'Content-Type: message/rfc822' --data-binary @mail.eml",
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

/** What the hook reads; the same as in docs/sources/datadog.md. */
const DATADOG_PAYLOAD = `{
  "title": "$EVENT_TITLE",
  "transition": "$ALERT_TRANSITION",
  "alert_type": "$ALERT_TYPE",
  "cycle_key": "$ALERT_CYCLE_KEY",
  "aggreg_key": "$AGGREG_KEY",
  "alert_id": "$ALERT_ID",
  "priority": "$ALERT_PRIORITY",
  "message": "$TEXT_ONLY_MSG",
  "status": "$ALERT_STATUS",
  "scope": "$ALERT_SCOPE",
  "metric": "$ALERT_METRIC",
  "query": "$ALERT_QUERY",
  "tags": "$TAGS",
  "hostname": "$HOSTNAME",
  "link": "$LINK",
  "snapshot": "$SNAPSHOT",
  "date": "$DATE",
  "org": "$ORG_NAME"
}`
