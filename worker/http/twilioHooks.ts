import { Hono } from 'hono'
import type { Context } from 'hono'
import { z } from 'zod'
import { isFromTwilio, twilioSettings } from '../delivery/twilio.ts'
import { keywordIn, normaliseNumber } from '../domain/phoneNumber.ts'
import { SMS_WORDS } from '../domain/words/smsWords.ts'
import { MAIN_PAGE } from '../domain/furtherPage.ts'
import { smsOf } from '../delivery/smsText.ts'
import { escapeMarkup } from '../publishing/text.ts'
import { publishedPage } from '../storage/publishedPage.ts'
import { placeOfPage } from '../storage/statusPages.ts'
import { shortLink } from '../storage/subscriberLinks.ts'
import { pageIds } from './desks.ts'
import type { HttpEnv } from './env.ts'
import { allow } from './policy.ts'
import { problem } from './problem.ts'

/** What Twilio tells us: texts that came in, and what became of those that went out. Its signature is the key. */

const StatusQuery = z.object({ page: z.string().max(64), id: z.string().max(400) })
const FAILED = new Set(['failed', 'undelivered'])

export const twilioHooks = new Hono<HttpEnv>()

twilioHooks.post('/twilio/messages', allow('integration'), async (c) => {
  const fields = await signedFields(c)
  if (fields === null) return refusal(c)
  const number = normaliseNumber(fields.get('From') ?? '')
  // Where Twilio keeps the words itself it says which it was, and has answered.
  const optOut = fields.get('OptOutType')
  const keyword = keywordIn(optOut ?? fields.get('Body') ?? '')
  if (number === null || keyword === null) return answer(c, null)

  const heard = await Promise.all(
    (await pageIds(c.env)).map(async (page) => ({
      page,
      ...(await c.env.SUBSCRIBER_DESK.getByName(page).hearText(number, keyword)),
    })),
  )
  // Twilio says itself that nothing comes any more, and carries nothing to who wants nothing.
  if (keyword === 'stop' || optOut !== undefined || heard.some(({ mayAnswer }) => !mayAnswer)) return answer(c, null)
  if (!(await c.env.SUBSCRIBER_DESK.getByName(MAIN_PAGE).takeText(true))) return answer(c, null)

  const known = heard.find(({ subscriber }) => subscriber !== null)
  const { url, folder } = await placeOfPage(c.env.PUBLIC_FILES, c.env.PUBLIC_URL, known?.page ?? MAIN_PAGE)
  const page = await publishedPage(c.env.PUBLIC_FILES, url, folder)
  const subscriber = known?.subscriber ?? null
  const words = SMS_WORDS[subscriber?.filter.language ?? page.language]
  if (known === undefined || subscriber === null)
    return answer(c, smsOf({ lead: words.nobody(page.name), title: '', body: '', link: `${url}/subscribe#sms` }))
  const link = `${url}/s/${await shortLink(c.env.MASTER_KEY, { id: subscriber.id, page: known.page })}`
  const lead = keyword === 'start' ? words.again(page.name) : words.help(page.name)
  return answer(c, smsOf({ lead, title: '', body: '', link }))
})

twilioHooks.post('/twilio/status', allow('integration'), async (c) => {
  const fields = await signedFields(c)
  if (fields === null) return refusal(c)
  const query = StatusQuery.safeParse(c.req.query())
  if (!query.success || !FAILED.has(fields.get('MessageStatus') ?? '')) return c.body(null, 204)
  const { page, id } = query.data
  // The name of a notice may hold dots; the id of a subscriber holds none.
  const dot = id.lastIndexOf('.')
  if (dot < 1 || !(await pageIds(c.env)).includes(page)) return c.body(null, 204)
  const errorCode = /^\d{1,6}$/.exec(fields.get('ErrorCode') ?? '')?.[0] ?? ''
  await c.env.SUBSCRIBER_DESK.getByName(page).noteTextFailure(id.slice(0, dot), id.slice(dot + 1), errorCode)
  return c.body(null, 204)
})

/** Null when it is not from Twilio. The address it signs is the one it was given, whatever stands in front of us. */
async function signedFields(c: Context<HttpEnv>): Promise<Map<string, string> | null> {
  const settings = twilioSettings(c.env)
  const signature = c.req.header('X-Twilio-Signature')
  if (settings === null || signature === undefined || signature.length > 100) return null
  const { pathname, search } = new URL(c.req.url)
  const url = `${c.env.PUBLIC_URL.replace(/\/+$/, '')}${pathname}${search}`
  const fields = [...new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()))]
  return (await isFromTwilio(settings.authToken, signature, url, fields)) ? new Map(fields) : null
}

function refusal(c: Context<HttpEnv>): Response {
  return problem(
    c,
    403,
    'not_from_twilio',
    'This is not signed with the auth token of the account that texts go out by.',
  )
}

function answer(c: Context<HttpEnv>, text: string | null): Response {
  const message = text === null ? '' : `<Message>${escapeMarkup(text)}</Message>`
  return c.body(`<?xml version="1.0" encoding="UTF-8"?><Response>${message}</Response>`, 200, {
    'Content-Type': 'text/xml; charset=utf-8',
    'Cache-Control': 'no-store',
  })
}
