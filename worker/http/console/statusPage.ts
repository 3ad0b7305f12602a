import { Hono } from 'hono'
import type { Context } from 'hono'
import { includesRole } from '../../domain/actor.ts'
import { normaliseEmail, progressOf } from '../../domain/subscriber.ts'
import { publishedPage } from '../../storage/publishedPage.ts'
import type { HttpEnv } from '../env.ts'
import { drillMirrors, pageMirrors } from '../pageMirrors.ts'
import { allow } from '../policy.ts'
import type { RenderPage } from '../render.ts'
import { noticeOf } from './notice.ts'
import { answerPage, readForm } from './pages.ts'
import type { StatusPageView } from './statusPageViews.ts'

/** The console's page "Status page": what customers see, who is told by mail, and how that is going. */

const SUBSCRIBERS_A_PAGE = 50
const MAILINGS_MAX = 20

const NOTICE: Readonly<Record<string, string>> = {
  added: 'The address is subscribed, unless it has unsubscribed before.',
  removed: 'The subscriber and all that was kept of them is deleted.',
  gone: 'This subscriber is gone already.',
  whole: 'What is on the mirror is whole and opens alone.',
  faulty: 'What is on the mirror is not whole: see below.',
  no_mirror: 'No mirror is set up.',
  retried: 'It is tried again now.',
  'nothing-to-retry': 'There was nothing to try again.',
  suppressed: 'Nothing more is sent to this subscriber.',
}

export function statusPagePages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/console/status-page', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const notice = noticeOf(c, NOTICE)
    return answerPage(render, '/console/status-page', await statusPageView(c, { notice, error: null, typed: '' }))
  })

  routes.post('/console/status-page/subscribers', allow({ role: 'manager', scope: 'subscribers:write' }), async (c) => {
    const field = await readForm(c)
    const typed = field('email')
    const email = normaliseEmail(typed)
    if (email === null) {
      const view = await statusPageView(c, { notice: null, error: 'That is not an email address.', typed })
      return answerPage(render, '/console/status-page', view, 422)
    }
    const postMortems = field('postMortems') !== ''
    await c.env.SUBSCRIBER_DESK.getByName('main').subscribe({ email, postMortems, confirmed: true })
    return c.redirect('/console/status-page?done=added#subscribers', 303)
  })

  routes.post(
    '/console/status-page/subscribers/:id/remove',
    allow({ role: 'manager', scope: 'subscribers:write' }),
    async (c) => {
      const removed = await c.env.SUBSCRIBER_DESK.getByName('main').remove(c.req.param('id'))
      return c.redirect(`/console/status-page?done=${removed ? 'removed' : 'gone'}#subscribers`, 303)
    },
  )

  routes.post('/console/status-page/mirror/drill', allow({ role: 'manager', scope: 'config:write' }), async (c) => {
    const drill = await drillMirrors(c.env)
    const found = drill === null ? 'no_mirror' : drill.faults.length === 0 ? 'whole' : 'faulty'
    return c.redirect(`/console/status-page?done=${found}#mirror`, 303)
  })

  routes.post(
    '/console/status-page/deliveries/retry',
    allow({ role: 'manager', scope: 'subscribers:write' }),
    async (c) => {
      const field = await readForm(c)
      const subscriber = field('subscriber')
      const desk = c.env.SUBSCRIBER_DESK.getByName('main')
      const { retried } = await desk.retry(field('subject').slice(0, 200), subscriber === '' ? null : subscriber)
      return c.redirect(`/console/status-page?done=${retried > 0 ? 'retried' : 'nothing-to-retry'}#mailings`, 303)
    },
  )

  routes.post(
    '/console/status-page/subscribers/:id/suppress',
    allow({ role: 'manager', scope: 'subscribers:write' }),
    async (c) => {
      const known = await c.env.SUBSCRIBER_DESK.getByName('main').suppress(c.req.param('id'))
      return c.redirect(`/console/status-page?done=${known ? 'suppressed' : 'gone'}#mailings`, 303)
    },
  )

  // For the script of the page, which says how far it has come while it goes on.
  routes.get('/console/status-page/progress', allow({ role: 'viewer', scope: 'incidents:read' }), async (c) => {
    const { mailings } = await c.env.SUBSCRIBER_DESK.getByName('main').deliveries(MAILINGS_MAX)
    const progress = mailings.map((mailing) => ({ subject: mailing.subject, text: progressOf(mailing) }))
    const isGoingOn = mailings.some(({ counts }) => counts.queued + counts.sending > 0)
    return c.json({ progress, isGoingOn }, 200, { 'Cache-Control': 'no-store' })
  })

  return routes
}

async function statusPageView(
  c: Context<HttpEnv>,
  said: Pick<StatusPageView, 'notice' | 'error' | 'typed'>,
): Promise<StatusPageView> {
  const [{ name, url, timeZone }, published, audience] = await Promise.all([
    publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL),
    orNull(publishedNow(c.env)),
    orNull(audienceNow(c)),
  ])
  return { me: { name: c.var.principal.name }, page: { name, url, timeZone }, published, audience, ...said }
}

async function publishedNow(env: Env): Promise<StatusPageView['published']> {
  const publisher = env.STATUS_PUBLISHER.getByName('main')
  const [{ components, activeIncidents, asOfMs }, { filesPending, mirror }, mirrorsOfPages] = await Promise.all([
    publisher.model(),
    publisher.stats(),
    orNull(pageMirrors(env)),
  ])
  return {
    components: components.map(({ id, name, group, status, uptimePercent }) => ({
      id,
      name,
      group,
      status,
      uptimePercent,
    })),
    activeIncidents: activeIncidents.map(({ id, title }) => ({ id, title })),
    filesPending,
    asOfMs,
    mirror,
    mirrorsOfPages,
    nowMs: Date.now(),
  }
}

async function audienceNow(c: Context<HttpEnv>): Promise<StatusPageView['audience']> {
  const desk = c.env.SUBSCRIBER_DESK.getByName('main')
  const isManager = includesRole(c.var.principal.role, 'manager')
  const asked = Number(c.req.query('offset') ?? 0)
  const offset = Number.isSafeInteger(asked) && asked > 0 ? asked : 0
  const [stats, { mailings, failures, paused, texts }, list] = await Promise.all([
    desk.stats(),
    desk.deliveries(MAILINGS_MAX),
    isManager ? desk.list(offset, SUBSCRIBERS_A_PAGE) : null,
  ])
  return {
    counts: stats.subscribers,
    deliveriesWaiting: stats.deliveriesWaiting,
    mailings: mailings.map((mailing) => ({ ...mailing, progress: progressOf(mailing) })),
    paused,
    texts,
    isManager,
    failures: failures.map((failure) => ({ ...failure, address: isManager ? failure.address : null })),
    subscribers:
      list === null ? null : { rows: list.subscribers, total: list.total, offset, pageSize: SUBSCRIBERS_A_PAGE },
  }
}

/** One part of the page that does not answer must not take the rest with it. */
async function orNull<T>(part: Promise<T>): Promise<T | null> {
  try {
    return await part
  } catch (error) {
    console.error('A part of the status page’s console page did not answer', error)
    return null
  }
}
