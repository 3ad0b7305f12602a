/** Waits for it, but no longer than that; it goes on by itself. */
export async function withPatience(work: Promise<unknown>, patienceMs: number): Promise<void> {
  const patience = new AbortController()
  await Promise.race([work, scheduler.wait(patienceMs, { signal: patience.signal }).catch(() => {})])
  patience.abort()
}
