import type { Labels } from './alert.ts'

/** `{{label}}` stands for the alert's value of it, written so that it cannot leave the quotes of a PromQL string. */
export function filledQuery(query: string, labels: Labels): string {
  return query.replaceAll(/\{\{\s*([\p{L}_][\p{L}\d_.-]*)\s*\}\}/gu, (_, name: string) => escaped(labels[name] ?? ''))
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', "'": "\\'", '\n': '\\n', '\r': '\\r' }

/** A backtick has no escape in PromQL, where it begins raw strings; nobody's label needs one. */
function escaped(value: string): string {
  return value
    .slice(0, 200)
    .replaceAll('`', '')
    .replaceAll(/[\\"'\n\r]/g, (character) => ESCAPES[character] ?? '')
}
