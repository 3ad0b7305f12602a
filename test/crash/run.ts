import { runKillSeries } from './killSeries.ts'

/** `npm run crash [kills] [seed]`: the long series; `npm run test:long` runs a short one. */
const kills = Number(process.argv[2] ?? 20)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)

console.log(`${kills} kills, seed ${seed}`)
const { acknowledged, sentAgain, mails, faults } = await runKillSeries(kills, seed, (line) => console.log(line))
const { alerts, incidents, updates, tasks, published } = acknowledged
console.log(
  `Acknowledged: ${alerts.length} alerts, ${incidents.size} incidents, ${updates.length} updates, ${tasks.length} tasks, ` +
    `${published.length} post-mortems. ${sentAgain} requests were sent again; ${mails} mails arrived.`,
)
console.log(faults.length === 0 ? 'Nothing is missing.' : `MISSING:\n  ${faults.join('\n  ')}`)
process.exitCode = faults.length === 0 ? 0 : 1
