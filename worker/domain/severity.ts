import { z } from 'zod'

/** sev1 is the worst. */
export const SEVERITIES = ['sev1', 'sev2', 'sev3', 'sev4', 'sev5'] as const
export const Severity = z.enum(SEVERITIES)
export type Severity = z.infer<typeof Severity>

/** What the `severity` (or `priority`) label of common tools means here. A map: a label may say `constructor`. */
const FROM_LABEL = new Map<string, Severity>(
  Object.entries({
    sev1: 'sev1',
    sev2: 'sev2',
    sev3: 'sev3',
    sev4: 'sev4',
    sev5: 'sev5',
    p1: 'sev1',
    p2: 'sev2',
    p3: 'sev3',
    p4: 'sev4',
    p5: 'sev5',
    critical: 'sev2',
    page: 'sev2',
    error: 'sev3',
    high: 'sev2',
    major: 'sev2',
    warning: 'sev3',
    minor: 'sev4',
    low: 'sev4',
    info: 'sev5',
    none: 'sev5',
  } as const),
)

/** The severity an alert asks for; sev3 when it says nothing we know. */
export function severityFromLabel(label: string | undefined): Severity {
  return FROM_LABEL.get(label?.trim().toLowerCase() ?? '') ?? 'sev3'
}

/** The worse of the two; null says nothing. */
export function worseOf(a: Severity | null, b: Severity | null): Severity | null {
  if (a === null || b === null) return a ?? b
  return isWorse(b, a) ? b : a
}

export function isWorse(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b)
}
