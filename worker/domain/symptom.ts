import type { Alert } from './alert.ts'

/**
 * What an alert complains of, as the predicate of a sentence about its service. Only words that the alert itself uses
 * decide; the first that fits counts.
 */
const SYMPTOMS: readonly (readonly [words: RegExp, symptom: string])[] = [
  [/\b(5xx|http 5\d\d|server errors?)\b/, 'is returning 5xx'],
  [/\b(latency|slow|slowness|response time|duration)\b/, 'is slow'],
  [/\b(down|unreachable|unavailable|absent|not responding|probe failed)\b/, 'is down'],
  [/\b(error rate|errors?|failures?|failing|exceptions?)\b/, 'is failing'],
  [/\bcertificate\b.*\bexpir/, 'has a certificate that expires'],
  [/\b(disk|filesystem|volume|storage)\b.*\b(full|space|filling)\b/, 'is running out of disk space'],
  [/\b(out of memory|oom|memory)\b/, 'is short of memory'],
  [/\bcpu\b/, 'is short of CPU'],
  [/\b(queue|backlog|lag|consumer)\b/, 'is falling behind'],
  [/\b(crash ?loop(ing)?|restarting|restarts?)\b/, 'keeps restarting'],
]
const TEXT_LENGTH_MAX = 500

/** Its name first, which people choose with care; then what it says of itself. Null: nothing that is known. */
export function symptomOf({ labels, annotations }: Pick<Alert, 'labels' | 'annotations'>): string | null {
  for (const text of [labels['alertname'], annotations['summary'], annotations['description']]) {
    const words = wordsOf(text ?? '')
    const found = SYMPTOMS.find(([pattern]) => pattern.test(words))
    // “Errors” in a name says less than “5xx” in what the alert says of itself.
    if (found !== undefined) return found[1] === 'is failing' && has5xx(annotations) ? 'is returning 5xx' : found[1]
  }
  return null
}

function has5xx(annotations: Alert['annotations']): boolean {
  return /\b5xx\b|\bhttp 5\d\d\b/.test(wordsOf(`${annotations['summary'] ?? ''} ${annotations['description'] ?? ''}`))
}

/** `HighErrorRate` and `high_error_rate` are words, too. */
function wordsOf(text: string): string {
  return text
    .slice(0, TEXT_LENGTH_MAX)
    .replaceAll(/([\p{Ll}\d])(?=\p{Lu})/gu, '$1 ')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
}
