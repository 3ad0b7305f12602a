import { Hono } from 'hono'
import type { Context } from 'hono'
import { preferredLanguage } from '../domain/language.ts'
import type { PublicPage, PublicView, SubscriptionStep } from '../domain/publicModel.ts'
import { normaliseEmail } from '../domain/subscriber.ts'
import { publishedComponents, publishedPage } from '../storage/publishedPage.ts'
import { answerPage } from './console/pages.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import type { RenderPage } from './render.ts'
import { siteAddressOf } from './siteAddress.ts'
import { unknownComponent } from './subscribers.ts'

/**
 * Subscribing and leaving, as pages that need neither script nor D1. Opening a link never changes anything: mail
 * scanners open every one. Only the button, or the mail program's own one-click POST, does.
 */
export function subscriptionPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/subscribe', allow('public'), (c) => subscribePage(c, null, 200))

  routes.post('/subscribe', allow('public'), async (c) => {
    const form = await c.req.parseBody({ all: true })
    const email = normaliseEmail(textsOf(form['email'])[0] ?? '')
    if (email === null) return subscribePage(c, 'That is not an email address. Check it and try again.', 422)
    const components = textsOf(form['components'])
    if ((await unknownComponent(c.env.PUBLIC_FILES, components)) !== null)
      return subscribePage(c, 'One of the components is no longer there. Choose again.', 422)
    try {
      await c.env.SUBSCRIBER_DESK.getByName('main').subscribe({
        email,
        components,
        postMortems: textsOf(form['postMortems']).length > 0,
        ip: c.req.header('CF-Connecting-IP'),
      })
    } catch (error) {
      console.error('A subscription could not be taken', error)
      return subscribePage(c, 'This did not work right now. Try again in a minute.', 503)
    }
    return stepPage(c, 'check_mail', 200)
  })

  routes.get('/subscribe/confirm/:token', allow('signed_link'), (c) => stepPage(c, 'confirm', 200))

  routes.post('/subscribe/confirm/:token', allow('signed_link'), async (c) => {
    const answer = await c.env.SUBSCRIBER_DESK.getByName('main').confirm(c.req.param('token'))
    return answer === 'confirmed' ? stepPage(c, 'confirmed', 200) : stepPage(c, 'link_expired', 410)
  })

  routes.get('/unsubscribe/:token', allow('signed_link'), (c) => stepPage(c, 'unsubscribe', 200))

  // RFC 8058: mail programs post here without a cookie and follow no redirect.
  routes.post('/unsubscribe/:token', allow('signed_link'), async (c) => {
    const answer = await c.env.SUBSCRIBER_DESK.getByName('main').unsubscribe(c.req.param('token'))
    if (answer === 'invalid') return stepPage(c, 'link_expired', 404)
    try {
      return await stepPage(c, 'unsubscribed', 200)
    } catch (error) {
      console.error('The page after unsubscribing could not be shown', error)
      return c.text('You are unsubscribed. No further mail is sent.\n')
    }
  })

  async function subscribePage(c: Context<HttpEnv>, notice: string | null, status: number): Promise<Response> {
    const page = await publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL)
    const components = (await publishedComponents(c.env.PUBLIC_FILES)) ?? []
    const view: PublicView = { view: 'subscribe', page, components, notice }
    return answerPage(render, '/public/subscribe', forReader(c, view), status)
  }

  async function stepPage(c: Context<HttpEnv>, step: SubscriptionStep, status: number): Promise<Response> {
    const page = await publishedPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL)
    const view: PublicView = { view: 'subscription', page, step, action: c.req.path }
    return answerPage(render, '/public/subscription', forReader(c, view), status)
  }

  return routes
}

/** What a page needs to know of whom it is for. */
function forReader<View extends { readonly page: PublicPage }>(c: Context<HttpEnv>, view: View) {
  const { language, path } = siteAddressOf(new URL(c.req.url).pathname)
  const spoken = language ?? preferredLanguage(c.req.header('Accept-Language'), view.page.language)
  return { ...view, language: spoken, path }
}

/** A field that is posted once, several times or not at all. */
function textsOf(field: string | File | (string | File)[] | undefined): string[] {
  const values = Array.isArray(field) ? field : [field]
  return values.filter((value): value is string => typeof value === 'string' && value !== '')
}
