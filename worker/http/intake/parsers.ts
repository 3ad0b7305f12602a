import type { AlertSource } from '../../domain/alert.ts'
import { parseAlertmanager } from './alertmanagerWire.ts'
import { parseCloudEvents } from './cloudEvents.ts'
import { parseDatadog } from './datadogHook.ts'
import { parseEmail } from './emailMessage.ts'
import { parseGrafana } from './grafanaHook.ts'
import { parseJson } from './json.ts'
import { parsePagerduty } from './pagerdutyWire.ts'
import type { ParseAlerts } from './parsed.ts'
import { parseSentry } from './sentryMessage.ts'
import { parseSns } from './snsMessage.ts'

/**
 * How each source's messages are read, by its hook and whenever a message that was kept is read again. Opsgenie's
 * requests make more than an alert (ids, notes), so theirs is no message to read again; a heartbeat's alert is ours.
 */
export const PARSERS = {
  alertmanager: parseAlertmanager,
  grafana: parseGrafana,
  cloudevents: parseCloudEvents,
  json: parseJson,
  pagerduty: parsePagerduty,
  sns: parseSns,
  sentry: parseSentry,
  datadog: parseDatadog,
  email: parseEmail,
} as const satisfies Partial<Record<AlertSource, ParseAlerts>>
