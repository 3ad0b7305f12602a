import { sameOrigin } from './instance.ts'
import { linkIn } from './mailbox.ts'
import type { Stage } from './stage.ts'

/** A customer asks for mails, twice, as the law wants it. */
export async function subscribeChapter({ narrator, instance, mailbox, customer }: Stage): Promise<void> {
  narrator.chapter('A customer subscribes')
  await narrator.step(
    'Asks on the status page',
    async () => {
      const response = await fetch(`${instance.url}/subscribe`, {
        method: 'POST',
        headers: sameOrigin(instance.url),
        body: new URLSearchParams({ email: customer, postMortems: 'on' }),
      })
      if (!response.ok) throw new Error(`Subscribing was answered ${response.status}.`)
    },
    () => ({ address: `${instance.url}/subscribe`, note: customer }),
  )
  const mail = await narrator.step(
    'Is asked by mail whether it was them',
    () => mailbox.waitForMail(customer, 'a mail that asks', ({ subject }) => subject.startsWith('Confirm')),
    (asked) => ({ address: mailbox.addressOf(asked), note: asked.subject }),
  )
  const link = linkIn(mail, '/subscribe/confirm/')
  await narrator.step(
    'Confirms',
    async () => {
      const response = await fetch(link, {
        method: 'POST',
        headers: sameOrigin(instance.url),
        body: new URLSearchParams(),
      })
      if (!response.ok) throw new Error(`Confirming was answered ${response.status}.`)
    },
    () => ({ address: link }),
  )
}
