import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { scratchFolder } from './scratchFolder.ts'

/**
 * `npm test`: rules and workerd tests in two halves at once, since one Vitest keeps one core busy with transforming;
 * then the ones end to end, which need both cores for themselves. Arguments go on to Vitest.
 */

const more = process.argv.slice(2)
const TMPDIR = scratchFolder()
process.once('exit', () => rmSync(TMPDIR, { recursive: true, force: true }))
// Vitest is told by the terminal as well, and ends first.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

function vitest(part: string, ...args: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, VITEST_PART: part, TMPDIR }
    const child = spawn('vitest', ['run', ...args, ...more], { env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code === 0))
  })
}

const belowTheHost = ['--project', 'domain', '--project', 'worker', '--project', 'worker-shared']
const halves = await Promise.all(
  ['1/2', '2/2'].map((half) => vitest(half.charAt(0), ...belowTheHost, `--shard=${half}`)),
)
const endToEnd = await vitest('end-to-end', '--project', 'end-to-end')
const passed = halves.every(Boolean) && endToEnd
console.log(passed ? '\nEvery test passed.' : '\nSome tests failed: see above.')
process.exitCode = passed ? 0 : 1
