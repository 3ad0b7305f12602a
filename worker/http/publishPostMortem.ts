import { publicPostMortemFrom } from '../domain/publicPostMortem.ts'
import { database } from '../storage/database.ts'
import type { UnfinishedRelease } from '../storage/postMortems.ts'
import { finishRelease, unfinishedReleases } from '../storage/postMortems.ts'

/** From a released post-mortem in D1 to readers and subscribers. Each step may be repeated. */

const RELEASES_A_SWEEP_MAX = 20

/** Puts the release on the status page, tells those who asked, and notes that it is done. Throws when it is not. */
async function publish(env: Env, unfinished: UnfinishedRelease): Promise<void> {
  const { id, services, publishedAtMs, release } = unfinished
  const organisation = await env.ALERT_DESK.getByName('main').organisation()
  const names = services.map((service) => organisation.services.find((known) => known.id === service)?.name ?? service)
  const postMortem = publicPostMortemFrom(unfinished, release, publishedAtMs, names)

  const publisher = env.STATUS_PUBLISHER.getByName('main')
  await publisher.publishPostMortem(postMortem, [...release.actionItems])
  const { page, incidents } = await publisher.model()
  const incident = incidents.find((known) => known.id === id) ?? null
  // Its own memory keeps a corrected version, or a second attempt, from being mailed again.
  await env.SUBSCRIBER_DESK.getByName('main').announcePostMortem({ page, postMortem, incident })
  await finishRelease(database(env.DB), id, release.version)
}

/** Whether readers have it now; if not, the cron goes on with it. */
export async function publishRelease(env: Env, id: string): Promise<boolean> {
  try {
    for (const unfinished of await unfinishedReleases(database(env.DB), 1, id)) await publish(env, unfinished)
    return true
  } catch (error) {
    console.error('A released post-mortem waits for the cron', id, error)
    return false
  }
}

/** Each minute: finishes the releases that something kept from readers. */
export async function republishPostMortems(env: Env): Promise<void> {
  const waiting: string[] = []
  for (const unfinished of await unfinishedReleases(database(env.DB), RELEASES_A_SWEEP_MAX)) {
    try {
      await publish(env, unfinished)
    } catch (error) {
      console.error('A released post-mortem is still not published', unfinished.id, error)
      waiting.push(unfinished.id)
    }
  }
  if (waiting.length > 0) throw new Error(`post-mortems that wait to be published: ${waiting.join(', ')}`)
}
