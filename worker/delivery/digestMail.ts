import { PUBLIC_STATUS_LABEL } from '../domain/publicWords.ts'
import type { Digest } from '../domain/weeklyDigest.ts'
import type { Mail } from './mail.ts'
import { MAINTENANCE_LABEL } from './maintenanceMail.ts'
import type { Addressee } from './subscriberMail.ts'
import { subscriberMail, timeIn } from './subscriberMail.ts'

/** Pure: the week in one mail, of what its reader wants. */
export function digestMail(
  { page, fromMs, untilMs, incidents, maintenances, postMortems }: Digest,
  from: string,
  to: Addressee,
): Mail {
  const day = new Date(untilMs).toISOString().slice(0, 10)
  const section = (heading: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`## ${heading}\n\n${items.join('\n')}`]
  const body = [
    ...section(
      'Incidents',
      incidents.map(({ id, title, status, updatedAtMs }) =>
        item(
          title,
          `${page.url}/incidents/${id}`,
          `${PUBLIC_STATUS_LABEL[status]}, ${timeIn(page.timeZone, updatedAtMs)}`,
        ),
      ),
    ),
    ...section(
      'Maintenance',
      maintenances.map(({ id, title, status, scheduledForMs }) =>
        item(
          title,
          `${page.url}/maintenance/${id}`,
          `${MAINTENANCE_LABEL[status]}, ${timeIn(page.timeZone, scheduledForMs)}`,
        ),
      ),
    ),
    ...section(
      'Post-mortems',
      postMortems.map(({ id, title, publishedAtMs }) =>
        item(title, `${page.url}/post-mortems/${id}`, timeIn(page.timeZone, publishedAtMs)),
      ),
    ),
  ]
  const counted = [
    counting(incidents.length, 'incident', 'incidents'),
    counting(maintenances.length, 'maintenance', 'maintenances'),
    counting(postMortems.length, 'post-mortem', 'post-mortems'),
  ].filter((part) => part !== '')
  return subscriberMail(
    {
      page,
      title: 'Weekly digest',
      id: `digest.${day}`,
      thread: null,
      state: counted.join(', '),
      when: `${timeIn(page.timeZone, fromMs)} to ${timeIn(page.timeZone, untilMs)}`,
      components: [],
      body: body.join('\n\n'),
      facts: [],
      url: `${page.url}/history`,
      linkLabel: 'See the history',
    },
    from,
    to,
  )
}

/** A title may hold what Markdown would read as markup. */
function item(title: string, url: string, state: string): string {
  const plain = title.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&')
  return `- [${plain}](${url}): ${state}`
}

function counting(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
}
