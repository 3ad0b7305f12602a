import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHost, type Host } from './host.ts'
import { numbersByApi, numbersByRoom, raiseStorm, signInByForm } from './storm.ts'

/** A tenth of a storm; the whole of it, with its times, is `npm run bench:storm`. */
const ALERTS = 1_000

let host: Host

beforeAll(async () => {
  host = await startHost()
})
afterAll(async () => {
  await host?.stop()
})

it(`makes one incident of ${ALERTS} alerts, and shows every one of them`, async () => {
  const { incidents } = await raiseStorm(host, 'Storm', ALERTS)
  expect(incidents).toEqual([expect.objectContaining({ title: 'Storm on checkout', alertsFiring: ALERTS })])
  const all = new Set(Array.from({ length: ALERTS }, (_, number) => number))
  expect(await numbersByApi(host, 'Storm')).toEqual(all)
  const { numbers } = await numbersByRoom(host, incidents[0]?.id ?? '', await signInByForm(host))
  expect(numbers).toEqual(all)
})

it('joins the alerts that come again to nothing new', async () => {
  const { incidents } = await raiseStorm(host, 'Storm', ALERTS)
  expect(incidents).toEqual([expect.objectContaining({ alertsFiring: ALERTS })])
})
