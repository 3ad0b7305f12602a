import { z } from 'zod'
import { oneLine } from '../../domain/alert.ts'
import type { IncomingAlert } from '../../domain/alertIntake.ts'
import type { Received } from '../../domain/received.ts'
import { FIRES_FOR_MS } from './hook.ts'
import { boundedNotes, cut, firstLink } from './notes.ts'
import type { Parsed } from './parsed.ts'
import { jsonOf, notParsed } from './parsed.ts'

/** What a mail says of an alert. Its subject is all that most senders have in common. */

/** What is kept of a mail: the headers that matter and its text, beside the mail itself. None of it holds the key. */
export const MailMessage = z.object({
  from: z.string().max(500),
  subject: z.string().max(2000),
  /** As in the header, or null. */
  date: z.string().max(100).nullable(),
  messageId: z.string().max(1000),
  text: z.string().max(100_000),
  /** What it answers or came by itself is no alert. */
  isReply: z.boolean(),
  isAutomaticReply: z.boolean(),
  /** What the thread it belongs to is about, in `subjectKey`'s words; null without one. */
  thread: z.string().max(1000).nullable(),
  /** The mail as it came, for whoever wants to see it; everything else is read from it. */
  raw: z.string().optional(),
})
export type MailMessage = z.infer<typeof MailMessage>

/** `ignored` says why there is no alert in it. */
type ParsedMail = Parsed<{ readonly ignored?: string }>

export function parseEmail({ body }: Received, nowMs: number, integrationId: string): ParsedMail {
  const parsed = jsonOf(body)
  if (!parsed.ok) return parsed
  const mail = MailMessage.safeParse(parsed.json)
  return mail.success ? readMail(mail.data, nowMs, integrationId) : notParsed(mail.error)
}

function readMail(mail: MailMessage, nowMs: number, integrationId: string): ParsedMail {
  const { from, subject, text, messageId, thread } = mail
  if (mail.isAutomaticReply) return { ok: true, alerts: [], ignored: 'an automatic reply or a delivery report' }
  const isOver = saysItIsOver(subject)
  if (mail.isReply && !isOver) return { ok: true, alerts: [], ignored: 'a reply within a thread' }

  const said = saidIn(text)
  const name = titleOf(subject)
  const atMs = dateOf(mail.date, nowMs)
  const alert: IncomingAlert = {
    labels: Object.fromEntries(
      Object.entries({
        alertname: name,
        severity: said.get('severity') ?? severityIn(subject) ?? '',
        service: said.get('service') ?? '',
        environment: said.get('environment') ?? '',
        sender: from,
      }).map(([label, value]) => [label, cut(value, 1000)]),
    ),
    annotations: boundedNotes([
      ['summary', oneLine(subject, 500) || name],
      ['description', firstLines(text)],
      ['message_id', messageId],
    ]),
    startsAtMs: atMs,
    endsAtMs: isOver ? atMs : nowMs + FIRES_FOR_MS,
    generatorUrl: firstLink(...(text.match(/https?:\/\/[^\s<>"')\]]+/g)?.slice(0, 20) ?? [])),
    identity: { '': `email ${integrationId}`, about: thread ?? subjectKey(subject, from) },
  }
  return { ok: true, alerts: [alert] }
}

const NAME_WHEN_EMPTY = 'Mail without a subject'

const REPLY = /^\s*(?:re|aw|sv|antw|rif)\s*(?:\[\d+\])?:/i
/** What a mail program puts before the subject of what is answered or sent on. */
const SENT_ON = /^\s*(?:(?:re|fwd?|aw|wg|sv|antw|tr|rif)\s*(?:\[\d+\])?:\s*)+/i

/** A tag in brackets that says only how things stand: [RESOLVED], [FIRING:2], [P1]. */
const STATE_TAG =
  /\[\s*(?:firing|resolved|recovered|recovery|closed|cleared|problem|ok|up|down|alert|alarm|alerting|triggered|warn|warning|critical|error|info|no data|p[1-5]|sev-?[1-5])(?:[\s:]+\d+)?\s*\]/gi
/** "Monitor is DOWN: shop" */
const STATE_WITHIN = /\s+is\s+(DOWN|UP|OK)\s*:/g
/** Words at the beginning, or behind other tags, with a colon or dash, or with stars before them as Nagios writes them. */
const STATE_PREFIX =
  /^((?:\[[^\][]*\]\s*)*)(?:\**\s*(?:problem|recovery|recovered|resolved|closed|cleared|ok|up|down|alert|alarm|firing|triggered|warning|critical|error|info|back to normal|all clear)(?:\s+in\s+[\d\sdhms]+)?(?:\s*[:|]|\s+[-–]\s)|\*{2,}\s*(?:problem|recovery)\b|(?:problem|recovery)(?=\s+(?:service|host)\s+alert\b)|(?:up|down)\s+alert\s*:)\s*/i
/** "is DOWN" and "is now OK" at the end. */
const STATE_SUFFIX =
  /[\s:,-]+(?:(?:is|has|was|are)\s+)?(?:(?:now|been|back|again|no longer)\s+)*(?:down|up|ok|critical|warning|unknown|resolved|recovered|closed|cleared|firing|online|offline|to normal|failing|failed|healthy|unhealthy)(?:\s+again)?\s*(?:\*+)?\s*[.!]?\s*$/i

interface Apart {
  /** The subject without what changes from one mail of an alert to the next. */
  readonly title: string
  readonly isOver: boolean
}

/** States count only where they stand as one: in a sentence the same words say anything ("Port 443 closed on web-1"). */
function takeApart(subject: string): Apart {
  const states: string[] = []
  let text = oneLine(subject, 2000)
    .replace(SENT_ON, '')
    .replace(STATE_TAG, (tag) => (states.push(tag), ' '))
    .replace(STATE_WITHIN, (_, state: string) => (states.push(state), ':'))
    .trim()
  for (let before = ''; before !== text;) {
    before = text
    text = text
      .replace(STATE_PREFIX, (found, tags: string) => (states.push(found.slice(tags.length)), tags))
      .replace(/^[\s:|–-]+/, '')
  }
  const isOver = states.some(isEnd) || (!states.some(isFiring) && endsAsOver(text))
  const title = text.replace(STATE_SUFFIX, '').replace(/\*{2,}/g, ' ')
  return { title: title.replace(/^[\s:|–-]+|[\s:|–-]+$/g, ''), isOver }
}

function isEnd(state: string): boolean {
  return /^[[*\s]*(?:resolved|recovered|recovery|closed|cleared|ok|up|back to normal|all clear)\b/i.test(state)
}

/** A severity in brackets stays there when it is over; before a colon it is the state. */
function isFiring(state: string): boolean {
  return /^[[*\s]*(?:firing|problem|down|alarm|alerting|triggered|no data)\b|^[*\s]*(?:critical|error|warning)\b/i.test(
    state,
  )
}

const OVER_AT_END: readonly RegExp[] = [
  /\b(?:is|are|was|were|(?:has|have)(?: been)?|now) (?:now )?(?:resolved|recovered|closed|cleared|ok|back(?: up)?|no longer (?:firing|failing|critical|down))$/i,
  /\b(?:back (?:online|to normal)|all clear)$/i,
  / [-–|] (?:resolved|recovered|closed|cleared)$|: (?:resolved|recovered)$/i,
  // What can be meant in no other way: "Ticket 4711 closed".
  /\b(?:issue|ticket|case|incident|alert|alarm|problem)(?: #?[\w-]*\d[\w-]*)? (?:resolved|recovered|closed|cleared)$/i,
  // Short words in capitals only: rates are up as well.
  /(?:^| )OK$|(?:\b(?:is|now|back)|:| [-–|]) UP$/,
]

function endsAsOver(text: string): boolean {
  const said = text.replace(/(?: again)?[ *.!]*$/i, '')
  return OVER_AT_END.some((ending) => ending.test(said))
}

export function titleOf(subject: string): string {
  return oneLine(takeApart(subject).title, 500) || oneLine(subject, 500) || NAME_WHEN_EMPTY
}

/** Whether the subject says that it is over. */
export function saysItIsOver(subject: string): boolean {
  return takeApart(subject).isOver
}

/** What makes two mails speak of the same alert: the title without times and dates, and who sent it. */
export function subjectKey(subject: string, from: string): string {
  const title = titleOf(subject)
    .toLowerCase()
    .replace(/\b\d{4}-\d\d-\d\d(?:[t\s]\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?:z|\s?utc|[+-]\d\d:?\d\d)?)?/g, ' ')
    .replace(/\b\d{1,2}:\d\d(?::\d\d)?\b/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return `${from.toLowerCase()} ${title}`.slice(0, 1000)
}

export function isReplySubject(subject: string): boolean {
  return REPLY.test(subject)
}

const SEVERITY_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sev-?([1-5])|p([1-5]))\b/i, ''],
  [/\b(?:critical|fatal|emergency|disaster|down|outage|unreachable)\b/i, 'critical'],
  [/\[(?:high|major)\]|\b(?:major)\b/i, 'major'],
  [/\b(?:error|errors|failed|failure|failing|problem)\b/i, 'error'],
  [/\b(?:warning|warn|degraded)\b/i, 'warning'],
  [/\b(?:minor)\b|\[low\]/i, 'minor'],
  [/\b(?:info|notice|informational)\b/i, 'info'],
]

/** The worst word the subject has; null when it has none. */
export function severityIn(subject: string): string | null {
  for (const [pattern, severity] of SEVERITY_WORDS) {
    const [found, sev, priority] = pattern.exec(subject) ?? []
    if (found === undefined) continue
    if (sev !== undefined) return `sev${sev}`
    return priority === undefined ? severity : `P${priority}`
  }
  return null
}

const LINES_READ_MAX = 60

/** Lines of the text such as `Severity: High` and `service=checkout`; the first of a name counts. */
function saidIn(text: string): Map<string, string> {
  const said = new Map<string, string>()
  for (const line of text.split('\n', LINES_READ_MAX)) {
    const [, name = '', value = ''] =
      /^[\s*>-]*(severity|priority|service|environment)\s*[:=]\s*([^\r\n]{1,200})$/i.exec(line.trim()) ?? []
    const key = name.toLowerCase() === 'priority' ? 'severity' : name.toLowerCase()
    if (key !== '' && !said.has(key)) said.set(key, oneLine(value.replace(/^\*+|\*+$/g, ''), 200))
  }
  return said
}

const LINES_KEPT_MAX = 40

/** What a responder should read first: without what is quoted, and without a signature. */
function firstLines(text: string): string {
  const [above = ''] = text.split(/^-- ?$/m, 1)
  const lines = above.split('\n').filter((line) => !line.startsWith('>'))
  return cut(
    lines
      .slice(0, LINES_KEPT_MAX)
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    5000,
  )
}

const LATE_MS_MAX = 24 * 3_600_000

/** When it was sent, unless that cannot be. */
function dateOf(date: string | null, nowMs: number): number {
  const atMs = Date.parse(date ?? '')
  return atMs > nowMs - LATE_MS_MAX && atMs <= nowMs ? atMs : nowMs
}
