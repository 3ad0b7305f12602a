import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { allow } from '../policy.ts'
import { parseAlertmanagerWebhook, takeMessage } from './alertmanagerWebhook.ts'
import { desk, refuseForNow, unknownKey } from './hook.ts'

/**
 * `POST /hooks/alertmanager/:key`: what Alertmanager's `webhook_configs` send. It takes the keys of the Alertmanager
 * API, and the same alert by both ways is one alert.
 */
export const alertmanagerHook = new Hono<HttpEnv>().post('/alertmanager/:key', allow('integration'), async (c) => {
  const key = c.req.param('key')
  if (!(await desk(c).checkKey('alertmanager', key))) return unknownKey(c)
  return takeMessage(c, { source: 'alertmanager', key }, parseAlertmanagerWebhook)
})

// Alertmanager tries again after a 5xx, and never after a 4xx.
alertmanagerHook.onError(refuseForNow)
