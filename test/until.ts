import { setTimeout as sleep } from 'node:timers/promises'

const WAIT_MS_MAX = 30_000

/** Resolves once it holds; throws when it does not for half a minute. */
export async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = Date.now() + WAIT_MS_MAX
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`${WAIT_MS_MAX / 1000} s were not enough: ${what}`)
    await sleep(50)
  }
}
