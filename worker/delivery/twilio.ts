import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { jsonIn } from '../domain/jsonText.ts'
import { prefixesIn } from '../domain/phoneNumber.ts'
import type { Post, PostAnswer } from './httpPost.ts'
import { outcomeOf, post } from './httpPost.ts'
import type { Outcome } from './outcome.ts'
import { permanent, temporary } from './outcome.ts'

/** Twilio's Messages API: sending one text, what its answers mean, and that a request comes from there. */

export interface TwilioBindings {
  readonly TWILIO_ACCOUNT_SID?: string
  readonly TWILIO_AUTH_TOKEN?: string
  readonly TWILIO_API_KEY_SID?: string
  readonly TWILIO_API_KEY_SECRET?: string
  readonly TWILIO_FROM?: string
  readonly TWILIO_API_URL?: string
  readonly SMS_PREFIXES?: string
  readonly SMS_DAILY_MAX?: string
}

export interface TwilioSettings {
  readonly accountSid: string
  /** What Twilio signs its requests with, whatever ours are signed in with. */
  readonly authToken: string
  readonly user: string
  readonly password: string
  /** A number, or `MG…` of a messaging service. */
  readonly from: string
  readonly apiUrl: string
  /** Numbers may begin with one of these. */
  readonly prefixes: readonly string[]
  /** Texts a day, all together. */
  readonly dailyMax: number
}

const DAILY_MAX = 500

/** Null when texts are not set up; without a country to write to they are not. */
export function twilioSettings(env: TwilioBindings): TwilioSettings | null {
  const { TWILIO_ACCOUNT_SID: accountSid = '', TWILIO_AUTH_TOKEN: authToken = '', TWILIO_FROM: from = '' } = env
  const prefixes = prefixesIn(env.SMS_PREFIXES ?? '') ?? []
  if (accountSid === '' || authToken === '' || from === '' || prefixes.length === 0) return null
  const { TWILIO_API_KEY_SID: keySid = '', TWILIO_API_KEY_SECRET: keySecret = '' } = env
  const hasKey = keySid !== '' && keySecret !== ''
  const dailyMax = Number(env.SMS_DAILY_MAX ?? '')
  return {
    accountSid,
    authToken,
    user: hasKey ? keySid : accountSid,
    password: hasKey ? keySecret : authToken,
    from,
    apiUrl: (env.TWILIO_API_URL ?? '').replace(/\/+$/, '') || 'https://api.twilio.com',
    prefixes,
    dailyMax: Number.isInteger(dailyMax) && dailyMax > 0 ? dailyMax : DAILY_MAX,
  }
}

/** News that is four hours late is none; the page has it. */
const VALID_SECONDS = 4 * 3600

export interface Text {
  readonly to: string
  readonly body: string
  /** Null: nobody could be told there how it went. */
  readonly statusUrl: string | null
}

export async function sendText(
  settings: TwilioSettings,
  { to, body, statusUrl }: Text,
  options: Pick<Post, 'privateTargets' | 'fetch'>,
  nowMs: number,
): Promise<{ readonly outcome: Outcome; readonly mayHaveGone: boolean }> {
  const { accountSid, user, password, from, apiUrl } = settings
  const form = new URLSearchParams({ To: to, Body: body, ValidityPeriod: String(VALID_SECONDS) })
  form.set(from.startsWith('MG') ? 'MessagingServiceSid' : 'From', from)
  if (statusUrl !== null) form.set('StatusCallback', statusUrl)
  const answer = await post({
    url: `${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      accept: 'application/json',
    },
    body: form.toString(),
    ...options,
  })
  const outcome = textOutcome(answer, nowMs)
  // Whoever did not answer may have taken it all the same.
  return { outcome, mayHaveGone: answer.ok ? outcome.ok : answer.reason !== 'refused' }
}

const Refusal = z.object({ code: z.number().int(), message: z.string().max(1000).default('') })
const Taken = z.object({ sid: z.string().max(64) })

/** These are about our account or our sender: waiting for somebody to mend it is better than giving up on everybody. */
const OURS = new Set([20003, 20005, 20403, 20429, 21603, 21606, 21611, 21659, 21660, 21703, 21705, 30001, 30002, 30010])

/** The number is none, no mobile one, or its owner wants nothing. */
const GONE = new Set([21211, 21214, 21217, 21219, 21610, 21614, 30004, 30005, 30006])

function textOutcome(answer: PostAnswer, nowMs: number): Outcome {
  const outcome = outcomeOf(answer, nowMs)
  if (!answer.ok) return outcome
  if (outcome.ok) {
    const taken = Taken.safeParse(jsonIn(answer.text))
    return taken.success ? { ok: true, receipt: taken.data.sid } : outcome
  }
  const refusal = Refusal.safeParse(jsonIn(answer.text))
  const reason = refusal.success
    ? twilioReason(String(refusal.data.code), refusal.data.message)
    : `Twilio answered HTTP ${answer.status}.`
  const code = refusal.success ? refusal.data.code : 0
  if (GONE.has(code)) return { ok: false, kind: 'permanent', reason, recipientRefused: true }
  const isOurs = OURS.has(code) || answer.status === 401 || answer.status === 403
  if (isOurs || outcome.kind === 'temporary') return temporary(reason, outcome.retryAfterMs)
  return permanent(reason)
}

/** What became of a text that Twilio had taken. */
export function isGoneForGood(errorCode: string): boolean {
  return GONE.has(Number(errorCode))
}

export function twilioReason(code: string, message: string): string {
  const words = message.replace(/\s+/g, ' ').trim().slice(0, 160)
  return `Twilio refused it: error ${code}${words === '' ? '' : ` (${words})`}.`
}

/**
 * Whether a form was posted by Twilio: HMAC-SHA1 with the account's auth token over the address as Twilio was given it
 * and every field in order.
 */
export async function isFromTwilio(
  authToken: string,
  signature: string,
  url: string,
  fields: readonly (readonly [string, string])[],
): Promise<boolean> {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const signed = url + sorted.map(([name, value]) => name + value).join('')
  const bytes = (text: string) => new TextEncoder().encode(text)
  const algorithm = { name: 'HMAC', hash: 'SHA-1' }
  const key = await crypto.subtle.importKey('raw', bytes(authToken), algorithm, false, ['verify'])
  // `verify` compares in constant time.
  return crypto.subtle.verify('HMAC', key, Buffer.from(signature, 'base64'), bytes(signed))
}
