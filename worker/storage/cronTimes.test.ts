import { expect, it } from 'vitest'
import { cronFault, nextCronTime } from './cronTimes.ts'

const NOW = Date.UTC(2100, 0, 1)

it.each(['0 3 * * *', '*/15 8-18 * * MON-FRI', '0 0 29 2 *', '0 9 1,15 JAN-MAR *', '  0   3 * * 7 '])(
  'takes %s',
  (cron) => {
    expect(cronFault(cron, 'Europe/Berlin', NOW)).toBeNull()
    expect(nextCronTime(cron, 'Europe/Berlin', NOW)).toBeGreaterThan(NOW)
  },
)

it.each([
  ['* * * * * *', 'five fields are needed, such as "0 3 * * 1-5"; there are 6'],
  ['@annually', 'five fields are needed, such as "0 3 * * 1-5"; there is 1'],
  ['61 * * * *', 'Invalid value for minute: 61'],
  ['0 0 31 2 *', '"0 0 31 2 *" names no moment'],
  ['often and then and', 'five fields are needed, such as "0 3 * * 1-5"; there are 4'],
])('objects to %s', (cron, fault) => {
  expect(cronFault(cron, 'Etc/UTC', NOW)).toBe(fault)
})

it('objects to a zone that there is not', () => {
  expect(cronFault('0 3 * * *', 'Europe/Atlantis', NOW)).not.toBeNull()
})
