const EVERY_MS = 60_000
const PATIENCE_MS = 50_000
export const CRON = '* * * * *'

/**
 * Calls `tick` each minute, as Cloudflare's cron trigger would, and once right away: what a killed host left
 * undone should not wait. Says when ticks start to fail and when they work again. Returns how to stop it.
 */
export function startCron(tick: (scheduledTime: Date) => Promise<string>, report: (line: string) => void): () => void {
  let failures = 0
  let busy = false

  const run = async () => {
    if (busy) return
    busy = true
    const failure = await failureOf(tick(new Date()))
    busy = false
    if (failure !== null && failures++ === 0) report(`The minute's sweep failed: ${failure}. Trying again each minute.`)
    if (failure === null && failures > 0) {
      report(`The minute's sweep works again after ${failures} failed.`)
      failures = 0
    }
  }

  const timer = setInterval(() => void run(), EVERY_MS)
  void run()
  return () => clearInterval(timer)
}

async function failureOf(outcome: Promise<string>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer for ${PATIENCE_MS / 1000} s`), PATIENCE_MS)
  })
  try {
    const result = await Promise.race([outcome, tooLong])
    return result === 'ok' ? null : result
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    clearTimeout(timer)
  }
}
