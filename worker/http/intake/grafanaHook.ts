import type { Context } from 'hono'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Labels } from '../../domain/alert.ts'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import type { Received } from '../../domain/received.ts'
import { parseMessage, takeMessage, webAddress, WebhookAlert, webhookMessage } from './alertmanagerWebhook.ts'
import { desk, refuseForNow, unknownKey } from './hook.ts'
import { isSignedBy } from './signature.ts'

/**
 * `POST /hooks/grafana/:key`: the webhook of Grafana's contact points. The key is enough until the first message that
 * is signed; from then on all have to be, so that an address that leaked is worth nothing.
 */

const Address = z
  .string()
  .nullish()
  .transform((text) => webAddress(text))

const GrafanaAlert = WebhookAlert.extend({
  /** By query or expression; null for what has no value. */
  values: z.record(z.string(), z.number().nullable()).nullish(),
  valueString: z.string().nullish(),
  dashboardURL: Address,
  panelURL: Address,
  silenceURL: Address,
  imageURL: Address,
})
type GrafanaAlert = z.infer<typeof GrafanaAlert>

const GrafanaMessage = webhookMessage(
  '1',
  'must be "1", the version of the webhook that Grafana sends; Alertmanager sends to /hooks/alertmanager',
  GrafanaAlert,
)

export const grafanaHook = new Hono<HttpEnv>().on(['POST', 'PUT'], '/grafana/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  const refusal = await refuseForged(c, key, Date.now())
  return refusal ?? takeMessage(c, { source: 'grafana', key }, parseGrafana)
})

// Grafana tries again after a 5xx.
grafanaHook.onError(refuseForNow)

export function parseGrafana(received: Received, nowMs: number) {
  return parseMessage(received, GrafanaMessage, annotationsOf, nowMs)
}

const SIGNATURE = 'X-Grafana-Alerting-Signature'
/** Which header Grafana puts the time into is its administrator's choice; docs and console name this one. */
const TIMESTAMP = 'X-Grafana-Alerting-Timestamp'
const AGE_SECONDS_MAX = 300

async function refuseForged(c: Context<HttpEnv>, key: string, nowMs: number): Promise<Response | null> {
  const signing = await desk(c).signingOf('grafana', key)
  if (signing === null) return unknownKey(c)
  const signature = c.req.header(SIGNATURE)
  if (signature === undefined) {
    if (!signing.hasSigned) return null
    return problem(c, 401, 'not_signed', `This sender has signed before, and now ${SIGNATURE} is missing.`)
  }

  const timestamp = c.req.header(TIMESTAMP)
  const body = new Uint8Array(await c.req.arrayBuffer())
  if (!(await isSignedBy(signing.secret, timestamp === undefined ? body : timed(timestamp, body), signature)))
    return problem(c, 401, 'wrong_signature', `${SIGNATURE} is not that of this body with this integration's secret.`)
  if (timestamp !== undefined && !(Math.abs(nowMs / 1000 - Number(timestamp)) <= AGE_SECONDS_MAX))
    return problem(c, 401, 'too_old', `${TIMESTAMP} is more than ${AGE_SECONDS_MAX} seconds off.`)
  if (!signing.hasSigned) await desk(c).rememberSigning('grafana', key)
  return null
}

function timed(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = new TextEncoder().encode(`${timestamp}:`)
  const message = new Uint8Array(prefix.length + body.length)
  message.set(prefix)
  message.set(body, prefix.length)
  return message
}

/** What Grafana knows beside the annotations of the rule. */
function annotationsOf(alert: GrafanaAlert): Labels {
  const { dashboardURL, panelURL, silenceURL, imageURL } = alert
  const values = Object.entries(alert.values ?? {}).map(([name, value]) => `${name}=${value ?? 'no value'}`)
  const text = values.length > 0 ? values.join(', ') : (alert.valueString ?? '')
  return {
    ...(text === '' ? {} : { values: text.slice(0, 2000) }),
    ...(dashboardURL === null ? {} : { dashboardURL }),
    ...(panelURL === null ? {} : { panelURL }),
    ...(silenceURL === null ? {} : { silenceURL }),
    ...(imageURL === null ? {} : { imageURL }),
  }
}
