import { z } from 'zod'
import { DEMO_COMPONENT, DEMO_SERVICE } from './demoOrganisation.ts'
import { readAnonymously } from './instance.ts'
import { waitFor } from './narrator.ts'
import { sendAlert, type OpenIncident, type Stage } from './stage.ts'
import { mailFor, tellCustomers, waitForPublicText } from './tellCustomers.ts'

const CLOSING = 'Orders have gone through normally for a while. This incident is resolved.'

/** The alert ends, customers hear of it, the incident is resolved. */
export async function endChapter(stage: Stage, incident: OpenIncident, firesSince: Date): Promise<void> {
  const { narrator, instance, commander, mailbox, customer } = stage
  const { id, feed, room } = incident
  narrator.chapter('It is over')

  await tellCustomers(stage, incident, {
    status: 'identified',
    body: 'Our database had run out of connections. Checkout has been restarted.',
    components: [{ id: DEMO_COMPONENT, status: 'degraded_performance' }],
    minutesToNextUpdate: 15,
  })
  await narrator.step(
    'Prometheus says that the alert has ended',
    async () => {
      await sendAlert(stage, { service: DEMO_SERVICE, startsAt: firesSince, endsAt: new Date() })
      return feed.waitForEvent('alerts_cleared')
    },
    () => ({ address: room, note: 'no alert of this incident fires' }),
  )
  await tellCustomers(stage, incident, {
    status: 'monitoring',
    body: 'Orders go through again. We keep watching.',
    components: [{ id: DEMO_COMPONENT, status: 'operational' }],
    minutesToNextUpdate: 30,
  })
  await narrator.step(
    'The incident is resolved',
    async () => {
      await commander.post(`/api/v1/incidents/${id}/resolve`, { reason: 'Restarted checkout.', publicBody: CLOSING })
      await feed.waitForEvent('resolved')
      await waitForPublicText(`${instance.url}/incidents/${id}`, CLOSING)
    },
    () => ({ address: `${instance.url}/incidents/${id}` }),
  )
  await mailFor(stage, CLOSING)
  await narrator.step(
    'The customer has every update once, in one thread',
    async () => {
      const mails = (await mailbox.to(customer)).filter(({ subject }) => !subject.startsWith('Confirm'))
      const threads = new Set(mails.map(({ references }) => references[0]))
      const ids = new Set(mails.map(({ messageId }) => messageId))
      if (mails.length !== 4 || ids.size !== 4 || threads.size !== 1) {
        throw new Error(`${mails.length} mails, ${ids.size} Message-IDs, ${threads.size} threads instead of 4, 4, 1.`)
      }
      return mails
    },
    (mails) => ({ address: stage.instance.inboxUrl, note: `${mails.length} mails` }),
  )
}

const Draft = z.object({ version: z.number(), body: z.string(), findings: z.array(z.unknown()) })
const LESSON = 'The pool of connections has a limit now, and an alert when it is nearly reached.'

/** What was learnt is written down and published. */
export async function learnChapter(stage: Stage, { id, feed }: OpenIncident): Promise<void> {
  const { narrator, instance, commander, mailbox, customer } = stage
  const path = `/api/v1/post-mortems/${id}`
  narrator.chapter('The team learns from it')

  const draft = await narrator.step(
    'A draft was written from the log',
    async () => {
      await feed.waitForEvent('post_mortem_drafted')
      return Draft.parse(await commander.get(path))
    },
    ({ body, findings }) => ({
      address: `${instance.url}/console/post-mortems/${id}`,
      note: `${body.split('\n').length} lines of Markdown, ${findings.length} words that may read as blame`,
    }),
  )
  await narrator.step(
    'It is edited',
    async () => {
      const body = `${draft.body}\n\n## What we changed\n\n${LESSON}\n`
      await commander.put(path, {
        expectedVersion: draft.version,
        body,
        fixedBy: 'Restarted checkout.',
        actionItems: actionItems(),
      })
    },
    () => ({ address: `${instance.url}/console/post-mortems/${id}` }),
  )
  await narrator.step(
    'It is published',
    async () => {
      await commander.post(`${path}/publish`)
      await waitForPublicText(`${instance.url}/post-mortems/${id}`, LESSON)
    },
    () => ({ address: `${instance.url}/post-mortems/${id}` }),
  )
  await narrator.step(
    'Who asked for post-mortems has it by mail',
    () => mailbox.waitForMail(customer, 'the post-mortem', ({ text }) => text.includes(`/post-mortems/${id}`)),
    (mail) => ({ address: mailbox.addressOf(mail), note: mail.subject }),
  )
  await narrator.step(
    'Feeds and JSON tell of it too',
    async () => {
      for (const file of ['/history.atom', '/history.rss', '/api/v2/incidents.json']) {
        await waitFor(`the incident in ${file}`, async () =>
          (await readAnonymously(instance.url + file)).includes(id) ? true : null,
        )
      }
      if (!feed.isWithoutGaps()) throw new Error('The live feed had gaps.')
    },
    () => ({ address: `${instance.url}/history.atom`, note: `and ${feed.events.length} live events without a gap` }),
  )
}

function actionItems(): unknown[] {
  const dueOn = new Date(Date.now() + 14 * 24 * 3600 * 1000).toISOString().slice(0, 10)
  const title = 'Alert when nine of ten connections are in use'
  return [{ title, owner: 'Demo', dueOn, type: 'detect', isPublic: true }]
}
