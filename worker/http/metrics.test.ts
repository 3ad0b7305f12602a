import { env, exports } from 'cloudflare:workers'
import { expect, it } from 'vitest'

async function metrics(): Promise<string> {
  const response = await exports.default.fetch('https://allclear.example/metrics', {
    headers: { authorization: `Bearer ${env.METRICS_TOKEN}` },
  })
  expect(response.status).toBe(200)
  return response.text()
}

it('says what each figure means, and which object did not answer', async () => {
  const text = await metrics()
  for (const object of ['AlertDesk', 'HeartbeatDesk', 'MaintenanceDesk', 'StatusPublisher', 'SubscriberDesk'])
    expect(text).toContain(`allclear_object_up{object="${object}"} 1`)
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) allclear_\w+ .+|allclear_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.]+)$/)
})

it('counts what publishing and D1 did', async () => {
  const figure = (text: string, name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  const before = await metrics()
  await env.STATUS_PUBLISHER.getByName('main').useStatusPage(1, {
    page: { publicId: 'abcdefghijkl', name: 'Acme', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
    components: [],
  })
  const after = await metrics()
  expect(figure(after, 'allclear_publishes_total')).toBe(figure(before, 'allclear_publishes_total') + 1)
  expect(figure(after, 'allclear_public_files_written_total')).toBeGreaterThan(0)
})
