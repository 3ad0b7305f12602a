/** Mail for an alert address, handed to the Worker as Email Routing would. */

/** How a mail server says what became of a mail. */
export interface MailRefusal {
  /** 4xx: to be sent again; 5xx: for good. */
  readonly code: number
  readonly reason: string
}

const HAND_OVER_MS_MAX = 30_000
const AGAIN: MailRefusal = { code: 451, reason: 'Allclear does not answer at the moment. Send it again.' }

/** The key in an address such as `alerts+em_…@localhost`; null in any other. */
export function alertKeyOf(address: string): string | null {
  const [, key] = /^(?:[^@]*\+)?(em_[0-9a-z]{20,60})@/i.exec(address) ?? []
  return key?.toLowerCase() ?? null
}

/** Null once the alert is on disk. */
export async function handOver(workerUrl: string, key: string, mail: Uint8Array): Promise<MailRefusal | null> {
  try {
    const answer = await fetch(`${workerUrl}/hooks/email/${key}`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: Buffer.from(mail),
      signal: AbortSignal.timeout(HAND_OVER_MS_MAX),
    })
    const text = await answer.text()
    if (answer.ok) return null
    const reason = detailOf(text) ?? AGAIN.reason
    if (answer.status >= 500) return { code: 451, reason }
    return { code: answer.status === 413 ? 552 : 550, reason }
  } catch {
    return AGAIN
  }
}

/** As one line, for that is what an answer by SMTP is. */
function detailOf(text: string): string | null {
  try {
    const problem: unknown = JSON.parse(text)
    if (typeof problem !== 'object' || problem === null || !('detail' in problem)) return null
    return String(problem.detail)
      .replaceAll(/[^\x20-\x7e]+/g, ' ')
      .slice(0, 400)
  } catch {
    return null
  }
}
