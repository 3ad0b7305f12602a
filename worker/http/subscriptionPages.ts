import { Hono } from 'hono'
import type { Context } from 'hono'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import type { Language } from '../domain/language.ts'
import { preferredLanguage } from '../domain/language.ts'
import type { PublicPage, PublicView, SubscriptionStep } from '../domain/publicModel.ts'
import { parseFilter, writeFilter } from '../domain/readerFilter.ts'
import { normaliseEmail } from '../domain/subscriber.ts'
import { LEAVING_WORDS } from '../domain/words/leavingWords.ts'
import { SUBSCRIBE_WORDS } from '../domain/words/subscribeWords.ts'
import { tellSubscribe } from '../publishing/tellReaders.ts'
import { writtenAs } from '../publishing/toldFiles.ts'
import { dressedPage, publishedComponents, publishedPage, unresolvedIncident } from '../storage/publishedPage.ts'
import type { LinkPurpose } from '../storage/subscriberLinks.ts'
import { readLink } from '../storage/subscriberLinks.ts'
import { answerPage } from './console/pages.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { BY_READER, formFor } from './readerForms.ts'
import type { RenderPage } from './render.ts'
import { siteOf } from './site.ts'
import { siteAddressOf } from './siteAddress.ts'
import { unknownComponent } from './subscribers.ts'
import type { FormChannel } from './subscribeForm.ts'
import { channelIn, formChannelIn, smsPrefixes, typedIn } from './subscribeForm.ts'
import { filterIn } from './subscriptionForm.ts'

/**
 * Subscribing, following one incident and leaving, as pages that need neither script nor D1. Opening a link never
 * changes anything: mail scanners open every one. Only the button, or the mail program's own one-click POST, does.
 */

const NEXT_STEP: Record<FormChannel, SubscriptionStep> = {
  email: 'check_mail',
  sms: 'check_phone',
  webhook: 'check_webhook',
  slack: 'check_chat',
  discord: 'check_chat',
  teams: 'check_chat',
}

/** How the fields for an address are filled in, and what is wrong with it. */
interface AskedAddress {
  readonly channel: FormChannel
  readonly typed: string
  readonly notice: string | null
}

const NOTHING_TYPED: AskedAddress = { channel: 'email', typed: '', notice: null }

export function subscriptionPages(render: RenderPage): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>()

  routes.get('/subscribe', allow('public'), (c) => {
    const form = formFor(c)
    if (form !== 'html') return subscribeText(c, form)
    return subscribePage(c, writeFilter(parseFilter(new URL(c.req.url).searchParams)), NOTHING_TYPED, 200)
  })
  for (const form of ['txt', 'md'] as const)
    routes.get(`/subscribe.${form}`, allow('public'), (c) => subscribeText(c, form))

  routes.post('/subscribe', allow('public'), async (c) => {
    const form = await c.req.parseBody({ all: true })
    const language = await languageOf(c)
    const words = SUBSCRIBE_WORDS[language]
    const chosen = channelIn(form, language, c.env)
    const kind = formChannelIn(form)
    const filter = filterIn(form, language)
    const query = writeFilter(filter)
    const again = (notice: string, status: number) =>
      subscribePage(c, query, { channel: kind, typed: typedIn(form), notice }, status)
    if (!chosen.ok) return again(chosen.fault, 422)
    if ((await unknownComponent(c.env.PUBLIC_FILES, filter.components, siteOf(c).folder)) !== null)
      return again(words.gone, 422)
    try {
      const { channel } = chosen
      const ip = c.req.header('CF-Connecting-IP')
      await c.env.SUBSCRIBER_DESK.getByName(siteOf(c).id).subscribe({ channel, filter, ip })
    } catch (error) {
      console.error('A subscription could not be taken', error)
      return again(words.notNow, 503)
    }
    return stepPage(c, (await isTextLater(c, kind)) ? 'phone_later' : NEXT_STEP[kind], 200, chosen.secret)
  })

  routes.post('/incidents/:id/follow', allow('public'), async (c) => {
    const form = await c.req.parseBody({ all: true })
    const incident = await unresolvedIncident(c.env.PUBLIC_FILES, c.req.param('id'), siteOf(c).folder)
    if (incident === null) return stepPage(c, 'not_followed', 404)
    const language = await languageOf(c)
    const typed = typedIn(form)
    const again = (notice: string, status: number) => followPage(c, { incident, typed, notice }, status)
    const email = normaliseEmail(typed)
    if (email === null) return again(SUBSCRIBE_WORDS[language].noEmail, 422)
    try {
      const filter = filterIn({ lang: form['lang'] ?? '', postMortems: 'yes' }, language)
      const ip = c.req.header('CF-Connecting-IP')
      await c.env.SUBSCRIBER_DESK.getByName(siteOf(c).id).subscribe({ email, filter, incident, ip })
    } catch (error) {
      console.error('An incident could not be followed', error)
      return again(SUBSCRIBE_WORDS[language].notNow, 503)
    }
    return stepPage(c, 'check_mail', 200)
  })

  routes.get('/subscribe/confirm/:token', allow('signed_link'), (c) => stepPage(c, 'confirm', 200))

  routes.post('/subscribe/confirm/:token', allow('signed_link'), async (c) => {
    const token = c.req.param('token')
    const answer = await (await deskOf(c, token, ['confirm'])).confirm(token)
    return answer === 'confirmed' ? stepPage(c, 'confirmed', 200) : stepPage(c, 'link_expired', 410)
  })

  // From a text, which has room for no longer one.
  routes.get('/s/:token', allow('signed_link'), async (c) => {
    const link = await c.env.SUBSCRIBER_DESK.getByName(siteOf(c).id).textLink(c.req.param('token'))
    if (link === null) return stepPage(c, 'link_expired', 404)
    const path = link.purpose === 'confirm' ? '/subscribe/confirm/' : '/subscription/'
    c.header('Cache-Control', 'no-store')
    return c.redirect(`${siteOf(c).base}${path}${link.token}`, 303)
  })

  routes.get('/unsubscribe/:token', allow('signed_link'), (c) => stepPage(c, 'unsubscribe', 200))

  // RFC 8058: mail programs post here without a cookie and follow no redirect.
  routes.post('/unsubscribe/:token', allow('signed_link'), async (c) => {
    const token = c.req.param('token')
    const answer = await (await deskOf(c, token, ['unsubscribe', 'manage'])).unsubscribe(token)
    if (answer === 'invalid') return stepPage(c, 'link_expired', 404)
    try {
      return await stepPage(c, 'unsubscribed', 200)
    } catch (error) {
      console.error('The page after unsubscribing could not be shown', error)
      const { title, text } = LEAVING_WORDS[preferredLanguage(c.req.header('Accept-Language'), 'en')].unsubscribed
      return c.text(`${title}. ${text(siteOf(c).url)}\n`)
    }
  })

  routes.get('/subscribe/manage', allow('public'), (c) => requestPage(c, NOTHING_TYPED, 200))

  routes.post('/subscribe/manage', allow('public'), async (c) => {
    const form = await c.req.parseBody({ all: true })
    const language = await languageOf(c)
    const kind = formChannelIn(form)
    const chosen = channelIn(form, language, c.env)
    const again = (notice: string, status: number) =>
      requestPage(c, { channel: kind, typed: typedIn(form), notice }, status)
    if (!chosen.ok) return again(chosen.fault, 422)
    try {
      const ip = c.req.header('CF-Connecting-IP')
      await c.env.SUBSCRIBER_DESK.getByName(siteOf(c).id).requestManageLink(chosen.channel, ip)
    } catch (error) {
      console.error('A link to manage a subscription could not be asked for', error)
      return again(SUBSCRIBE_WORDS[language].notNow, 503)
    }
    if (await isTextLater(c, kind)) return stepPage(c, 'phone_later', 200)
    return stepPage(c, kind === 'email' ? 'check_mail' : 'link_sent', 200)
  })

  routes.get('/subscription/:token', allow('signed_link'), (c) => managePage(c, false))

  routes.post('/subscription/:token', allow('signed_link'), async (c) => {
    const token = c.req.param('token')
    const filter = filterIn(await c.req.parseBody({ all: true }), await languageOf(c))
    const answer = await (await deskOf(c, token, ['manage'])).choose(token, filter)
    return answer === 'changed' ? managePage(c, true) : stepPage(c, 'link_expired', 410)
  })

  routes.post('/subscription/:token/erase', allow('signed_link'), async (c) => {
    const token = c.req.param('token')
    const answer = await (await deskOf(c, token, ['manage'])).eraseOwn(token)
    return answer === 'erased' ? stepPage(c, 'erased', 200) : stepPage(c, 'link_expired', 410)
  })

  routes.get('/subscription/:token/data.json', allow('signed_link'), async (c) => {
    const token = c.req.param('token')
    const data = await (await deskOf(c, token, ['manage'])).ownData(token)
    if (data === null) return stepPage(c, 'link_expired', 410)
    return c.body(JSON.stringify(data, null, 2), 200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': 'attachment; filename="subscription.json"',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
  })

  async function subscribePage(c: Context<HttpEnv>, query: string, asked: AskedAddress, status: number) {
    const page = await dressedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    const components = (await publishedComponents(c.env.PUBLIC_FILES, siteOf(c).folder)) ?? []
    const pushPage = siteOf(c).isPrivate ? null : siteOf(c).id
    const view: PublicView = {
      view: 'subscribe',
      page,
      components,
      query,
      pushPage,
      smsPrefixes: smsPrefixes(c.env),
      ...asked,
    }
    return answerPage(render, '/public/subscribe', forReader(c, view), status)
  }

  /** The ways there are, for whoever reads no HTML. */
  async function subscribeText(c: Context<HttpEnv>, form: 'txt' | 'md'): Promise<Response> {
    const page = await publishedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    const { page: shown, language } = forReader(c, { page })
    const { body, contentType } = writtenAs(form, tellSubscribe(shown, smsPrefixes(c.env), language))
    return c.body(body, 200, {
      ...BY_READER,
      'Content-Type': contentType,
      'Content-Language': language,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
  }

  async function requestPage(c: Context<HttpEnv>, asked: AskedAddress, status: number): Promise<Response> {
    const page = await dressedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    const view: PublicView = { view: 'manage-request', page, smsPrefixes: smsPrefixes(c.env), ...asked }
    return answerPage(render, '/public/manage-request', forReader(c, view), status)
  }

  async function followPage(
    c: Context<HttpEnv>,
    asked: Pick<Extract<PublicView, { view: 'follow' }>, 'incident' | 'typed' | 'notice'>,
    status: number,
  ): Promise<Response> {
    const page = await dressedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    return answerPage(render, '/public/follow', forReader(c, { view: 'follow', page, ...asked }), status)
  }

  async function managePage(c: Context<HttpEnv>, isSaved: boolean): Promise<Response> {
    const token = c.req.param('token') ?? ''
    const subscription = await (await deskOf(c, token, ['manage'])).ownSubscription(token)
    if (subscription === null) return stepPage(c, 'link_expired', 410)
    const page = await dressedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    const components = (await publishedComponents(c.env.PUBLIC_FILES, siteOf(c).folder)) ?? []
    const action = `/subscription/${token}`
    const view: PublicView = { view: 'manage', page, components, subscription, action, isSaved }
    return answerPage(render, '/public/manage', forReader(c, view))
  }

  async function stepPage(
    c: Context<HttpEnv>,
    step: SubscriptionStep,
    status: number,
    secret: string | null = null,
  ): Promise<Response> {
    const page = await dressedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder)
    const { path } = siteAddressOf(new URL(c.req.url).pathname)
    const view: PublicView = { view: 'subscription', page, step, secret, action: path }
    return answerPage(render, '/public/subscription', forReader(c, view), status)
  }

  return routes
}

/** What a page needs to know of whom it is for. */
function forReader<View extends { readonly page: PublicPage }>(c: Context<HttpEnv>, view: View) {
  const { path } = siteAddressOf(new URL(c.req.url).pathname)
  const page = siteOf(c).isPrivate ? { ...view.page, isPrivate: true } : view.page
  return { ...view, page, language: spokenTo(c, page), path }
}

/** By the address, or by what the browser asks for. */
function spokenTo(c: Context<HttpEnv>, page: PublicPage): Language {
  const { language } = siteAddressOf(new URL(c.req.url).pathname)
  return language ?? preferredLanguage(c.req.header('Accept-Language'), page.language)
}

async function languageOf(c: Context<HttpEnv>): Promise<Language> {
  return spokenTo(c, await publishedPage(c.env.PUBLIC_FILES, siteOf(c).url, siteOf(c).folder))
}

/** Whether a text that is asked for now has to wait for another day: for any number, known or not. */
async function isTextLater(c: Context<HttpEnv>, kind: FormChannel): Promise<boolean> {
  if (kind !== 'sms') return false
  try {
    return (await c.env.SUBSCRIBER_DESK.getByName(MAIN_PAGE).textUse())?.putsOff ?? false
  } catch (error) {
    console.error('It is not known how many texts are left of the day', error)
    return false
  }
}

/** The desk of the page that the link is from; of a forged one the first page's, which refuses it. */
async function deskOf(c: Context<HttpEnv>, token: string, purposes: readonly LinkPurpose[]) {
  for (const purpose of purposes) {
    const link = await readLink(c.env.MASTER_KEY, purpose, token, Date.now())
    if (link !== null) return c.env.SUBSCRIBER_DESK.getByName(link.page)
  }
  return c.env.SUBSCRIBER_DESK.getByName(siteOf(c).id)
}
