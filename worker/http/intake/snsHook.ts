import type { Context } from 'hono'
import { Hono } from 'hono'
import { guardedFetch } from '../../delivery/outboundFetch.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import { answerIngested, desk, refuseForNow, unknownKey } from './hook.ts'
import type { Refused } from './parsed.ts'
import { faultAt, receivedOf, refuseMessage } from './parsed.ts'
import type { SnsMessage } from './snsMessage.ts'
import { parseSns, readSnsMessage } from './snsMessage.ts'
import { snsAddress, verifySns } from './snsSignature.ts'

/**
 * `POST /hooks/sns/:key`: an https subscription of Amazon SNS, through which CloudWatch's alarms come. Every message is
 * signed by SNS itself; a subscription is confirmed at once, for whoever knows the key may subscribe.
 */
export const snsHook = new Hono<HttpEnv>().post('/sns/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  const integration = await desk(c).integrationOf('sns', key)
  if (integration === null) return unknownKey(c)
  const received = await receivedOf(c)
  const from = { source: 'sns', key, received } as const
  if (c.req.header('x-amz-sns-rawdelivery') === 'true') return refuseMessage(c, from, faultAt('', RAW))
  const read = readSnsMessage(received.body)
  if (!read.ok) return refuseMessage(c, from, read)

  const { message } = read
  const verdict = await verifySns(message, Date.now())
  if (!verdict.ok) return problem(c, verdict.reason === 'unreachable' ? 503 : 401, verdict.reason, verdict.detail)
  switch (message.Type) {
    case 'SubscriptionConfirmation':
      return confirm(c, from, integration.id, message)
    case 'UnsubscribeConfirmation':
      await desk(c).noteTopic(integration.id, message.TopicArn, false)
      return c.json({ accepted: 0, incidents: [], unsubscribed: message.TopicArn }, 200, NO_STORE)
    case 'Notification': {
      const parsed = parseSns(received, Date.now(), integration.id)
      if (!parsed.ok) return refuseMessage(c, from, parsed)
      return answerIngested(c, await desk(c).ingest({ source: 'sns', key, alerts: parsed.alerts, received }))
    }
  }
})

// SNS tries again after a 5xx, for up to an hour.
snsHook.onError(refuseForNow)

const NO_STORE = { 'Cache-Control': 'no-store' }
const RAW = 'Turn raw message delivery off for this subscription: what is delivered raw is not signed.'
const CONFIRM_MS_MAX = 10_000

async function confirm(
  c: Context<HttpEnv>,
  from: Refused,
  integrationId: string,
  message: Extract<SnsMessage, { SubscribeURL: string }>,
): Promise<Response> {
  const url = snsAddress(message.SubscribeURL)
  if (url === null)
    return refuseMessage(c, from, faultAt('SubscribeURL', 'must be on an https host sns.<region>.amazonaws.com'))
  const answer = await guardedFetch(
    url.href,
    {},
    { privateTargets: '', timeoutMs: CONFIRM_MS_MAX, bytesMax: 16 * 1024, redirectsMax: 0 },
  )
  if (!answer.ok || answer.status !== 200)
    return problem(
      c,
      503,
      'not_confirmed',
      'SNS did not take the confirmation. Request it again for this subscription.',
    )
  await desk(c).noteTopic(integrationId, message.TopicArn, true)
  return c.json({ accepted: 0, incidents: [], confirmed: message.TopicArn }, 200, NO_STORE)
}
