import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHost, type Host } from './host.ts'
import { hasAlertmanager, startAlertmanager, until, type RealAlertmanager } from './realAlertmanager.ts'

// It speaks to PagerDuty and to Opsgenie, and here to us.
let host: Host
let alertmanager: RealAlertmanager

describe.skipIf(!hasAlertmanager)('a real Alertmanager that pages', () => {
  beforeAll(async () => {
    host = await startHost()
    alertmanager = await startAlertmanager(configurationFor(host))
  })
  afterAll(async () => {
    await alertmanager.stop()
    await host.stop()
  })

  it.each([
    ['pagerduty', { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical', to: 'pagerduty' }],
    ['opsgenie', { alertname: 'DiskFull', service: 'database', severity: 'critical', to: 'opsgenie' }],
  ])('by %s_configs opens an incident, and ends it', async (source, labels) => {
    await tell(labels)
    const opened = await untilFound(labels.alertname, ({ status }) => status === 'triggered')
    expect(opened).toMatchObject({ severity: 'sev2' })
    const { service, severity } = labels
    expect(await firing()).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining({ service, severity }) }),
    )

    await tell(labels, new Date().toISOString())
    await untilFound(labels.alertname, ({ id, status }) => id === opened.id && status === 'resolved')
    expect(alertmanager.output(), source).not.toContain('level=error')
  })
})

interface Incident {
  readonly id: string
  readonly title: string
  readonly status: string
}

interface Alert {
  readonly labels: Record<string, string>
}

function configurationFor({ url, credentials }: Host): object {
  const { pagerduty, opsgenie } = credentials.integrations
  const soon = { group_by: ['...'], group_wait: '1s', group_interval: '1s' }
  const details = { service: '{{ .CommonLabels.service }}' }
  return {
    route: {
      receiver: 'none',
      routes: [
        { ...soon, receiver: 'pagerduty', matchers: ['to = pagerduty'] },
        { ...soon, receiver: 'opsgenie', matchers: ['to = opsgenie'] },
      ],
    },
    receivers: [
      { name: 'none' },
      {
        name: 'pagerduty',
        pagerduty_configs: [
          {
            url: `${url}/pagerduty/v2/enqueue`,
            routing_key: pagerduty.routingKey,
            severity: '{{ .CommonLabels.severity }}',
            details,
          },
        ],
      },
      { name: 'opsgenie', opsgenie_configs: [{ api_url: `${url}/opsgenie/`, api_key: opsgenie.key }] },
    ],
  }
}

/** As Prometheus does: the alert fires for an hour, unless it is over. */
async function tell(labels: Record<string, string>, endsAt?: string): Promise<void> {
  const end = endsAt ?? new Date(Date.now() + 3_600_000).toISOString()
  await alertmanager.tell([{ labels, annotations: { summary: 'Look at it' }, endsAt: end }])
}

async function untilFound(title: string, matches: (incident: Incident) => boolean): Promise<Incident> {
  let found: Incident | undefined
  await until(async () => {
    const { incidents } = await read<{ incidents: Incident[] }>('/api/v1/incidents')
    found = incidents.find((incident) => incident.title.includes(title) && matches(incident))
    return found !== undefined
  }, seen)
  if (found === undefined) throw new Error(`There is no incident called ${title}`)
  return found
}

/** What fires, whoever sent it, as our own Alertmanager API lists it. */
async function firing(): Promise<Alert[]> {
  return read('/alertmanager/api/v2/alerts', host.credentials.integrations.alertmanager.key)
}

async function read<Answer>(path: string, key = host.credentials.apiToken): Promise<Answer> {
  const answer = await fetch(host.url + path, { headers: { Authorization: `Bearer ${key}` } })
  const parsed: Answer = JSON.parse(await answer.text())
  return parsed
}

function seen(): string {
  return `${alertmanager.output()}\n${host.output()}`
}
