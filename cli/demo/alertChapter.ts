import { z } from 'zod'
import { DEMO_SERVICE, FIRST_WAIT_SECONDS } from './demoOrganisation.ts'
import { readAnonymously, sameOrigin } from './instance.ts'
import { LiveFeed } from './liveFeed.ts'
import { linkIn } from './mailbox.ts'
import { waitFor } from './narrator.ts'
import { feedHeaders, readIncident, sendAlert, type OpenIncident, type Stage } from './stage.ts'

const IncidentList = z.object({ incidents: z.array(z.object({ id: z.string(), title: z.string() })) })

/** From the alert to a human who answers. */
export async function alertChapter(stage: Stage, firesSince: Date): Promise<OpenIncident> {
  const { narrator, instance, api, people, mailbox, alertName } = stage
  narrator.chapter('An alert comes in, nobody answers, the next one does')

  await narrator.step(
    'Prometheus sends an alert',
    () => sendAlert(stage, { service: DEMO_SERVICE, startsAt: firesSince }),
    () => ({ address: `${instance.url}/alertmanager/api/v2/alerts`, note: `${alertName}, severity critical` }),
  )
  const incident = await narrator.step(
    'It is an incident',
    () =>
      waitFor('the incident', async () => {
        const { incidents } = IncidentList.parse(await api.get(`/api/v1/incidents?service=${DEMO_SERVICE}`))
        return incidents.find(({ title }) => title.includes(alertName)) ?? null
      }),
    ({ id, title }) => ({ address: `${instance.url}/console/incidents/${id}`, note: title }),
  )
  const { id } = incident
  const room = `${instance.url}/console/incidents/${id}`
  const feedUrl = `${instance.url}/api/v1/incidents/${id}/live?after=0`
  const feed = new LiveFeed(feedUrl, feedHeaders(instance))
  await narrator.step(
    'Its room tells what happens, over a WebSocket',
    () => feed.waitForEvent('opened'),
    ({ sequence }) => ({ address: feedUrl, note: `“opened” is event ${sequence}` }),
  )

  const isPage = (subject: string) => subject.includes(alertName)
  await narrator.step(
    'The first on call is paged by mail',
    () => mailbox.waitForMail(people.first.email, 'a page', ({ subject }) => isPage(subject)),
    (mail) => ({ address: mailbox.addressOf(mail), note: `${people.first.email}: ${mail.subject}` }),
  )
  await narrator.step(
    `Nobody answers for ${FIRST_WAIT_SECONDS} s: it escalates`,
    () => feed.waitForEvent('escalated', ({ step }) => step === 1),
    () => ({ address: room, note: 'step 2 of the policy' }),
  )
  const page = await narrator.step(
    'The second on call is paged',
    () => mailbox.waitForMail(people.second.email, 'a page', ({ subject }) => isPage(subject)),
    (mail) => ({ address: mailbox.addressOf(mail), note: `${people.second.email}: ${mail.subject}` }),
  )

  const link = linkIn(page, '/acknowledge/')
  await narrator.step(
    'A mail scanner follows the link: it only asks',
    async () => {
      if ((await readAnonymously(link)) === '') throw new Error(`${link} shows no page.`)
      const { status } = await readIncident(api, id)
      if (status !== 'triggered') throw new Error(`A GET made the incident ${status}.`)
    },
    () => ({ address: link, note: 'the incident is still triggered' }),
  )
  await narrator.step(
    'The second on call presses the button',
    async () => {
      const response = await fetch(link, {
        method: 'POST',
        headers: sameOrigin(instance.url),
        body: new URLSearchParams(),
      })
      if (!response.ok) throw new Error(`The button was answered ${response.status}.`)
      return feed.waitForEvent('acknowledged')
    },
    ({ event }) => ({ address: room, note: `acknowledged via ${String(event.via)}; the escalation stops` }),
  )
  return { id, feed, room }
}
