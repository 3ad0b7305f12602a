import { oneLine } from '../domain/alert.ts'
import { matcherText } from '../domain/matchers.ts'
import { describeRecurrence } from '../domain/recurrence.ts'
import type { Silence } from '../domain/silence.ts'
import { escapeMarkup, utcMinute } from '../publishing/text.ts'
import type { Mail } from './mail.ts'
import { button, link, mailHtml, mailText, messageIdOf } from './mailLayout.ts'

/** Pure: what the author of a silence gets to read before it ends. */
export interface SilenceWarningMessage {
  readonly silence: Silence
  readonly hides: number
  /** A few of what it hides, by name. */
  readonly sample: readonly string[]
  readonly author: { readonly name: string; readonly email: string }
  readonly publicUrl: string
  /** Shows a button; only the button extends, because mail scanners follow links. */
  readonly extendUrl: string
  readonly from: string
  readonly nowMs: number
}

export function silenceWarningMail(message: SilenceWarningMessage): Mail {
  const { silence, hides, sample, author, publicUrl, extendUrl, from, nowMs } = message
  const minutes = Math.max(1, Math.floor((silence.endsAtMs - nowMs) / 60_000))
  const matchers = silence.matchers.map(matcherText).join(', ')
  const alerts = hides === 1 ? 'one alert that fires' : `${hides} alerts that fire`
  const consoleUrl = `${publicUrl.replace(/\/+$/, '')}/console/silences/${silence.id}`
  const names = sample.map((name) => oneLine(name, 120))
  const more = hides > names.length ? ` and ${hides - names.length} more` : ''
  const then = 'Then what still fires opens an incident and pages whoever is on call.'
  const facts: (readonly [string, string])[] = [
    ['Silence', matchers],
    ['Why', silence.comment],
    ['Ends', utcMinute(silence.endsAtMs)],
    ['Hides now', names.join(', ') + more],
    ...(silence.recurrence === null ? [] : [['Recurs', describeRecurrence(silence.recurrence)] as const]),
  ]
  const rows = facts.map(([name, value]) => `<tr><td class="muted">${name}</td><td>${escapeMarkup(value)}</td></tr>`)
  return {
    from,
    to: author.email,
    subject: oneLine(`Your silence ends in ${minutes} min and hides ${alerts}: ${matchers}`, 200),
    messageId: messageIdOf(`silence.${silence.id}.${silence.endsAtMs}`, publicUrl),
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: mailText([
      `Your silence ends in ${minutes} min and hides ${alerts}.`,
      then,
      facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
      `Extend it by an hour: ${extendUrl}`,
      `Open it in the console: ${consoleUrl}`,
    ]),
    html: mailHtml({
      title: 'Your silence ends soon',
      preheader: `In ${minutes} min. It hides ${alerts}.`,
      body:
        `<h1>Your silence ends in ${minutes} min and hides ${alerts}</h1><p>${then}</p>` +
        `<table>${rows.join('')}</table>` +
        button(extendUrl, 'Extend it by an hour') +
        `<p>${link(consoleUrl, 'Open it in the console')}</p>`,
      footer: `Sent to ${escapeMarkup(author.name)}, who made the silence.`,
    }),
  }
}
