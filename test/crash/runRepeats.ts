import { runRepeats } from './repeats.ts'

/** `npm run crash:repeats [repeats] [connections] [kills]`: the long form; `npm run test:long` runs a short one. */
const [repeats = 10_000, connections = 32, kills = 2] = process.argv.slice(2).map(Number)

console.log(`One event ${repeats} times over ${connections} connections, with ${kills} kills in between`)
const { answered, sentAgain, alerts, incidents, versions, rowsWritten } = await runRepeats({
  repeats,
  connections,
  kills,
  progress: (line) => console.log(line),
})
const written = rowsWritten.map(({ objects, d1 }) => `${objects} + ${d1}`).join(', ')
console.log(`${answered} answers, ${sentAgain} requests sent again: ${alerts} alert(s), ${incidents} incident(s).`)
console.log(
  `Entries of its timeline: ${versions.join(' → ')}. Rows written by repeats, objects + D1, by life: ${written}.`,
)
const isQuiet = rowsWritten.every(({ objects, d1 }) => objects === 0 && d1 === 0) && versions[0] === versions[1]
process.exitCode = answered === repeats && alerts === 1 && incidents === 1 && isQuiet ? 0 : 1
