import { COMPONENT_STATUS_LABEL } from '../domain/componentStatus.ts'
import type { Announcement, PostMortemAnnouncement } from '../domain/notice.ts'
import type { PublicComponentChange, PublicIncident, PublicUpdate } from '../domain/publicModel.ts'
import { PUBLIC_STATUS_LABEL } from '../domain/publicWords.ts'
import type { Mail } from './mail.ts'
import type { Addressee, ComponentLine } from './subscriberMail.ts'
import { subscriberMail, timeIn } from './subscriberMail.ts'

/** Pure: the mails about an incident, all in one thread. */

export function updateMail({ page, incident, update }: Announcement, from: string, to: Addressee): Mail {
  const promised =
    update.status === 'resolved' || incident.nextUpdateAtMs === null
      ? []
      : [`Next update by ${timeIn(page.timeZone, incident.nextUpdateAtMs)}.`]
  return subscriberMail(
    {
      page,
      title: incident.title,
      id: `update.${update.id}`,
      thread: `incident.${incident.id}`,
      state: PUBLIC_STATUS_LABEL[update.status],
      when: timeIn(page.timeZone, update.atMs),
      components: componentsOf(incident, update),
      body: update.body,
      facts: promised,
      url: `${page.url}/incidents/${incident.id}`,
      linkLabel: 'See the whole incident',
    },
    from,
    to,
  )
}

/** To those who asked for it. It stands in the thread of its incident. */
export function postMortemMail({ page, postMortem }: PostMortemAnnouncement, from: string, to: Addressee): Mail {
  return subscriberMail(
    {
      page,
      title: `Post-mortem: ${postMortem.title}`,
      id: `post-mortem.${postMortem.id}.${postMortem.publishedAtMs}`,
      thread: `incident.${postMortem.id}`,
      state: 'Post-mortem published',
      when: `${timeIn(page.timeZone, postMortem.startedAtMs)} to ${timeIn(page.timeZone, postMortem.resolvedAtMs)}`,
      components: [],
      body: postMortem.body,
      facts: [],
      url: `${page.url}/post-mortems/${postMortem.id}`,
      linkLabel: 'Read it on the status page',
    },
    from,
    to,
  )
}

/** What this update changed, or, when it changed nothing, what the incident touches. */
function componentsOf(incident: PublicIncident, update: PublicUpdate): ComponentLine[] {
  if (update.components.length > 0) return update.components.map(changeLine)
  return incident.components.map(({ name, status }) => ({ name, status: COMPONENT_STATUS_LABEL[status] }))
}

export function changeLine({ name, from, to }: PublicComponentChange): ComponentLine {
  const now = COMPONENT_STATUS_LABEL[to]
  return { name, status: from === to ? now : `${now} (was: ${COMPONENT_STATUS_LABEL[from]})` }
}
