import { expect, it } from 'vitest'
import { severityFromLabel } from './severity.ts'

it.each([
  ['critical', 'sev2'],
  [' Warning ', 'sev3'],
  ['P1', 'sev1'],
  ['sev5', 'sev5'],
  ['nothing known', 'sev3'],
  ['', 'sev3'],
  [undefined, 'sev3'],
  // What every object has must not be taken for a severity.
  ['constructor', 'sev3'],
  ['__proto__', 'sev3'],
  ['toString', 'sev3'],
] as const)('a label of %j asks for %s', (label, severity) => {
  expect(severityFromLabel(label)).toBe(severity)
})
