import { Hono } from 'hono'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { MirrorState } from '../domain/mirror.ts'
import type { TextUse } from '../domain/subscriber.ts'
import type { Counter } from '../storage/counters.ts'
import { counters } from '../storage/counters.ts'
import { furtherPages } from '../storage/statusPages.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'

/**
 * `/metrics` in Prometheus's text format 0.0.4. Counters without a note are this isolate's since it started; what the
 * objects keep (publishes, deliveries) survives restarts.
 */
const METRICS: Record<string, { readonly type: 'counter' | 'gauge'; readonly help: string }> = {
  allclear_d1_queries_total: { type: 'counter', help: 'Statements sent to D1 by this isolate.' },
  allclear_d1_rows_read_total: { type: 'counter', help: 'Rows D1 read for this isolate.' },
  allclear_d1_rows_written_total: { type: 'counter', help: 'Rows D1 wrote for this isolate.' },
  allclear_object_requests_total: { type: 'counter', help: 'Calls that objects answered in this isolate.' },
  allclear_object_rows_written_total: { type: 'counter', help: 'Rows objects wrote to their own storage.' },
  allclear_page_deliveries_total: { type: 'counter', help: 'Attempts to page a responder, by channel and outcome.' },
  allclear_deliveries_total: { type: 'counter', help: 'Attempts to tell subscribers, ever, by channel and outcome.' },
  allclear_deliveries_waiting: { type: 'gauge', help: 'Deliveries to subscribers that are queued or on their way.' },
  allclear_texts_today: { type: 'gauge', help: 'Texts (SMS) that were sent since midnight UTC, of all pages.' },
  allclear_texts_daily_max: { type: 'gauge', help: 'How many may be sent in a day (SMS_DAILY_MAX).' },
  allclear_texts_refused_today: { type: 'gauge', help: 'News that did not go out as a text: the day’s are used up.' },
  allclear_texts_put_off_today: { type: 'gauge', help: 'Requests to confirm or manage that wait for another day.' },
  allclear_subscribers: { type: 'gauge', help: 'Subscribers by state.' },
  allclear_publishes_total: { type: 'counter', help: 'Changes of the status page that were published, ever.' },
  allclear_public_files_written_total: { type: 'counter', help: 'Files of the status page written, ever.' },
  allclear_public_files_failed_total: { type: 'counter', help: 'Attempts to write such a file that failed, ever.' },
  allclear_public_files_pending: { type: 'gauge', help: 'Files of the status page that readers do not have yet.' },
  allclear_status_page_as_of_seconds: { type: 'gauge', help: 'When the home page was written last (Unix time).' },
  allclear_mirror_files_pending: { type: 'gauge', help: 'Files that the mirror of the status page does not have yet.' },
  allclear_mirror_lag_seconds: { type: 'gauge', help: 'How long the oldest of them waits; 0 when none does.' },
  allclear_mirror_drill_seconds: { type: 'gauge', help: 'When the mirror was last tried (Unix time); 0: never.' },
  allclear_mirror_whole: { type: 'gauge', help: '1 when that found nothing wrong.' },
  allclear_mirror_files_leaving: {
    type: 'gauge',
    help: 'Files on the mirror of a page that is private or gone; they are being taken away.',
  },
  allclear_alerts_firing: { type: 'gauge', help: 'Alerts that fire in an incident.' },
  allclear_alerts_suppressed: { type: 'gauge', help: 'Alerts that fire hidden by a silence or another alert.' },
  allclear_alert_incidents_open: { type: 'gauge', help: 'Incidents that alerts opened and nobody resolved.' },
  allclear_alert_outbox: { type: 'gauge', help: 'What the AlertDesk still has to tell rooms and D1.' },
  allclear_heartbeats: { type: 'gauge', help: 'Heartbeats by state; an alert fires for those silent or failed.' },
  allclear_maintenances: { type: 'gauge', help: 'Maintenances by state.' },
  allclear_maintenance_outbox: { type: 'gauge', help: 'What the page and subscribers still have to be told of them.' },
  allclear_object_up: { type: 'gauge', help: '1 when the object answered just now.' },
}

export const metricsRoutes = new Hono<HttpEnv>().get('/metrics', allow('metrics'), async (c) => {
  const { ALERT_DESK, HEARTBEAT_DESK, MAINTENANCE_DESK, STATUS_PUBLISHER, SUBSCRIBER_DESK } = c.env
  const samples = await Promise.all([
    samplesOf('AlertDesk', async () => {
      const stats = await ALERT_DESK.getByName('main').stats()
      return [
        sample('allclear_alerts_firing', stats.firing),
        sample('allclear_alerts_suppressed', stats.suppressed),
        sample('allclear_alert_incidents_open', stats.openIncidents),
        sample('allclear_alert_outbox', stats.outbox),
      ]
    }),
    samplesOf('HeartbeatDesk', async () => {
      const stats = await HEARTBEAT_DESK.getByName('main').stats()
      return Object.entries(stats).map(([state, count]) => sample('allclear_heartbeats', count, { state }))
    }),
    samplesOf('MaintenanceDesk', async () => {
      const { byStatus, outbox } = await MAINTENANCE_DESK.getByName('main').stats()
      return [
        ...Object.entries(byStatus).map(([status, count]) => sample('allclear_maintenances', count, { status })),
        sample('allclear_maintenance_outbox', outbox),
      ]
    }),
    publisherSamples(STATUS_PUBLISHER, MAIN_PAGE),
    subscriberSamples(SUBSCRIBER_DESK, MAIN_PAGE),
    furtherSamples(c.env),
  ])
  return c.text(exposition([...counters(), ...samples.flat()]), 200, {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Cache-Control': 'no-store',
  })
})

/** Each further page as the main one, with its id. Without the bucket nobody can say which there are. */
async function furtherSamples(env: Env): Promise<Counter[]> {
  const pages = await furtherPages(env.PUBLIC_FILES).catch((error: unknown) => {
    console.error('The further status pages are not known for /metrics', error)
    return []
  })
  const samples = pages.flatMap(({ id }) => [
    publisherSamples(env.STATUS_PUBLISHER, id),
    subscriberSamples(env.SUBSCRIBER_DESK, id),
  ])
  return (await Promise.all([...samples, ...(await leavingSamples(env.STATUS_PUBLISHER))])).flat()
}

/** Of pages that are gone, while the mirror may still have something of them. */
async function leavingSamples(publishers: Env['STATUS_PUBLISHER']): Promise<Promise<Counter[]>[]> {
  const main = await publishers
    .getByName(MAIN_PAGE)
    .stats()
    .catch(() => ({ pagesLeavingMirror: [] }))
  return main.pagesLeavingMirror.map((page) => {
    const labels = labelsOf(page)
    const ask = async () => mirrorSamples((await publishers.getByName(page).stats()).mirror, Date.now(), labels)
    return samplesOf('StatusPublisher', ask, labels)
  })
}

function publisherSamples(publishers: Env['STATUS_PUBLISHER'], page: string): Promise<Counter[]> {
  const labels = labelsOf(page)
  return samplesOf(
    'StatusPublisher',
    async () => {
      const stats = await publishers.getByName(page).stats()
      return [
        sample('allclear_publishes_total', stats.publishes, labels),
        sample('allclear_public_files_written_total', stats.filesWritten, labels),
        sample('allclear_public_files_failed_total', stats.filesFailed, labels),
        sample('allclear_public_files_pending', stats.filesPending, labels),
        sample('allclear_status_page_as_of_seconds', stats.homeAsOfMs / 1000, labels),
        ...mirrorSamples(stats.mirror, Date.now(), labels),
      ]
    },
    labels,
  )
}

function subscriberSamples(desks: Env['SUBSCRIBER_DESK'], page: string): Promise<Counter[]> {
  const labels = labelsOf(page)
  return samplesOf(
    'SubscriberDesk',
    async () => {
      const desk = desks.getByName(page)
      const [stats, texts] = await Promise.all([desk.stats(), page === MAIN_PAGE ? desk.textUse() : null])
      return [
        ...textSamples(texts),
        sample('allclear_deliveries_waiting', stats.deliveriesWaiting, labels),
        ...stats.outcomes.map(({ channel, outcome, count }) =>
          sample('allclear_deliveries_total', count, { ...labels, channel, outcome }),
        ),
        ...Object.entries(stats.subscribers).map(([state, count]) =>
          sample('allclear_subscribers', count, { ...labels, state }),
        ),
      ]
    },
    labels,
  )
}

/** Null: texts are not set up, or are another desk's to count. */
function textSamples(texts: TextUse | null): Counter[] {
  if (texts === null) return []
  return [
    sample('allclear_texts_today', texts.sent),
    sample('allclear_texts_daily_max', texts.dailyMax),
    sample('allclear_texts_refused_today', texts.refused),
    sample('allclear_texts_put_off_today', texts.putOff),
  ]
}

/** The main page's have none, as before there were others. */
function labelsOf(page: string): Record<string, string> {
  return page === MAIN_PAGE ? {} : { page }
}

function mirrorSamples(mirror: MirrorState | null, nowMs: number, labels: Counter['labels']): Counter[] {
  if (mirror === null) return []
  const { filesPending, waitingSinceMs, drill, filesLeaving, leavingSinceMs } = mirror
  const sinceMs = leavingSinceMs ?? waitingSinceMs
  const samples = [
    sample('allclear_mirror_files_pending', filesPending, labels),
    sample('allclear_mirror_files_leaving', filesLeaving, labels),
    sample('allclear_mirror_lag_seconds', sinceMs === null ? 0 : Math.max(0, nowMs - sinceMs) / 1000, labels),
  ]
  // What is being taken away is not tried.
  if (leavingSinceMs !== null) return samples
  return [
    ...samples,
    sample('allclear_mirror_drill_seconds', (drill?.atMs ?? 0) / 1000, labels),
    sample('allclear_mirror_whole', drill !== null && drill.faults.length === 0 ? 1 : 0, labels),
  ]
}

function sample(name: string, value: number, labels: Counter['labels'] = {}): Counter {
  return { name, value, labels }
}

/** An object that does not answer must not hide the others: its absence is a figure too. */
async function samplesOf(
  object: string,
  ask: () => Promise<Counter[]>,
  labels: Record<string, string> = {},
): Promise<Counter[]> {
  try {
    return [...(await ask()), sample('allclear_object_up', 1, { object, ...labels })]
  } catch (error) {
    console.error(`${object} did not answer for /metrics`, error)
    return [sample('allclear_object_up', 0, { object, ...labels })]
  }
}

/** Every known metric in its order, with what it means; one that has no samples yet is left out. */
function exposition(samples: readonly Counter[]): string {
  let text = ''
  for (const [name, { type, help }] of Object.entries(METRICS)) {
    const own = samples.filter((candidate) => candidate.name === name)
    if (own.length === 0) continue
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
    for (const { labels, value } of own) {
      const pairs = Object.entries(labels).map(([label, labelValue]) => `${label}="${escaped(labelValue)}"`)
      text += `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
    }
  }
  return text
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
