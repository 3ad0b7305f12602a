import { startHost } from '../test/host.ts'
import { numbersByApi, numbersByRoom, raiseStorm, signInByForm } from '../test/storm.ts'

/**
 * Ten thousand distinct alerts of one cause, in batches of 64: one incident, each alert to be found, all within a minute;
 * and a room that opens in a second and pages through them.
 * Run: npm run bench:storm [-- alerts]. Fails above either aim, or when an alert is missing.
 */

const ALERTS = Number(process.argv[2] ?? 10_000)
const STORM_AIM_MS = 60_000
const ROOM_AIM_MS = 1_000

const host = await startHost()
try {
  const cookie = await signInByForm(host)
  const storm = await raiseStorm(host, 'Storm', ALERTS)
  const [incident] = storm.incidents
  if (incident === undefined) throw new Error('The storm has no incident')
  const listed = await numbersByApi(host, 'Storm')
  const { numbers, millisecondsEach } = await numbersByRoom(host, incident.id, cookie)
  const [openedMs = Number.NaN, ...pagesMs] = millisecondsEach

  console.log(`${ALERTS} alerts → ${storm.incidents.length} incident(s)`)
  console.log(
    `answered after ${seconds(storm.answeredWithinMs)}, told to rooms and lists after ${seconds(storm.settledWithinMs)}`,
  )
  console.log(`found by Alertmanager's API: ${listed.size}; in the room: ${numbers.size}`)
  const slowestMs = Math.round(Math.max(...pagesMs))
  console.log(
    `the room opens in ${Math.round(openedMs)} ms; ${pagesMs.length} more pages, the slowest in ${slowestMs} ms`,
  )
  const isWhole = storm.incidents.length === 1 && listed.size === ALERTS && numbers.size === ALERTS
  process.exitCode = isWhole && storm.settledWithinMs <= STORM_AIM_MS && openedMs <= ROOM_AIM_MS ? 0 : 1
} finally {
  await host.stop()
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}
