import type { Announced } from '../domain/notice.ts'
import { noticeThrough } from '../domain/noticeThrough.ts'
import { lensOf, publicPageOf } from '../domain/pageDirectory.ts'
import { furtherPages } from '../storage/statusPages.ts'
import type { SubscriberDesk } from './subscriberDesk.ts'

/** What the main page's desk is told, the desks of the other pages are told as far as it is theirs. */

/** Throws when one did not hear it, so that the teller comes again: the same twice is told once. */
export async function tellOtherDesks(env: Env, notice: Announced, notBeforeMs: number): Promise<void> {
  await ofEach(env, async (desk, entry) => {
    const told = noticeThrough(lensOf(entry), notice, publicPageOf(entry, notice.page.updatedAtMs))
    if (told !== null) await announceTo(desk, told, notBeforeMs)
  })
}

export async function withdrawFromOtherDesks(env: Env, subject: string): Promise<void> {
  await ofEach(env, (desk) => desk.withdraw(subject))
}

type Desk = DurableObjectStub<SubscriberDesk>
type Entry = Awaited<ReturnType<typeof furtherPages>>[number]

async function ofEach(env: Env, what: (desk: Desk, entry: Entry) => Promise<unknown>): Promise<void> {
  const entries = await furtherPages(env.PUBLIC_FILES)
  const told = await Promise.allSettled(entries.map((entry) => what(env.SUBSCRIBER_DESK.getByName(entry.id), entry)))
  const failed = told.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw new Error('The subscribers of a status page were not told', { cause: failed.reason })
}

async function announceTo(desk: Desk, notice: Announced, notBeforeMs: number): Promise<void> {
  switch (notice.kind) {
    case 'update':
      await desk.announce({ ...notice, notBeforeMs })
      return
    case 'maintenance':
      await desk.announceMaintenance({ ...notice, notBeforeMs })
      return
    case 'components':
      await desk.announceComponents({ ...notice, notBeforeMs })
      return
    case 'post_mortem':
      await desk.announcePostMortem({ ...notice, notBeforeMs })
  }
}
