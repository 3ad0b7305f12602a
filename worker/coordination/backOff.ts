const FIRST_MS = 1_000
const LONGEST_MS = 5 * 60_000

/** When to try again after `attempts` failures: 1 s, 2 s, 4 s … at most 5 minutes. */
export function retryAtMs(attempts: number, nowMs: number): number {
  return nowMs + Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts, 20))
}
