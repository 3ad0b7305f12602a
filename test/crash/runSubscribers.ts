import { runMailing } from './subscribers.ts'

/** `npm run crash:subscribers [count] [seed]`: the long form; `npm run test:long` runs a short one. */
const count = Number(process.argv[2] ?? 10_000)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)

console.log(`${count} subscribers, seed ${seed}`)
const { stayed, left, mails, refused, twice, crossed, seconds, faults } = await runMailing(count, seed, (line) =>
  console.log(line),
)
console.log(`${stayed} were to be told, ${left} left meanwhile. ${mails} mails arrived; the mail server answered`)
console.log(
  `451 ${refused[451]} times and 421 ${refused[421]} times. ${twice} have it twice, ${crossed} crossed a leaving.`,
)
console.log(`Import ${seconds.importing} s, update to the last mail ${seconds.all} s.`)
console.log(faults.length === 0 ? 'Nothing is missing.' : `MISSING:\n  ${faults.slice(0, 50).join('\n  ')}`)
process.exitCode = faults.length === 0 ? 0 : 1
