import type { OpenIncident, Stage } from './stage.ts'
import { readAnonymously } from './instance.ts'
import { waitFor } from './narrator.ts'

export interface Told {
  readonly status: 'investigating' | 'identified' | 'monitoring'
  readonly body: string
  readonly components: readonly { readonly id: string; readonly status: string }[]
  readonly minutesToNextUpdate: number
}

/** Posts a public update, then reads the status page as anyone and the customer's mail. */
export async function tellCustomers(stage: Stage, { id }: OpenIncident, update: Told): Promise<void> {
  const { narrator, instance, commander } = stage
  await narrator.step(
    `Customers are told: ${update.status}`,
    async () => {
      const { minutesToNextUpdate, ...told } = update
      await commander.post(`/api/v1/incidents/${id}/updates`, {
        audience: 'public',
        ...told,
        nextUpdateAt: new Date(Date.now() + minutesToNextUpdate * 60_000).toISOString(),
      })
      await waitForPublicText(`${instance.url}/`, update.body)
    },
    () => ({ address: `${instance.url}/incidents/${id}`, note: 'on the status page, from the click to a fresh read' }),
  )
  await mailFor(stage, update.body)
}

/** Waits until this public page shows this text to someone who has never been there. */
export async function waitForPublicText(address: string, text: string): Promise<void> {
  await waitFor(`“${text}” on ${address}`, async () => ((await readAnonymously(address)).includes(text) ? true : null))
}

/** The customer's mail about this update; all mails of an incident are one thread. */
export async function mailFor({ narrator, mailbox, customer }: Stage, text: string): Promise<void> {
  await narrator.step(
    'The subscribed customer has it by mail',
    () => mailbox.waitForMail(customer, `a mail that says “${text}”`, (mail) => mail.text.includes(text)),
    (mail) => ({
      address: mailbox.addressOf(mail),
      note: `${mail.subject}, ${mail.messageId ?? 'without Message-ID'}`,
    }),
  )
}
