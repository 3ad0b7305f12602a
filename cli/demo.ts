import { alertChapter } from './demo/alertChapter.ts'
import { addDemo, demoPeople, readOrganisation, removeDemo } from './demo/demoOrganisation.ts'
import { endChapter, learnChapter } from './demo/endChapter.ts'
import { findInstance, signIn } from './demo/instance.ts'
import { Mailbox } from './demo/mailbox.ts'
import { Narrator } from './demo/narrator.ts'
import { startShop } from './demo/shop.ts'
import { programOf, type Stage } from './demo/stage.ts'
import { subscribeChapter } from './demo/subscribeChapter.ts'
import { workChapter } from './demo/workChapter.ts'

/** `npm run demo`: the whole way, from an alert to the published post-mortem, against a running instance. */

const narrator = new Narrator((line) => console.log(line))

try {
  await demo()
  console.log(`\nThe whole way, ${narrator.summary()}.`)
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`)
  console.error(`The demo stopped after ${narrator.summary()}.`)
  process.exitCode = 1
}

async function demo(): Promise<void> {
  const instance = await findInstance()
  console.log(
    `Playing on ${instance.url}, mails at ${instance.inboxUrl}. Each step shows how long it took and where to look.`,
  )
  const api = programOf(instance)
  const commander = await signIn(instance.url, instance.credentials.admin)
  const present = await readOrganisation(api)
  const people = demoPeople(present)
  const shop = await startShop()
  const mark = Date.now().toString(36)
  const stage: Stage = {
    narrator,
    instance,
    api,
    commander,
    people,
    shop,
    mailbox: new Mailbox(instance.inboxUrl),
    customer: `customer-${mark}@example.com`,
    alertName: `DemoOrdersFail_${mark}`,
  }
  await addDemo(api, present, people, shop.url)
  try {
    const firesSince = new Date()
    await subscribeChapter(stage)
    const incident = await alertChapter(stage, firesSince)
    try {
      await workChapter(stage, incident)
      await endChapter(stage, incident, firesSince)
      await learnChapter(stage, incident)
    } finally {
      incident.feed.close()
    }
  } finally {
    await removeDemo(api, present)
    await shop.stop()
  }
}
