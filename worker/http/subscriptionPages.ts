import { Hono } from 'hono'
import type { Context } from 'hono'
import type { PublicView } from '../domain/publicModel.ts'
import { normaliseEmail } from '../domain/subscriber.ts'
import { publishedComponents, publishedPage } from '../storage/publishedPage.ts'
import { answerPage } from './console/pages.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import type { RenderPage } from './render.ts'
import { unknownComponent } from './subscribers.ts'

type SubscribeView = Extract<PublicView, { view: 'subscribe' }>

const CHECK_MAIL =
  'Look into your mailbox: if the address is not subscribed yet, a mail with a link to confirm is on its way. The link works for 7 days.'
const CONFIRM_LINK_OVER = 'this link is too old, or was used up. Enter your address again to get a new one.'
const UNSUBSCRIBED = 'You are unsubscribed. No further mail is sent to you.'
const UNSUBSCRIBE_LINK_BROKEN = 'this link is incomplete. Open it from the mail again.'

/**
 * Subscribing and leaving, as pages that need neither script nor D1. Opening a link never changes anything: mail
 * scanners open every one. Only the button, or the mail program's own one-click POST, does.
 */
export function subscriptionPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/subscribe', allow('public'), (c) => answerWith(c, { notice: null }, 200))

  routes.post('/subscribe', allow('public'), async (c) => {
    const form = await c.req.parseBody({ all: true })
    const [typed = ''] = textsOf(form['email'])
    const email = normaliseEmail(typed)
    const components = textsOf(form['components'])
    const refuse = (notice: string, status: number) =>
      answerWith(c, { notice, isProblem: true, email: typed.slice(0, 254) }, status)

    if (email === null) return refuse('this is not an email address. Check it and try again.', 422)
    if ((await unknownComponent(c.env.PUBLIC_FILES, components)) !== null)
      return refuse('one of the components is no longer there. Choose again.', 422)
    try {
      await c.env.SUBSCRIBER_DESK.getByName('main').subscribe({
        email,
        components,
        postMortems: textsOf(form['postMortems']).length > 0,
        ip: c.req.header('CF-Connecting-IP'),
      })
    } catch (error) {
      console.error('A subscription could not be taken', error)
      return refuse('it could not be stored right now. Try again in a minute.', 503)
    }
    return answerWith(c, { notice: CHECK_MAIL }, 200)
  })

  routes.get('/subscribe/confirm/:token', allow('signed_link'), (c) => {
    const text = 'One more click, and the updates come to your address.'
    return answerWith(c, { notice: null, question: { text, button: 'Confirm subscription', action: c.req.path } }, 200)
  })

  routes.post('/subscribe/confirm/:token', allow('signed_link'), async (c) => {
    const answer = await c.env.SUBSCRIBER_DESK.getByName('main').confirm(c.req.param('token'))
    if (answer === 'expired') return answerWith(c, { notice: CONFIRM_LINK_OVER, isProblem: true }, 410)
    return answerWith(c, { notice: 'You are subscribed. Every mail has a link to stop.' }, 200)
  })

  routes.get('/unsubscribe/:token', allow('signed_link'), (c) => {
    const text = 'No further mail is sent to you. You can subscribe again at any time.'
    return answerWith(c, { notice: null, question: { text, button: 'Unsubscribe', action: c.req.path } }, 200)
  })

  // RFC 8058: mail programs post here without a cookie and follow no redirect.
  routes.post('/unsubscribe/:token', allow('signed_link'), async (c) => {
    const answer = await c.env.SUBSCRIBER_DESK.getByName('main').unsubscribe(c.req.param('token'))
    if (answer === 'invalid') return answerWith(c, { notice: UNSUBSCRIBE_LINK_BROKEN, isProblem: true }, 404)
    try {
      return await answerWith(c, { notice: UNSUBSCRIBED }, 200)
    } catch (error) {
      console.error('The page after unsubscribing could not be shown', error)
      return c.text(`${UNSUBSCRIBED}\n`)
    }
  })

  async function answerWith(
    c: Context<HttpEnv>,
    said: Omit<SubscribeView, 'view' | 'page' | 'components'>,
    status: number,
  ): Promise<Response> {
    const { PUBLIC_FILES, PUBLIC_URL } = c.env
    const [page, components] = await Promise.all([
      publishedPage(PUBLIC_FILES, PUBLIC_URL),
      publishedComponents(PUBLIC_FILES),
    ])
    const view: SubscribeView = { view: 'subscribe', page, components: components ?? [], ...said }
    return answerPage(render, '/public/subscribe', view, status)
  }

  return routes
}

/** A field that is posted once, several times or not at all. */
function textsOf(field: string | File | (string | File)[] | undefined): string[] {
  const values = Array.isArray(field) ? field : [field]
  return values.filter((value): value is string => typeof value === 'string' && value !== '')
}
