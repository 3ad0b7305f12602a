import { expect, it } from 'vitest'
import { chatFault } from './channelTarget.ts'

type ChatKind = 'slack' | 'discord' | 'teams'

it.each<[ChatKind, string]>([
  ['slack', 'https://hooks.slack.com/services/T000/B000/XXXX'],
  ['discord', 'https://discord.com/api/webhooks/123/abc-DEF'],
  ['discord', 'https://canary.discord.com/api/v10/webhooks/123/abc?thread_id=5'],
  [
    'teams',
    'https://prod-12.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?api-version=2016-06-01&sig=x',
  ],
  [
    'teams',
    'https://default0123.45.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/a/triggers/manual/paths/invoke?sig=x',
  ],
  ['teams', 'https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/c/d'],
])('%s takes %s', (kind, url) => {
  expect(chatFault({ kind, url }, '')).toBeNull()
})

it.each<[ChatKind, string]>([
  ['slack', 'https://discord.com/api/webhooks/123/abc'],
  ['slack', 'https://hooks.slack.com/workflows/T000/A000/1/x'],
  ['slack', 'http://hooks.slack.com/services/T000/B000/XXXX'],
  ['slack', 'https://hooks.slack.com:8443/services/T000/B000/XXXX'],
  ['slack', 'https://user@hooks.slack.com/services/T000/B000/XXXX'],
  ['slack', 'https://hooks.slack.com.example.net/services/T000/B000/XXXX'],
  ['discord', 'https://discord.com/api/users/@me'],
  ['discord', 'https://evildiscord.com/api/webhooks/123/abc'],
  ['teams', 'https://logic.azure.com.example.net/workflows/x'],
  ['teams', 'https://example.net/?https://a.webhook.office.com/'],
  ['teams', 'https://127.0.0.1/workflows/x'],
])('%s refuses %s', (kind, url) => {
  expect(chatFault({ kind, url }, '')).not.toBeNull()
})

it('lets a host that the operator named stand in', () => {
  expect(chatFault({ kind: 'slack', url: 'http://127.0.0.1:9000/anything' }, '127.0.0.0/8')).toBeNull()
})
