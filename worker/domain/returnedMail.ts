import { z } from 'zod'

/** What comes back of a mail: a report that it did not arrive (RFC 3464), or a complaint about it (RFC 5965). */

export const BounceReport = z.object({
  email: z.string().max(320),
  kind: z.enum(['bounce', 'complaint']),
  /** A bounce that may pass, such as a full mailbox, changes nothing. */
  permanent: z.boolean().default(true),
  reason: z.string().max(500).default(''),
})
export type BounceReport = z.infer<typeof BounceReport>

/** The parts of a multipart/report, as text; empty where there is none. */
export interface ReportParts {
  /** message/delivery-status */
  readonly deliveryStatus: string
  /** message/feedback-report */
  readonly feedback: string
  /** The headers of what was sent, or all of it. */
  readonly original: string
}

export interface ReturnedMail {
  readonly kind: BounceReport['kind']
  readonly permanent: boolean
  readonly reason: string
  /** Out of the link to unsubscribe in what was sent: only who got that mail, or carried it, knows it. */
  readonly token: string
}

const REASON_LENGTH_MAX = 300

/** Null when it is no report about a mail of ours. */
export function readReturnedMail({ deliveryStatus, feedback, original }: ReportParts): ReturnedMail | null {
  const token = /\/unsubscribe\/([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)/.exec(unfolded(original))?.[1]
  if (token === undefined) return null
  if (feedback !== '') {
    const type = field(feedback, 'feedback-type').toLowerCase()
    // A report that a mail was wrongly taken for spam is no complaint.
    if (type === '' || type === 'not-spam') return null
    return { kind: 'complaint', permanent: true, reason: `The reader reported a mail as ${type}.`, token }
  }
  const action = field(deliveryStatus, 'action').toLowerCase()
  const status = field(deliveryStatus, 'status')
  if (action !== 'failed' && action !== 'delayed') return null
  const diagnostic = field(deliveryStatus, 'diagnostic-code').replace(/^[^;]{1,20};\s*/, '')
  return {
    kind: 'bounce',
    permanent: action === 'failed' && isAboutTheAddress(status),
    reason: (diagnostic === '' ? `The mail came back with status ${status}.` : diagnostic).slice(0, REASON_LENGTH_MAX),
    token,
  }
}

/**
 * 5.1.x and 5.2.1: there is no such mailbox, or it is closed (RFC 3463). Other refusals, such as 5.7.1 for what
 * looks like spam, are about the mail or about us.
 */
function isAboutTheAddress(status: string): boolean {
  return /^5\.(?:1\.\d{1,3}|2\.1|4\.4|0\.0)$/.test(status.trim())
}

function field(text: string, name: string): string {
  const line = unfolded(text)
    .split(/\r?\n/)
    .find((candidate) => candidate.toLowerCase().startsWith(`${name}:`))
  return line === undefined ? '' : line.slice(name.length + 1).trim()
}

/** A long header goes on in lines that begin with a space; inside a link nothing but the break was added. */
function unfolded(text: string): string {
  return text.replace(/\r?\n[ \t]+/g, ' ')
}
