import type { Context } from 'hono'
import { noticeMail } from '../../delivery/noticeMail.ts'
import type { Incident } from '../../domain/incident.ts'
import type { IncidentCommand } from '../../domain/incidentCommand.ts'
import { publicIncidentFrom } from '../../domain/publicIncident.ts'
import type { PublicIncident, PublicModel, PublicPage } from '../../domain/publicModel.ts'
import { atomFeed } from '../../publishing/atomFeed.ts'
import { updatesFeed } from '../../publishing/feedEntries.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import type { HttpEnv } from '../env.ts'
import type { FormValues } from './forms.ts'
import { meOf } from './roomView.ts'
import type { UpdatePreviewView } from './views.ts'

/** What an update will be once it is posted: on the page, in mail and in the feed, by what writes them then. */
export async function updatePreview(
  c: Context<HttpEnv>,
  command: Extract<IncidentCommand, { type: 'post_update' }>,
  after: Incident,
  values: FormValues,
  nowMs: number,
): Promise<UpdatePreviewView> {
  const update = after.updates.findLast(({ id }) => id === command.id)
  if (update === undefined) throw new Error('An accepted update is among the updates')
  const [page, rules] = await Promise.all([
    publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL),
    c.env.STATUS_PUBLISHER.getByName('main').updateRules(),
  ])
  const incident = command.audience === 'public' ? publicIncidentFrom(after) : null
  return {
    me: meOf(c),
    nowMs,
    timeZone: page.timeZone,
    notice: null,
    incidentId: after.id,
    incidentTitle: after.title,
    statusPageName: page.name,
    incident,
    update,
    mail: incident === null ? null : mailOf(page, incident, c.env.MAIL_FROM),
    feed: incident === null ? null : feedOf(page, incident),
    needsRelease: rules.needsRelease && incident !== null,
    postsAtMs: command.postsAtMs ?? null,
    fields: Object.entries(values).flatMap(([field, value]) =>
      (typeof value === 'string' ? [value] : value).map((each) => [field, each] as const),
    ),
  }
}

function mailOf(page: PublicPage, incident: PublicIncident, from: string): UpdatePreviewView['mail'] {
  const update = incident.updates[0]
  if (update === undefined) return null
  const nobody = {
    subscriberId: 'preview',
    email: 'subscriber@example.com',
    language: page.language,
    links: { unsubscribe: `${page.url}/unsubscribe/…`, manage: `${page.url}/subscription/…` },
    threadTitle: null,
    isCorrection: false,
    isLast: false,
  }
  const { subject, text, html } = noticeMail({ kind: 'update', page, incident, update }, from, nobody)
  const shown = /<main>([\s\S]*?)<footer>/.exec(html)?.[1] ?? ''
  return { subject, text, html: shown }
}

function feedOf(page: PublicPage, incident: PublicIncident): UpdatePreviewView['feed'] {
  const model: PublicModel = {
    page,
    components: [],
    activeIncidents: [incident],
    incidents: [{ ...incident, updates: incident.updates.slice(0, 1) }],
    maintenances: [],
    ownChanges: [],
    postMortems: [],
    metrics: [],
    mirror: null,
    asOfMs: incident.updatedAtMs,
  }
  const feed = updatesFeed(model, 'updates.atom')
  const [entry] = feed.entries
  if (entry === undefined) return null
  const xml = /<entry>[\s\S]*<\/entry>/.exec(atomFeed(feed))?.[0] ?? ''
  return { title: entry.title, html: entry.html, xml }
}
