import { z } from 'zod'
import type { DemoPeople } from './demoOrganisation.ts'
import { tokenCaller, type Caller, type Instance } from './instance.ts'
import type { LiveFeed } from './liveFeed.ts'
import type { Mailbox } from './mailbox.ts'
import { waitFor, type Narrator } from './narrator.ts'
import type { Shop } from './shop.ts'

/** What every chapter of the demo works with. */
export interface Stage {
  readonly narrator: Narrator
  readonly instance: Instance
  /** A program with an API token. */
  readonly api: Caller
  /** Someone signed in to the console. */
  readonly commander: Caller
  readonly people: DemoPeople
  readonly mailbox: Mailbox
  readonly shop: Shop
  /** The customer who subscribes; a new address for each demo. */
  readonly customer: string
  /** Unlike any alert before, so that each demo has an incident of its own. */
  readonly alertName: string
}

/** The incident once it is open. */
export interface OpenIncident {
  readonly id: string
  readonly feed: LiveFeed
  /** Its room in the console. */
  readonly room: string
}

const Incident = z.object({
  id: z.string(),
  status: z.string(),
  publicTitle: z.string(),
  tasks: z.array(z.object({ id: z.string(), title: z.string() })),
  hypotheses: z.array(z.object({ id: z.string(), statement: z.string() })),
  runs: z.array(
    z.object({
      id: z.string(),
      status: z.string(),
      steps: z.array(
        z.object({ index: z.number(), kind: z.string(), status: z.string(), output: z.string(), planHash: z.string() }),
      ),
    }),
  ),
})
export type IncidentState = z.infer<typeof Incident>

export async function readIncident(caller: Caller, id: string): Promise<IncidentState> {
  return Incident.parse(await caller.get(`/api/v1/incidents/${id}`))
}

/** Waits until something can be read off the incident. */
export async function waitForIncident<T>(
  stage: Stage,
  id: string,
  what: string,
  find: (incident: IncidentState) => T | null | undefined,
): Promise<T> {
  return waitFor(what, async () => find(await readIncident(stage.api, id)) ?? null)
}

/** Sends the demo's alert as Prometheus would; an end makes it a resolved one. */
export async function sendAlert(
  { instance, alertName, shop }: Stage,
  alert: { service: string; startsAt: Date; endsAt?: Date },
): Promise<void> {
  const { key } = instance.credentials.integrations.alertmanager
  const response = await fetch(`${instance.url}/alertmanager/api/v2/alerts`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`prometheus:${key}`).toString('base64')}`,
    },
    body: JSON.stringify([
      {
        labels: {
          alertname: alertName,
          service: alert.service,
          severity: 'critical',
          instance: new URL(shop.url).host,
        },
        annotations: { summary: 'More than half of all orders fail.' },
        startsAt: alert.startsAt.toISOString(),
        ...(alert.endsAt === undefined ? {} : { endsAt: alert.endsAt.toISOString() }),
        generatorURL: `${shop.url}/graph`,
      },
    ]),
  })
  if (!response.ok) throw new Error(`The alert was answered ${response.status}: ${await response.text()}`)
}

/** Credentials that also open the live feed, which is not an ordinary request. */
export function feedHeaders(instance: Instance): Record<string, string> {
  return { authorization: `Bearer ${instance.credentials.apiToken}` }
}

export function programOf(instance: Instance): Caller {
  return tokenCaller(instance.url, instance.credentials.apiToken)
}
