import { env } from 'cloudflare:workers'
import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeEach, expect, it, vi } from 'vitest'
import { AT_MS, sampleIncident, sampleMaintenance } from '../../test/samplePublicModel.ts'
import type { ImportedPast } from '../domain/importPast.ts'
import { readRedirects } from '../publishing/redirectsJson.ts'
import type { StatusPageConfig } from './statusPageConfig.ts'

const CONFIG: StatusPageConfig = {
  page: { publicId: 'abcdefghjkmn', name: 'Example', timeZone: 'Etc/UTC', supportUrl: null, language: 'en' },
  components: [{ id: 'checkout', name: 'Checkout' }],
}
const ID = 'cachet-0a1b2c-42'
const past = (title: string): ImportedPast => ({
  incidents: [sampleIncident({ id: ID, title, status: 'resolved', resolvedAtMs: AT_MS, importedFrom: 'cachet' })],
  maintenances: [{ ...sampleMaintenance(), id: 'cachet-0a1b2c-m-5', importedFrom: 'cachet' }],
  redirects: [{ from: '/incidents/42', to: `/incidents/${ID}` }],
})

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: AT_MS })
  const { objects } = await env.PUBLIC_FILES.list()
  await env.PUBLIC_FILES.delete(objects.map(({ key }) => key))
})

it('keeps what was imported once, says what a second time would change, and logs it', async () => {
  const stub = env.STATUS_PUBLISHER.getByName(crypto.randomUUID())
  await stub.useStatusPage(1, CONFIG)
  const kinds = async (title: string, isTrial: boolean) => {
    const { incidents, maintenances, redirects } = await stub.importPast(past(title), isTrial)
    return [...Object.values(incidents), ...Object.values(maintenances), redirects.new]
  }
  expect(await kinds('It was slow', true)).toEqual(['new', 'new', 1])
  expect((await stub.model()).incidents).toEqual([])
  expect(await kinds('It was slow', false)).toEqual(['new', 'new', 1])
  expect(await kinds('It was slow', false)).toEqual(['same', 'same', 0])
  expect(await kinds('It was very slow', false)).toEqual(['changed', 'same', 0])

  await runDurableObjectAlarm(stub)
  const text = async (path: string) => (await env.PUBLIC_FILES.get(path))?.text()
  expect(await text(`incidents/${ID}.html`)).toContain('It was very slow')
  expect(readRedirects((await text('redirects.json')) ?? '').get('/incidents/42')).toBe(`/incidents/${ID}`)
  expect((await text('log.json'))?.match(/"kind":"incident_titled"/g)).toHaveLength(2)
})
