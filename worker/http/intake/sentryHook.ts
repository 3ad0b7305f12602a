import type { Context } from 'hono'
import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { problem } from '../problem.ts'
import { answerIngested, desk, refuseForNow, unknownKey } from './hook.ts'
import { receivedOf, refuseMessage } from './parsed.ts'
import { parseSentry, SENTRY_RESOURCE } from './sentryMessage.ts'
import { isSignedBy } from './signature.ts'

/**
 * `POST /hooks/sentry/:key`: an internal integration of Sentry. Sentry chooses the secret it signs with, and shows it once
 * the integration is made with this address; until it has been entered here the key alone is enough.
 */
export const sentryHook = new Hono<HttpEnv>().post('/sentry/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  const integration = await desk(c).integrationOf('sentry', key)
  if (integration === null) return unknownKey(c)
  const refusal = await refuseForged(c, await desk(c).givenSecretOf(integration.id))
  if (refusal !== null) return refusal

  const received = await receivedOf(c, [SENTRY_RESOURCE])
  const parsed = parseSentry(received, Date.now(), integration.id)
  if (!parsed.ok) return refuseMessage(c, { source: 'sentry', key, received }, parsed)
  // Sentry counts anything but a 2xx as a failure of the integration: an installation is answered kindly.
  if (parsed.alerts.length === 0) return c.json({ accepted: 0, incidents: [], ignored: parsed.ignored }, 202, NO_STORE)
  return answerIngested(c, await desk(c).ingest({ source: 'sentry', key, alerts: parsed.alerts, received }))
})

sentryHook.onError(refuseForNow)

const NO_STORE = { 'Cache-Control': 'no-store' }
const SIGNATURE = 'Sentry-Hook-Signature'

async function refuseForged(c: Context<HttpEnv>, secret: string | null): Promise<Response | null> {
  if (secret === null) return null
  const signature = c.req.header(SIGNATURE)
  if (signature === undefined) return problem(c, 401, 'not_signed', `${SIGNATURE} is missing.`)
  if (await isSignedBy(secret, new Uint8Array(await c.req.arrayBuffer()), signature)) return null
  return problem(
    c,
    401,
    'wrong_signature',
    `${SIGNATURE} is not that of this body with the client secret that was entered for this integration.`,
  )
}
